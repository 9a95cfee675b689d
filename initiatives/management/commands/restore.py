"""`manage.py restore`: replace the whole database by a backup."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from initiatives.management import backups
from initiatives.management.commands.backup import Bar, described


class Command(BaseCommand):
    """Replace the whole database by a backup, or leave it as it is."""

    help = "Replace everything in the database by a backup that `backup` wrote: all of it, or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the backup; its .sha256 must lie beside it")
        parser.add_argument("--no-input", "--noinput", action="store_false", dest="ask", help="do not ask first")

    def handle(self, *, file: Path, ask: bool, **options) -> None:
        """Check the backup, ask for confirmation, restore it, and print the next steps. Raises CommandError."""
        try:
            with Bar() as bar:
                rows = backups.check(file, bar)
            name = f"the {connection.display_name} database {connection.settings_dict['NAME']}"
            self.stdout.write(f"{file} is whole: {described(rows)}.")
            if ask:
                self.stdout.write(f"It replaces all that is in {name}: {backups.present():,} rows.")
                if not confirmed("Type yes to replace it: "):
                    raise CommandError("Nothing was changed.")
            with Bar() as bar:
                backups.engine().restore(file, bar)
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Restored. The next search rebuilds its index.")
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("The backup is older than the software: run .venv/bin/python manage.py migrate")


def confirmed(question: str) -> bool:
    """Ask a question; return whether the answer is yes."""
    try:
        return input(question) == "yes"
    except EOFError:  # no terminal to ask
        return False
