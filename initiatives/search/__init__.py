"""Search: `search(criteria, page)` gives the page, the count and the facets that the public may see.

Stages: a typed query is parsed (query.py) and widened by the names of themes and people (names.py); the engine
of the database in use turns it and the filters into one index look-up (postgres.py, sqlite.py); its newest
BOUND matches are the candidates, which one statement ranks, counts, pages and facets (execution.py). A query that
nothing matches is read once more, as Kazakh typed without Kazakh letters.
What the public may see is decided here: callers can only narrow it. `search_for_editors` sees everything.
"""

import datetime
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from django.utils import timezone

from initiatives.choices import Kind
from initiatives.models import SearchDocument
from initiatives.search.content import STATUS_OF
from initiatives.search.criteria import Criteria, Sort
from initiatives.search.execution import BOUND, Hit, PageOutOfRange, Results, candidates, run, tally
from initiatives.search.names import expanded
from initiatives.search.query import Query, QueryError, any_word_of, parse, respelt, unfinished
from initiatives.search.statuses import STATUS, Statuses

__all__ = [
    "BOUND",
    "Criteria",
    "Hit",
    "PageOutOfRange",
    "Query",
    "QueryError",
    "Results",
    "Sort",
    "any_word_of",
    "count_public",
    "parse",
    "search",
    "search_for_editors",
]


def search(criteria: Criteria, page: int = 1, page_size: int = 20, facets: Iterable[str] = ()) -> Results:
    """Return one page of the public items that meet the criteria, their count, and counts by facet value.

    `page` counts from 1. Raises PageOutOfRange if there is no such page.
    """
    facets = list(facets)
    now = timezone.now()
    criteria = replace(criteria, query=expanded(criteria.query, now))
    statuses = Statuses(now) if STATUS in (*facets, *criteria.chosen_facets) else None
    if statuses:
        criteria = statuses.chosen_in(criteria)
        facets = [STATUS_OF if facet == STATUS else facet for facet in facets]
    criteria, results = _run_as_meant(criteria, now, page, page_size, facets)
    for facet in criteria.chosen_facets:
        if facet in facets:
            others = candidates(criteria.without_facet(facet), now)[:BOUND]
            results.facets[facet] = tally(others, [facet]).get(facet, {})
    if statuses and STATUS_OF in facets:
        results.facets[STATUS] = statuses.count(results.facets.pop(STATUS_OF, {}))
    return results


def search_for_editors(kind: str, typed: str, limit: int = BOUND) -> list[int]:
    """Return the primary keys of items of a kind, drafts too, that match what an editor typed; best first.

    A last word without a space behind it may be unfinished. Raises QueryError like `parse`.
    """
    query = parse(typed)
    if not typed.endswith(" "):
        query = unfinished(query)
    _criteria, results = _run_as_meant(Criteria(frozenset({kind}), expanded(query, None)), None, 1, limit, [])
    return results.ids(kind)


def count_public(kind: Kind) -> int:
    """Return how many items of a kind the public can see."""
    return SearchDocument.objects.filter(kind=kind, visible_from__lte=timezone.now()).count()


def _run_as_meant(
    criteria: Criteria, now: datetime.datetime | None, page: int, page_size: int, facets: list[str]
) -> tuple[Criteria, Results]:
    """Run criteria, their words as they were typed or else, if nothing has these, respelt; return those that found."""
    results = None
    with suppress(PageOutOfRange):  # it may be a page of the second reading
        results = run(criteria, now, page, page_size, facets)
    if results is None or not results.count:
        second = replace(criteria, query=respelt(criteria.query))
        # Where a filter leaves nothing over, the words as typed are known, and meant.
        known = Criteria(criteria.kinds, criteria.query)
        if criteria.query.typed and second != criteria and not candidates(known, now):
            again = run(second, now, page, page_size, facets)
            if again.count:
                return second, again
    if results is None:
        raise PageOutOfRange
    return criteria, results
