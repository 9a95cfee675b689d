"""How far back PostgreSQL must look to find enough matches, from the statistics that its planner keeps.

GIN gives all matches of a query at once, even if they are a million. So a common query is asked together with the time
in which, by its estimated frequency (frequencies.py), its newest matches lie: years, months and tens of days are words
of the index (`@2020`, `@2020-09`, `@2020-09-1` for the tenth to the nineteenth). An estimate can be wrong, and
statistics old or missing: that costs time, never a match, because the search goes on from where a span that gave too
few ends.
"""

import bisect
import calendar
import datetime
from dataclasses import dataclass, field
from functools import lru_cache

from django.db import connection

from initiatives.search.documents import ROWS
from initiatives.search.frequencies import kept_by
from initiatives.search.positions import DATED, date_of, end_of, start_of

# So many matches are read as they come: looking for a span would not be faster.
FEW = 5_000
# Where a span held none of so many that were expected, they are of another kind, and the rest is read at once.
FEW_TO_BE_WRONG = 20_000
# Words of which none stand together where so many were expected to are of two languages, or else at odds.
SURELY_WRONG = 1_000
# A span is this much longer than what is known asks for; and where one held fewer matches than were expected, matches
# are taken to be at most so many times rarer, for it may have been bad luck.
MARGIN, LONGER = 1.1, 4.0


def words_of_date(date: datetime.date | None) -> list[str]:
    """Return the words of the index that say when an item is dated: as much of the date as tells year, month, ten."""
    return [f"@{date.isoformat()[:length]}" for length in (4, 7, 9)] if date else []


def words_of_span(span: range) -> list[str]:
    """Return the words of which each item has one that is dated in the tens of the first and last position of a span,
    or between them. The span must be of dated positions.
    """
    words: list[str] = []
    first, last = date_of(span.start), date_of(span[-1])
    if first is None or last is None:
        raise ValueError("A span has dated positions only.")
    ten, end = _ten(first), _ten(last) + 1
    while ten < end:
        year, month = divmod(ten // 4, 12)
        if ten % 48 == 0 and ten + 48 <= end:
            words.append(f"@{year:04}")
            ten += 48
        elif ten % 4 == 0 and ten + 4 <= end:
            words.append(f"@{year:04}-{month + 1:02}")
            ten += 4
        else:
            words.append(f"@{year:04}-{month + 1:02}-{ten % 4}")
            ten += 1
    return words


def _ten(date: datetime.date) -> int:
    """Return the number of the ten days that a date is in: four to a month, of which February has three."""
    return (date.year * 12 + date.month - 1) * 4 + date.day // 10


@dataclass(frozen=True)
class Distribution:
    """How the dated documents lie along their positions: `bounds` part them into equal shares."""

    bounds: list[int] = field(default_factory=list)

    def share_before(self, position: int) -> float:
        """Return the share of documents, 0 to 1, that lie before a position."""
        at = bisect.bisect_left(self.bounds, position)
        if at in (0, len(self.bounds)):
            return float(at > 0)
        before, after = self.bounds[at - 1], self.bounds[at]
        return (at - 1 + (position - before) / (after - before)) / (len(self.bounds) - 1)

    def position_at(self, share: float) -> int:
        """Return the position before which a share of documents, 0 to 1, lies."""
        at, part = divmod(min(max(share, 0.0), 1.0) * (len(self.bounds) - 1), 1)
        before, after = self.bounds[int(at)], self.bounds[min(int(at) + 1, len(self.bounds) - 1)]
        return before + int(part * (after - before))


def distribution() -> Distribution:
    """Return the distribution of dated documents, as the last ANALYZE saw it; without bounds if there was none."""
    return _distribution(*kept_by())


@lru_cache(maxsize=4)
def _distribution(database: str, period: float) -> Distribution:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT histogram_bounds::text::bigint[] FROM pg_stats"
            " WHERE schemaname = ANY (current_schemas(false)) AND tablename = %s AND attname = 'position'",
            [ROWS],
        )
        row = cursor.fetchone()
    return Distribution([bound for bound in (row and row[0]) or [] if bound >= DATED.start])


def extent(positions: range) -> range | None:
    """Return the part of some positions in which dated documents lie, as it is now; None if there are none."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT min(position), max(position) FROM {ROWS} WHERE position >= %s AND position < %s",  # noqa: S608
            [max(positions.start, DATED.start), positions.stop],
        )
        first, last = cursor.fetchone()
    return None if first is None else range(first, last + 1)


def likely_extent(positions: range) -> range | None:
    """Return the part of some positions in which most dated documents lie: of all of them what the last ANALYZE saw,
    without asking. Of dated positions alone, `extent`.
    """
    if positions.start >= DATED.start:
        return extent(positions)
    bounds = distribution().bounds
    return range(bounds[0], min(bounds[-1] + 1, positions.stop)) if bounds else range(0)


class Walk:
    """A way through dated positions, from one end, in parts that should hold as many matches as are still missing.

    `expected` is the number of matches among all documents; what was found so far corrects it. `together` says that it
    was put together from what is known of several words or filters. Parts are whole tens of days, for these are what
    the index is asked for, and none is read twice.
    """

    def __init__(self, positions: range, expected: float, newest_first: bool, *, together: bool):
        self.rest = self._all = positions
        self.newest_first = newest_first
        self._together = together
        self._known = distribution()
        self._expected = self._density = max(expected, 1.0)
        self._looked_at = 0.0
        self._found = 0

    def next_part(self, missing: int) -> range | None:
        """Return the next part, and leave it behind; None if the rest is better read at once: the part would be half of
        it or more, none were found where they should be, or nothing is known of the distribution.
        """
        if len(self._known.bounds) < 2 or not self.rest:
            return None
        if self.found_none and (
            self._expected <= FEW_TO_BE_WRONG or (self._together and self._expected * self._looked_at >= SURELY_WRONG)
        ):
            return None
        low, high = self._known.share_before(self.rest.start), self._known.share_before(self.rest.stop)
        share = MARGIN * missing / self._density
        if share >= (high - low) / 2:
            return None
        if self.newest_first:
            start = max(start_of_ten(self._known.position_at(high - share)), self.rest.start)
            part, self.rest = range(start, self.rest.stop), range(self.rest.start, start)
        else:
            stop = min(end_of_ten(self._known.position_at(low + share)), self.rest.stop)
            part, self.rest = range(self.rest.start, stop), range(stop, self.rest.stop)
        self._looked_at += self._known.share_before(part.stop) - self._known.share_before(part.start)
        return part

    @property
    def looked_at(self) -> range:
        """All parts that were left behind."""
        if self.newest_first:
            return range(self.rest.stop, self._all.stop)
        return range(self._all.start, self.rest.start)

    @property
    def found_none(self) -> bool:
        """Whether there were no matches in any part so far."""
        return bool(self._looked_at) and not self._found

    def learn(self, found: int) -> None:
        """Take in how many matches the last part had."""
        self._found += found
        if self._looked_at:
            self._density = max(self._found / self._looked_at, self._density / LONGER)


def start_of_ten(position: int) -> int:
    """Return the first position of the ten days of a dated position."""
    date = date_of(position)
    return start_of(date.replace(day=max(date.day // 10 * 10, 1))) if date else position


def end_of_ten(position: int) -> int:
    """Return the first position after the ten days of a dated position."""
    date = date_of(position)
    if date is None:
        return position
    return end_of(date.replace(day=min(date.day // 10 * 10 + 9, calendar.monthrange(date.year, date.month)[1])))
