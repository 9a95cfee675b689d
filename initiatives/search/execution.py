"""Runs a search: the engine gives the newest matches; they are ranked, counted, paged and faceted here."""

import datetime
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from initiatives.search.content import token
from initiatives.search.criteria import Criteria, Sort
from initiatives.search.engine import Candidate, Wanted, engine
from initiatives.search.positions import DATED, item_of
from initiatives.search.query import Query
from initiatives.search.ranking import scorer

if TYPE_CHECKING:
    from initiatives.search.names import Name
    from initiatives.search.synonyms import Synonym

# The most matches, newest first, that are ranked, counted and faceted.
BOUND = 2_000


class PageOutOfRange(ValueError):
    """There is no such page of results."""


@dataclass(frozen=True)
class Hit:
    """One item found."""

    kind: str
    object_id: int


@dataclass(frozen=True)
class Results:
    """One page of what was found."""

    hits: list[Hit]
    count: int
    # There are more matches than `count`, which is BOUND.
    capped: bool
    page: int
    page_size: int
    # Facet to value to the number of items; a chosen facet is counted as if nothing of it were chosen.
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    # The query as it was run, names of themes and people and synonyms taken in.
    query: Query = Query()
    # The names and the synonyms that widened it.
    names: "tuple[Name, ...]" = ()
    synonyms: "tuple[Synonym, ...]" = ()
    # All that was ranked, counted and faceted, in its order.
    found: list[Candidate] = field(default_factory=list, repr=False)

    @property
    def pages(self) -> int:
        """How many pages there are; an empty result has one."""
        return max(1, -(-self.count // self.page_size))

    def ids(self, kind: str) -> list[int]:
        """The primary keys of the hits of a kind, in their order."""
        return [hit.object_id for hit in self.hits if hit.kind == kind]


def run(criteria: Criteria, now: datetime.datetime | None, page: int, page_size: int, facets: list[str]) -> Results:
    """Return a page of what meets the criteria. `now` is the time of which the public's view is taken; None sees all.

    Raises PageOutOfRange if there is no such page.
    """
    if not 1 <= page <= -(-BOUND // page_size):
        raise PageOutOfRange
    found, capped = in_order(criteria, now)
    hits = [Hit(*item_of(position)) for position, _tokens, _words in found[(page - 1) * page_size : page * page_size]]
    if not hits and page > 1:
        raise PageOutOfRange
    return Results(hits, len(found), capped, page, page_size, tally(found, facets), criteria.query, found=found)


def in_order(criteria: Criteria, now: datetime.datetime | None) -> tuple[list[Candidate], bool]:
    """Return the candidates in the order that is asked for, and whether there are more matches."""
    ranked = criteria.sort is Sort.RELEVANCE and bool(criteria.query.clauses)
    found, capped = candidates(criteria, now, with_words=ranked)
    if ranked:
        score = scorer(criteria.query)
        # Sorting is stable: of equally good ones the newest comes first.
        ranks = [score(words, tokens) for _position, tokens, words in found]
        found = [found[place] for place in sorted(range(len(found)), key=ranks.__getitem__, reverse=True)]
    return found, capped


def candidates(
    criteria: Criteria, now: datetime.datetime | None, *, with_words: bool = False
) -> tuple[list[Candidate], bool]:
    """Return the newest matches (the oldest, if they are to come first), BOUND at the most, and whether there are more.

    Undated items come last in either order. `now` is as for `run`; words are left empty unless asked for.
    """
    wanted = _wanted(criteria, now, BOUND, with_words=with_words)
    if wanted.newest_first:
        found = engine().matches(wanted)
    else:
        low, high = wanted.positions.start, wanted.positions.stop
        dated, undated = range(max(low, DATED.start), high), range(low, min(high, DATED.start))
        found = engine().matches(replace(wanted, positions=dated))
        if len(found) < wanted.limit and undated:
            found += engine().matches(replace(wanted, positions=undated, limit=wanted.limit - len(found)))
    return found[:BOUND], len(found) > BOUND


def best(criteria: Criteria, now: datetime.datetime | None, most: int) -> list[Hit]:
    """Return the best matches of what few items meet, `most` at the most: read from the oldest on, as SQLite's index
    lies. `now` is as for `run`.
    """
    score = scorer(criteria.query)
    found = engine().matches(replace(_wanted(criteria, now, BOUND, with_words=True), newest_first=False))
    ranked = sorted(found, key=lambda candidate: score(candidate[2], candidate[1]), reverse=True)
    return [Hit(*item_of(position)) for position, _tokens, _words in ranked[:most]]


def counts(many: Sequence[Criteria], now: datetime.datetime | None, bound: int | None = None) -> list[tuple[int, bool]]:
    """Return how many matches each of some criteria has, BOUND or `bound` at the most, and whether there are more."""
    bound = bound or BOUND
    numbers = engine().counts([_wanted(criteria, now, bound) for criteria in many])
    return [(min(number, bound), number > bound) for number in numbers]


def _wanted(criteria: Criteria, now: datetime.datetime | None, bound: int, *, with_words: bool = False) -> Wanted:
    return Wanted(
        kinds=criteria.kinds,
        query=criteria.query,
        all_of=criteria.required_tokens,
        none_of=criteria.excluded,
        positions=criteria.positions,
        visible_at=now,
        # The one too many only tells that there are more.
        limit=bound + 1,
        newest_first=criteria.sort is not Sort.OLDEST,
        with_words=with_words,
    )


def tally(found: list[Candidate], facets: list[str]) -> dict[str, dict[str, int]]:
    """Return how often each value of some facets stands in the filter values of candidates."""
    counts: dict[str, dict[str, int]] = {facet: {} for facet in facets}
    if facets:
        text = " ".join([tokens for _position, tokens, _words in found])
        # One facet is found among the others faster than all are counted.
        values = re.findall(rf"{token(facets[0], '')}\S+", text) if len(facets) == 1 else text.split()
        for written, number in Counter(values).items():
            facet, _colon, value = written[1:].partition(":")
            if facet in counts:
                counts[facet][value] = number
    return {facet: values for facet, values in counts.items() if values}
