"""Where initiatives stand, in filters and facets: looked up when a search runs.

It can change because time passes: a milestone counts from the hour in which its source becomes public, and what was
checked is some day no longer fresh. So the index does not hold it; an initiative's document holds the initiative itself
as a filter value. These facets can be chosen and counted, not excluded.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils import timezone

from initiatives.models import Initiative, Milestone
from initiatives.models.choices import NO_STATUS, Checked, Status
from initiatives.models.partial_dates import months_before
from initiatives.search.content import STATUS_OF, token
from initiatives.search.criteria import Criteria

# The values of each public initiative in a facet, by its primary key.
Values = dict[int, list[str]]

# The first year since which readers can ask what has moved.
FIRST = 1990
# The value of "moved" of an initiative that has stood as it was announced ever since.
NEVER = "never"


def _statuses(now: datetime.datetime) -> Values:
    public = Initiative.objects.published(now).with_status(now)
    return {pk: [status or NO_STATUS] for pk, status in public.order_by().values_list("pk", "status")}


def _moved(now: datetime.datetime) -> Values:
    """Return the years since the beginning of which each has moved, or that it never has."""
    turns: dict[int, list[tuple[int, str]]] = defaultdict(list)
    setting: Any = Milestone.objects.published(now).exclude(status="").filter(initiative__isnull=False)
    for pk, date, status in setting.order_by("date", "pk").values_list("initiative_id", "date", "status"):
        if not turns[pk] or turns[pk][-1][1] != status:
            turns[pk].append((date.year, status))
    public = Initiative.objects.published(now).order_by().values_list("pk", flat=True)
    last = {pk: [year for year, status in turns[pk] if status != Status.ANNOUNCED][-1:] for pk in public}
    return {pk: [str(year) for year in range(FIRST, years[0] + 1)] if years else [NEVER] for pk, years in last.items()}


def _checked(now: datetime.datetime) -> Values:
    last = months_before(timezone.localdate(now), 12)
    days = Initiative.objects.published(now).order_by().values_list("pk", "checked_on")
    return {pk: [Checked.RECENTLY if day and day > last else Checked.LONG_AGO] for pk, day in days}


FACETS: dict[str, Callable[[datetime.datetime], Values]] = {
    "status": _statuses,
    "moved": _moved,
    "checked": _checked,
}


class Standings:
    """Where each public initiative stands at a time, and what that means for a search; asked for once, if at all."""

    def __init__(self, now: datetime.datetime):
        self.now = now
        self._known: dict[str, Values] = {}

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
        for pk, number in initiatives.items():
            counts.update(dict.fromkeys(self._values(facet).get(int(pk), ()), number))
        return dict(counts)

    def _values(self, facet: str) -> Values:
        if facet not in self._known:
            self._known[facet] = FACETS[facet](self.now)
        return self._known[facet]

    def _initiatives(self, facet: str, tokens: frozenset[str]) -> frozenset[str]:
        return frozenset(
            token(STATUS_OF, pk)
            for pk, values in self._values(facet).items()
            if any(token(facet, value) in tokens for value in values)
        )
