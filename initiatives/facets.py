"""Facets of a list: the values that can be chosen next, with the number of items that each would give."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from initiatives.filtering import CriteriaFilterSet, FacetFilter, ItemFilter, ItemsFilter, YearFilter
from initiatives.search import Results
from initiatives.search.content import UNDATED

# Values beyond these fold away under "more".
SHOWN = 8
# The most frequent values are offered, this many; search finds the others.
OFFERED = 40


@dataclass(frozen=True)
class Option:
    """A value of a facet, and where choosing it (or dropping it, if it is chosen) leads."""

    value: str
    label: str
    count: int
    chosen: bool
    url: str
    language: str = ""


@dataclass(frozen=True)
class Facet:
    """A filter with its values: the most frequent, or in their own order, and the rest."""

    name: str
    label: str
    options: list[Option] = field(default_factory=list)
    more: list[Option] = field(default_factory=list)


def facets_of(
    filterset: CriteriaFilterSet, names: list[str], results: Results, url_of: Callable[[str, str, bool], str]
) -> list[Facet]:
    """Return the facets of a list that have anything to choose, in the order of `names`.

    `url_of(name, value, chosen)` gives the address that a value leads to.
    """
    facets = []
    for name in names:
        filter_ = filterset.filters[name]
        chosen = [] if name in filterset.form.errors else filterset.data.getlist(name)
        options = [
            Option(value, label, count, value in chosen, url_of(name, value, value in chosen), language)
            for value, label, count, language in _labelled(
                filter_, results.facets.get(filter_.facet, {}), filterset.form.cleaned_data.get(name)
            )
        ]
        if options:
            shown = options[:SHOWN] + [option for option in options[SHOWN:] if option.chosen]
            more = [option for option in options[SHOWN:] if not option.chosen]
            facets.append(Facet(name, filter_.label, shown, more))
    return facets


def names_of_facets(filterset: CriteriaFilterSet, names: list[str]) -> list[str]:
    """Return what the facets of these filters are called in the search documents."""
    return [filterset.filters[name].facet for name in names]


def _labelled(filter_: FacetFilter, counts: dict[str, int], chosen) -> list[tuple[str, str, int, str]]:
    """Return (value in addresses, label, count, language of the label if it has its own), as readers see them.

    What is chosen stays among them even if nothing is left of it, so that it can be dropped where it was chosen.
    """
    if isinstance(filter_, ItemsFilter | ItemFilter):
        frequent = [key for key, _count in Counter(counts).most_common(OFFERED)]
        kept = (
            [item.pk for item in (chosen or [])] if isinstance(filter_, ItemsFilter) else [chosen.pk] if chosen else []
        )
        # The filter's own queryset decides which items have a name for the public.
        items = filter_.get_queryset(None).filter(pk__in=[*frequent, *kept]).only("pk", "slug", *_name_fields(filter_))
        labelled = [
            (item.slug, str(item), counts.get(str(item.pk), 0), getattr(item, "title_language", "")) for item in items
        ]
        return sorted(labelled, key=lambda option: (-option[2], option[1]))
    values = {**counts, chosen: counts.get(chosen, 0)} if chosen else counts
    if isinstance(filter_, YearFilter):
        years = sorted((year for year in values if year != UNDATED), reverse=True)
        undated = [UNDATED] if UNDATED in values else []
        return [(year, year if year != UNDATED else _("undated"), values[year], "") for year in [*years, *undated]]
    return [(value, str(label), values[value], "") for value, label in filter_.extra["choices"] if value in values]


def _name_fields(filter_: ItemFilter | ItemsFilter) -> list[str]:
    fields = {field.name for field in filter_.get_queryset(None).model._meta.fields}
    return [name for name in ("name", "title", "language") if name in fields]
