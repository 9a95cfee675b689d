"""`manage.py check_archive`: compare the files of copies with the record."""

from botocore.exceptions import BotoCoreError, ClientError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from initiatives.editorial.copies import archive
from initiatives.management.commands.restore import confirmed


class Command(BaseCommand):
    """`check_archive`: exits with 0 if every copy has its file, unchanged, and no file is superfluous; otherwise 1."""

    help = "Check every file of the archive of copies against its hash, and name missing and superfluous files."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--delete-superfluous", action="store_true", help="then delete files that no copy needs")
        parser.add_argument("--no-input", "--noinput", action="store_false", dest="ask", help="do not ask first")

    def handle(self, *, delete_superfluous: bool, ask: bool, **options) -> None:
        """Print each fault as it is found, then delete superfluous files if asked. Raises CommandError."""
        try:
            self._check(delete_superfluous, ask)
        except (OSError, BotoCoreError, ClientError) as error:
            raise CommandError(f"The archive cannot be read or changed: {error}") from error

    def _check(self, delete_superfluous: bool, ask: bool) -> None:
        wrong = 0
        superfluous = []
        due = archive.size()["archive_files"]
        with tqdm(total=due, unit="file", leave=False, disable=None) as bar:
            for fault in archive.faults(bar.update):
                with bar.external_write_mode():
                    self.stdout.write(str(fault))
                if fault.superfluous:
                    superfluous.append(fault)
                else:
                    wrong += 1
        if superfluous and delete_superfluous:
            if ask and not confirmed(f"Type yes to delete {len(superfluous):,} superfluous files: "):
                raise CommandError("Nothing was deleted.")
            gone = sum(map(archive.delete, superfluous))
            self.stdout.write(f"Deleted {gone:,}.")
        elif superfluous:
            wrong += len(superfluous)
            self.stdout.write("To delete the superfluous files, run: manage.py check_archive --delete-superfluous")
        if wrong:
            raise CommandError(f"Files with a fault: {wrong:,}.")
        self.stdout.write(f"The archive matches the record: every copy has its file. Files: {due:,}.")
