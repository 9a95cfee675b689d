"""Types of cells: how values are written and read.

`clean` reads the output of `render`, and raises ValidationError or ValueError with a message for the user.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from initiatives.editorial.spreadsheets.csv_reader import shown
from initiatives.editorial.spreadsheets.named_items import NamesOfRecord, fold, label_of
from initiatives.models.partial_dates import read_partial_date, write_partial_date


class Text:
    """Text, unchanged."""

    def clean(self, cell: str, names: NamesOfRecord) -> Any:
        """Return the value; `names` finds the items that the cell names."""
        return cell

    def render(self, value: Any) -> str:
        """Return the cell."""
        return "" if value is None else str(value)


class PartialDate(Text):
    """A date known to the day, the month or the year, as forms take it; written as `YYYY-MM-DD` or its beginning."""

    def clean(self, cell: str, names: NamesOfRecord) -> tuple[datetime.date | None, str]:
        """Return the first day and the precision."""
        return read_partial_date(cell)

    def render(self, value: Any) -> str:
        """Return the cell, for what `clean` returns too."""
        return write_partial_date(*value) if isinstance(value, tuple) else super().render(value)


class Day(Text):
    """A day, as forms take it, or nothing; written as `YYYY-MM-DD`."""

    def clean(self, cell: str, names: NamesOfRecord) -> datetime.date | None:
        """Return the day."""
        date, precision = read_partial_date(cell)
        if precision not in ("", "day"):
            raise ValidationError(
                _("%(cell)s is not a day. Enter it as 2026-02-28 or 28.02.2026.") % {"cell": shown(cell)}
            )
        return date


class Choice(Text):
    """One of some stored values; an empty cell means `default`, or is an error without one."""

    def __init__(self, values: Iterable[str], default: str | None = None):
        self.values, self.default = list(values), default

    def clean(self, cell: str, names: NamesOfRecord) -> str:
        """Return the value."""
        if not cell and self.default is not None:
            return self.default
        if cell.lower() not in self.values:
            raise ValidationError(
                _("%(cell)s is not allowed here. Enter one of: %(values)s.")
                % {"cell": shown(cell), "values": ", ".join(filter(None, self.values))}
            )
        return cell.lower()


class Flag(Text):
    """Yes, or nothing."""

    def clean(self, cell: str, names: NamesOfRecord) -> bool:
        """Return whether it is so."""
        return bool(Choice(["yes", ""]).clean(cell, names))

    def render(self, value: Any) -> str:
        """Return "yes", or nothing."""
        return "yes" if value else ""


class One(Text):
    """Another item: written by slug or name, read by slug, name or other name."""

    def __init__(self, model: type[Model], by: str = "slug"):
        self.model, self.by = model, by

    def clean(self, cell: str, names: NamesOfRecord) -> Any:
        """Return the item, or None for an empty cell."""
        return names.find(self.model, cell.strip()) if cell else None

    def render(self, value: Any) -> str:
        """Return the slug or name."""
        if not value:
            return ""
        return value.slug if self.by == "slug" else label_of(value)


class Many(One):
    """Other items, separated by semicolons."""

    def clean(self, cell: str, names: NamesOfRecord) -> list[Model]:
        """Return the items, each once."""
        found = [names.find(self.model, name) for name in self.names_in(cell)]
        return list({item.pk: item for item in found}.values())

    def names_in(self, cell: str) -> list[str]:
        """Return the names in a cell, each once."""
        return list({fold(part): part.strip() for part in cell.split(";") if part.strip()}.values())

    def render(self, value: Any) -> str:
        """Return their names or slugs, always in the same order."""
        items = value if isinstance(value, list) else value.all() if value is not None else []
        return "; ".join(sorted(One.render(self, item) for item in items))


class Number(Text):
    """A whole number from 1; an empty cell means no number."""

    def clean(self, cell: str, names: NamesOfRecord) -> int | None:
        """Return the number."""
        if not cell:
            return None
        if not cell.isascii() or not cell.isdecimal() or not 1 <= int(cell) <= 9999:
            raise ValueError(_("Enter a whole number from 1, or leave the cell empty."))
        return int(cell)
