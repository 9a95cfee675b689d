"""Results in groups: by speaker, by year and by month, each over all that a search finds."""

import datetime
from dataclasses import dataclass

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
    of_dates = {name: {name: {"field": schema.KNOWN}} for name in ("min", "max", "value_count")}
    found = run.aggregate(criteria, {"speaker": {**values_of("speaker"), "aggs": of_dates}})["speaker"]["buckets"]
    found.sort(key=lambda bucket: (-bucket["doc_count"], bucket["key"]))
    groups = []
    for bucket in found[:most]:
        speaker, dated = int(bucket["key"]), int(bucket["value_count"]["value"])
        groups.append(
            SpeakerGroup(
                speaker_id=speaker,
                count=bucket["doc_count"],
                first=date_and_precision(int(bucket["min"]["value"])) if dated else None,
                last=date_and_precision(int(bucket["max"]["value"])) if dated else None,
                undated=bucket["doc_count"] - dated,
                best=run.best(criteria.of_kind(Kind.QUOTE).choose("speaker", [speaker]), best),
            )
        )
    return Speakers(groups, len(found))


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
