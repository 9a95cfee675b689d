"""The status of initiatives, in filters and facets: looked up when a search runs.

A status can change because time passes: a milestone counts from the hour in which its source becomes public. So the
index does not hold statuses; an initiative's document holds the initiative itself as a filter value. Statuses can be
chosen and counted, not excluded.
"""

import datetime
from dataclasses import replace
from functools import cached_property

from initiatives.models import Initiative
from initiatives.models.choices import NO_STATUS
from initiatives.search.content import STATUS_OF, token
from initiatives.search.criteria import Criteria

STATUS = "status"


class Statuses:
    """What status each public initiative has at a time, and what that means for a search; asked for once, if at all."""

    def __init__(self, now: datetime.datetime):
        self.now = now

    @cached_property
    def of(self) -> dict[str, str]:
        """The status of each public initiative, by its primary key."""
        public = Initiative.objects.published(self.now).with_status(self.now)
        return {str(pk): status or NO_STATUS for pk, status in public.order_by().values_list("pk", "status")}

    def chosen_in(self, criteria: Criteria) -> Criteria:
        """Return criteria that name, in place of statuses, the initiatives that have them."""
        if STATUS not in criteria.chosen_facets:
            return criteria
        chosen = tuple(
            (STATUS_OF, self._initiatives(tokens)) if facet == STATUS else (facet, tokens)
            for facet, tokens in criteria.chosen
        )
        return replace(criteria, chosen=chosen)

    def count(self, initiatives: dict[str, int]) -> dict[str, int]:
        """Return counts by status for counts by initiative."""
        counts: dict[str, int] = {}
        for pk, number in initiatives.items():
            if status := self.of.get(pk):
                counts[status] = counts.get(status, 0) + number
        return counts

    def _initiatives(self, tokens: frozenset[str]) -> frozenset[str]:
        return frozenset(token(STATUS_OF, pk) for pk, status in self.of.items() if token(STATUS, status) in tokens)
