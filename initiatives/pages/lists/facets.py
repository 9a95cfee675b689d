"""Facets of a list: the values to choose from, with the number of items for each."""

import datetime
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from django.db.models import QuerySet, Value
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from initiatives.models.prepared import PreparedQuery
from initiatives.pages.lists.filtersets import CriteriaFilterSet, FacetFilter, ItemFilter, ItemsFilter, YearFilter
from initiatives.search import Results
from initiatives.search.content import UNDATED

# Further values are folded away under "more": of a facet that offers all its values, and of one with thousands.
SHOWN, SHOWN_OF_MANY = 20, 8
# Of facets that can have thousands of values, the most frequent are offered, and a box finds the others by their names.
MANY = frozenset({"speaker", "source", "initiative", "body"})
OFFERED = 40
# What the address calls such a box, before the name of the filter; and the longest name that it takes.
FIND, LONGEST = "find_", 100


@dataclass(frozen=True)
class Option:
    """A value of a facet, and the link that chooses it or, if it is chosen, removes it."""

    value: str
    label: str
    count: int
    chosen: bool
    url: str
    language: str = ""


@dataclass(frozen=True)
class Facet:
    """A filter with its values: the first ones, by frequency or in their own order, and the rest."""

    name: str
    label: str
    options: list[Option] = field(default_factory=list)
    more: list[Option] = field(default_factory=list)
    # The errors in the value requested.
    errors: list[str] = field(default_factory=list)
    # The name of the box that finds further values, empty if there are none; and what was typed there.
    find: str = ""
    sought: str = ""


def facets_of(
    filterset: CriteriaFilterSet, names: list[str], results: Results, url_of: Callable[[str, str, bool], str]
) -> list[Facet]:
    """Return the facets of a list that have values to choose from, in the order of `names`.

    `url_of(name, value, chosen)` gives the link of a value.
    """
    labelled = _labelled(filterset, names, results)
    facets = []
    for name in names:
        errors = filterset.form.errors.get(name, [])
        chosen = [] if errors else filterset.data.getlist(name)
        options = [
            Option(value, capfirst(label), count, value in chosen, url_of(name, value, value in chosen), language)
            for value, label, count, language in labelled[name]
        ]
        find = FIND + name if name in MANY and len(_counts(filterset, name, results)) > OFFERED else ""
        sought = sought_in(filterset, name)
        if options or find:
            most = SHOWN_OF_MANY if name in MANY and not sought else SHOWN
            shown = options[:most] + [option for option in options[most:] if option.chosen]
            more = [option for option in options[most:] if not option.chosen]
            facets.append(Facet(name, filterset.filters[name].label, shown, more, list(errors), find, sought))
    return facets


def sought_in(filterset: CriteriaFilterSet, name: str) -> str:
    """Return what was typed to find further values of a filter."""
    typed = filterset.data.get(FIND + name, "") if name in MANY else ""
    return typed.replace("\0", "").strip()[:LONGEST]


def _counts(filterset: CriteriaFilterSet, name: str, results: Results) -> dict[str, int]:
    return results.facets.get(filterset.filters[name].facet, {})


def names_of_facets(filterset: CriteriaFilterSet, names: list[str]) -> list[str]:
    """Return the names of these filters' facets in the search documents."""
    return [filterset.filters[name].facet for name in names]


# A value as written in addresses, its label, its count, and the label's language if it has its own.
Labelled = tuple[str, str, int, str]


def _labelled(filterset: CriteriaFilterSet, names: list[str], results: Results) -> dict[str, list[Labelled]]:
    """Return the values of each facet, as readers see them.

    A chosen value is kept even if it has no items left, so that it can be removed where it was chosen.
    """
    labelled, items = {}, {}
    for name in names:
        filter_ = filterset.filters[name]
        counts, chosen = _counts(filterset, name, results), filterset.form.cleaned_data.get(name)
        if isinstance(filter_, ItemsFilter | ItemFilter):
            sought = sought_in(filterset, name)
            items[name] = _keys({} if sought else counts, chosen, most=OFFERED if name in MANY else None)
            if sought:
                items[name] |= _named(filter_, counts, sought)
        else:
            labelled[name] = _values(filter_, counts, chosen)
    return labelled | _names(filterset, items, results)


def _named(filter_: ItemFilter | ItemsFilter, counts: dict[str, int], sought: str) -> set[int]:
    """Return the primary keys of the items of a facet in whose name some letters stand."""
    items = filter_.choosable().filter(pk__in=[int(key) for key in counts])
    column = "name" if any(field.name == "name" for field in items.model._meta.fields) else "title"
    return set(items.filter(**{f"{column}__icontains": sought}).order_by().values_list("pk", flat=True)[:OFFERED])


def _keys(counts: dict[str, int], chosen, most: int | None) -> set[int]:
    """Return the primary keys of the items that a facet offers: the `most` frequent (None: all), and what is chosen."""
    frequent = {int(key) for key, _count in Counter(counts).most_common(most)}
    several = [chosen] if hasattr(chosen, "pk") else chosen or []
    return frequent | {item.pk for item in several}


def _names(filterset: CriteriaFilterSet, keys: dict[str, set[int]], results: Results) -> dict[str, list[Labelled]]:
    """Return the items of each filter by their keys, the most frequent first. One query for all filters."""
    labelled: dict[str, list[Labelled]] = {name: [] for name in keys}
    if not any(keys.values()):
        return labelled
    # The type checker takes the __hash__ of a class for that of its instances.
    statement = _statement(type(filterset), tuple(keys))  # type: ignore[arg-type]
    for name, key, slug, label, language in statement.rows(*keys.values()):
        count = results.facets.get(filterset.filters[name].facet, {}).get(str(key), 0)
        labelled[name].append((slug, label, count, language))
    return {name: sorted(several, key=lambda option: (-option[2], option[1])) for name, several in labelled.items()}


@lru_cache
def _statement(filterset: type[CriteriaFilterSet], names: tuple[str, ...]) -> PreparedQuery:
    """Return the query for the names of the items of some filters, by a group of keys for each filter."""

    def write(at: datetime.datetime, *groups: list[int]) -> QuerySet:
        parts = [
            filterset.base_filters[name].choosable(at).filter(pk__in=keys).for_choice(Value(name))
            for name, keys in zip(names, groups, strict=True)
        ]
        return parts[0].union(*parts[1:], all=True)

    return PreparedQuery(write)


def _values(filter_: FacetFilter, counts: dict[str, int], chosen) -> list[Labelled]:
    """Return the values of a filter that does not choose items."""
    values = {**counts, chosen: counts.get(chosen, 0)} if chosen else counts
    if isinstance(filter_, YearFilter):
        years = sorted((year for year in values if year != UNDATED), reverse=True)
        undated = [UNDATED] if UNDATED in values else []
        return [(year, year if year != UNDATED else _("undated"), values[year], "") for year in [*years, *undated]]
    return [(value, str(label), values[value], "") for value, label in filter_.extra["choices"] if value in values]
