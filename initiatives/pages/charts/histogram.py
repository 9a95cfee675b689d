"""A histogram of numbers by year. Pure: numbers in, shapes out; `charts/_histogram.html` writes them as SVG.

Widths and places along the years are percentages of the plot, so that it fits any screen while its letters keep
their size; heights are pixels. All come as text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from initiatives.pages.charts.scale import names_of_years, percent, pixels

# Of the whole plot; bars stand on `BASE`, the years' names below it, numbers above the bars.
HEIGHT = 220
BASE = 190
TALLEST = 156

# Few years do not make broad bars.
WIDEST_SLOT = 10.0
BAR_OF_SLOT = 0.76
# A bar is at least so wide (per cent) and so tall (pixels), and still tells a year from an empty one.
NARROWEST = 0.3
LOWEST = 2.0
# A bar as tall as the plot stands for so many at least: one quote is no tower.
LOWEST_TOP = 5

# As many years as can have their numbers above the bars.
MOST_NUMBERED = 8


@dataclass(frozen=True)
class YearCount:
    """What is drawn: a year, how many, where its bar leads, and whether it is the one that is looked at."""

    year: int
    count: int
    url: str = ""
    current: bool = False


@dataclass(frozen=True)
class YearBar:
    """A drawn bar, with the slot of full height around it that takes clicks."""

    column: YearCount
    x: str
    width: str
    middle: str
    y: str
    height: str
    slot_x: str
    slot_width: str
    # Where the number above it stands.
    number_y: str


@dataclass(frozen=True)
class AxisLabel:
    """A name below, or a line across: its text and its place."""

    text: int
    at: str


@dataclass(frozen=True)
class Histogram:
    """The shapes of a histogram: bars in the order of years, years without any left empty."""

    bars: list[YearBar]
    # Names of years along the base, and numbers with their lines across (none where bars have their own).
    names: list[AxisLabel]
    lines: list[AxisLabel]
    numbered: bool
    first: int
    last: int
    # The year with most, the first of several.
    most: YearCount
    empty_years: int
    height: int = HEIGHT
    base: int = BASE


def histogram(columns: Sequence[YearCount]) -> Histogram | None:
    """Return the histogram of some years (each once; a count of 0 draws nothing), or None if there is no bar."""
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
    """Return the numbers that have a line: the half, if it is whole, and the top."""
    return [top] if top % 2 else [top // 2, top]
