"""Runs a search: pages of hits, exact counts, and counts by facet value."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cached_property
from time import perf_counter
from typing import Any

import tantivy
from django.db.models import DateField, Value
from django.db.models.functions import Coalesce
from tantivy import Occur, Order

from initiatives.search import schema
from initiatives.search.content import KINDS
from initiatives.search.criteria import Criteria, Sort
from initiatives.search.documents import item_at
from initiatives.search.index import Reader, Unavailable
from initiatives.search.matching import Clause, hidden_at, query_of

# The last item that can be reached by paging.
DEEPEST = 10_000
# Batch size when all hits are read.
AT_ONCE = 10_000
# More values than any facet has, so that all are counted.
ALL_VALUES = 65_000
# The order in which the best matches come first.
RANKED = "relevance"


_seconds: ContextVar[float | None] = ContextVar("seconds", default=None)


@contextmanager
def timed() -> Iterator[None]:
    """Add the duration of the block to the search time of the current request."""
    began = perf_counter()
    try:
        yield
    finally:
        _seconds.set((_seconds.get() or 0) + perf_counter() - began)


def seconds_searched() -> float | None:
    """Return the search time, in seconds, since `forget_seconds`; None if nothing was searched."""
    return _seconds.get()


def forget_seconds() -> None:
    """Reset the search time, for a new request."""
    _seconds.set(None)


class PageOutOfRange(ValueError):
    """The requested page of results does not exist."""


@dataclass(frozen=True)
class Hit:
    """An item found."""

    kind: str
    object_id: int


@dataclass(frozen=True)
class Page:
    """One page of hits, the total number of hits, and counts by facet value."""

    hits: list[Hit]
    count: int
    facets: dict[str, dict[str, int]]


class Run:
    """Searches one state of the index as the public sees it at a time (None: everything). Compiles each query once."""

    def __init__(self, index: Reader, now: datetime.datetime | None) -> None:
        self.searcher, self.last_change, self.kept, self.now = index.searcher, index.last_change, index.kept, now
        self._compiled: dict[Criteria, tantivy.Query] = {}

    @cached_property
    def hidden(self) -> list[Clause]:
        """The clauses that leave out what the public may not see."""
        return hidden_at(self.now, self.searcher)

    def keep(self, key: str, make: Callable[[], Any]) -> Any:
        """Return the value cached for this index under this key, making it first if necessary."""
        if key not in self.kept:
            self.kept[key] = make()
        return self.kept[key]

    def query(self, criteria: Criteria) -> tantivy.Query:
        """Return the index query for criteria."""
        if criteria not in self._compiled:
            self._compiled[criteria] = query_of(criteria, self.searcher, self.hidden)
        return self._compiled[criteria]

    def page(self, criteria: Criteria, page: int, page_size: int, facets: Iterable[str] = ()) -> Page:
        """Return a page of items that meet the criteria; an empty one if there are none.

        Raises PageOutOfRange if there is no such page.
        """
        if not 1 <= page <= -(-DEEPEST // page_size):
            raise PageOutOfRange
        query = self.query(criteria)
        hits, count = self._hits(query, criteria, page_size, (page - 1) * page_size)
        if count and not hits:
            raise PageOutOfRange
        return Page(hits, count, self._aggregate(query, facets))

    def best(self, criteria: Criteria, most: int) -> list[Hit]:
        """Return the first `most` hits."""
        return self._hits(self.query(criteria), criteria, most)[0]

    def every(self, criteria: Criteria, page_size: int) -> Iterator[Hit]:
        """Yield all hits in the order of pages of this size, reading thousands at a time: a list may have a million."""
        at_once, place = page_size * max(1, AT_ONCE // page_size), None
        while True:
            hits, place = self.part(criteria, place, at_once, page_size)
            yield from hits
            if place is None:
                return

    def part(self, criteria: Criteria, place: int | None, most: int, page_size: int) -> tuple[list[Hit], int | None]:
        """Return hits starting at a place, in the order of pages of this size, and the place of the next part, if any.

        When sorted by a column, a place is the unique value of the last hit, so items added or removed meanwhile move
        nothing. By relevance it is a number of hits, valid only while the index is unchanged.
        """
        query = self.query(criteria)
        if order_of(criteria) == RANKED:
            start = place or 0
            end = start + most
            # Whole pages: hits with equal scores are ordered page by page.
            first, last = start - start % page_size, end + -end % page_size
            hits, count = self._hits(query, criteria, last - first, first, page_size)
            return hits[start - first : end - first], end if end < count else None
        if place is not None:
            query = tantivy.Query.boolean_query([(Occur.Must, query), (Occur.Must, _behind(criteria, place))])
        found: Any = self.searcher.search(query, most + 1, count=False, **_order_of(criteria))
        some = found.hits[:most]
        hits = [_hit(position) for position in self._positions(some)]
        return hits, int(some[-1][0]) if len(found.hits) > most else None

    def best_of(self, query: tantivy.Query, most: int) -> list[Hit]:
        """Return the hits with the highest scores for an index query."""
        return self._in_order(self.searcher.search(query, most, count=False, weight_by_field=schema.WEIGHT).hits)

    def count(self, criteria: Criteria) -> int:
        """Return how many items meet criteria."""
        return number_of(self.searcher, self.query(criteria))

    def facet(self, criteria: Criteria, facet: str) -> dict[str, int]:
        """Return how many of the items that meet criteria have each value of a facet."""
        return self.facets(criteria, [facet])[facet]

    def facets(self, criteria: Criteria, facets: Iterable[str]) -> dict[str, dict[str, int]]:
        """Return the same for several facets."""
        return self._aggregate(self.query(criteria), facets)

    def aggregate(self, criteria: Criteria, aggregations: Mapping[str, Any]) -> dict[str, Any]:
        """Return aggregations (in Elasticsearch's syntax) over the items that meet criteria."""
        return self.searcher.aggregate(self.query(criteria), dict(aggregations))

    def _aggregate(self, query: tantivy.Query, facets: Iterable[str]) -> dict[str, dict[str, int]]:
        columns = {facet: schema.THEMES if facet == "theme" else (facet,) for facet in facets}
        if not columns:
            return {}
        aggregations = {column: values_of(column) for several in columns.values() for column in several}
        counted = self.searcher.aggregate(query, aggregations)
        counts: dict[str, Counter[str]] = {facet: Counter() for facet in columns}
        for facet, several in columns.items():
            for column in several:
                counts[facet].update({str(one["key"]): one["doc_count"] for one in counted[column]["buckets"]})
        if "theme" in counts:
            del counts["theme"][str(schema.NONE)]
        return {facet: dict(of_values) for facet, of_values in counts.items()}

    def _hits(
        self, query: tantivy.Query, criteria: Criteria, most: int, offset: int = 0, page_size: int = 0
    ) -> tuple[list[Hit], int]:
        """Return hits in order, and their total number, which takes no extra time.

        Hits with equal scores are ordered page by page if there are several pages.
        """
        found: Any = self.searcher.search(query, most, count=True, offset=offset, **_order_of(criteria))
        if is_by_date(criteria):
            return [_hit(place) for place in self._positions(found.hits)], found.count
        pages = range(0, len(found.hits), page_size or most)
        hits = [hit for start in pages for hit in self._in_order(found.hits[start : start + (page_size or most)])]
        return hits, found.count

    def _in_order(self, hits: list[tuple[Any, tantivy.DocAddress]]) -> list[Hit]:
        """Return ranked hits; those with equal scores, such as items added together, newest first."""
        placed = [(score, position) for (score, _address), position in zip(hits, self._positions(hits), strict=True)]
        return [_hit(position) for _score, position in sorted(placed, reverse=True)]

    def _positions(self, hits: list[tuple[Any, tantivy.DocAddress]]) -> list[int]:
        addresses = [address for _score, address in hits]
        return [int(position or 0) for position in self.searcher.fast_field_values(schema.NEWEST, addresses)]


def without_index(criteria: Criteria, page: int, page_size: int, now: datetime.datetime) -> Page:
    """Return a page of all items of some kinds from the database, by date, undated ones last; no facets.

    Undated quotes do not take the date of their source. Raises PageOutOfRange if there is no such page,
    Unavailable if criteria include words, filters or dates.
    """
    if replace(criteria, sort=Sort.RELEVANCE) != Criteria(criteria.kinds, only_dated=criteria.only_dated):
        raise Unavailable
    oldest_first = criteria.sort is Sort.OLDEST
    undated = Value(datetime.date.max if oldest_first else datetime.date.min, DateField())
    parts: list[Any] = []
    for kind in sorted(criteria.kinds):
        items = KINDS[kind].model._default_manager.published(now).order_by()  # type: ignore[attr-defined]
        dated = any(field.name == "date" for field in KINDS[kind].model._meta.fields)
        if criteria.only_dated:
            items = items.filter(date__isnull=False) if dated else items.none()
        day = Coalesce("date", undated) if dated else undated
        parts.append(items.annotate(of=Value(kind), day=day).values_list("of", "pk", "day"))
    rows = parts[0].union(*parts[1:], all=True).order_by(*(("day", "pk") if oldest_first else ("-day", "-pk")))
    count, start = sum(part.count() for part in parts), (page - 1) * page_size
    hits = [Hit(kind, pk) for kind, pk, _day in rows[start : start + page_size]] if 0 <= start < DEEPEST else []
    if not hits and (count or page != 1):
        raise PageOutOfRange
    return Page(hits, count, {})


def order_of(criteria: Criteria) -> str:
    """Return the order of the results: the name of a column, or RANKED."""
    return _order_of(criteria).get("order_by_field", RANKED)


def is_by_date(criteria: Criteria) -> bool:
    """Return whether results are sorted by date, as they are without words, when all are equally relevant."""
    if criteria.sort is Sort.RELEVANCE:
        return not criteria.query.clauses
    return criteria.sort is not Sort.ADDED


def _order_of(criteria: Criteria) -> dict[str, Any]:
    """Return the arguments that make the index sort the results."""
    if criteria.sort is Sort.ADDED:
        return {"order_by_field": schema.ADDED}
    if not is_by_date(criteria):
        return {"weight_by_field": schema.WEIGHT}
    if criteria.sort is Sort.OLDEST:
        return {"order_by_field": schema.OLDEST, "order": Order.Asc}
    return {"order_by_field": schema.NEWEST}


def _behind(criteria: Criteria, place: int) -> tantivy.Query:
    """Return the query for items after a place when sorted by a column."""
    column, integer = _order_of(criteria)["order_by_field"], tantivy.FieldType.Integer
    if criteria.sort is Sort.OLDEST:
        behind = tantivy.Query.range_query(schema.SCHEMA, column, integer, place, None, include_lower=False)
    else:
        behind = tantivy.Query.range_query(schema.SCHEMA, column, integer, None, place, include_upper=False)
    return tantivy.Query.const_score_query(behind, 0.0)


def number_of(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    """Return how many documents match a query."""
    found = searcher.search(query, 1, count=True, order_by_field=schema.NEWEST)
    return int(found.count)  # type: ignore[attr-defined]  # left out of tantivy's types


def values_of(facet: str) -> dict[str, Any]:
    """Return the aggregation that counts all values of a facet."""
    return {"terms": {"field": facet, "size": ALL_VALUES, "segment_size": ALL_VALUES}}


def _hit(position: int) -> Hit:
    return Hit(*item_at(position))
