"""Bar charts: a histogram of years, rows of years, a sparkline, and bars by value. Pure; templates write the SVG.

Positions along the years and widths are percentages of the chart, so that it fits any screen while its text keeps its
size; heights are pixels. Only the sparkline is in pixels both ways.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count as count_up

from initiatives.pages.charts.scale import AxisLabel, labels_of_years, on_phone, percent, pixels

# The share of a year's slot that its bar takes, and the minimum width (per cent) and height (pixels) of a bar, so that
# its year does not look empty.
BAR_OF_SLOT, NARROWEST, LOWEST = 0.76, 0.3, 2.0
# The lowest count for a bar of full height, so that a single quote is not drawn as a tower.
LOWEST_TOP = 5

# The histogram: bars rise from BASE, with years below them and, if all have room on a phone, numbers above them. Slots
# and bars have a maximum width.
HEIGHT, BASE, TALLEST = 220, 190, 156
WIDEST_SLOT, WIDEST_BAR = 20.0, 9.0
MOST_NUMBERED = 8
DIGIT = 7  # pixels

# A row of years: its height, the space for its name, the name's baseline, the base of its bars and the tallest bar.
ROW, NAME_ROOM, ROW_NAME, ROW_BASE, ROW_TALLEST = 78, 26, 17, 66, 36
WIDEST_IN_ROW = 7.0
# The space for years below the last row.
YEARS_ROOM = 24

# The size of the sparkline, and the share of a year's slot that its bar takes.
SPARK_WIDTH, SPARK_HEIGHT, SPARK_OF_SLOT = 96, 22, 0.72

# The slot of a bar by value: its height, the baseline of its name, the top of the bar and the bar's height.
SLOT, SLOT_NAME, SLOT_TOP, SLOT_THICK = 44, 15, 22, 10


@dataclass(frozen=True)
class YearCount:
    """Input: a year and its count, the link of its bar, and whether it is selected."""

    year: int
    count: int
    url: str = ""
    current: bool = False


@dataclass(frozen=True)
class YearBar:
    """A drawn bar in the slot that takes clicks; `number_y` is the baseline of a number above it."""

    column: YearCount
    x: str
    width: str
    middle: str
    y: str
    height: str
    slot_x: str
    slot_width: str
    number_y: str


@dataclass(frozen=True)
class _Years:
    """The years along a chart. Each has a slot of the same width, with its bar in the middle."""

    first: int
    last: int
    slot: float
    width: float

    @classmethod
    def of(cls, columns: Sequence[YearCount], *, widest_slot: float = 100, widest_bar: float = 100) -> "_Years":
        """Return the years for these columns, with maximum widths in per cent."""
        first, last = min(column.year for column in columns), max(column.year for column in columns)
        slot = min(100 / (last - first + 1), widest_slot)
        return cls(first, last, slot, min(max(slot * BAR_OF_SLOT, NARROWEST), widest_bar))

    def bar(self, column: YearCount, base: int, tallest: int, top: int) -> YearBar:
        """Return the bar of a year on a base line; a count of `top` is `tallest` pixels high."""
        left = (column.year - self.first) * self.slot
        height = max(tallest * column.count / top, LOWEST)
        return YearBar(
            column,
            x=percent(left + (self.slot - self.width) / 2),
            width=percent(self.width),
            middle=percent(left + self.slot / 2),
            y=pixels(base - height),
            height=pixels(height),
            slot_x=percent(left),
            slot_width=percent(self.slot),
            number_y=pixels(base - height - 6),
        )


def _drawn(columns: Sequence[YearCount]) -> list[YearCount]:
    """Return the columns with a count, in order of year."""
    return sorted((column for column in columns if column.count > 0), key=lambda column: column.year)


@dataclass(frozen=True)
class Histogram:
    """The shapes of a histogram: bars in order of year, with gaps for years without items."""

    bars: list[YearBar]
    # The years along the base, and the numbers of the grid lines (none if bars have numbers).
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

    @cached_property
    def outline(self) -> str:
        """All bars as one path, in a box of width 100."""
        paths = (f"M{bar.x} {bar.y}h{bar.width}v{bar.height}h-{bar.width}z" for bar in self.bars)
        return "".join(paths).replace("%", "")


def histogram(columns: Sequence[YearCount]) -> Histogram | None:
    """Return the histogram of these distinct years, without those with a count of 0; None if there is no bar."""
    columns = _drawn(columns)
    if not columns:
        return None
    years = _Years.of(columns, widest_slot=WIDEST_SLOT, widest_bar=WIDEST_BAR)
    number = years.last - years.first + 1
    most = max(columns, key=lambda column: column.count)
    # A number has a space beside it, so that it does not touch the next.
    numbered = number <= MOST_NUMBERED and (len(f"{most.count:,} ") * DIGIT <= on_phone(years.slot) or number == 1)
    top = max(most.count, LOWEST_TOP) if numbered else _ceiling(most.count)
    ticks = [top] if top % 2 else [top // 2, top]
    return Histogram(
        bars=[years.bar(column, BASE, TALLEST, top) for column in columns],
        names=labels_of_years(years.first, years.last, years.slot),
        lines=[] if numbered else [AxisLabel(tick, pixels(BASE - TALLEST * tick / top)) for tick in ticks],
        numbered=numbered,
        first=years.first,
        last=years.last,
        most=most,
        empty_years=number - len(columns),
    )


def _ceiling(number: int) -> int:
    """Return the next round number from LOWEST_TOP up: 10, 15, 20, 30, 40, 50, 60, 80, 100 …"""
    rounded = (factor * 10**power // 10 for power in count_up() for factor in (10, 15, 20, 30, 40, 50, 60, 80))
    return next(top for top in rounded if top >= max(number, LOWEST_TOP))


@dataclass(frozen=True)
class NamedYears:
    """Input for a row: its name and link, its total, its counts by year, and whether it is the rest."""

    name: str
    url: str
    count: int
    years: Sequence[YearCount]
    is_rest: bool = False


@dataclass(frozen=True)
class DrawnRow:
    """A row: the top of its name's space and of its slots, the name's baseline, the line of its bars, and the bars."""

    entry: NamedYears
    top: int
    slot_y: int
    name_y: int
    base: int
    bars: list[YearBar]


@dataclass(frozen=True)
class RowsByYear:
    """The shapes of rows with shared years and scale; only the rest, which may be the largest, has its own scale."""

    rows: list[DrawnRow]
    names: list[AxisLabel]
    first: int
    last: int
    has_rest: bool
    height: int
    base: int
    name_room: int = NAME_ROOM
    slot_height: int = ROW_BASE - NAME_ROOM


def rows_by_year(entries: Sequence[NamedYears]) -> RowsByYear | None:
    """Return the rows for these entries, in order; None if they have fewer than two years."""
    columns = [column for entry in entries for column in _drawn(entry.years)]
    if len({column.year for column in columns}) < 2:
        return None
    years = _Years.of(columns, widest_bar=WIDEST_IN_ROW)

    def row(place: int, entry: NamedYears) -> DrawnRow:
        top, base = place * ROW, place * ROW + ROW_BASE
        same_scale = [column.count for other in entries if other.is_rest == entry.is_rest for column in other.years]
        highest = max([LOWEST_TOP, *same_scale])
        bars = [years.bar(column, base, ROW_TALLEST, highest) for column in _drawn(entry.years)]
        return DrawnRow(entry, top, top + NAME_ROOM, top + ROW_NAME, base, bars)

    rows = [row(place, entry) for place, entry in enumerate(entries)]
    return RowsByYear(
        rows,
        names=labels_of_years(years.first, years.last, years.slot),
        first=years.first,
        last=years.last,
        has_rest=any(entry.is_rest for entry in entries),
        height=rows[-1].base + YEARS_ROOM,
        base=rows[-1].base,
    )


@dataclass(frozen=True)
class Sparkline:
    """The years with items, each with its x, y and height, and the width of the bars."""

    bars: list[tuple[str, str, str]]
    bar_width: str
    width: int = SPARK_WIDTH
    height: int = SPARK_HEIGHT

    @cached_property
    def outline(self) -> str:
        """All bars as one path."""
        return "".join(f"M{x} {y}h{self.bar_width}v{height}h-{self.bar_width}z" for x, y, height in self.bars)


def sparkline(counts: Mapping[int, int], first: int, last: int, most: int) -> Sparkline:
    """Return a tiny histogram of the years from `first` to `last`; `most` is the count drawn at full height."""
    slot = SPARK_WIDTH / (last - first + 1)
    heights = {year: max(LOWEST, SPARK_HEIGHT * count / most) for year, count in sorted(counts.items()) if count}
    bars = [
        (pixels((year - first) * slot), pixels(SPARK_HEIGHT - height), pixels(height))
        for year, height in heights.items()
        if first <= year <= last
    ]
    return Sparkline(bars, pixels(slot * SPARK_OF_SLOT))


@dataclass(frozen=True)
class BarValue:
    """Input: a value, its name and count, the link of its bar, and whether it is selected."""

    value: str
    name: str
    count: int
    url: str = ""
    current: bool = False


@dataclass(frozen=True)
class Bar:
    """A horizontal bar with its name above, in a full-width slot that takes clicks."""

    entry: BarValue
    top: int
    name_y: int
    y: int
    width: str


@dataclass(frozen=True)
class Bars:
    """The shapes of the bars, in order, and the entry with the highest count (the first if several share it)."""

    bars: list[Bar]
    most: BarValue
    height: int
    row: int = SLOT
    thick: int = SLOT_THICK


def bars(entries: Sequence[BarValue]) -> Bars | None:
    """Return the bars for these entries, without those with a count of 0; None if there is no bar."""
    entries = [entry for entry in entries if entry.count > 0]
    if not entries:
        return None
    most = max(entries, key=lambda entry: entry.count)
    drawn = [
        Bar(entry, top, top + SLOT_NAME, top + SLOT_TOP, percent(100 * entry.count / most.count))
        for top, entry in zip(count_up(0, SLOT), entries, strict=False)
    ]
    return Bars(drawn, most, height=len(entries) * SLOT)
