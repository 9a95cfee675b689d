"""What an import of quotes by the command did, or would do."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from initiatives.models.choices import Kind


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
    # What was done but may be a surprise, or may be wrong.
    notes: list[Remark] = field(default_factory=list)

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
