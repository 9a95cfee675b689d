"""A list page: its heading, rows, chips, facets, order and pages, all from one FilterSet."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.forms import BoundField
from django.http import QueryDict
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from initiatives.models.choices import Kind, View
from initiatives.pages.charts.bars import Histogram, YearCount, histogram
from initiatives.pages.lists import headings
from initiatives.pages.lists.alternatives import Alternatives, Correction, Offer, alternatives, correction, dated
from initiatives.pages.lists.facets import ALL, FIND, Facet, facets_of, names_of_facets
from initiatives.pages.lists.filtersets import CriteriaFilterSet, ItemsFilter
from initiatives.pages.lists.groups import OfKind, kinds_with_results
from initiatives.pages.lists.headings import Nouns
from initiatives.pages.lists.rows import ResultRow, rows_of
from initiatives.search import Hit, Results, Sort, search
from initiatives.search.content import UNDATED
from initiatives.search.execution import DEEPEST
from initiatives.search.query import plain_words
from initiatives.search.vocabulary import Named
from initiatives.search.widening import Name

FEWEST_YEARS = 3


@dataclass(frozen=True)
class Link:
    """A link in a list: to a page, another order, or the list without a filter."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class Reading:
    """How a query was read, if not as typed; `url` searches for the words as typed."""

    year: str
    # Words that no text contains, and the words searched for instead.
    unknown: list[str]
    words: str
    url: str

    @property
    def unknown_list(self) -> str:
        """The unknown words as a phrase."""
        return get_text_list([f"“{word}”" for word in self.unknown], _("or"))


@dataclass(frozen=True)
class CloseRow:
    """An item close to a search, and the words it lacks."""

    row: ResultRow
    missing: list[str]


class Listing:
    """What a list page shows for a visitor's request.

    `nouns` name the list and its items; `facets` are the filters shown with counts, in order; `by_kind` shows the best
    results of each kind first.
    Raises search.PageOutOfRange if there is no such page.
    """

    def __init__(
        self,
        filterset: CriteriaFilterSet,
        *,
        path: str,
        nouns: Nouns,
        facets: list[str],
        page: int,
        page_size: int,
        by_kind: bool = False,
    ):
        self.filterset = filterset
        self.form = filterset.form
        self.path = path
        self.nouns = nouns
        self.results: Results = search(filterset.qs, page, page_size, names_of_facets(filterset, facets))
        self.facets: list[Facet] = facets_of(filterset, facets, self.results, self.url, self._url_of_option)
        self.view: str = self.form.cleaned_data.get("view") or View.LIST
        self.groups: list[OfKind] = self._groups() if by_kind else []
        plain = self.view == View.LIST and not self.groups
        self.rows: list[ResultRow] = rows_of(self.results.hits, self.results.query) if plain else []
        self.correction: Correction | None = correction(filterset, self.results, self.url)
        self.alternatives: Alternatives | None = None
        if not self.results.count and self.results.searched:
            self.alternatives = alternatives(filterset, self.results, self.url, self.label_of)

    deepest = DEEPEST

    @property
    def goes_on(self) -> bool:
        """Whether there are more results than the pages can show."""
        return self.results.count > DEEPEST

    @property
    def only_quotes(self) -> bool:
        """Whether the list contains only quotes."""
        return self.filterset.qs.kinds == {Kind.QUOTE}

    @cached_property
    def reading(self) -> Reading | None:
        """How the query was read, if not as typed; otherwise None."""
        results = self.results
        if not results.read_as and not results.year:
            return None
        words = dict(results.read_as)
        to_the_letter = self._with_words({form: f'"{form}"' for form in (*words, results.year)})
        url = self.url({"q": [to_the_letter]})
        return Reading(results.year, list(words), results.query.typed, url)

    @cached_property
    def dated(self) -> Offer | None:
        """The list of the items dated then, if the query is a day or a month with its year."""
        return dated(self.filterset, self.results, self.url)

    @cached_property
    def closest(self) -> list[CloseRow]:
        """The closest items, if few items have all the words of the query. Part of a date would mean nothing."""
        tried = self.view == View.LIST and self.results.page == 1 and not self.dated
        found = self.results.closest() if tried else None
        if found is None:
            return []
        rows = rows_of(found.hits, found.query)
        return [CloseRow(row, found.missing[Hit(row.kind, row.item.pk)]) for row in rows]

    @property
    def is_empty(self) -> bool:
        """Whether there are no results to show."""
        return not self.rows and not self.groups if self.view == View.LIST else not self.results.count

    def _groups(self) -> list[OfKind]:
        """Return the best results of each kind, for words searched for in all kinds; empty for any other list."""
        asked = self.form.cleaned_data
        if not self.results.searched or not asked.get("q") or asked.get("kind") or self.results.page > 1:
            return []
        if asked.get("sort") not in ("", None, Sort.RELEVANCE):
            return []
        return kinds_with_results(self.results, lambda kind: self.url({"kind": [kind.value]}))

    @cached_property
    def words(self) -> BoundField:
        """The field for the search words."""
        return self.form["q"]

    @cached_property
    def dates(self) -> list[BoundField]:
        """The fields for dates; empty if the list has none."""
        return [self.form[name] for name in ("from", "to") if name in self.form.fields]

    @property
    def wrong_dates(self) -> bool:
        """Whether a date in the query is invalid."""
        return any(field.errors for field in self.dates)

    @cached_property
    def years(self) -> Histogram | None:
        """A histogram of the years to choose from; None if there are too few for a chart."""
        counts = self.results.facets.get("year", {})
        columns = [YearCount(int(year), count) for year, count in counts.items() if year != UNDATED]
        return histogram(columns) if len(columns) >= FEWEST_YEARS else None

    @property
    def is_expanded(self) -> bool:
        """Whether a facet shows all its values, or those matching a name, on request."""
        return any(name == ALL or name.startswith(FIND) for name in self.filterset.data)

    @property
    def offered(self) -> list[Facet]:
        """The facets to choose from: for a single result, which cannot be narrowed, those with a choice to undo."""
        if self.results.count != 1:
            return self.facets
        return [facet for facet in self.facets if facet.errors or facet.sought or any(o.chosen for o in facet.options)]

    @property
    def has_filters(self) -> bool:
        """Whether there is anything to filter by."""
        return bool(self.offered or self.dates)

    # Addresses: defaults are left out, and changing a filter or the order returns to the first page.
    # {% querystring %} would keep unknown parameters and their order, and cannot drop one value of several.

    def url(self, changes: dict[str, list[str]]) -> str:
        """Return the list's address with some parameters replaced; an empty list removes a parameter.

        A year among the words is replaced with them.
        """
        if "q" in changes:
            changes = {"year": self.filterset.given.get("year", []), **changes}
        written = {**self._all_written, **{name: _written(name, tuple(values)) for name, values in changes.items()}}
        params = "&".join([written[name] for name in (*self.filterset.given, "page", ALL) if written.get(name)])
        return f"{self.path}?{params}" if params else self.path

    @cached_property
    def canonical_path(self) -> str:
        """The canonical address of the list: valid filters in a fixed order, without sort or unknown parameters."""
        params = QueryDict(mutable=True)
        for name, filter_ in self.filterset.filters.items():
            values = self.filterset.given[name]
            if values and name not in self.form.errors and name != "sort":
                params.setlist(name, sorted(values) if isinstance(filter_, ItemsFilter) else values[-1:])
        if self.results.page > 1:
            params["page"] = str(self.results.page)
        return f"{self.path}?{params.urlencode()}" if params else self.path

    @cached_property
    def _all_written(self) -> dict[str, str]:
        """The given values as written in addresses.

        A word read as a year becomes the filter: beside other filters it might be read as typed.
        """
        given, year = dict(self.filterset.given), self.results.year
        if year and "year" in given:
            given |= {"q": [self._with_words({year: ""}).strip()], "year": [year]}
        return {name: _written(name, tuple(values)) for name, values in given.items()}

    def _with_words(self, written: dict[str, str]) -> str:
        """Return what was typed with some words, by their normal form, written in another way."""
        typed = self.form.cleaned_data["q"].typed
        for form, start, end in reversed(list(plain_words(typed))):
            if form in written:
                typed = typed[:start] + written[form] + typed[end:]
        return typed

    def _url_of_option(self, name: str, value: str, chosen: bool) -> str:
        several = isinstance(self.filterset.filters[name], ItemsFilter)
        values = self.filterset.given[name] if several else []
        return self.url({name: [other for other in values if other != value] if chosen else [*values, value]})

    @property
    def clear_url(self) -> str:
        """The list without filters."""
        return self.path

    @cached_property
    def chips(self) -> list[Link]:
        """The active filters, each with an address that removes it."""
        chips = []
        for name in self.filterset.chosen:
            for value in self.filterset.given[name]:
                without = [other for other in self.filterset.given[name] if other != value]
                label = self.filterset.filters[name].label
                chips.append(Link(f"{label}: {headings.label(self.filterset, name, value)}", self.url({name: without})))
        return chips

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Values that the search form must submit, although it has no visible field for them."""
        return [
            (name, value)
            for name in self.filterset.filters
            if name not in {"q", "from", "to"} and name not in self.form.errors
            for value in self.filterset.given[name]
        ]

    @property
    def all_given(self) -> list[tuple[str, str]]:
        """All given parameters, for forms that change another one."""
        return [(name, value) for name, values in self.filterset.given.items() for value in values]

    @property
    def sorts(self) -> list[Link]:
        """The orders to choose from."""
        choices = self.filterset.filters["sort"].extra["choices"]
        if not self.form.cleaned_data.get("q"):
            # Without words, everything is equally relevant.
            choices = [choice for choice in choices if choice[0] != Sort.RELEVANCE]
        default = choices[0][0]
        current = self.form.cleaned_data.get("sort")
        if current not in dict(choices):
            current = default
        return [
            Link(str(label), self.url({"sort": [] if value == default else [str(value)]}), value == current)
            for value, label in choices
        ]

    @property
    def views(self) -> list[Link]:
        """The views of the results; empty if there is only one. Their links keep the current page of the list."""
        if "view" not in self.filterset.filters:
            return []
        page = [] if self.results.page == 1 else [str(self.results.page)]
        return [
            Link(str(label), self.url({"view": [] if view == View.LIST else [view], "page": page}), view == self.view)
            for view, label in self.filterset.filters["view"].extra["choices"]
        ]

    @cached_property
    def pages(self) -> list[Link | None]:
        """Links to the first, last and neighbouring pages; None where some are left out. Empty for one page."""
        last, here = self.results.pages, self.results.page
        if last == 1:
            return []
        numbers = Paginator(range(last), per_page=1).get_elided_page_range(here, on_each_side=2, on_ends=1)
        return [
            Link(str(number), self._url_of_page(number), number == here) if isinstance(number, int) else None
            for number in numbers
        ]

    @cached_property
    def previous_url(self) -> str:
        """The page before this one; empty on the first."""
        return self._url_of_page(self.results.page - 1) if self.results.page > 1 else ""

    @cached_property
    def next_url(self) -> str:
        """The page after this one; empty on the last."""
        return self._url_of_page(self.results.page + 1) if self.results.page < self.results.pages else ""

    def _url_of_page(self, number: int) -> str:
        return self.url({"page": [] if number == 1 else [str(number)]})

    # Words.

    @cached_property
    def heading(self) -> str:
        """The heading that describes the list: “Quotes on rule of law, 2020”."""
        return headings.heading(self.nouns, self.filterset)

    @cached_property
    def none_found(self) -> str:
        """The message of an empty list: “No quotes found on rule of law, 2020”."""
        return headings.none_found(self.nouns, self.filterset)

    @cached_property
    def other_names(self) -> list[Name]:
        """The aliases that widened the search."""
        return [name for name in self.results.names if name.other]

    @cached_property
    def called(self) -> list[Named]:
        """The items whose name is the query, except those that the page names anyway."""
        if self.view != View.LIST or self.results.page > 1 or not self.results.searched:
            return []
        shown = {*self.results.hits[:1], *(Hit(name.kind, name.item.pk) for name in self.other_names)}
        return [named for named in self.results.called() if Hit(named.kind, named.item.pk) not in shown]

    def label_of(self, name: str) -> str:
        """Return the label of an active filter with its chosen values."""
        chosen = get_text_list(headings.labels(self.filterset, name), _("or"))
        if name == "q":
            return _("“%(words)s”") % {"words": chosen}
        return _("“%(filter)s: %(values)s”") % {"filter": self.filterset.filters[name].label, "values": chosen}


@lru_cache(maxsize=10_000)
def _written(name: str, values: tuple[str, ...]) -> str:
    """Return the values of a filter as written in an address; empty if there are none."""
    return urlencode([(name, value) for value in values]) if values else ""
