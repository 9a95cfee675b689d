"""Form fields of the lists, which check values in an address and explain how to correct them."""

import datetime
import re
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from initiatives.models.partial_dates import last_day, parse_partial_date
from initiatives.search import Query, QueryError, parse
from initiatives.search.content import UNDATED
from initiatives.search.criteria import NEVER

SLUG = re.compile(r"[-\w]+")


class QueryField(forms.CharField):
    """A search query; cleans to a `search.Query`."""

    def clean(self, value) -> Query:
        """Return the parsed query. Raises ValidationError, with advice, if it cannot be run."""
        try:
            return parse(super().clean(value))
        except QueryError as error:
            raise ValidationError(str(error)) from error


class PartialDateField(forms.CharField):
    """A date as YYYY, YYYY-MM or YYYY-MM-DD; cleans to its first or (with `last`) its last day."""

    def __init__(self, *args, last: bool = False, **kwargs):
        self.last = last
        super().__init__(*args, **kwargs)

    def clean(self, value) -> datetime.date | None:
        """Return the day. Raises ValidationError, with an example, if it is not a date."""
        try:
            date, precision = parse_partial_date(super().clean(value))
        except ValueError as error:
            raise ValidationError(str(error)) from error
        return last_day(date, precision) if date and self.last else date


class YearField(forms.CharField):
    """A year of four digits, or "undated"."""

    # The word allowed in place of a year, and the message for anything else.
    word = UNDATED
    message = _("Enter a year with four digits, such as 2020.")

    def clean(self, value) -> str:
        """Return the value as written. Raises ValidationError, with an example, if it is neither."""
        year = super().clean(value)
        if year and year != self.word and not re.fullmatch(r"[0-9]{4}", year):
            raise ValidationError(self.message)
        return year


class MovedField(YearField):
    """A year of four digits, or "never"."""

    word = NEVER
    message = _("Enter a year with four digits, such as 2020, or “never”.")


class SlugChoiceField(django_filters.fields.ModelChoiceField):
    """A choice of a public item by its slug; the error names a slug that does not exist."""

    queryset: Any
    default_error_messages = {"invalid_choice": _("There is no “%(value)s”. Choose one of the values listed.")}

    def to_python(self, value):
        """Return the item with this slug."""
        if not value:
            return None
        if not SLUG.fullmatch(str(value)):
            raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": value})
        self.queryset = self.queryset.published()
        return super().to_python(value)


class SlugMultipleChoiceField(django_filters.fields.ModelMultipleChoiceField):
    """A choice of public items by their slugs; the error names a slug that does not exist."""

    queryset: Any
    default_error_messages = {"invalid_choice": _("There is no “%(value)s”. Choose one of the values listed.")}

    def clean(self, value):
        """Return the items with these slugs. Runs no query if there are none."""
        if not value:
            return []
        self.queryset = self.queryset.published()
        return super().clean(value)

    def _check_values(self, value):
        for slug in value:
            if not SLUG.fullmatch(str(slug)):
                raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": slug})
        return super()._check_values(value)
