"""Import quotes from a CSV file; docs/import.md describes the file."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from initiatives.editorial.spreadsheets.csv_reader import ImportFault, read_csv
from initiatives.editorial.spreadsheets.quote_rows import Report, import_quotes


class Command(BaseCommand):
    """`import_quotes FILE.csv`: exit code 0 if every row was good, 1 if not or if the file cannot be read."""

    help = "Add the quotes of a CSV file. Nothing is kept if a row is bad, unless --keep-good."

    def add_arguments(self, parser) -> None:
        """Declare the file and the two ways to run."""
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument("--keep-good", action="store_true", help="keep the good rows though others are bad")

    def handle(self, *, file: Path, dry_run: bool, keep_good: bool, **options) -> None:
        """Import the file, report every bad row on stderr and the numbers on stdout."""
        try:
            report = self._import(file, dry_run, keep_good)
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be read: %(reason)s.") % {"file": file, "reason": error.strerror or error}
            ) from error
        except ImportFault as fault:
            raise CommandError(str(fault)) from fault
        for remark in report.notes:
            self.stdout.write(str(remark))
        for remark in report.bad:
            self.stderr.write(str(remark))
        self.stdout.write("\n".join(report.summary()))
        if report.bad:
            bad = len(report.bad)
            raise CommandError(ngettext("%d row is bad: see above.", "%d rows are bad: see above.", bad) % bad)

    def _import(self, file: Path, dry_run: bool, keep_good: bool) -> Report:
        """Return the report. Raises OSError if the file cannot be opened or read, and ImportFault."""
        with file.open("rb") as lines:
            rows = None
            # A bar needs the number of rows; a pipe can be read only once.
            if sys.stderr.isatty() and lines.seekable():
                rows = sum(1 for _row in read_csv(lines))
                lines.seek(0)
            with tqdm(total=rows, unit="row", leave=False, disable=None) as bar:
                reason = _("Imported from %(file)s.") % {"file": file.name}
                return import_quotes(
                    read_csv(lines), dry_run=dry_run, keep_good=keep_good, progress=bar.update, reason=reason
                )
