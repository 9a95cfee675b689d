"""Rows of bars by year, one row for each thing that is compared. Pure; `charts/_rows.html` writes the SVG.

All rows have the same years and the same scale, so that they can be compared at a glance; only what is left over, which
may be more than all the rest, has a scale of its own. Widths and positions along the years are percentages and heights
are pixels, as in a histogram.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from initiatives.pages.charts.histogram import LOWEST, LOWEST_TOP, NARROWEST, AxisLabel, YearCount
from initiatives.pages.charts.scale import names_of_years, percent, pixels

# Within a row: its height, the room for its name and the name's baseline, the base line of its bars and the tallest.
ROW = 78
NAME_ROOM, NAME = 26, 17
BASE = 66
TALLEST = 36
# Below the rows: the room for years.
NAMES = 24
BAR_OF_SLOT = 0.76
# A few years do not become broad bars.
WIDEST = 7.0


@dataclass(frozen=True)
class NamedYears:
    """What to draw in a row: its name and link, its number, and its numbers by year; and whether it is the rest."""

    name: str
    url: str
    count: int
    years: Sequence[YearCount]
    is_rest: bool = False


@dataclass(frozen=True)
class RowBar:
    """A drawn bar in the slot that takes clicks, as high as its row has room."""

    column: YearCount
    x: str
    width: str
    y: str
    height: str
    slot_x: str
    slot_width: str
    slot_y: int


@dataclass(frozen=True)
class DrawnRow:
    """A row: the top of the room for its name, its baseline, the line of its bars, and the bars in order of year."""

    entry: NamedYears
    top: int
    name_y: int
    base: int
    bars: list[RowBar]


@dataclass(frozen=True)
class RowsByYear:
    """The shapes of the rows."""

    rows: list[DrawnRow]
    # The years along the foot.
    names: list[AxisLabel]
    first: int
    last: int
    # Whether one of them is the rest.
    has_rest: bool
    height: int
    base: int
    name_room: int = NAME_ROOM
    slot_height: int = BASE - NAME_ROOM


def rows_by_year(entries: Sequence[NamedYears]) -> RowsByYear | None:
    """Return the rows for some entries, in their order; None if they are not of two years at the least."""
    counted = [(entry, column) for entry in entries for column in entry.years if column.count > 0]
    years = {column.year for _entry, column in counted}
    if len(years) < 2:
        return None
    first, last = min(years), max(years)
    slot = 100 / (last - first + 1)
    width = min(max(slot * BAR_OF_SLOT, NARROWEST), WIDEST)

    def scale(*, of_rest: bool) -> float:
        numbers = [column.count for entry, column in counted if entry.is_rest == of_rest]
        return TALLEST / max(LOWEST_TOP, *numbers, 0)

    def bar(column: YearCount, top: int, scale: float) -> RowBar:
        left = (column.year - first) * slot
        height = max(column.count * scale, LOWEST)
        return RowBar(
            column,
            x=percent(left + (slot - width) / 2),
            width=percent(width),
            y=pixels(top + BASE - height),
            height=pixels(height),
            slot_x=percent(left),
            slot_width=percent(slot),
            slot_y=top + NAME_ROOM,
        )

    def row(place: int, entry: NamedYears) -> DrawnRow:
        top = place * ROW
        columns = sorted((column for column in entry.years if column.count > 0), key=lambda column: column.year)
        of_row = scale(of_rest=entry.is_rest)
        return DrawnRow(entry, top, top + NAME, top + BASE, [bar(column, top, of_row) for column in columns])

    base = len(entries) * ROW - ROW + BASE
    return RowsByYear(
        [row(place, entry) for place, entry in enumerate(entries)],
        names=[AxisLabel(year, percent((year - first + 0.5) * slot)) for year in names_of_years(first, last)],
        first=first,
        last=last,
        has_rest=any(entry.is_rest for entry in entries),
        height=base + NAMES,
        base=base,
    )
