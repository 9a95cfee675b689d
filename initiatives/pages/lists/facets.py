"""Facets of a list: the values to choose from, with the number of items for each."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import Value
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from initiatives.pages.lists.filtersets import (
    CriteriaFilterSet,
    FacetFilter,
    ItemFilter,
    ItemsFilter,
    MovedFilter,
    YearFilter,
)
from initiatives.pages.lists.headings import moved
from initiatives.search import Results
from initiatives.search.content import UNDATED
from initiatives.search.criteria import NEVER

# Further values are folded away under "more": of a facet that offers all its values, and of one with thousands.
SHOWN, SHOWN_OF_MANY = 20, 8
# Of facets that can have thousands of values, the most frequent are offered, and a box finds the others by their names.
MANY = frozenset({"speaker", "source", "initiative", "body"})
OFFERED = 40
# What the address calls such a box, before the name of the filter; and the longest name that it takes.
FIND, LONGEST = "find_", 100


@dataclass(slots=True)
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
    facets, labelled = [], _labelled(filterset, names, results)
    for name in names:
        counts = results.facets.get(filterset.filters[name].facet, {})
        errors = filterset.form.errors.get(name, [])
        chosen = [] if errors else filterset.data.getlist(name)
        options = [
            Option(value, label, count, value in chosen, url_of(name, value, value in chosen), language)
            for value, label, count, language in labelled[name]
        ]
        find = FIND + name if name in MANY and len(counts) > OFFERED else ""
        sought = sought_in(filterset, name)
        if options or find:
            most = SHOWN_OF_MANY if name in MANY and not sought else SHOWN
            shown = options[:most] + [option for option in options[most:] if option.chosen]
            more = [option for option in options[most:] if not option.chosen]
            # To name a single further value takes no more room than to say that there is one.
            if len(more) == 1:
                shown, more = options, []
            facets.append(Facet(name, filterset.filters[name].label, shown, more, list(errors), find, sought))
    return facets


def sought_in(filterset: CriteriaFilterSet, name: str) -> str:
    """Return what was typed to find further values of a filter."""
    typed = filterset.data.get(FIND + name, "") if name in MANY else ""
    return typed.replace("\0", "").strip()[:LONGEST]


def names_of_facets(filterset: CriteriaFilterSet, names: list[str]) -> list[str]:
    """Return the names of these filters' facets in the search documents."""
    return [filterset.filters[name].facet for name in names]


# A value as written in addresses, its label, its count, and the label's language if it has its own.
Labelled = tuple[str, str, int, str]


def _labelled(filterset: CriteriaFilterSet, names: list[str], results: Results) -> dict[str, list[Labelled]]:
    """Return the values of each facet, as readers see them; the items among them come by one query.

    A chosen value is kept even if it has no items left, so that it can be removed where it was chosen.
    """
    labelled: dict[str, list[Labelled]] = {}
    choices = []
    for name in names:
        filter_, chosen = filterset.filters[name], filterset.form.cleaned_data.get(name)
        counts = results.facets.get(filter_.facet, {})
        if isinstance(filter_, ItemsFilter | ItemFilter):
            labelled[name] = []
            if keys := _keys(filter_, counts, chosen, name, sought_in(filterset, name)):
                items = filter_.choosable().filter(pk__in=keys)
                choices.append(items.annotate(facet=Value(name)).for_choice("facet"))
        else:
            labelled[name] = _values(filter_, counts, chosen)
    found = []
    for key, slug, label, language, family, name in choices[0].union(*choices[1:], all=True) if choices else ():
        count = results.facets.get(filterset.filters[name].facet, {}).get(str(key), 0)
        found.append((-count, family or label, label, slug, language, name))
    for negative, _family, label, slug, language, name in sorted(found):
        labelled[name].append((slug, label, -negative, language))
    return labelled


def _named(filter_: ItemFilter | ItemsFilter, counts: dict[str, int], sought: str) -> set[int]:
    """Return the primary keys of the items of a facet whose names contain some letters."""
    items = filter_.choosable().filter(pk__in=[int(key) for key in counts])
    column = "name" if any(field.name == "name" for field in items.model._meta.fields) else "title"
    return set(items.filter(**{f"{column}__icontains": sought}).order_by().values_list("pk", flat=True)[:OFFERED])


def _keys(filter_: ItemFilter | ItemsFilter, counts: dict[str, int], chosen, name: str, sought: str) -> set[int]:
    """Return the primary keys of the items that a facet offers: the most frequent or those sought, and what is chosen.

    A facet that cannot have thousands of values offers all of them.
    """
    several = [chosen] if hasattr(chosen, "pk") else chosen or []
    kept = {item.pk for item in several}
    if sought:
        return kept | _named(filter_, counts, sought)
    return kept | {int(key) for key, _count in Counter(counts).most_common(OFFERED if name in MANY else None)}


def _values(filter_: FacetFilter, counts: dict[str, int], chosen) -> list[Labelled]:
    """Return the values of a filter that does not choose items, each with a capital letter.

    The names of items stay as they are: a theme is spelt the same in facets and in tags.
    """
    values = {**counts, chosen: counts.get(chosen, 0)} if chosen else counts
    if isinstance(filter_, YearFilter):
        years = sorted((year for year in values if year != UNDATED), reverse=True)
        undated = [UNDATED] if UNDATED in values else []
        return [
            (year, year if year != UNDATED else capfirst(_("undated")), values[year], "") for year in [*years, *undated]
        ]
    if isinstance(filter_, MovedFilter):
        # The years in which something moved last: since the others as many have moved.
        years = [year for year in values if year != NEVER]
        told = [year for year in years if year == chosen or values[year] != values.get(str(int(year) + 1))]
        shown = [*sorted(told, reverse=True), *([NEVER] if NEVER in values else [])]
        return [(value, capfirst(moved(value)), values[value], "") for value in shown]
    return [
        (value, capfirst(str(label)), values[value], "") for value, label in filter_.extra["choices"] if value in values
    ]
