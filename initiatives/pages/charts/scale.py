"""What plots share: numbers as SVG writes them, and which years have room for their names. Pure."""

# As many names of years as fit on a phone.
MOST_NAMED = 7
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000)


def percent(number: float) -> str:
    """Return a share of a plot's width, in per cent; no language writes it with a comma."""
    return f"{number:.2f}%"


def pixels(number: float) -> str:
    """Return a length in pixels."""
    return f"{number:.1f}"


def names_of_years(first: int, last: int) -> list[int]:
    """Return, of the years of a plot, those whose names fit below it: all, or round ones."""
    step = next(step for step in _STEPS if (last - first + 1) / step <= MOST_NAMED)
    return [year for year in range(first, last + 1) if year % step == 0]
