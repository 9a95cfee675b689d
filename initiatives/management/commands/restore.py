"""`manage.py restore`: replace the whole database by a backup, and put back missing files of copies."""

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
            left_out = backups.copies.left_out(rows)
            listed = not left_out and backups.copies.list_beside(file).exists()
            with Bar() as bar:
                # First the files, so that the restored record has them from the start.
                missing = backups.copies.restore(file, bar) if listed else []
                backups.engine().restore(file, bar)
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Restored. The next search rebuilds its index.")
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("The backup is older than the software: run .venv/bin/python manage.py migrate")
        if rows.get(backups.copies.TABLE) and not listed:
            no_list = "The backup has no files of copies: check_archive says whether any are missing."
            self.stderr.write(left_out or no_list)
        if missing:
            raise CommandError(
                f"All was restored except files of copies that the backup lacks or has damaged: {', '.join(missing)}."
            )


def confirmed(question: str) -> bool:
    """Ask a question; return whether the answer is yes."""
    try:
        return input(question) == "yes"
    except EOFError:  # no terminal to ask
        return False
