"""The tables that can be imported and exported: their columns, and rows for stored items."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Model, QuerySet

from initiatives.editorial.spreadsheets.columns import (
    INITIATIVE_COLUMNS,
    PERSON_COLUMNS,
    PRINCIPLE_SET_COLUMNS,
    QUOTE_COLUMNS,
    SOURCE_COLUMNS,
    Column,
)
from initiatives.editorial.spreadsheets.csv_reader import Layout
from initiatives.editorial.spreadsheets.parts import MILESTONES, PRINCIPLES, TRANSLATIONS, PartKind
from initiatives.editorial.spreadsheets.writers import without_formula
from initiatives.models import Initiative, Person, PrincipleSet, Quote, Source

CHUNK = 500


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
        """Load everything the cells need, in a fixed number of statements.

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


QUOTES = Table(
    "quotes",
    Quote,
    QUOTE_COLUMNS,
    "id",
    ("speaker__source", "source"),
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
