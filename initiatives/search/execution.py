"""Runs a search: one statement ranks, counts, pages and facets the newest matches."""

import datetime
from collections import Counter
from dataclasses import dataclass, field

from django.db import connection

from initiatives.search.criteria import Criteria, Sort
from initiatives.search.engine import engine
from initiatives.search.query import Query

# The most matches, newest first, that are ranked, counted and faceted.
BOUND = 2_500


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
    # The query as it was run, names of themes and people taken in.
    query: Query = Query()

    @property
    def pages(self) -> int:
        """How many pages there are; an empty result has one."""
        return max(1, -(-self.count // self.page_size))

    def ids(self, kind: str) -> list[int]:
        """The primary keys of the hits of a kind, in their order."""
        return [hit.object_id for hit in self.hits if hit.kind == kind]


def run(criteria: Criteria, now: datetime.datetime | None, page: int, page_size: int, facets: list[str]) -> Results:
    """Run one statement. `now` is the time of which the public's view is taken; None sees everything."""
    if page_size and not 1 <= page <= -(-BOUND // page_size):
        raise PageOutOfRange
    # Rows are told apart by their part: 0 a hit (kind, id), 1 the count, 2 all filter values in one text.
    sql, params = _candidates(criteria, now)
    if page_size:
        order = {
            Sort.RELEVANCE: "rank DESC, position DESC",
            Sort.NEWEST: "position DESC",
            Sort.OLDEST: "date IS NULL, position ASC",
        }[criteria.sort]
        sql += (
            " SELECT 0 AS part, place, name, number FROM ("  # noqa: S608
            f"SELECT row_number() OVER (ORDER BY {order}) AS place, kind AS name, object_id AS number FROM candidates"
            ") AS hits WHERE place > %s AND place <= %s AND place <= %s UNION ALL"
        )
        params += [(page - 1) * page_size, page * page_size, BOUND]
    sql += " SELECT 1 AS part, 0 AS place, '' AS name, count(*) AS number FROM candidates"
    if facets:
        sql += f" UNION ALL SELECT 2, 0, {engine().all_tokens}, 0 FROM candidates"  # noqa: S608

    hits, count, counts = [], 0, {}
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        for part, place, name, number in cursor.fetchall():
            if part == 0:
                hits.append((place, Hit(name, number)))
            elif part == 1:
                count = number
            else:
                counts = _counts(name or "", facets)
    results = Results(
        hits=[hit for _place, hit in sorted(hits, key=lambda pair: pair[0])],
        count=min(count, BOUND),
        capped=count > BOUND,
        page=page,
        page_size=page_size or 1,
        facets=counts,
        query=criteria.query,
    )
    if page_size and page > results.pages:
        raise PageOutOfRange
    return results


def _counts(tokens: str, facets: list[str]) -> dict[str, dict[str, int]]:
    """Return how often each value of some facets stands in a text of filter values."""
    counts: dict[str, dict[str, int]] = {}
    for written, number in Counter(tokens.split()).items():
        facet, _colon, value = written[1:].partition(":")
        if facet in facets:
            counts.setdefault(facet, {})[value] = number
    return counts


def _candidates(criteria: Criteria, now: datetime.datetime | None) -> tuple[str, list]:
    """Return the beginning of the statement, which materialises the newest (or oldest) matches, and its parameters."""
    match = engine().match(criteria.query, criteria.required_tokens, criteria.excluded)
    conditions, params = [match.where], [*match.rank_params, *match.where_params]
    to_column = connection.ops
    if now is not None:
        conditions.append("d.visible_from <= %s")
        params.append(to_column.adapt_datetimefield_value(now))
    if criteria.date_from:
        conditions.append("d.date >= %s")
        params.append(to_column.adapt_datefield_value(criteria.date_from))
    if criteria.only_dated:
        conditions.append("d.date IS NOT NULL")
    if criteria.date_to:
        conditions.append("d.date <= %s")
        params.append(to_column.adapt_datefield_value(criteria.date_to))
    if criteria.sort is Sort.OLDEST:
        order = f"d.date IS NULL, {match.position} ASC"
    else:
        order = f"{match.position} DESC"
    sql = (
        "WITH candidates AS MATERIALIZED ("  # noqa: S608
        f"SELECT d.kind, d.object_id, d.position, d.date, d.tokens, {match.rank} AS rank"
        f" FROM {match.tables} WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT {BOUND + 1})"
    )
    return sql, params
