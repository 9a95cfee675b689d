"""The track of an initiative: a line from its announcement to its newest evidence, with signs. Pure.

`templatetags/cards.py` writes the SVG. Positions are percentages of a line that all tracks on a page share, from the
start of a year to today, so that tracks can be compared.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from initiatives.pages.charts.scale import names_of_years, percent

# A date less precise than a month is drawn as a line over the whole period.
A_MONTH = datetime.timedelta(days=31)
# The share of steps that may be older than the line; they are drawn at its beginning. One treaty of 2009 would
# otherwise leave only a third of the line to later steps.
OLDER = 0.03


# The most years that are labelled, and the share of the line that the word "today" takes.
MOST_NAMED, ROOM = 10, 0.12


@dataclass(frozen=True)
class Step:
    """An event of an initiative between two days; `status` if it set one."""

    first: datetime.date
    last: datetime.date
    status: str = ""

    @property
    def middle(self) -> datetime.date:
        """The day in the middle."""
        return self.first + (self.last - self.first) / 2


@dataclass(frozen=True)
class Axis:
    """The period that tracks cover."""

    first: datetime.date
    today: datetime.date

    def at(self, day: datetime.date) -> str:
        """Return the position of a day; earlier days are at the start."""
        share = (day - self.first).days / max(1, (self.today - self.first).days)
        return percent(100 * min(1.0, max(0.0, share)))

    @property
    def years(self) -> list[tuple[int, str, bool]]:
        """The labelled years: each with its position, and whether its label fits beside "today"."""
        return [
            (year, self.at(begin), (self.today - begin) / (self.today - self.first) > ROOM)
            for year in names_of_years(self.first.year, self.today.year, MOST_NAMED)
            if (begin := datetime.date(year, 1, 1)) < self.today
        ]


@dataclass(frozen=True)
class Mark:
    """A drawn step: at `x`, or a line from `x` to `end` if only the year is known."""

    x: str
    end: str
    status: str


@dataclass(frozen=True)
class Track:
    """The shapes of a track: its marks in chronological order, its line to the newest evidence, and dots after it."""

    marks: list[Mark]
    begin: str
    known_to: str
    unknown_to: str


def axis_of(days: Iterable[datetime.date], today: datetime.date) -> Axis:
    """Return the axis for tracks with steps on these days."""
    ordered = sorted(days)
    first = ordered[int(OLDER * len(ordered))] if ordered else today
    return Axis(datetime.date(min(first, today).year, 1, 1), today)


def track(steps: Sequence[Step], axis: Axis, *, ended: bool) -> Track | None:
    """Return the track of an initiative, given its steps in chronological order; None if there are none.

    If the initiative has ended, no further evidence is expected, so there is no dotted line.
    """
    if not steps:
        return None
    known_to = axis.at(steps[-1].middle)
    return Track(
        [_mark(step, axis) for step in steps],
        begin=axis.at(steps[0].middle),
        known_to=known_to,
        unknown_to=known_to if ended else axis.at(axis.today),
    )


def _mark(step: Step, axis: Axis) -> Mark:
    is_line = step.last - step.first > A_MONTH and not step.status
    return Mark(
        x=axis.at(step.first if is_line else step.middle),
        end=axis.at(step.last) if is_line else "",
        status=step.status,
    )
