"""Facets of a list: the values to choose from, with the number of items for each."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Value
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from initiatives.pages.edition import edition
from initiatives.pages.lists.filtersets import (
    CriteriaFilterSet,
    FacetFilter,
    ItemFilter,
    ItemsFilter,
    MovedFilter,
    UrlOf,
    YearFilter,
)
from initiatives.pages.lists.headings import moved
from initiatives.search import Results
from initiatives.search.content import UNDATED
from initiatives.search.criteria import NEVER

# How many values of a facet are shown at first, and the parameter that requests all of them.
SHOWN, ALL = 8, "all"
# Facets that can have thousands of values offer the most frequent, and a box to find the others by name.
MANY = frozenset({"speaker", "source", "initiative", "body"})
OFFERED = 40
# The prefix of such a box's parameter, before the name of the filter; and the longest text it accepts.
FIND, LONGEST = "find_", 100

UrlOfOption = Callable[[str, str, bool], str]


@dataclass(slots=True)
class Option:
    """A value of a facet, and the link that chooses it or, if it is chosen, removes it."""

    value: str
    label: str
    count: int
    chosen: bool
    url: str
    language: str = ""


# A value as written in addresses, its label, its count, and the label's language if not the page's.
Labelled = tuple[str, str, int, str]


@dataclass(frozen=True)
class Facet:
    """A filter with its values: the first ones, by frequency or in their own order, or all of them."""

    name: str
    label: str
    # All values; and those shown, with their links.
    values: list[Labelled] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    # The address that shows all values, or only the first ones if all are shown; empty if there are no others.
    more_url: str = ""
    # The errors in the requested value.
    errors: list[str] = field(default_factory=list)
    # The name of the box that finds further values, empty if there is no box; and its text.
    find: str = ""
    sought: str = ""

    @property
    def more(self) -> int:
        """How many values are not shown."""
        return len(self.values) - len(self.options)


def facets_of(
    filterset: CriteriaFilterSet, names: list[str], results: Results, url_of: UrlOf, url_of_option: UrlOfOption
) -> list[Facet]:
    """Return the facets of a list that have values to choose from, in the order of `names`.

    `url_of(changes)` returns the list's address with some parameters replaced, `url_of_option(name, value, chosen)`
    the link of a value.
    """
    facets = []
    for name, values in _labelled(filterset, names, results).items():
        errors = filterset.form.errors.get(name, [])
        chosen = [] if errors else filterset.data.getlist(name)
        is_long = name in MANY and len(results.facets.get(filterset.filters[name].facet, {})) > OFFERED
        sought, whole = sought_in(filterset, name), name in filterset.data.getlist(ALL)
        shown = values[:SHOWN] + [value for value in values[SHOWN:] if value[0] in chosen]
        more_url = ""
        # Showing a single further value takes no more room than saying that there is one.
        if sought or len(values) - len(shown) == 1:
            shown = values
        elif len(values) > len(shown):
            page = [str(results.page)] if results.page > 1 else []
            more_url = f"{url_of({ALL: [] if whole else [name], 'page': page})}#facet-{name}"
            shown = values if whole else shown
        options = [
            Option(value, label, count, value in chosen, url_of_option(name, value, value in chosen), language)
            for value, label, count, language in shown
        ]
        if options or is_long:
            find, label = FIND + name if is_long else "", filterset.filters[name].label
            facets.append(Facet(name, label, values, options, more_url, list(errors), find, sought))
    return facets


def sought_in(filterset: CriteriaFilterSet, name: str) -> str:
    """Return what was typed to find further values of a filter."""
    typed = filterset.data.get(FIND + name, "") if name in MANY else ""
    return typed.replace("\0", "").strip()[:LONGEST]


def names_of_facets(filterset: CriteriaFilterSet, names: list[str]) -> list[str]:
    """Return the names of these filters' facets in the search documents."""
    return [filterset.filters[name].facet for name in names]


def _labelled(filterset: CriteriaFilterSet, names: list[str], results: Results) -> dict[str, list[Labelled]]:
    """Return the values of each facet, as readers see them.

    A chosen value is kept even if it has no items left, so that it can be removed where it was chosen.
    """
    labelled: dict[str, list[Labelled]] = {}
    wanted = {}
    for name in names:
        filter_, chosen = filterset.filters[name], filterset.form.cleaned_data.get(name)
        counts = results.facets.get(filter_.facet, {})
        labelled[name] = []
        if isinstance(filter_, ItemsFilter | ItemFilter):
            wanted[name] = _keys(filter_, counts, chosen, name, sought_in(filterset, name))
        else:
            labelled[name] = _values(filter_, counts, chosen)
    labels = _labels({name: filterset.filters[name] for name in wanted}, wanted)
    for name, keys in wanted.items():
        counts, found = results.facets.get(filterset.filters[name].facet, {}), []
        for key in keys:
            if label := labels[name, key]:
                count = counts.get(str(key), 0)
                found.append(
                    (-count, label.family or label.name, label.name, (label.slug, label.name, count, label.language))
                )
        labelled[name] = [value for *_order, value in sorted(found)]
    return labelled


class _Label(NamedTuple):
    """The label of an item in a list of choices."""

    slug: str
    name: str
    language: str
    family: str


# The edition for which the cached labels are valid, and the labels; None for items that are not public.
_known: tuple[str, dict[tuple[str, int], _Label | None]] = ("", {})


def _labels(
    filters: dict[str, ItemFilter | ItemsFilter], wanted: dict[str, set[int]]
) -> dict[tuple[str, int], _Label | None]:
    """Return the labels of items in this edition, by facet and key, loading those not cached in one query."""
    global _known
    code = edition().code
    if code != _known[0]:
        _known = (code, {})
    known = _known[1]
    choices = []
    for name, keys in wanted.items():
        if missing := [key for key in keys if (name, key) not in known]:
            known.update(dict.fromkeys((name, key) for key in missing))
            items = filters[name].choosable().filter(pk__in=missing)
            choices.append(items.annotate(facet=Value(name)).for_choice("facet"))
    for key, *label, name in choices[0].union(*choices[1:], all=True) if choices else ():
        known[name, key] = _Label(*label)
    return known


def _named(filter_: ItemFilter | ItemsFilter, counts: dict[str, int], sought: str) -> set[int]:
    """Return the primary keys of the items of a facet whose names contain the text sought."""
    items = filter_.choosable().filter(pk__in=[int(key) for key in counts])
    column = "name" if any(field.name == "name" for field in items.model._meta.fields) else "title"
    return set(items.filter(**{f"{column}__icontains": sought}).order_by().values_list("pk", flat=True)[:OFFERED])


def _keys(filter_: ItemFilter | ItemsFilter, counts: dict[str, int], chosen, name: str, sought: str) -> set[int]:
    """Return the primary keys of the items that a facet offers: the most frequent or those sought, and those chosen.

    A facet that cannot have thousands of values offers all of them.
    """
    several = [chosen] if hasattr(chosen, "pk") else chosen or []
    kept = {item.pk for item in several}
    if sought:
        return kept | _named(filter_, counts, sought)
    return kept | {int(key) for key, _count in Counter(counts).most_common(OFFERED if name in MANY else None)}


def _values(filter_: FacetFilter, counts: dict[str, int], chosen) -> list[Labelled]:
    """Return the values of a filter that does not choose items, each beginning with a capital letter.

    The names of items are not changed: a theme is spelt the same in facets and tags.
    """
    values = {**counts, chosen: counts.get(chosen, 0)} if chosen else counts
    if isinstance(filter_, YearFilter):
        years = sorted((year for year in values if year != UNDATED), reverse=True)
        undated = [UNDATED] if UNDATED in values else []
        return [
            (year, year if year != UNDATED else capfirst(_("undated")), values[year], "") for year in [*years, *undated]
        ]
    if isinstance(filter_, MovedFilter):
        # Only years in which some initiative last moved: the other years would have the same counts.
        years = [year for year in values if year != NEVER]
        distinct = [year for year in years if year == chosen or values[year] != values.get(str(int(year) + 1))]
        shown = [*sorted(distinct, reverse=True), *([NEVER] if NEVER in values else [])]
        return [(value, capfirst(moved(value)), values[value], "") for value in shown]
    return [
        (value, capfirst(str(label)), values[value], "") for value, label in filter_.extra["choices"] if value in values
    ]
