"""Parts listed with their owner, one per row: translations, milestones of initiatives, principles of sets."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.editorial.spreadsheets.columns import MILESTONE_COLUMNS, PRINCIPLE_COLUMNS, TRANSLATION_COLUMNS, Column
from initiatives.editorial.spreadsheets.csv_reader import shown
from initiatives.editorial.spreadsheets.named_items import fold
from initiatives.models import Milestone, Principle, QuoteTranslation
from initiatives.models.fields import digest
from initiatives.models.partial_dates import read_partial_date


@dataclass(frozen=True)
class PartKind:
    """How the parts of a table's items are listed."""

    model: type[Model]
    columns: dict[str, Column]
    # The field of the part that leads to its owner, and the relation back.
    owner: str
    relation: str
    # Returns the owner's part that cells refer to, or None if they add one. Raises ValidationError.
    find: Callable[[list[Any], dict[str, str]], Any]
    # Completes new parts; returns what is wrong with the parts as a whole, by part.
    settle: Callable[[Iterable[Any], list[Any]], list[tuple[Any, str]]] | None = None
    # What is wrong with a second row about the same part.
    twice: Any = gettext_lazy("The same row is already higher up in the file.")
    # Whether the public log follows new parts.
    followed: bool = True


def _find_milestone(milestones: list[Milestone], cells: dict[str, str]) -> Milestone | None:
    """Return the milestone of this number or, without one, that of the same date and words."""
    number = cells.get("milestone_id", "")
    if number:
        for milestone in milestones:
            if str(milestone.pk) == number:
                return milestone
        raise ValidationError(
            {"milestone_id": _("%(cell)s is not a milestone of this initiative.") % {"cell": shown(number)}}
        )
    try:
        date = read_partial_date(cells.get("milestone_date", ""))
    except ValueError:
        return None
    words = digest(cells.get("milestone", ""))
    for milestone in milestones:
        if (milestone.date, milestone.date_precision) == date and digest(milestone.text) == words:
            return milestone
    return None


def _find_principle(principles: list[Principle], cells: dict[str, str]) -> Principle | None:
    """Return the principle of this number or, without one, that of the same title."""
    number, title = cells.get("number", ""), fold(cells.get("principle", ""))
    for principle in principles:
        if str(principle.number) == number if number else fold(principle.title) == title:
            return principle
    return None


def _find_translation(translations: list[QuoteTranslation], cells: dict[str, str]) -> QuoteTranslation | None:
    """Return the translation into this language."""
    language = cells.get("translation_language", "").lower()
    return next((one for one in translations if one.language == language), None)


def _settle_principles(standing: Iterable[Principle], new: list[Principle]) -> list[tuple[Principle, str]]:
    """Number principles without a number after the others; refuse numbers that leave a gap."""
    taken = {principle.number for principle in standing}
    numbered = sorted((one for one in new if one.number is not None), key=lambda one: one.number)
    faults = []
    for principle in numbered:
        if principle.number > 1 and principle.number - 1 not in taken:
            faults.append(
                (principle, _("number: Number %(number)d is missing before it.") % {"number": principle.number - 1})
            )
        taken.add(principle.number)
    for principle in new:
        if principle.number is None:
            principle.number = max(taken, default=0) + 1
            taken.add(principle.number)
    return faults


TRANSLATIONS = PartKind(
    QuoteTranslation,
    TRANSLATION_COLUMNS,
    "quote",
    "translations",
    _find_translation,
    twice=gettext_lazy("translation_language: The quote already has a translation into this language."),
    followed=False,
)
MILESTONES = PartKind(Milestone, MILESTONE_COLUMNS, "initiative", "milestones", _find_milestone)
PRINCIPLES = PartKind(Principle, PRINCIPLE_COLUMNS, "set", "principles", _find_principle, _settle_principles)
