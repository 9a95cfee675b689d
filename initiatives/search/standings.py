"""Where initiatives stand, in filters and facets: looked up when a search runs.

It can change because time passes: a milestone counts from the hour in which its source becomes public, and what was
checked is some day no longer fresh. So the index does not hold it; an initiative's document holds the initiative itself
as a filter value. These facets can be chosen and counted, not excluded.
"""

import datetime
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Value
from django.utils import timezone

from initiatives.models import Initiative, Milestone
from initiatives.models.choices import NO_STATUS, Checked, Status
from initiatives.models.partial_dates import months_before
from initiatives.models.querysets import published_q
from initiatives.search.content import STATUS_OF, token
from initiatives.search.criteria import Criteria

# The dates on which milestones set a status, and what they set, in order of time.
Turns = list[tuple[datetime.date, str]]

# The first year since which readers can ask what has moved.
FIRST = 1990
# The value of "moved" of an initiative that has stood as it was announced ever since.
NEVER = "never"


def _status(turns: Turns, checked_on: datetime.date | None, today: datetime.date) -> list[str]:
    return [turns[-1][1] if turns else NO_STATUS]


def _moved(turns: Turns, checked_on: datetime.date | None, today: datetime.date) -> list[str]:
    """Return the years since the beginning of which an initiative has moved, or that it never has."""
    changes = [next(same) for _status, same in groupby(turns, key=itemgetter(1))]
    last = [date.year for date, status in changes if status != Status.ANNOUNCED][-1:]
    return [str(year) for year in range(FIRST, last[0] + 1)] if last else [NEVER]


def _checked(turns: Turns, checked_on: datetime.date | None, today: datetime.date) -> list[str]:
    return [Checked.RECENTLY if checked_on and checked_on > months_before(today, 12) else Checked.LONG_AGO]


# The values of a public initiative in a facet.
FACETS: dict[str, Callable[[Turns, datetime.date | None, datetime.date], list[str]]] = {
    "status": _status,
    "moved": _moved,
    "checked": _checked,
}


class Standings:
    """Where each public initiative stands at a time, and what that means for a search; asked for once, if at all."""

    def __init__(self, now: datetime.datetime):
        self.now = now

    def chosen_in(self, criteria: Criteria) -> Criteria:
        """Return criteria that name, in place of such values, the initiatives that have them."""
        if not FACETS.keys() & criteria.chosen_facets:
            return criteria
        chosen = tuple(
            (facet, self._initiatives(facet, tokens) if facet in FACETS else tokens)
            for facet, tokens in criteria.chosen
        )
        return replace(criteria, chosen=chosen)

    def count(self, facet: str, initiatives: dict[str, int]) -> dict[str, int]:
        """Return counts by the values of a facet for counts by initiative."""
        counts: Counter[str] = Counter()
        values = self._values(facet)
        for pk, number in initiatives.items():
            counts.update(dict.fromkeys(values.get(int(pk), ()), number))
        return dict(counts)

    def _values(self, facet: str) -> dict[int, list[str]]:
        """Return the values of each public initiative in a facet, by its primary key."""
        today = timezone.localdate(self.now)
        return {pk: FACETS[facet](turns, checked_on, today) for pk, (checked_on, turns) in self._known.items()}

    @cached_property
    def _known(self) -> dict[int, tuple[datetime.date | None, Turns]]:
        """When each public initiative was last checked, and its turns: all by one statement."""
        milestones = Milestone.objects.happened(self.now).filter(published_q(("source",), self.now))
        turns = milestones.exclude(status="").filter(initiative__isnull=False)
        initiatives = Initiative.objects.published(self.now).annotate(none=Value(""), first=Value(0))
        columns = turns.values_list("initiative_id", "date", "status", "pk").order_by()
        rows: list[Any] = list(
            columns.union(initiatives.order_by().values_list("pk", "checked_on", "none", "first"), all=True)
        )
        known: dict[int, tuple[datetime.date | None, Turns]]
        known = {pk: (checked_on, []) for pk, checked_on, status, _pk in rows if not status}
        for pk, date, status, _pk in sorted((row for row in rows if row[2]), key=itemgetter(1, 3)):
            if pk in known:
                known[pk][1].append((date, status))
        return known

    def _initiatives(self, facet: str, tokens: frozenset[str]) -> frozenset[str]:
        return frozenset(
            token(STATUS_OF, pk)
            for pk, values in self._values(facet).items()
            if any(token(facet, value) in tokens for value in values)
        )
