#!/usr/bin/env python3
"""Django's command line for this site."""

import os
import sys


def main() -> None:
    """Run the command given in sys.argv with the site's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reforms_site.settings")
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError

    try:
        execute_from_command_line(sys.argv)
    except DatabaseError:
        if {"--traceback", "migrate"} & {*sys.argv} or not (advice := what_to_migrate()):
            raise
        sys.exit(f"CommandError: {advice}")


def what_to_migrate() -> str:
    """Return what to type if the database lacks migrations, or nothing. Raises OperationalError if it does not answer.

    Asked after a command failed: so it covers Django's commands as well as ours, and costs nothing where all is well.
    """
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return ""
    missing = "is not up to date" if executor.loader.applied_migrations else "is not set up yet"
    return f"The database {missing}. Run: .venv/bin/python manage.py migrate"


if __name__ == "__main__":
    main()
