"""Quotes that were found, looked at in groups: by speaker and by year, ready for a page."""

from collections.abc import Callable
from dataclasses import dataclass

from initiatives.choices import View
from initiatives.filtering import CriteriaFilterSet, UrlOf
from initiatives.models import Person
from initiatives.plots.histogram import Column, Histogram, histogram
from initiatives.presenting import Row, rows_of
from initiatives.search import Results, SpeakerGroup, by_speaker, by_year
from initiatives.search.content import UNDATED

# The speakers that are shown, those with most quotes, and the quotes of each.
SPEAKERS = 20
BEST = 2


@dataclass(frozen=True)
class Speaker:
    """A speaker with her share of the quotes; `url` leads to all of it."""

    person: Person
    group: SpeakerGroup
    url: str
    rows: list[Row]


@dataclass(frozen=True)
class BySpeaker:
    """The speakers with most quotes, and how many more there are."""

    speakers: list[Speaker]
    more: int
    capped: bool


@dataclass(frozen=True)
class ByYear:
    """Quotes by year, as a plot (None if no quote has a date) and as the columns of a table."""

    columns: list[Column]
    plot: Histogram | None
    undated: int
    undated_url: str
    capped: bool


def speakers_of(filterset: CriteriaFilterSet, results: Results, url_of: UrlOf) -> BySpeaker:
    """Return the quotes that were found by speaker. `url_of(changes)` gives the list's address, changed."""
    found = by_speaker(results, BEST)
    groups = found.groups[:SPEAKERS]
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
        more=len(found.groups) - len(groups),
        capped=found.capped,
    )


def years_of(filterset: CriteriaFilterSet, results: Results, url_of: UrlOf) -> ByYear:
    """Return the quotes that were found by year, as if no year were chosen; a year's link filters by it."""
    found = by_year(results, filterset.qs)
    chosen = filterset.form.cleaned_data.get("year")
    columns = [
        Column(year, count, url_of({"year": [f"{year:04}"], "view": []}), current=chosen == f"{year:04}")
        for year, count in found.counts.items()
    ]
    return ByYear(
        columns, histogram(columns), found.undated, url_of({"year": [UNDATED], "view": []}), capped=found.capped
    )


# What a view of the results needs beside the list; nothing for the list itself.
VIEWS: dict[str, Callable[[CriteriaFilterSet, Results, UrlOf], BySpeaker | ByYear]] = {
    View.SPEAKERS: speakers_of,
    View.YEARS: years_of,
}
