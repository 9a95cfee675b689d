"""The building blocks of the FilterSets: filters that narrow Criteria.

A FilterSet here filters `search.Criteria` instead of a queryset: one index serves words, filters and counts.
"""

import copy
import datetime
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any

import django_filters
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from initiatives.models import OldSlug
from initiatives.pages.lists.form_fields import (
    SLUG,
    MovedField,
    PartialDateField,
    QueryField,
    SlugChoiceField,
    SlugMultipleChoiceField,
    YearField,
)
from initiatives.search import Criteria, Query, Sort


class WordsFilter(django_filters.Filter):
    """Narrows to items that match a query."""

    field_class = QueryField

    def filter(self, criteria: Criteria, value: Query) -> Criteria:
        """Return the criteria with these words added."""
        return criteria.with_words(value)


class FacetFilter(django_filters.Filter):
    """Base of filters by a facet; `facet` is its name in the search documents."""

    def __init__(self, *args, facet: str, **kwargs):
        self.facet = facet
        super().__init__(*args, **kwargs)

    def filter(self, criteria: Criteria, value) -> Criteria:
        """Return the criteria narrowed to this value."""
        return criteria.choose(self.facet, [getattr(value, "pk", value)]) if value else criteria


class _ItemsOfFilter(FacetFilter):
    """Base of filters by related items."""

    queryset: Any

    def choosable(self):
        """Return the items that are public now, as a queryset."""
        return self.queryset.published()


class ItemFilter(_ItemsOfFilter, django_filters.ModelChoiceFilter):
    """Narrows to one related item, by its slug."""

    field_class = SlugChoiceField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, to_field_name="slug", **kwargs)


class ItemsFilter(_ItemsOfFilter, django_filters.ModelMultipleChoiceFilter):
    """Narrows to any of several related items, by their slugs."""

    field_class = SlugMultipleChoiceField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, to_field_name="slug", **kwargs)

    def filter(self, criteria: Criteria, value) -> Criteria:
        """Return the criteria narrowed to any of these items."""
        return criteria.choose(self.facet, [item.pk for item in value]) if value else criteria


class ExcludedItemsFilter(ItemsFilter):
    """Leaves out items that have any of these related items."""

    def filter(self, criteria: Criteria, value) -> Criteria:
        """Return the criteria without these items."""
        return criteria.exclude(self.facet, [item.pk for item in value])


class ValueFilter(FacetFilter, django_filters.ChoiceFilter):
    """Narrows to one value of a controlled vocabulary."""


class YearFilter(FacetFilter):
    """Narrows to a year, or to undated items."""

    field_class = YearField


class MovedFilter(FacetFilter):
    """Narrows to initiatives whose status has changed since the start of a year, or never has."""

    field_class = MovedField


class SinceFilter(django_filters.Filter):
    """Narrows to dates on or after a day."""

    field_class = PartialDateField

    def filter(self, criteria: Criteria, value: datetime.date | None) -> Criteria:
        """Return the criteria from this day on."""
        return criteria.since(value) if value else criteria


class UntilFilter(django_filters.Filter):
    """Narrows to dates on or before a day."""

    field_class = PartialDateField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, last=True, **kwargs)

    def filter(self, criteria: Criteria, value: datetime.date | None) -> Criteria:
        """Return the criteria up to this day."""
        return criteria.until(value) if value else criteria


class SortFilter(django_filters.ChoiceFilter):
    """Chooses the order of the results."""

    def filter(self, criteria: Criteria, value: str) -> Criteria:
        """Return the criteria in this order."""
        return criteria.sorted_by(Sort(value)) if value else criteria


class ViewFilter(django_filters.ChoiceFilter):
    """Chooses the view of the results. Does not narrow the list."""

    def filter(self, criteria: Criteria, value: str) -> Criteria:
        """Return the criteria unchanged."""
        return criteria


# Returns the address of a list with some parameters replaced; an empty list removes a parameter.
UrlOf = Callable[[dict[str, list[str]]], str]


class _Declared(dict[str, django_filters.Filter]):
    """The filters of a class. Each filter set makes shallow copies: nothing changes their contents, and deep copies
    took as long as reading the form.
    """

    def __deepcopy__(self, memo) -> dict[str, django_filters.Filter]:
        return {name: copy.copy(filter_) for name, filter_ in self.items()}


class CriteriaFilterSet(django_filters.FilterSet):
    """Filters Criteria: `filterset.qs` is the criteria narrowed by every valid field.

    A field with an error is ignored; its message is in `filterset.form.errors`.
    """

    @classmethod
    def get_filters(cls) -> dict[str, django_filters.Filter]:
        """Return the declared filters, with `since` and `until` renamed `from` (a reserved word in Python) and `to`."""
        renamed = {"since": "from", "until": "to"}
        return _Declared({renamed.get(name, name): filter_ for name, filter_ in super().get_filters().items()})

    def with_new_slugs(self) -> QueryDict | None:
        """Return the parameters with old slugs replaced by current ones; None if there are no old slugs."""
        data, changed = self.data.copy(), False
        for name, filter_ in self.filters.items():
            if not isinstance(filter_, ItemFilter | ItemsFilter) or name not in self.form.errors:
                continue
            items = filter_.choosable()
            values = data.getlist(name)
            old = OldSlug.objects.filter(kind=items.model._meta.model_name, slug__in=filter(SLUG.fullmatch, values))
            slugs = dict(items.filter(pk__in=[redirect.object_id for redirect in old]).values_list("pk", "slug"))
            new = {redirect.slug: slugs[redirect.object_id] for redirect in old if redirect.object_id in slugs}
            if new:
                data.setlist(name, [new.get(value, value) for value in values])
                changed = True
        return data if changed else None

    @cached_property
    def given(self) -> dict[str, list[str]]:
        """The distinct values given for each filter; only the last for one that takes a single value, as in the form.

        Cached, because a page has more than a hundred addresses.
        """
        given = {}
        for name, filter_ in self.filters.items():
            values = self.data.getlist(name)
            used = values if isinstance(filter_, ItemsFilter) else values[-1:]
            given[name] = [value for value in dict.fromkeys(used) if value.strip()]
        return given

    @property
    def narrowing(self) -> list[str]:
        """The names of the filters that narrow the list; the others change only how results are shown."""
        return [name for name, filter_ in self.filters.items() if not isinstance(filter_, SortFilter | ViewFilter)]

    @property
    def chosen(self) -> list[str]:
        """The names of the active filters: those that narrow the list and are valid."""
        return [name for name in self.narrowing if name in self.form.cleaned_data and self.given[name]]

    def narrowed_by(self, names: Iterable[str]) -> Criteria:
        """Return the list's criteria narrowed only by these filters."""
        criteria = self.queryset.all()
        for name in names:
            criteria = self.filters[name].filter(criteria, self.form.cleaned_data[name])
        return criteria

    def filter_queryset(self, criteria: Criteria) -> Criteria:
        """Return the criteria, narrowed by every field without an error."""
        for name, value in self.form.cleaned_data.items():
            criteria = self.filters[name].filter(criteria, value)
        if criteria.date_from and criteria.date_to and criteria.date_from > criteria.date_to:
            self.form.add_error("to", _("Enter a date that is the same as or later than the “From” date."))
            return replace(criteria, date_to=None)
        return criteria
