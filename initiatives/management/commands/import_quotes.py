"""Import quotes from a CSV file; docs/import.md describes the file."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from initiatives.editorial.spreadsheets.csv_reader import ImportFault, read_csv
from initiatives.editorial.spreadsheets.quote_report import Report
from initiatives.editorial.spreadsheets.quote_rows import import_quotes
from initiatives.editorial.spreadsheets.tables import QUOTES


class Command(BaseCommand):
    """`import_quotes FILE.csv`: exit code 0 if every row was imported, 1 if not or if the file cannot be read."""

    help = "Add the quotes in a CSV file. If any row has errors, nothing is imported, unless you use --keep-good."

    def add_arguments(self, parser) -> None:
        """Declare the file and the options."""
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--dry-run", action="store_true", help="check the file without importing anything")
        parser.add_argument(
            "--keep-good", action="store_true", help="import the rows without errors even if others have errors"
        )
        parser.add_argument(
            "--confirm-dates", action="store_true", help="the dates before 1900 or in the future are right"
        )

    def handle(self, *, file: Path, dry_run: bool, keep_good: bool, confirm_dates: bool, **options) -> None:
        """Import the file; report rows with errors on stderr and the totals on stdout."""
        try:
            report = self._import(file, dry_run=dry_run, keep_good=keep_good, dates_confirmed=confirm_dates)
        except OSError as error:
            raise CommandError(
                _("Cannot read %(file)s: %(reason)s.") % {"file": file, "reason": error.strerror or error}
            ) from error
        except ImportFault as fault:
            raise CommandError(str(fault)) from fault
        for remark in report.notes:
            self.stdout.write(str(remark))
        for remark in report.bad:
            self.stderr.write(str(remark))
        self.stdout.write("\n".join(report.summary()))
        if report.unusual_dates and not confirm_dates:
            self.stdout.write(_("If the dates before 1900 or in the future are right, add --confirm-dates."))
        if report.bad:
            bad = len(report.bad)
            raise CommandError(ngettext("%d row has errors. See above.", "%d rows have errors. See above.", bad) % bad)

    def _import(self, file: Path, **options: bool) -> Report:
        """Return the report. Raises OSError if the file cannot be opened or read, and ImportFault."""
        with file.open("rb") as lines:
            rows = None
            # The progress bar needs the number of rows, but a pipe can be read only once.
            if sys.stderr.isatty() and lines.seekable():
                rows = sum(1 for _row in read_csv(lines, QUOTES.layout_of_new))
                lines.seek(0)
            with tqdm(total=rows, unit="row", leave=False, disable=None) as bar:
                reason = _("Imported from %(file)s.") % {"file": file.name}
                return import_quotes(
                    read_csv(lines, QUOTES.layout_of_new), progress=bar.update, reason=reason, **options
                )
