"""Search criteria: kinds, words, filter values and dates, in one immutable value.

The statuses of initiatives can change with time alone: a milestone counts from the hour its source becomes public, and
checks go out of date. So they are not indexed; an initiative's document has the initiative itself as a filter value,
and these facets are computed when a search runs. They can be chosen and counted, but not excluded.
"""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import ClassVar

from django.db.models import Value
from django.utils import timezone

from initiatives.models import Initiative, Milestone, SearchChange
from initiatives.models.choices import EFFECT_FACETS, NO_STATUS, Checked, InitiativeKind, Status
from initiatives.models.partial_dates import months_before
from initiatives.models.querysets import published_q
from initiatives.search.content import STATUS_OF, token
from initiatives.search.query import Query


@dataclass
class Known:
    """What decides the facets of a public initiative."""

    checked_on: datetime.date | None
    has_law: bool
    # The dates on which milestones set a status, each with that status, in chronological order.
    turns: list[tuple[datetime.date, str]] = field(default_factory=list)
    effects: set[str] = field(default_factory=set)


# The first year that readers can choose in the filter "moved since".
FIRST = 1990
# The value of "moved" for an initiative that has not changed since it was announced.
NEVER = "never"


class Sort(StrEnum):
    """Orders of results. Without words, relevance means newest; undated items come last in both date orders.

    Added is the order in which items became public, latest first.
    """

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    ADDED = "added"


@dataclass(frozen=True)
class Criteria:
    """What a search may return. Methods return narrower criteria, except `sorted_by`, `of_kind` and `without_facet`."""

    kinds: frozenset[str]
    query: Query = Query()
    # django-filter reads the model from its queryset.
    model: ClassVar = SearchChange
    # For each chosen facet, the tokens of which an item must have at least one.
    chosen: tuple[tuple[str, frozenset[str]], ...] = ()
    excluded: frozenset[str] = frozenset()
    date_from: datetime.date | None = None
    date_to: datetime.date | None = None
    only_dated: bool = False
    sort: Sort = Sort.RELEVANCE

    def all(self) -> "Criteria":
        """Return the same criteria (django-filter calls this on its queryset)."""
        return self

    def with_words(self, query: Query) -> "Criteria":
        """Return the criteria with the words of a query."""
        return replace(self, query=query)

    def choose(self, facet: str, values: Iterable[object]) -> "Criteria":
        """Return criteria for items with at least one of these values of a facet."""
        tokens = frozenset(token(facet, value) for value in values)
        return replace(self, chosen=(*self.chosen, (facet, tokens)))

    def of_kind(self, kind: str) -> "Criteria":
        """Return criteria for one kind, replacing any kinds chosen before."""
        return replace(self.without_facet("kind"), kinds=frozenset({kind}))

    def exclude(self, facet: str, values: Iterable[object]) -> "Criteria":
        """Return criteria that leave out items with any of these values of a facet."""
        return replace(self, excluded=self.excluded | {token(facet, value) for value in values})

    def since(self, date: datetime.date) -> "Criteria":
        """Return criteria for items dated on or after a day (a month or year counts as its first day)."""
        return replace(self, date_from=date)

    def until(self, date: datetime.date) -> "Criteria":
        """Return criteria for items dated on or before a day (a month or year counts as its first day)."""
        return replace(self, date_to=date)

    def sorted_by(self, sort: Sort) -> "Criteria":
        """Return the same criteria in another order."""
        return replace(self, sort=sort)

    def without_facet(self, facet: str) -> "Criteria":
        """Return criteria without the chosen values of a facet, to count the results of choosing others."""
        return replace(self, chosen=tuple(choice for choice in self.chosen if choice[0] != facet))

    @property
    def chosen_facets(self) -> list[str]:
        """The facets with chosen values."""
        return list(dict.fromkeys(facet for facet, _tokens in self.chosen))

    @property
    def kinds_asked(self) -> frozenset[str]:
        """The kinds to search: the chosen ones among `kinds`, or all of `kinds` if none is chosen."""
        kinds = self.kinds
        for facet, tokens in self.chosen:
            if facet == "kind":
                kinds = frozenset(kind for kind in kinds if token("kind", kind) in tokens)
        return kinds


def _status(known: Known, today: datetime.date) -> list[str]:
    return [known.turns[-1][1] if known.turns else NO_STATUS] if known.has_law else []


def _moved(known: Known, today: datetime.date) -> list[str]:
    """Return the years such that an initiative has moved since the start of that year; NEVER if it has not."""
    if not known.has_law:
        return []
    changes = [next(same) for _status, same in groupby(known.turns, key=itemgetter(1))]
    last = [date.year for date, status in changes if status != Status.ANNOUNCED][-1:]
    return [str(year) for year in range(FIRST, last[0] + 1)] if last else [NEVER]


def _effect(known: Known, today: datetime.date) -> list[str]:
    return [EFFECT_FACETS[effect] for effect in known.effects] or [NO_STATUS]


def _checked(known: Known, today: datetime.date) -> list[str]:
    recently = known.checked_on and known.checked_on > months_before(today, 12)
    return [Checked.RECENTLY if recently else Checked.LONG_AGO]


# Functions that return a public initiative's values of a facet.
FACETS: dict[str, Callable[[Known, datetime.date], list[str]]] = {
    "status": _status,
    "effect": _effect,
    "moved": _moved,
    "checked": _checked,
}


class InitiativeFacets:
    """The facets of public initiatives that depend on time, at one time; read once, when first needed."""

    def __init__(self, now: datetime.datetime):
        self.now = now

    def chosen_in(self, criteria: Criteria) -> Criteria:
        """Return criteria with the chosen values replaced by the initiatives that have them."""
        if not FACETS.keys() & criteria.chosen_facets:
            return criteria
        chosen = tuple(
            (facet, self._initiatives(facet, tokens) if facet in FACETS else tokens)
            for facet, tokens in criteria.chosen
        )
        return replace(criteria, chosen=chosen)

    def count(self, facet: str, initiatives: dict[str, int]) -> dict[str, int]:
        """Return the counts by value of a facet, given the counts by initiative."""
        counts: Counter[str] = Counter()
        values = self._values(facet)
        for pk, number in initiatives.items():
            counts.update(dict.fromkeys(values.get(int(pk), ()), number))
        return dict(counts)

    def _values(self, facet: str) -> dict[int, list[str]]:
        """Return each public initiative's values of a facet, by primary key."""
        today = timezone.localdate(self.now)
        return {pk: FACETS[facet](known, today) for pk, known in self._known.items()}

    @cached_property
    def _known(self) -> dict[int, Known]:
        """What decides the facets of each public initiative, by primary key, read in one statement."""
        milestones = Milestone.objects.happened(self.now).filter(published_q(("source",), self.now))
        steps = milestones.exclude(status="", effect="").filter(initiative__isnull=False)
        initiatives = Initiative.objects.published(self.now).annotate(none=Value(""), first=Value(0))
        columns = steps.values_list("initiative_id", "date", "status", "effect", "pk").order_by()
        own = initiatives.order_by().values_list("pk", "checked_on", "kind", "none", "first")
        rows = list(columns.union(own, all=True))
        known = {
            pk: Known(checked, kind != InitiativeKind.SLOGAN) for pk, checked, kind, _none, step in rows if not step
        }
        for pk, date, status, effect, _step in sorted((row for row in rows if row[4]), key=itemgetter(1, 4)):
            if pk in known and date and status:
                known[pk].turns.append((date, status))
            if pk in known and effect:
                known[pk].effects.add(effect)
        return known

    def _initiatives(self, facet: str, tokens: frozenset[str]) -> frozenset[str]:
        return frozenset(
            token(STATUS_OF, pk)
            for pk, values in self._values(facet).items()
            if any(token(facet, value) in tokens for value in values)
        )
