"""A timeline: events of several kinds, each kind in its own lane. Pure; `_timeline.html` writes the SVG.

An event dated to the day or the month is drawn in its month; one dated only to the year is a line along the year, so
that marks are no more precise than the dates. If there are too many years to show months, each mark covers a year.
Positions are percentages and heights are pixels, as in a histogram.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from initiatives.pages.charts.scale import AxisLabel, labels_of_years, on_phone, percent, pixels

# The height of a lane, the position of its line, and the space for years below the last lane.
LANE = 52
LINE = 34
NAMES = 28
# How far below its lane's line a line along a year is drawn.
BELOW = 11

# The most years for which months are shown.
MOST_YEARS_WITH_MONTHS = 6
MONTHS = 12

# Half the size of a mark: for a single event, and for the highest count; smaller if each mark covers one of many years,
# so that marks do not overlap on a phone.
SMALLEST, LARGEST = 4.5, 11.0
LARGEST_OF_SLOT, LOWEST_LARGEST = 0.4, 2.0

# A kind of event, a year, and a month (1 to 12; 0 if not known).
Period = tuple[str, int, int]


@dataclass(frozen=True)
class Mark:
    """Events of a kind in one period: a shape at `x` on its lane's line, or below it a line to `end`, for a year."""

    kind: str
    count: int
    line: int
    x: str
    size: str = ""
    end: str = ""


@dataclass(frozen=True)
class Year:
    """A year with its marks and its counts by kind, in the full-height slot that takes clicks."""

    year: int
    counts: dict[str, int]
    x: str
    width: str
    marks: list[Mark]


@dataclass(frozen=True)
class Lane:
    """A kind of event, the top of its lane and the position of its line."""

    kind: str
    top: int
    line: int


@dataclass(frozen=True)
class TimelineChart:
    """The shapes of a timeline. Years without events have no slot."""

    years: list[Year]
    lanes: list[Lane]
    names: list[AxisLabel]
    # Whether marks are so small that they can be doubled on a wide screen.
    dense: bool
    # The borders between years, if months are shown.
    borders: list[str]
    first: int
    last: int
    # Whether any event is known only to the year.
    inexact: bool
    height: int
    base: int


def timeline(counts: Mapping[Period, int], kinds: Sequence[str]) -> TimelineChart | None:
    """Return the timeline of event counts by kind and period, its lanes in the order of `kinds`; None if empty."""
    counts = {period: count for period, count in counts.items() if count > 0}
    if not counts:
        return None
    totals: dict[int, Counter] = defaultdict(Counter)
    for (kind, year, _month), count in counts.items():
        totals[year][kind] += count
    first, last = min(totals), max(totals)
    number = last - first + 1
    slot = 100 / number
    by_month = number <= MOST_YEARS_WITH_MONTHS
    drawn = Counter(counts if by_month else {(kind, year, 0): totals[year][kind] for kind, year, _month in counts})
    most = max(drawn.values())
    largest = LARGEST if by_month else min(LARGEST, max(LOWEST_LARGEST, on_phone(slot) * LARGEST_OF_SLOT))
    smallest = min(SMALLEST, largest / 2)
    found = [kind for kind in kinds if any(total[kind] for total in totals.values())]
    lanes = [Lane(kind, top=place * LANE, line=place * LANE + LINE) for place, kind in enumerate(found)]

    def mark(lane: Lane, year: int, month: int) -> Mark:
        count = drawn[lane.kind, year, month]
        left = (year - first) * slot
        if by_month and not month:
            return Mark(
                lane.kind, count, lane.line + BELOW, percent(left + slot * 0.03), end=percent(left + slot * 0.97)
            )
        within = (month - 0.5) / MONTHS if month else 0.5
        # The area shows the count.
        size = smallest + (largest - smallest) * math.sqrt((count - 1) / max(most - 1, 1))
        return Mark(lane.kind, count, lane.line, percent(left + slot * within), size=pixels(size))

    years = [
        Year(
            year,
            {kind: totals[year][kind] for kind in found if totals[year][kind]},
            percent((year - first) * slot),
            percent(slot),
            [mark(lane, year, month) for lane in lanes for month in range(MONTHS + 1) if drawn[lane.kind, year, month]],
        )
        for year in sorted(totals)
    ]
    base = len(lanes) * LANE
    return TimelineChart(
        years,
        lanes,
        names=labels_of_years(first, last, slot),
        dense=2 * largest <= LARGEST,
        borders=[percent(place * slot) for place in range(1, number)] if by_month else [],
        first=first,
        last=last,
        inexact=any(mark.end for year in years for mark in year.marks),
        height=base + NAMES,
        base=base,
    )
