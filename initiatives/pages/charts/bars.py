"""Bars from left to right, one below the other, each with its name above it. Pure; `_bars.html` writes the SVG.

Widths are percentages of the plot, heights pixels, as in a histogram: any name has the whole width.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from initiatives.pages.charts.scale import percent

# Of one row: its height, where its name stands and where its bar begins, and the bar's height.
ROW, NAME, TOP, THICK = 44, 15, 22, 10


@dataclass(frozen=True)
class BarValue:
    """What is drawn: a value, its name, how many, where its bar leads, and whether it is the one that is looked at."""

    value: str
    name: str
    count: int
    url: str = ""
    current: bool = False


@dataclass(frozen=True)
class Bar:
    """A drawn bar and its name, in the slot of full width that takes clicks."""

    entry: BarValue
    top: int
    name_y: int
    y: int
    width: str


@dataclass(frozen=True)
class Bars:
    """The shapes of some bars, in their order."""

    bars: list[Bar]
    # The entry with most, the first of several.
    most: BarValue
    height: int
    row: int = ROW
    thick: int = THICK


def bars(entries: Sequence[BarValue]) -> Bars | None:
    """Return the bars of some entries (a count of 0 draws nothing), or None if there is no bar."""
    entries = [entry for entry in entries if entry.count > 0]
    if not entries:
        return None
    most = max(entries, key=lambda entry: entry.count)
    return Bars(
        [
            Bar(entry, place * ROW, place * ROW + NAME, place * ROW + TOP, percent(100 * entry.count / most.count))
            for place, entry in enumerate(entries)
        ],
        most,
        height=len(entries) * ROW,
    )
