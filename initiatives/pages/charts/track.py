"""The track of an initiative: a line from its announcement to its newest evidence, with signs in two lanes. Pure.

Steps of law are above the line, what sources say of the effect below it.

`templatetags/cards.py` writes the SVG. Positions are percentages of a line that all tracks on a page share, from the
start of a year to today, so that tracks can be compared.
"""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from initiatives.pages.charts.scale import names_of_years, percent

# A date less precise than a month is drawn as a bar over the whole period, if no sign of law takes its place.
A_MONTH = datetime.timedelta(days=31)
# The share of steps that may be older than the line; they are drawn at its beginning. One treaty of 2009 would
# otherwise leave only a third of the line to later steps.
OLDER = 0.03
# The most years that are labelled, and the share of the line that the label of a sign may take.
MOST_NAMED, LABEL = 10, 0.5
# The lanes, from top to bottom.
LANES = LAW, LINE, LIFE = "law", "line", "life"


@dataclass(frozen=True)
class Step:
    """An event of an initiative between two days.

    `law` and `life` are the names of its signs, if any: the status that it set, and the effect that it reports.
    """

    first: datetime.date
    last: datetime.date
    law: str = ""
    life: str = ""

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
        return percent(100 * self.share(day))

    def share(self, day: datetime.date) -> float:
        """Return the position of a day as a share of the axis."""
        share = (day - self.first).days / max(1, (self.today - self.first).days)
        return min(1.0, max(0.0, share))

    @property
    def years(self) -> list[tuple[int, str]]:
        """The labelled years, each with its position."""
        return [
            (year, self.at(begin))
            for year in names_of_years(self.first.year, self.today.year, MOST_NAMED)
            if (begin := datetime.date(year, 1, 1)) < self.today
        ]


@dataclass(frozen=True)
class Sign:
    """A sign of a step: of `law` above the line, of `life` below it; other steps are on the `line`.

    Those have no name: they are dots, or bars to `end` where only the year is known.
    """

    lane: str
    name: str
    at: str
    end: str
    # The place of the step in the order of steps.
    place: int
    # The beginning of its label, which ends at the sign if the sign is in the later half.
    label_at: str
    is_late: bool
    # How many signs of the lane are so close before it that it would cover them.
    nudge: int = 0


@dataclass(frozen=True)
class Track:
    """The shapes of a track: signs in order of time, its line to the newest evidence, and dots after it."""

    signs: list[Sign]
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
    signs: list[Sign] = []
    for place, step in enumerate(steps):
        for sign in _signs(place, step, axis):
            lane = [(other.nudge, steps[other.place]) for other in signs if other.lane == sign.lane][-1:]
            nudges = [nudge + 1 for nudge, before in lane if step.middle - before.middle <= A_MONTH and sign.name]
            signs.append(replace(sign, nudge=sum(nudges)))
    return Track(
        signs,
        begin=axis.at(steps[0].middle),
        known_to=known_to,
        unknown_to=known_to if ended else axis.at(axis.today),
    )


def _signs(place: int, step: Step, axis: Axis) -> Iterator[Sign]:
    is_late = axis.share(step.middle) > 0.5
    label_at = percent(100 * (axis.share(step.middle) - LABEL * is_late))
    for lane, name in ((LAW, step.law), (LIFE, step.life)):
        if name:
            yield Sign(lane, name, axis.at(step.middle), "", place, label_at, is_late)
    is_bar = step.last - step.first > A_MONTH
    if not step.law and (is_bar or not step.life):
        at, end = (axis.at(step.first), axis.at(step.last)) if is_bar else (axis.at(step.middle), "")
        yield Sign(LINE, "", at, end, place, label_at, is_late)
