"""Results in groups: by speaker, by year and by month, each over the candidates of a search."""

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass

from initiatives.models import Quote
from initiatives.models.choices import DatePrecision, Kind
from initiatives.search.content import KINDS, UNDATED, token
from initiatives.search.criteria import Criteria, Sort
from initiatives.search.execution import Hit, Results, candidates, tally
from initiatives.search.positions import date_of, item_of

SPEAKER = token("speaker", "")

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
    """All groups, the largest first; `capped` if only the candidates were grouped."""

    groups: list[SpeakerGroup]
    capped: bool


@dataclass(frozen=True)
class Years:
    """Quotes by year; `capped` if only the candidates were counted."""

    counts: dict[int, int]
    undated: int
    capped: bool


@dataclass(frozen=True)
class Months:
    """Dated items by kind, year and month (0 where only the year is known); `capped` if only the candidates."""

    counts: dict[tuple[str, int, int], int]
    capped: bool


def by_speaker(results: Results, best: int) -> Speakers:
    """Return the quotes that a search found by speaker, with the `best` few of each."""
    ids = [item_of(position)[1] for position, _tokens, _words in results.found]
    inexact = Quote.objects.filter(pk__in=ids).exclude(date_precision=DatePrecision.DAY)
    precisions = dict(inexact.values_list("pk", "date_precision"))
    quotes_of: dict[int, list[tuple[int, KnownDate | None]]] = defaultdict(list)
    for pk, (position, tokens, _words) in zip(ids, results.found, strict=True):
        date = date_of(position)
        speaker = next(written for written in tokens.split() if written.startswith(SPEAKER))
        known = (date, precisions.get(pk, DatePrecision.DAY)) if date else None
        quotes_of[int(speaker.removeprefix(SPEAKER))].append((pk, known))
    groups = [_group(speaker, quotes, best) for speaker, quotes in quotes_of.items()]
    return Speakers(sorted(groups, key=lambda group: (-group.count, group.speaker_id)), results.capped)


def by_year(criteria: Criteria, now: datetime.datetime) -> Years:
    """Return how many items meet the criteria in each year, as if no year were chosen; of too many the newest."""
    found, capped = candidates(criteria.without_facet("year").sorted_by(Sort.NEWEST), now)
    counts = tally(found, ["year"]).get("year", {})
    undated = counts.pop(UNDATED, 0)
    years = {int(year): number for year, number in sorted(counts.items())}
    return Years(years, undated, capped)


def by_month(results: Results, criteria: Criteria, now: datetime.datetime) -> Months:
    """Return how many items of each kind meet the criteria in each month, as if no year were chosen.

    Of too many the newest. `results` are what the criteria found; often these are all that is needed.
    """
    found, capped = results.found, results.capped
    if "year" in criteria.chosen_facets or (capped and criteria.sort is not Sort.NEWEST):
        found, capped = candidates(criteria.without_facet("year").sorted_by(Sort.NEWEST), now)
    dated = [(*item_of(position), date) for position, _tokens, _words in found if (date := date_of(position))]
    # What is known to the year only stands at its first day.
    first_days = defaultdict(list)
    for kind, pk, date in dated:
        if (date.month, date.day) == (1, 1):
            first_days[kind].append(pk)
    inexact = {
        (kind, pk)
        for kind, pks in first_days.items()
        for pk in KINDS[kind]
        .model._default_manager.filter(pk__in=pks, date_precision=DatePrecision.YEAR)
        .values_list("pk", flat=True)
    }
    months = Counter((kind, date.year, 0 if (kind, pk) in inexact else date.month) for kind, pk, date in dated)
    return Months(dict(months), capped)


def _group(speaker_id: int, quotes: list[tuple[int, KnownDate | None]], best: int) -> SpeakerGroup:
    # A year sorts after its first day: it may reach further.
    dates = sorted(known for _pk, known in quotes if known)
    return SpeakerGroup(
        speaker_id=speaker_id,
        count=len(quotes),
        first=dates[0] if dates else None,
        last=dates[-1] if dates else None,
        undated=len(quotes) - len(dates),
        best=[Hit(Kind.QUOTE, pk) for pk, _known in quotes[:best]],
    )
