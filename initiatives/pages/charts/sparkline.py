"""A tiny histogram of numbers by year, beside a name. Pure; `charts/_sparkline.html` writes the SVG. In pixels."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from initiatives.pages.charts.scale import outline, pixels

WIDTH, HEIGHT = 96, 22
BAR_OF_SLOT = 0.72
# The least height of a year with any item, so that it does not look empty.
LOWEST = 2.0


@dataclass(frozen=True)
class Bar:
    """A drawn year."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Sparkline:
    """The bars of the years that have any."""

    bars: list[Bar]
    width: int = WIDTH
    height: int = HEIGHT

    @cached_property
    def outline(self) -> str:
        """All of them as one path."""
        return outline(self.bars)


def sparkline(counts: Mapping[int, int], first: int, last: int, most: int) -> Sparkline:
    """Return the bars of some years, from a first to a last year; `most` is the number that is drawn highest.

    Years before the first are left out.
    """
    slot = WIDTH / (last - first + 1)
    bars = []
    for year, count in sorted(counts.items()):
        if count and first <= year <= last:
            height = max(LOWEST, HEIGHT * count / most)
            bars.append(
                Bar(pixels((year - first) * slot), pixels(HEIGHT - height), pixels(slot * BAR_OF_SLOT), pixels(height))
            )
    return Sparkline(bars)
