"""`manage.py backup`: write a verified backup of the whole database and of the files of copies."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from initiatives.management import backups


class Command(BaseCommand):
    """Write a backup to a new file, or to a file in a folder, named after the time. The site keeps running."""

    help = "Back up the whole database to a file, which is verified, while the site goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("place", type=Path, metavar="FILE-OR-FOLDER", help="a new file, or a folder that is there")
        parser.add_argument("--keep", type=int, metavar="N", help="then delete all but the newest N of the folder")

    def handle(self, *, place: Path, keep: int | None, **options) -> None:
        """Write the backup and report its size. Raises CommandError."""
        in_folder = place.is_dir()
        if keep is not None and (keep < 1 or not in_folder):
            raise CommandError("--keep needs a folder and a number of 1 or more.")
        if not place.parent.is_dir():
            raise CommandError(f"The folder {place.parent} is not there. Make it first, or name another.")
        target = place / backups.new_name() if in_folder else place
        try:
            with Bar() as bar:
                rows, last, lacking = backups.write(target, bar)
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{target}: {described(rows)}, up to change {last}. Verified.")
        if warning := backups.copies.left_out(rows):
            self.stderr.write(warning)
        if lacking:
            raise CommandError(
                f"Files of copies that are missing or damaged, and so not in the backup: {', '.join(lacking)}."
                " Run check_archive. No older backup was deleted."
            )
        if keep:
            for old in backups.discard_old(place, keep):
                self.stdout.write(f"Deleted {old}.")


class Bar(tqdm):
    """A progress bar of bytes on a terminal, with the current step."""

    def __init__(self) -> None:
        super().__init__(unit="B", unit_scale=True, leave=False, disable=None)

    def __call__(self, what: str, done: int) -> None:
        """Show the current step and add the bytes that it processed."""
        self.set_description(what, refresh=False)
        self.update(done)


def described(rows: backups.Rows) -> str:
    """Return the size of a backup in words."""
    return f"{sum(rows.values()):,} rows in {len(rows)} tables"
