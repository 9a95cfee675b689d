"""A histogram of numbers by year. Pure: numbers in, shapes out; `charts/_histogram.html` writes them as SVG.

Widths and positions along the years are percentages of the chart, so that it fits any screen while its text keeps its
size. Heights are pixels. All are returned as text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from initiatives.pages.charts.scale import names_of_years, percent, pixels

# The whole chart. Bars rise from `BASE`, with the years below it and numbers above the bars.
HEIGHT = 220
BASE = 190
TALLEST = 156

# A few years do not become broad bars.
WIDEST_SLOT = 10.0
BAR_OF_SLOT = 0.76
# The least width (per cent) and height (pixels) of a bar, so that its year does not look empty.
NARROWEST = 0.3
LOWEST = 2.0
# The least count for a bar of full height, so that one quote does not become a tower.
LOWEST_TOP = 5

# The most years that have room for numbers above the bars.
MOST_NUMBERED = 8


@dataclass(frozen=True)
class YearCount:
    """What to draw: a year and its count, the link of its bar, and whether it is the current one."""

    year: int
    count: int
    url: str = ""
    current: bool = False


@dataclass(frozen=True)
class YearBar:
    """A drawn bar in the full-height slot that takes clicks."""

    column: YearCount
    x: str
    width: str
    middle: str
    y: str
    height: str
    slot_x: str
    slot_width: str
    # The baseline of the number above it.
    number_y: str


@dataclass(frozen=True)
class AxisLabel:
    """A label below the chart, or of a line across it: its text and position."""

    text: int
    at: str


@dataclass(frozen=True)
class Histogram:
    """The shapes of a histogram: bars in order of year, with gaps for years without any."""

    bars: list[YearBar]
    # The years along the base, and the numbers of the lines across (none if bars have numbers).
    names: list[AxisLabel]
    lines: list[AxisLabel]
    numbered: bool
    first: int
    last: int
    # The year with the highest count; the first if several share it.
    most: YearCount
    empty_years: int
    height: int = HEIGHT
    base: int = BASE


def histogram(columns: Sequence[YearCount]) -> Histogram | None:
    """Return the histogram of some years, each given once, without those that count 0; None if there is no bar."""
    columns = sorted((column for column in columns if column.count > 0), key=lambda column: column.year)
    if not columns:
        return None
    first, last = columns[0].year, columns[-1].year
    years = last - first + 1
    slot = min(100 / years, WIDEST_SLOT)
    most = max(columns, key=lambda column: column.count)
    numbered = years <= MOST_NUMBERED
    top = max(most.count, LOWEST_TOP) if numbered else _ceiling(most.count)

    def bar(column: YearCount) -> YearBar:
        left = (column.year - first) * slot
        width = max(slot * BAR_OF_SLOT, NARROWEST)
        height = max(TALLEST * column.count / top, LOWEST)
        return YearBar(
            column,
            x=percent(left + (slot - width) / 2),
            width=percent(width),
            middle=percent(left + slot / 2),
            y=pixels(BASE - height),
            height=pixels(height),
            slot_x=percent(left),
            slot_width=percent(slot),
            number_y=pixels(BASE - height - 6),
        )

    return Histogram(
        bars=[bar(column) for column in columns],
        names=[AxisLabel(year, percent((year - first + 0.5) * slot)) for year in names_of_years(first, last)],
        lines=[] if numbered else [AxisLabel(number, pixels(BASE - TALLEST * number / top)) for number in _ticks(top)],
        numbered=numbered,
        first=first,
        last=last,
        most=most,
        empty_years=years - len(columns),
    )


def _ceiling(number: int) -> int:
    """Return the next round number: 1, 2 or 5 times a power of ten."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if factor * power >= max(number, LOWEST_TOP):
                return factor * power
        power *= 10


def _ticks(top: int) -> list[int]:
    """Return the numbers with a line: the top, and half of it if that is a whole number."""
    return [top] if top % 2 else [top // 2, top]
