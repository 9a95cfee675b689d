"""The tables that can be imported and exported: their columns, their parts, and rows for stored items.

Parts have a row each, with their owner: translations, milestones of initiatives, principles of sets.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.editorial.spreadsheets.columns import (
    INITIATIVE_COLUMNS,
    MILESTONE_COLUMNS,
    PERSON_COLUMNS,
    PRINCIPLE_COLUMNS,
    PRINCIPLE_SET_COLUMNS,
    QUOTE_COLUMNS,
    SOURCE_COLUMNS,
    TRANSLATION_COLUMNS,
    Column,
)
from initiatives.editorial.spreadsheets.csv_reader import Layout, shown
from initiatives.editorial.spreadsheets.named_items import fold
from initiatives.editorial.spreadsheets.writers import without_formula
from initiatives.models import Initiative, Milestone, Person, Principle, PrincipleSet, Quote, QuoteTranslation, Source
from initiatives.models.fields import digest
from initiatives.models.partial_dates import read_partial_date

CHUNK = 500


@dataclass(frozen=True)
class PartKind:
    """How the parts of a table's items are listed."""

    model: type[Model]
    columns: dict[str, Column]
    # The field of the part that leads to its owner, and the relation back.
    owner: str
    relation: str
    # Returns the owner's part that the cells describe, or None for a new one. Raises ValidationError.
    find: Callable[[list[Any], dict[str, str]], Any]
    # Completes new parts; returns errors of the parts as a whole, by part.
    settle: Callable[[Iterable[Any], list[Any]], list[tuple[Any, str]]] | None = None
    # The error for a second row about the same part.
    twice: Any = gettext_lazy("The same row is already higher up in the file.")
    # Whether the public log follows new parts.
    followed: bool = True


def _find_milestone(milestones: list[Milestone], cells: dict[str, str]) -> Milestone | None:
    """Return the milestone with this number or, without one, with the same date and text."""
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
    """Return the principle with this number or, without one, with the same title."""
    number, title = cells.get("number", ""), fold(cells.get("principle", ""))
    for principle in principles:
        if str(principle.number) == number if number else fold(principle.title) == title:
            return principle
    return None


def _find_translation(translations: list[QuoteTranslation], cells: dict[str, str]) -> QuoteTranslation | None:
    """Return the translation into this language."""
    language = cells.get("translation_language", "").lower()
    return next((one for one in translations if one.language == language), None)


def _settle_principles(stored: Iterable[Principle], new: list[Principle]) -> list[tuple[Principle, str]]:
    """Number unnumbered principles after the others; return an error for numbers that leave a gap."""
    taken = {principle.number for principle in stored}
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


@dataclass(frozen=True)
class Table:
    """One table. Its sheet and files have its name; the column `key` identifies items."""

    name: str
    model: type[Model]
    # The columns of the items themselves, by name.
    own: dict[str, Column]
    key: str
    # Relations the cells are read from.
    parents: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    part: PartKind | None = None

    @property
    def of_part(self) -> dict[str, Column]:
        """The columns of their parts, by name."""
        return self.part.columns if self.part else {}

    @property
    def columns(self) -> list[Column]:
        """All columns, in their order."""
        return [*self.own.values(), *self.of_part.values()]

    @property
    def header(self) -> list[str]:
        """The names of all columns."""
        return [*self.own, *self.of_part]

    @property
    def layout(self) -> Layout:
        """The columns a file of this table must have: without the key column, all that a new item needs."""
        return Layout(tuple(self.header), tuple(name for name, column in self.own.items() if column.required), self.key)

    @property
    def layout_of_new(self) -> Layout:
        """The columns of a file that only adds items."""
        return Layout(tuple(name for name in self.header if name != self.key), self.layout.required)

    def loaded(self, queryset: QuerySet, *, lock: bool = False) -> QuerySet:
        """Load the items with their relations for the cells, in a fixed number of queries.

        With `lock`, hold the items until the transaction ends.
        """
        if lock:
            list(queryset.select_for_update().order_by("pk").values_list("pk"))
        if self.part:
            related = [column for column in self.of_part.values() if column.related]
            relations = [f"{self.part.relation}__{column.attribute}" for column in related]
            queryset = queryset.prefetch_related(self.part.relation, *relations)
        if self.parents:
            queryset = queryset.select_related(*self.parents)
        return queryset.prefetch_related(*self.related)

    def rows(self, queryset: QuerySet) -> Iterator[list[str]]:
        """Yield the rows of items as in a file, CHUNK items at a time."""
        for item in self.loaded(queryset).iterator(chunk_size=CHUNK):
            yield from self.rows_of(item)

    def rows_of(self, item: Model) -> list[list[str]]:
        """Return the rows of one item loaded by `loaded`: one row, or one per part."""
        own = list(cells_of(self.own, item).values())
        if self.part is None:
            return [own]
        parts = self.parts_of(item)
        rows = [[*own, *cells_of(self.of_part, part).values()] for part in parts[:1]]
        rows = rows or [[*own, *("" for _column in self.of_part)]]
        again = [value if name == self.key else "" for name, value in zip(self.own, own, strict=True)]
        return rows + [[*again, *cells_of(self.of_part, part).values()] for part in parts[1:]]

    def parts_of(self, item: Model) -> list:
        """Return the parts of an item in their order; none if the table has no parts."""
        return list(getattr(item, self.part.relation).all()) if self.part else []


def cells_of(columns: dict[str, Column], item: Model) -> dict[str, str]:
    """Return the cells of a stored item, by column."""
    return {name: without_formula(column.cell(item)) for name, column in columns.items()}


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

QUOTES = Table(
    "quotes",
    Quote,
    QUOTE_COLUMNS,
    "id",
    ("speaker__source", "source", "found"),
    ("themes", "initiatives"),
    part=TRANSLATIONS,
)
SOURCES = Table("sources", Source, SOURCE_COLUMNS, "slug")
INITIATIVES = Table(
    "initiatives", Initiative, INITIATIVE_COLUMNS, "slug", ("source",), ("themes", "bodies"), part=MILESTONES
)
PRINCIPLES_IN_SETS = Table("principles", PrincipleSet, PRINCIPLE_SET_COLUMNS, "slug", ("source",), part=PRINCIPLES)
PEOPLE = Table("people", Person, PERSON_COLUMNS, "slug", ("source",))
TABLES = {table.model._meta.model_name: table for table in (QUOTES, SOURCES, INITIATIVES, PRINCIPLES_IN_SETS, PEOPLE)}
