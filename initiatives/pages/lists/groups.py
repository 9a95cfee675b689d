"""Results grouped for display: by speaker, by year, by status, or on a timeline."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from initiatives.models import Person
from initiatives.models.choices import Kind, View
from initiatives.pages.charts.bars import Bars, BarValue, Histogram, YearCount, bars, histogram
from initiatives.pages.charts.timeline import TimelineChart, Year, timeline
from initiatives.pages.lists.facets import Facet
from initiatives.pages.lists.filtersets import CriteriaFilterSet, UrlOf
from initiatives.pages.lists.rows import ResultRow, rows_of
from initiatives.search import Results
from initiatives.search.content import UNDATED
from initiatives.search.results import SpeakerGroup

# How many results of a kind are shown before all of them.
FIRST = 3
# Readers look for what happened, not for milestones.
TITLES = {Kind.MILESTONE: _("What happened")}
COUNTED = {
    Kind.QUOTE: ngettext_lazy("%(shown)s quote", "%(shown)s quotes", "number"),
    Kind.INITIATIVE: ngettext_lazy("%(shown)s initiative", "%(shown)s initiatives", "number"),
    Kind.PRINCIPLE: ngettext_lazy("%(shown)s principle", "%(shown)s principles", "number"),
    Kind.MILESTONE: ngettext_lazy("%(shown)s milestone", "%(shown)s milestones", "number"),
    Kind.THEME: ngettext_lazy("%(shown)s theme", "%(shown)s themes", "number"),
    Kind.PERSON: ngettext_lazy("%(shown)s person", "%(shown)s people", "number"),
    Kind.BODY: ngettext_lazy("%(shown)s institution", "%(shown)s institutions", "number"),
    Kind.SOURCE: ngettext_lazy("%(shown)s source", "%(shown)s sources", "number"),
}

# How many speakers are shown (those with the most quotes), and how many quotes of each.
SPEAKERS = 20
BEST = 2


@dataclass(frozen=True)
class OfKind:
    """The first results of one kind; `url` leads to all of them."""

    kind: Kind
    title: str
    count: int
    url: str
    rows: list[ResultRow]

    @property
    def counted(self) -> str:
        """The number of results with their kind: “12 quotes”."""
        return counted(self.kind, self.count)


@dataclass(frozen=True)
class Speaker:
    """A speaker with their quotes; `url` leads to all of them."""

    person: Person
    group: SpeakerGroup
    url: str
    rows: list[ResultRow]


@dataclass(frozen=True)
class BySpeaker:
    """The speakers with the most quotes, and how many more speakers there are."""

    speakers: list[Speaker]
    more: int

    @property
    def rows(self) -> list[ResultRow]:
        """The quotes of all speakers."""
        return [row for speaker in self.speakers for row in speaker.rows]


@dataclass(frozen=True)
class ByYear:
    """Quotes by year, as a chart (None if no quote has a date) and as rows of a table."""

    columns: list[YearCount]
    plot: Histogram | None
    undated: int
    undated_url: str


@dataclass(frozen=True)
class Figures:
    """The counts of a facet, as a chart and as rows of a table."""

    name: str
    label: str
    plot: Bars


@dataclass(frozen=True)
class YearOnStrip:
    """A year on the timeline: its shapes, label and link, and whether it is selected."""

    drawn: Year
    label: str
    url: str
    current: bool
    # Counts in the order of the lanes.
    row: list[int]


@dataclass(frozen=True)
class OnStrip:
    """Dated items as a timeline and, by year, as rows of a table."""

    plot: TimelineChart
    years: list[YearOnStrip]


def counted(kind: Kind, count: int) -> str:
    """Return a number of items with their kind: “1,200 quotes”."""
    return COUNTED[kind] % {"number": count, "shown": number_format(count, force_grouping=True)}


def kinds_with_results(results: Results, url_of_kind: Callable[[Kind], str]) -> list[OfKind]:
    """Return what a search finds by kind: the kind with the best match first."""
    found = results.by_kind(FIRST)
    rows = rows_of([hit for group in found for hit in group.best], results.query)
    return [
        OfKind(
            group.kind,
            str(TITLES.get(group.kind, group.kind.label)),
            group.count,
            url_of_kind(group.kind),
            [row for row in rows if row.kind == group.kind],
        )
        for group in found
    ]


def speakers_of(filterset: CriteriaFilterSet, results: Results, url_of: UrlOf) -> BySpeaker:
    """Return the results by speaker. `url_of(changes)` returns the list's address with some parameters replaced."""
    found = results.by_speaker(SPEAKERS + 1, BEST)
    # Showing a single further speaker is more useful than saying that there is one.
    groups = found.groups if found.number <= SPEAKERS + 1 else found.groups[:SPEAKERS]
    people = Person.objects.published().in_bulk([group.speaker_id for group in groups])
    rows = rows_of([hit for group in groups for hit in group.best], results.query)
    return BySpeaker(
        speakers=[
            Speaker(
                person=person,
                group=group,
                url=url_of({"speaker": [person.slug], "view": []}),
                rows=[row for row in rows if row.item.speaker_id == person.pk],
            )
            for group in groups
            if (person := people.get(group.speaker_id))
        ],
        more=found.number - len(groups),
    )


def years_of(filterset: CriteriaFilterSet, results: Results, url_of: UrlOf) -> ByYear:
    """Return the results by year, ignoring a filter by year. Each year's link filters by that year."""
    found = results.by_year()
    chosen = filterset.form.cleaned_data.get("year")
    columns = [
        YearCount(year, count, url_of({"year": [f"{year:04}"], "view": []}), current=chosen == f"{year:04}")
        for year, count in found.counts.items()
    ]
    return ByYear(columns, histogram(columns), found.undated, url_of({"year": [UNDATED], "view": []}))


def figures_of(facets: list[Facet], names: list[str], url_of: UrlOf) -> list[Figures]:
    """Return the counts of these facets. Each bar links to the list filtered by its value."""
    figures = []
    for facet in facets:
        chosen = {option.value for option in facet.options if option.chosen}
        values = [
            BarValue(value, label, count, url_of({facet.name: [value], "view": []}), current=value in chosen)
            for value, label, count, _language in facet.values
        ]
        if facet.name in names and (plot := bars(values)):
            figures.append(Figures(facet.name, facet.label, plot))
    return figures


def strip_of(filterset: CriteriaFilterSet, results: Results, kinds: list[str], url_of: UrlOf) -> OnStrip | None:
    """Return the dated results on a timeline, ignoring a filter by year; None if there are none."""
    plot = timeline(results.by_month(), kinds)
    if plot is None:
        return None
    chosen = filterset.form.cleaned_data.get("year")
    years = [
        YearOnStrip(
            drawn,
            ", ".join(f"{Kind(kind).label}: {number_format(count)}" for kind, count in drawn.counts.items()),
            url_of({"year": [f"{drawn.year:04}"]}),
            current=chosen == f"{drawn.year:04}",
            row=[drawn.counts.get(lane.kind, 0) for lane in plot.lanes],
        )
        for drawn in plot.years
    ]
    return OnStrip(plot, years)


# The functions that make what each view shows in addition to the list.
VIEWS: dict[str, Callable[[CriteriaFilterSet, Results, UrlOf], BySpeaker | ByYear]] = {
    View.SPEAKERS: speakers_of,
    View.YEARS: years_of,
}
