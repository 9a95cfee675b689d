"""Shared by charts: numbers formatted for SVG, and the years that can be labelled. Pure."""

from typing import NamedTuple

# The most years that can be labelled on a phone, and the width of a chart on a small one (pixels).
MOST_NAMED, PHONE = 7, 288
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000)


class AxisLabel(NamedTuple):
    """A number below the chart, or beside a line across it, and its position."""

    text: int
    at: str


def percent(number: float) -> str:
    """Return a share of a chart's width in per cent, with a decimal point in every language."""
    return f"{number:.2f}%"


def on_phone(share: float) -> float:
    """Return the length in pixels of a share of a chart's width, in per cent, on a small phone."""
    return share * PHONE / 100


def pixels(number: float) -> str:
    """Return a length in pixels."""
    return f"{number:.1f}"


def names_of_years(first: int, last: int, most: int = MOST_NAMED) -> list[int]:
    """Return the years to label below a chart: all of them, or round ones if there are too many."""
    step = next(step for step in _STEPS if (last - first + 1) / step <= most)
    return [year for year in range(first, last + 1) if year % step == 0]


def labels_of_years(first: int, last: int, slot: float) -> list[AxisLabel]:
    """Return the labels below a chart, each centred on its year; years are `slot` per cent wide."""
    return [AxisLabel(year, percent((year - first + 0.5) * slot)) for year in names_of_years(first, last)]
