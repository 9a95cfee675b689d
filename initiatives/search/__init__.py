"""Search: `search(criteria, page)` gives the page, the count and the facets that the public may see.

Every change of the record is noted in its own transaction and taken into the index before the next search (signals.py,
in_step.py); the index is one for both databases (index.py, schema.py, documents.py). A typed query is parsed (query.py)
and widened by names of themes and people and by synonyms (widening.py); with the filters it becomes one query of the
index (matching.py), which gives pages, exact counts and facets (execution.py). A query that nothing matches is read
once more: as Kazakh typed without Kazakh letters, then with the nearest known words in the place of unknown ones.
`Results` answers for all that was found: groups (results.py), the closest items (closest.py) and items of that name.
Beside it: counts of other searches, spelling suggestions and completion (vocabulary.py).
What the public may see is decided here: callers can only narrow it. `search_for_editors` sees everything.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from initiatives import clock
from initiatives.models.choices import Kind
from initiatives.search import vocabulary
from initiatives.search.content import STATUS_OF
from initiatives.search.criteria import Criteria, Sort
from initiatives.search.execution import (
    Hit,
    Page,
    PageOutOfRange,
    Run,
    without_index,
)
from initiatives.search.in_step import reader
from initiatives.search.index import Reader, Unavailable
from initiatives.search.query import Phrase, Query, QueryError, parse, respelt, unfinished
from initiatives.search.results import Results, SpeakerGroup, speakers
from initiatives.search.standings import FACETS, Standings
from initiatives.search.timing import timed
from initiatives.search.vocabulary import Begun, Named, Spelling
from initiatives.search.widening import CARRIERS, Widener

__all__ = [
    "MOST_FOR_EDITORS",
    "Counter",
    "Criteria",
    "Hit",
    "PageOutOfRange",
    "Query",
    "QueryError",
    "Results",
    "Sort",
    "Unavailable",
    "all_speakers",
    "best",
    "count_each",
    "facets_of_all",
    "parse",
    "search",
    "search_for_editors",
    "spellings",
    "suggestions",
]

# The most items that a search at the desk finds: the list there filters and sorts them.
MOST_FOR_EDITORS = 2_000

_YEAR = re.compile(r"1[0-9]{3}|20[0-9]{2}")


@dataclass(frozen=True)
class _Reading:
    """One way to take criteria, and what it was taken for."""

    criteria: Criteria
    read_as: tuple[tuple[str, str], ...] = ()
    year: str = ""


@timed
def search(criteria: Criteria, page: int = 1, page_size: int = 20, facets: Sequence[str] = ()) -> Results:
    """Return one page of the public items that meet the criteria, their count, and counts by facet value.

    `page` counts from 1. Without an index, a list without words and filters comes from the database. Raises
    PageOutOfRange if there is no such page, Unavailable if only an index could answer.
    """
    now = clock.now()
    try:
        index = reader()
    except Unavailable:
        found = without_index(criteria, page, page_size, now)
        return Results(found.hits, found.count, page, page_size)
    run, standings = Run(index.searcher, now), Standings(now)
    standing = [facet for facet in facets if facet in FACETS]
    asked = [facet for facet in facets if facet not in FACETS] + [STATUS_OF] * bool(standing)
    widened = Widener(run).widen_one(criteria.query)
    kinds = criteria.kinds_asked
    names = tuple(name for name in widened.names if kinds & CARRIERS[name.kind])
    criteria = standings.chosen_in(replace(criteria, query=widened.query))
    reading, found = _first_that_finds(_readings(criteria, run, index), run, page, page_size, asked)
    for facet in reading.criteria.chosen_facets:
        if facet in asked:
            found.facets[facet] = run.facet(reading.criteria.without_facet(facet), facet)
    initiatives = found.facets.pop(STATUS_OF, {})
    for facet in standing:
        if facet in reading.criteria.chosen_facets:
            counts = run.facet(reading.criteria.without_facet(facet), STATUS_OF)
        else:
            counts = initiatives
        found.facets[facet] = standings.count(facet, counts)
    return Results(
        *(found.hits, found.count, page, page_size, found.facets),
        query=reading.criteria.query,
        names=names,
        synonyms=widened.synonyms,
        read_as=reading.read_as,
        year=reading.year,
        criteria=reading.criteria,
        run=run,
    )


def best(criteria: Criteria, most: int) -> list[Hit]:
    """Return the first public items that meet criteria as they are: their words are not widened or read otherwise."""
    return Run(reader().searcher, clock.now()).best(criteria, most)


def search_for_editors(kind: str, typed: str, limit: int = MOST_FOR_EDITORS) -> list[int]:
    """Return the primary keys of items of a kind, drafts too, that match what an editor typed; best first.

    A last word without a space behind it may be unfinished. Raises QueryError like `parse`.
    """
    query = parse(typed)
    if not typed.endswith(" "):
        query = unfinished(query)
    run = Run(reader().searcher, None)
    criteria = Criteria(frozenset({kind}), Widener(run).widen_one(query).query)
    found = run.best(criteria, limit)
    if not found and (second := _respelt(criteria, run)):
        found = run.best(second, limit)
    return [hit.object_id for hit in found]


def facets_of_all(*asked: tuple[Iterable[Kind], str]) -> list[dict[str, int]]:
    """Return, for pairs of kinds and a facet, how many public items of these kinds have each value of the facet."""
    run = Run(reader().searcher, clock.now())
    return [run.facet(Criteria(frozenset(kinds)), facet) for kinds, facet in asked]


def all_speakers() -> list[SpeakerGroup]:
    """Return who speaks in the public quotes, how often and when, without the best of each. Raises Unavailable."""
    return speakers(Run(reader().searcher, clock.now()), Criteria(frozenset({Kind.QUOTE})))


class Counter:
    """Counts searches as of the time when it was made; what words mean is asked once of those that come again."""

    def __init__(self, index: Reader | None = None) -> None:
        self.reader: Reader = index or reader()
        now = clock.now()
        self.run = Run(self.reader.searcher, now)
        self._widener, self._standings = Widener(self.run), Standings(now)

    def count_each(self, many: Sequence[Criteria]) -> list[int]:
        """Return how many public items meet each of some criteria."""
        queries = list(dict.fromkeys(criteria.query for criteria in many))
        widened = dict(zip(queries, self._widener.widen(queries), strict=True))
        found = []
        for criteria in many:
            meant = self._standings.chosen_in(replace(criteria, query=widened[criteria.query].query))
            number = self.run.count(meant)
            if not number and (second := _respelt(meant, self.run)):
                number = self.run.count(second)
            found.append(number)
        return found


def count_each(many: Sequence[Criteria]) -> list[int]:
    """Return how many public items meet each of some criteria."""
    return Counter().count_each(many)


def spellings(query: Query, counter: Counter) -> list[Spelling]:
    """Return what may have been meant instead of a query, likeliest first: see vocabulary.py.

    Use the same counter to count what it returns.
    """
    return vocabulary.spellings(query, counter.reader, counter.count_each)


def suggestions(typed: str, criteria: Criteria) -> tuple[list[Named], list[Begun]]:
    """Return the public items whose name was begun, and the queries that finishing the last word makes."""
    counter = Counter()
    named = vocabulary.named_items(typed, counter.reader, counter.run)
    return named, vocabulary.begun_words(typed, criteria, counter.run, counter.count_each)


def _first_that_finds(
    readings: Iterator[_Reading], run: Run, page: int, page_size: int, facets: list[str]
) -> tuple[_Reading, Page]:
    """Return the first reading that finds anything, with its page; if none does, the one that readers are shown."""
    none = None
    for reading in readings:
        found = run.page(reading.criteria, page, page_size, facets)
        if found.count:
            return reading, found
        # With known words in the place of unknown ones there may be something that comes close.
        if none is None or reading.read_as:
            none = (reading, found)
    if none is None or page > 1:
        raise PageOutOfRange
    return none


def _readings(criteria: Criteria, run: Run, index: Reader) -> Iterator[_Reading]:
    """Yield the ways to take criteria, likeliest first; the next one only if the one before finds nothing."""
    if dated := _with_year(criteria, run):
        yield dated
    yield _Reading(criteria)
    if second := _respelt(criteria, run):
        yield _Reading(second)
    if criteria.query.typed:
        counter = Counter(index)
        unknown = vocabulary.unknown_words(criteria.query, index, counter.count_each)
        with suppress(QueryError):
            if unknown:
                query = Widener(run).widen_one(vocabulary.replaced(criteria.query, unknown)).query
                read_as = tuple((form, near.word.form) for form, near in unknown.items())
                yield _Reading(replace(criteria, query=query), read_as)


def _with_year(criteria: Criteria, run: Run) -> _Reading | None:
    """Return criteria with a year that was typed among words taken as a year, if that finds more."""
    if "year" in criteria.chosen_facets or criteria.date_from or criteria.date_to or len(criteria.query.clauses) < 2:
        return None
    for clause in criteria.query.clauses:
        (atom, *others) = clause
        if not others and isinstance(atom, Phrase) and not atom.literal and _YEAR.fullmatch(" ".join(atom.forms)):
            rest = tuple(other for other in criteria.query.clauses if other is not clause)
            dated = replace(criteria, query=replace(criteria.query, clauses=rest)).choose("year", atom.forms)
            if run.count(dated) > run.count(criteria):
                return _Reading(dated, year=atom.forms[0])
    return None


def _respelt(criteria: Criteria, run: Run) -> Criteria | None:
    """Return criteria with their words read as Kazakh; None if that is nothing else.

    Where a filter leaves nothing over, the words as typed are known, and meant.
    """
    if not criteria.query.typed:
        return None
    second = replace(criteria, query=respelt(criteria.query))
    if second == criteria:
        return None
    unfiltered = Criteria(criteria.kinds, criteria.query)
    if replace(criteria, sort=Sort.RELEVANCE) != unfiltered and run.count(unfiltered):
        return None
    return second
