"""Results in groups: by speaker, by theme, by year and by month, each over all that a search finds."""

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from initiatives.models.choices import Kind
from initiatives.search import schema
from initiatives.search.content import UNDATED
from initiatives.search.criteria import Criteria
from initiatives.search.documents import date_and_precision
from initiatives.search.execution import Hit, Run, values_of

# A date and how exactly it is known (DatePrecision).
KnownDate = tuple[datetime.date, str]


@dataclass(frozen=True)
class SpeakerGroup:
    """The quotes of one speaker among those found."""

    speaker_id: int
    count: int
    # The first and the last date known; None if no quote has one.
    first: KnownDate | None
    last: KnownDate | None
    undated: int
    # The best few, in the order of the search.
    best: list[Hit]


@dataclass(frozen=True)
class Speakers:
    """The groups with most quotes, and how many speakers there are."""

    groups: list[SpeakerGroup]
    number: int


@dataclass(frozen=True)
class Years:
    """Quotes by year."""

    counts: dict[int, int]
    undated: int


def by_speaker(run: Run, criteria: Criteria, most: int, best: int) -> Speakers:
    """Return the quotes that meet criteria by speaker: the `most` largest groups, with the `best` few of each."""
    groups = speakers(run, criteria)
    quotes = criteria.of_kind(Kind.QUOTE)
    largest = [
        replace(group, best=run.best(quotes.choose("speaker", [group.speaker_id]), best)) for group in groups[:most]
    ]
    return Speakers(largest, len(groups))


def speakers(run: Run, criteria: Criteria) -> list[SpeakerGroup]:
    """Return the quotes that meet criteria by speaker, the largest groups first, without the best of each."""
    of_dates = {name: {name: {"field": schema.KNOWN}} for name in ("min", "max", "value_count")}
    found = run.aggregate(criteria, {"speaker": {**values_of("speaker"), "aggs": of_dates}})["speaker"]["buckets"]
    found.sort(key=lambda bucket: (-bucket["doc_count"], bucket["key"]))
    groups = []
    for bucket in found:
        dated = int(bucket["value_count"]["value"])
        groups.append(
            SpeakerGroup(
                speaker_id=int(bucket["key"]),
                count=bucket["doc_count"],
                first=date_and_precision(int(bucket["min"]["value"])) if dated else None,
                last=date_and_precision(int(bucket["max"]["value"])) if dated else None,
                undated=bucket["doc_count"] - dated,
                best=[],
            )
        )
    return groups


def by_theme(run: Run, criteria: Criteria) -> dict[int, dict[str, int]]:
    """Return how many items meet criteria in each year, or undated, by theme (primary key)."""
    of_themes = {column: values_of(column) for column in schema.THEMES}
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for of_year in run.aggregate(criteria, {"year": {**values_of("year"), "aggs": of_themes}})["year"]["buckets"]:
        for column in schema.THEMES:
            for of_theme in of_year[column]["buckets"]:
                counts[int(of_theme["key"])][of_year["key"]] += of_theme["doc_count"]
    counts.pop(schema.NONE, None)
    return {theme: dict(years) for theme, years in counts.items()}


def by_year(run: Run, criteria: Criteria) -> Years:
    """Return how many items meet criteria in each year, as if no year were chosen."""
    counts = run.facet(criteria.without_facet("year"), "year")
    undated = counts.pop(UNDATED, 0)
    return Years({int(year): number for year, number in sorted(counts.items())}, undated)


def by_month(run: Run, criteria: Criteria) -> dict[tuple[str, int, int], int]:
    """Return how many dated items meet criteria by kind, year and month, as if no year were chosen.

    The month is 0 where only the year is known.
    """
    months = {}
    for value, number in run.facet(criteria.without_facet("year"), "month").items():
        kind, _colon, month = value.partition(":")
        months[kind, int(month[:4]), int(month[5:])] = number
    return months
