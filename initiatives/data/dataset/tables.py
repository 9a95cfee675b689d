"""The tables of the dataset: one for each model, with its public rows, what readers see of them, and its relations."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import cached_property

from initiatives.models import (
    Body,
    Initiative,
    Milestone,
    Person,
    Principle,
    PrincipleSet,
    Quote,
    QuoteTranslation,
    Source,
    Theme,
)

# What only the desk reads, or is derived from other columns.
NOT_TOLD = {"state", "review_note", "text_digest", "created_at"}
# Rows that are read at a time.
CHUNK = 500
TYPES = {
    models.DateField: "date",
    models.DateTimeField: "datetime",
    models.IntegerField: "integer",
    models.ForeignKey: "integer",
}

Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """A column: its name, its type in a Data Package, what is said of it, whether it holds keys of another table."""

    name: str
    type: str
    about: str
    many: bool = False


@dataclass(frozen=True)
class Table:
    """The public rows of a model, in the order of their keys."""

    name: str
    model: Any

    @cached_property
    def fields(self) -> list[Any]:
        """The model's fields that are told."""
        return [field for field in self.model._meta.concrete_fields if field.name not in NOT_TOLD]

    @cached_property
    def relations(self) -> list[Any]:
        """The model's many-to-many fields."""
        return list(self.model._meta.many_to_many)

    @property
    def columns(self) -> list[Column]:
        """The columns, those of relations last."""
        own = [Column(field.attname, _type(field), _about(field)) for field in self.fields]
        tied = [Column(f"{field.name}_ids", "list", _about(field), many=True) for field in self.relations]
        return own + tied

    def rows(self) -> Iterator[Row]:
        """Yield the rows that are public now, some hundred at a time."""
        public, last = self.model._default_manager.published().order_by("pk"), 0
        names = [field.attname for field in self.fields]
        while some := list(public.filter(pk__gt=last).values(*names)[:CHUNK]):
            last = some[-1]["id"]
            ties = {field.name: self._ties(field, [row["id"] for row in some]) for field in self.relations}
            for row in some:
                told = {name: _plain(value) for name, value in row.items()}
                yield told | {f"{name}_ids": keys.get(row["id"], []) for name, keys in ties.items()}

    def _ties(self, field: Any, keys: list[int]) -> dict[int, list[int]]:
        """Return which public items some rows are tied to, by the row's key."""
        through, own, other = field.remote_field.through, field.m2m_column_name(), field.m2m_reverse_name()
        public = field.related_model._default_manager.published().values("pk")
        pairs = through._base_manager.filter(**{f"{own}__in": keys, f"{other}__in": public}).order_by(own, other)
        found: dict[int, list[int]] = {}
        for key, tied in pairs.values_list(own, other):
            found.setdefault(key, []).append(tied)
        return found


# Each table only points to those above it.
TABLES = (
    Table("themes", Theme),
    Table("sources", Source),
    Table("people", Person),
    Table("institutions", Body),
    Table("initiatives", Initiative),
    Table("milestones", Milestone),
    Table("quotes", Quote),
    Table("translations", QuoteTranslation),
    Table("sets_of_principles", PrincipleSet),
    Table("principles", Principle),
)


def _type(field: Any) -> str:
    # A field of time is one of dates, too, so the nearest class decides.
    known = (TYPES[kind] for kind in type(field).__mro__ if kind in TYPES)
    return next(known, "integer" if field.primary_key else "string")


def _about(field: Any) -> str:
    return str(field.help_text or field.verbose_name)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value
