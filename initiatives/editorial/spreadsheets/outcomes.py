"""The effect of each row of a file on the record."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from initiatives.editorial.facts import Fact
from initiatives.editorial.near_duplicates import Twin
from initiatives.text.diff import beside, shortened
from initiatives.text.pieces import Piece


class Effect(models.TextChoices):
    """The effect of a row."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")
    WRONG = "wrong", _("error")


@dataclass(frozen=True)
class CellChange:
    """A cell that would change: its column, and the value before and after."""

    column: str
    before: str
    after: str
    # Shown like a difference of versions (changes.compare.Difference): by its column, in no language that is known.
    language = ""

    @property
    def label(self) -> str:
        """Its column."""
        return self.column

    @property
    def old(self) -> list[Piece]:
        """The value before, with removals marked."""
        return shortened(beside(self.before, self.after, prose=True)[0])

    @property
    def new(self) -> list[Piece]:
        """The value after, with additions marked."""
        return shortened(beside(self.before, self.after, prose=True)[1])


@dataclass(frozen=True)
class RowOutcome:
    """One row: its line in the file, its item, its effect, and remarks or errors."""

    line: int
    name: str
    effect: Effect
    # What is new in it; of an unchanged row, cells that differ from the record and are ignored.
    differences: tuple[CellChange, ...] = ()
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    # Near duplicates that a preview shows (see hints.py).
    twins: tuple[Twin, ...] = ()
    # Whether readers see what it says once it is imported; and all that they will see of an item on record, as it is
    # before the import, if the row publishes it.
    publishes: bool = False
    facts: tuple[Fact, ...] = ()

    @property
    def pointed_out(self) -> bool:
        """Whether the user should look at the row although it has no errors."""
        return bool(self.notes or self.twins or (self.differences and self.effect == Effect.UNCHANGED))

    @classmethod
    def of(cls, line: int, name: str, reasons, differences=(), notes=(), *, new: bool = False) -> "RowOutcome":
        """Return the outcome of a row: wrong for any reason, else new, or changed by any difference."""
        if reasons:
            return cls(line, name, Effect.WRONG, (), tuple(reasons), tuple(notes))
        effect = Effect.NEW if new else Effect.CHANGED if differences else Effect.UNCHANGED
        return cls(line, name, effect, tuple(differences), (), tuple(notes))


def reasons_of(
    error: ValidationError | ValueError, column: str = "", labels: Mapping[str, str] | None = None
) -> list[str]:
    """Return the messages of an error, each preceded by its column.

    The column is `column` or, for an error about fields, the label of each; without one, `column` or the field's name.
    """
    of_fields = getattr(error, "message_dict", None) or {column: getattr(error, "messages", [str(error)])}
    labelled = [((labels or {}).get(name, column or name), said) for name, texts in of_fields.items() for said in texts]
    return [f"{label}: {said}" if label else said for label, said in labelled]


@contextmanager
def noting(reasons: list[str], column: str = "", labels: Mapping[str, str] | None = None) -> Iterator[None]:
    """Add the messages of an error to `reasons`, as `reasons_of` returns them, and continue."""
    try:
        yield
    except (ValidationError, ValueError) as error:
        reasons += reasons_of(error, column, labels)


@dataclass
class MadeItems:
    """Items of one kind that a file adds because its rows name them, and similar names on record."""

    label: str
    names: list[str]
    close: dict[str, str] = field(default_factory=dict)

    @property
    def others(self) -> list[str]:
        """The names without a similar name on record."""
        return [name for name in self.names if name not in self.close]


@dataclass
class ImportPreview:
    """The effect of a file: the outcome of each row, and further items that it adds."""

    outcomes: list[RowOutcome] = field(default_factory=list)
    made: list[MadeItems] = field(default_factory=list)
    # The items on record that rows change, as an export writes them: a user who publishes them has seen them so.
    on_record: list[list[list[str]]] = field(default_factory=list)
    # Rows with a date that the user has to confirm, or has confirmed.
    unusual_dates: int = 0

    @property
    def counts(self) -> Counter[Effect]:
        """The number of rows with each effect."""
        return Counter(outcome.effect for outcome in self.outcomes)

    @property
    def wrong(self) -> bool:
        """Whether any row has errors, so that nothing is imported."""
        return any(outcome.effect == Effect.WRONG for outcome in self.outcomes)

    @property
    def idle(self) -> bool:
        """Whether no row changes anything."""
        return all(outcome.effect == Effect.UNCHANGED for outcome in self.outcomes)

    def of(self, effect: Effect) -> list[RowOutcome]:
        """Return the rows with an effect, those first that point something out, else in the order of the file."""
        found = [outcome for outcome in self.outcomes if outcome.effect == effect]
        return sorted(found, key=lambda outcome: not outcome.pointed_out)

    @property
    def digest(self) -> str:
        """Return a SHA-256 in hexadecimal, equal for two examinations that would do the same to the same items."""
        said = [(one.line, one.effect, one.differences, one.reasons) for one in self.outcomes]
        text = repr((said, [(made.label, made.names) for made in self.made], self.on_record))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
