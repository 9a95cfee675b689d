"""What charts share: numbers as SVG writes them, and which years have room for labels. Pure."""

from collections.abc import Iterable
from typing import Any

# The most years that can be labelled on a phone.
MOST_NAMED = 7
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000)


def percent(number: float) -> str:
    """Return a share of a chart's width in per cent, with a decimal point in every language."""
    return f"{number:.2f}%"


def pixels(number: float) -> str:
    """Return a length in pixels."""
    return f"{number:.1f}"


def names_of_years(first: int, last: int, most: int = MOST_NAMED) -> list[int]:
    """Return the years to label below a chart: all of them, or round ones if there are too many."""
    step = next(step for step in _STEPS if (last - first + 1) / step <= most)
    return [year for year in range(first, last + 1) if year % step == 0]


def outline(bars: Iterable[Any]) -> str:
    """Return bars with `x`, `y`, `width` and `height` as one path, whose box is 100 wide if they are in per cent."""
    return "".join(
        f"M{bar.x.rstrip('%')} {bar.y}h{bar.width.rstrip('%')}v{bar.height}h-{bar.width.rstrip('%')}z" for bar in bars
    )
