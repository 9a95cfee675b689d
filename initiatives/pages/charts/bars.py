"""A bar chart: horizontal bars, one below the other, each with its name above. Pure; `_bars.html` writes the SVG.

Widths are percentages of the chart and heights are pixels, as in a histogram. A name can take the whole width.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from initiatives.pages.charts.scale import percent

# Within a row: its height, the baseline of its name, the top of its bar and the bar's height.
ROW, NAME, TOP, THICK = 44, 15, 22, 10


@dataclass(frozen=True)
class BarValue:
    """What to draw: a value, its name and count, the link of its bar, and whether it is the current one."""

    value: str
    name: str
    count: int
    url: str = ""
    current: bool = False


@dataclass(frozen=True)
class Bar:
    """A drawn bar and its name, in the full-width slot that takes clicks."""

    entry: BarValue
    top: int
    name_y: int
    y: int
    width: str


@dataclass(frozen=True)
class Bars:
    """The shapes of the bars, in order."""

    bars: list[Bar]
    # The entry with the highest count; the first if several share it.
    most: BarValue
    height: int
    row: int = ROW
    thick: int = THICK


def bars(entries: Sequence[BarValue]) -> Bars | None:
    """Return the bars for some entries, without those that count 0; None if there is no bar."""
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
