"""What is searched for: kinds, words, filter values and dates, in one immutable value."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from initiatives.models import SearchChange
from initiatives.search.content import token
from initiatives.search.query import Query


class Sort(StrEnum):
    """The orders of results. Relevance without words is newest; undated items come last in both date orders.

    Added is the order in which items became public, the last first.
    """

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    ADDED = "added"


@dataclass(frozen=True)
class Criteria:
    """What a search may return. Each method returns narrower criteria, `sorted_by` and `of_kind` others."""

    kinds: frozenset[str]
    query: Query = Query()
    # django-filter asks its queryset for the model.
    model: ClassVar = SearchChange
    # For each chosen facet, the tokens of which one must be there.
    chosen: tuple[tuple[str, frozenset[str]], ...] = ()
    excluded: frozenset[str] = frozenset()
    date_from: datetime.date | None = None
    date_to: datetime.date | None = None
    only_dated: bool = False
    sort: Sort = Sort.RELEVANCE

    def all(self) -> "Criteria":
        """Return the same criteria (django-filter asks its queryset for it)."""
        return self

    def with_words(self, query: Query) -> "Criteria":
        """Return criteria with the words of a query."""
        return replace(self, query=query)

    def choose(self, facet: str, values: Iterable[object]) -> "Criteria":
        """Return criteria for items with one of some values of a facet."""
        tokens = frozenset(token(facet, value) for value in values)
        return replace(self, chosen=(*self.chosen, (facet, tokens)))

    def of_kind(self, kind: str) -> "Criteria":
        """Return criteria for one kind, whichever of them was chosen before."""
        return replace(self.without_facet("kind"), kinds=frozenset({kind}))

    def exclude(self, facet: str, values: Iterable[object]) -> "Criteria":
        """Return criteria that leave out items with any of some values of a facet."""
        return replace(self, excluded=self.excluded | {token(facet, value) for value in values})

    def since(self, date: datetime.date) -> "Criteria":
        """Return criteria for items dated on a day or later (the first day of what is known counts)."""
        return replace(self, date_from=date)

    def until(self, date: datetime.date) -> "Criteria":
        """Return criteria for items dated on a day or earlier (the first day of what is known counts)."""
        return replace(self, date_to=date)

    def sorted_by(self, sort: Sort) -> "Criteria":
        """Return the same criteria in another order."""
        return replace(self, sort=sort)

    def without_facet(self, facet: str) -> "Criteria":
        """Return criteria without the chosen values of a facet, to count what choosing others would give."""
        return replace(self, chosen=tuple(choice for choice in self.chosen if choice[0] != facet))

    @property
    def chosen_facets(self) -> list[str]:
        """The facets of which values are chosen."""
        return list(dict.fromkeys(facet for facet, _tokens in self.chosen))

    @property
    def kinds_asked(self) -> frozenset[str]:
        """The kinds that may be found: of `kinds`, those that are chosen, if any are."""
        kinds = self.kinds
        for facet, tokens in self.chosen:
            if facet == "kind":
                kinds = frozenset(kind for kind in kinds if token("kind", kind) in tokens)
        return kinds
