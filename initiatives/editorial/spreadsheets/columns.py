"""The columns of the tables: how a value is written in a cell, and what a cell means (django-import-export's widgets).

`render` gives what `clean` understands. `clean` raises ValidationError or ValueError with a message for people.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.widgets import Widget

from initiatives.editorial.spreadsheets.csv_reader import shown
from initiatives.editorial.spreadsheets.names import Names, label_of
from initiatives.models.partial_dates import parse_partial_date


class Column(Field):
    """A column: the attribute that it shows, what is said of it, and whether it must be filled."""

    def __init__(self, name: str, attribute: str = "", widget: Widget | None = None, *, about, required: bool = False):
        super().__init__(attribute=attribute or name, column_name=name, widget=widget or Widget())
        self.about, self.required = about, required

    @property
    def many(self) -> bool:
        """Whether the values are other items, any number of them."""
        return isinstance(self.widget, Many)

    @property
    def related(self) -> bool:
        """Whether the value is another item, or several."""
        return isinstance(self.widget, One | Many)

    def assign(self, item: Model, value) -> None:
        """Give the item the value that `clean` returned; those of `many` are kept elsewhere."""
        setattr(item, self.attribute, value)


class DateColumn(Column):
    """A date as exactly as it is known; two attributes of the item."""

    def __init__(self, name: str, **said):
        super().__init__(name, "iso_date", PartialDate(), **said)

    def assign(self, item: Any, value) -> None:
        """Give the item its date and precision."""
        item.date, item.date_precision = value


class PartialDate(Widget):
    """`YYYY`, `YYYY-MM` or `YYYY-MM-DD`."""

    def clean(self, value: str, row=None, **context) -> tuple[datetime.date | None, str]:
        """Return the first day and the precision."""
        return parse_partial_date(value)


class Day(Widget):
    """`YYYY-MM-DD`, or nothing."""

    def clean(self, value: str, row=None, **context) -> datetime.date | None:
        """Return the day."""
        date, precision = parse_partial_date(value)
        if precision not in ("", "day"):
            raise ValidationError(_("%(cell)s is not a day: write YYYY-MM-DD.") % {"cell": shown(value)})
        return date


class Choice(Widget):
    """One of some stored values; an empty cell is `default`, or wrong if there is none."""

    def __init__(self, values: Iterable[str], default: str | None = None):
        super().__init__()
        self.values, self.default = list(values), default

    def clean(self, value: str, row=None, **context) -> str:
        """Return the value."""
        if not value and self.default is not None:
            return self.default
        if value.lower() not in self.values:
            raise ValidationError(
                _("%(cell)s is not known: write %(values)s.")
                % {"cell": shown(value), "values": ", ".join(filter(None, self.values))}
            )
        return value.lower()


class One(Widget):
    """Another item, written by its slug; read by slug, name or other name."""

    def __init__(self, model: type[Model]):
        super().__init__()
        self.model = model

    def clean(self, value: str, row=None, *, names: Names, **context) -> Model | None:
        """Return the item, or None for an empty cell."""
        return names.find(self.model, value) if value else None

    def render(self, value, obj=None, **kwargs) -> str:
        """Return the slug."""
        return value.slug if value else ""


class Many(Widget):
    """Other items, separated by semicolons; written by name or by slug, read by either or by other names."""

    def __init__(self, model: type[Model], by: str = "slug"):
        super().__init__()
        self.model, self.by = model, by

    def clean(self, value: str, row=None, *, names: Names, **context) -> list[Model]:
        """Return the items, each once."""
        found = [names.find(self.model, part) for part in value.split(";") if part.strip()]
        return list({item.pk: item for item in found}.values())

    def render(self, value, obj=None, **kwargs) -> str:
        """Return their names or slugs, in one order whatever they are given in."""
        items = value if isinstance(value, list) else value.all() if value is not None else []
        return "; ".join(sorted(item.slug if self.by == "slug" else label_of(item) for item in items))
