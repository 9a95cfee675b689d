"""Import quotes from a CSV file; docs/import.md describes the file."""

import itertools
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from initiatives.editorial.spreadsheets.csv_reader import ImportFault, Row, read_csv
from initiatives.editorial.spreadsheets.outcomes import Effect, RowOutcome
from initiatives.editorial.spreadsheets.permissions import Rights
from initiatives.editorial.spreadsheets.quote_import import QuoteImport
from initiatives.editorial.spreadsheets.tables import QUOTES
from initiatives.models.choices import Kind

# Rows checked and stored at a time.
CHUNK = 1000


@dataclass(frozen=True)
class Remark:
    """A remark on the row that begins on a line."""

    line: int
    texts: tuple[str, ...]

    def __str__(self) -> str:
        return _("Line %(line)d: %(texts)s") % {"line": self.line, "texts": " ".join(self.texts)}


@dataclass
class Report:
    """What an import did or, in a dry run, would do."""

    dry_run: bool
    keep_good: bool
    added: int = 0
    skipped: int = 0
    # Items added, by kind.
    made: dict[str, int] = field(default_factory=lambda: dict.fromkeys((Kind.PERSON, Kind.SOURCE, Kind.THEME), 0))
    # Rows that cannot be imported, with all the reasons.
    bad: list[Remark] = field(default_factory=list)
    # Rows with a date before 1900 or after today.
    unusual_dates: int = 0
    # Things done that the user may not expect, or that may be wrong.
    notes: list[Remark] = field(default_factory=list)

    def note(self, run: QuoteImport, outcomes: list[RowOutcome]) -> None:
        """Count what an import would do with some rows, none of which are stored yet."""
        self.added += sum(draft.new for draft in run.drafts.values())
        self.skipped, self.unusual_dates = run.skipped, run.unusual_dates
        for items in run.added:
            self.made[items.kind] += len(items.new)
        self.bad += [Remark(one.line, one.reasons) for one in outcomes if one.reasons]
        added = [one for one in outcomes if one.effect == Effect.NEW]
        self.notes += [Remark(one.line, (text,)) for one in added for text in one.notes]

    @property
    def refused(self) -> bool:
        """Whether nothing is imported because rows have errors."""
        return bool(self.bad) and not self.keep_good

    def summary(self) -> list[str]:
        """Return the totals as lines of text."""
        people, sources, themes = self.made[Kind.PERSON], self.made[Kind.SOURCE], self.made[Kind.THEME]
        lines = [
            ngettext("%d quote added.", "%d quotes added.", self.added) % self.added,
            ngettext("%d row skipped: already on record.", "%d rows skipped: already on record.", self.skipped)
            % self.skipped,
            ngettext("%d speaker added.", "%d speakers added.", people) % people,
            ngettext("%d source added.", "%d sources added.", sources) % sources,
            ngettext("%d theme added.", "%d themes added.", themes) % themes,
            ngettext("%d row with errors.", "%d rows with errors.", len(self.bad)) % len(self.bad),
        ]
        if self.refused:
            lines.append(_("Nothing is imported until all errors are corrected."))
        if self.dry_run:
            lines.append(_("This was a dry run. Nothing was imported."))
        return lines


def import_quotes(
    rows: Iterable[Row],
    *,
    dry_run: bool = False,
    keep_good: bool = False,
    dates_confirmed: bool = False,
    progress: Callable[[int], object] = lambda done: None,
    user=None,
    reason: str = "",
) -> Report:
    """Add the quotes in some rows, with any missing speakers, sources and themes; return what was done.

    If a row has errors, nothing is saved unless `keep_good`; a `dry_run` saves nothing. An unusual date is an error
    unless `dates_confirmed`. Quotes already on record are skipped. `progress` is called with the rows of each step;
    `user` and `reason` go into the history of each item.
    Raises ImportFault, and saves nothing, if the rows cannot be read to the end or if someone else makes a
    conflicting change to the record.
    """
    report = Report(dry_run, keep_good)
    rest = iter(rows)
    try:
        with transaction.atomic():
            run = QuoteImport(Rights(unlimited=True), dates_confirmed=dates_confirmed)
            while chunk := list(itertools.islice(rest, CHUNK)):
                report.note(run, run.examine(chunk).outcomes)
                if not report.refused:
                    run.store_all(user=user, reason=reason, now=run.now)
                progress(len(chunk))
            if report.refused or dry_run:
                transaction.set_rollback(True)
    except IntegrityError as error:
        raise ImportFault(
            _("Someone else changed the record at the same time. Nothing was imported. Import the file again.")
        ) from error
    if report.refused:
        report.added = 0
        report.made = dict.fromkeys(report.made, 0)
    return report


class Command(BaseCommand):
    """`import_quotes FILE.csv`: exits with 0 if every row was imported, otherwise with 1."""

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
