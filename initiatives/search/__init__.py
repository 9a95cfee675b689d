"""Search: `search(criteria, page)` returns the page, the count and the facets that the public may see.

Each change to the record is noted in its own transaction and indexed before the next search (signals.py, in_step.py);
the index is the same for both databases (index.py, schema.py, documents.py). A query is parsed (query.py) and widened
by names of themes and people and by synonyms (widening.py); with the filters it becomes one index query (matching.py),
which returns pages, exact counts and facets (execution.py). A query without results is tried again: as Kazakh typed
without Kazakh letters, then with unknown words replaced by the nearest known ones (vocabulary.py).
`Results` have methods for groups, the closest items, spellings and the counts of other searches (results.py).
This module decides what the public may see: callers can only narrow it. `search_for_editors` sees everything.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from initiatives import clock
from initiatives.models.choices import Kind
from initiatives.models.partial_dates import read_day_or_month
from initiatives.search import vocabulary
from initiatives.search.content import STATUS_OF
from initiatives.search.criteria import FACETS, Criteria, Sort
from initiatives.search.execution import (
    Hit,
    Page,
    PageOutOfRange,
    Run,
    timed,
    without_index,
)
from initiatives.search.in_step import reader
from initiatives.search.index import Unavailable
from initiatives.search.query import Phrase, Query, QueryError, parse, unfinished
from initiatives.search.results import Results, SpeakerGroup, speakers
from initiatives.search.vocabulary import Begun, Named
from initiatives.search.widening import CARRIERS, Session

__all__ = [
    "MOST_FOR_EDITORS",
    "Criteria",
    "Hit",
    "PageOutOfRange",
    "Query",
    "QueryError",
    "Results",
    "Sort",
    "Unavailable",
    "all_speakers",
    "facets_of_all",
    "parse",
    "search",
    "search_for_editors",
    "suggestions",
]

# The most items that a search at the desk returns: the list there filters and sorts them.
MOST_FOR_EDITORS = 2_000

_YEAR = re.compile(r"1[0-9]{3}|20[0-9]{2}")


@dataclass(frozen=True)
class _Reading:
    """One interpretation of criteria: the words that were replaced, and the word that was read as a year."""

    criteria: Criteria
    read_as: tuple[tuple[str, str], ...] = ()
    year: str = ""


@timed()
def search(criteria: Criteria, page: int = 1, page_size: int = 20, facets: Sequence[str] = ()) -> Results:
    """Return one page of the public items that meet the criteria, their count, and counts by facet value.

    `page` starts at 1. If there is no index, a list without words or filters comes from the database. Raises
    PageOutOfRange if there is no such page, Unavailable if the search needs the index.
    """
    now = clock.now()
    try:
        session = Session(reader(), now)
    except Unavailable:
        found = without_index(criteria, page, page_size, now)
        return Results(found.hits, found.count, page, page_size)
    widened = session.widen(criteria.query)
    kinds = criteria.kinds_asked
    names = tuple(name for name in widened.names if kinds & CARRIERS[name.kind])
    # What the index counts for each facet.
    columns = {facet: STATUS_OF if facet in FACETS else facet for facet in facets}
    readings = _readings(session.meaning(criteria), session)
    reading, found = _first_that_finds(readings, session, page, page_size, columns.values())
    counts = {}
    for facet, column in columns.items():
        counts[facet] = found.facets[column]
        if facet in reading.criteria.chosen_facets:
            counts[facet] = session.facet(reading.criteria.without_facet(facet), column)
        if facet in FACETS:
            counts[facet] = session.initiative_facets.count(facet, counts[facet])
    return Results(
        *(found.hits, found.count, page, page_size, counts),
        query=reading.criteria.query,
        names=names,
        synonyms=widened.synonyms,
        read_as=reading.read_as,
        year=reading.year,
        criteria=reading.criteria,
        run=session,
    )


def search_for_editors(kind: str, typed: str, limit: int = MOST_FOR_EDITORS) -> list[int]:
    """Return the primary keys of items of a kind, including drafts, that match what an editor typed; best first.

    A last word without a space after it may be unfinished. Raises QueryError like `parse`.
    """
    query = parse(typed)
    if not typed.endswith(" "):
        query = unfinished(query)
    session = Session(reader(), None)
    meant = session.meaning(Criteria(frozenset({kind}), query))
    found = session.best(meant, limit)
    if not found and (second := session.as_kazakh(meant)):
        found = session.best(second, limit)
    return [hit.object_id for hit in found]


def facets_of_all(*pairs: tuple[Iterable[Kind], str]) -> list[dict[str, int]]:
    """Return, for each pair of kinds and a facet, how many public items of these kinds have each value of the facet."""
    run = Run(reader(), clock.now())
    return [run.facet(Criteria(frozenset(kinds)), facet) for kinds, facet in pairs]


def all_speakers() -> list[SpeakerGroup]:
    """Return the speakers of public quotes, with the number and dates of their quotes. Raises Unavailable."""
    return speakers(Run(reader(), clock.now()), Criteria(frozenset({Kind.QUOTE})))


def suggestions(typed: str, criteria: Criteria) -> tuple[list[Named], list[Begun]]:
    """Return the public items whose name begins with what was typed, and queries that complete its last word."""
    session = Session(reader(), clock.now())
    return vocabulary.named_items(typed, session), vocabulary.begun_words(typed, criteria, session)


def _first_that_finds(
    readings: Iterator[_Reading], run: Run, page: int, page_size: int, facets: Iterable[str]
) -> tuple[_Reading, Page]:
    """Return the first reading that finds anything, with its page; if none does, the words as typed."""
    none = None
    for reading in readings:
        found = run.page(reading.criteria, page, page_size, facets)
        if found.count:
            return reading, found
        if none is None and not reading.year:
            none = (reading, found)
    if none is None or page > 1:
        raise PageOutOfRange
    return none


def _readings(criteria: Criteria, session: Session) -> Iterator[_Reading]:
    """Yield the readings of criteria, likeliest first; each is tried only if the one before finds nothing."""
    if dated := _with_year(criteria, session):
        yield dated
    yield _Reading(criteria)
    if second := session.as_kazakh(criteria):
        yield _Reading(second)
    if unknown := vocabulary.unknown_words(criteria.query, session):
        with suppress(QueryError):
            query = session.widen(vocabulary.replaced(criteria.query.typed, unknown)).query
            read_as = tuple((form, near.word.form) for form, near in unknown.items())
            yield _Reading(replace(criteria, query=query), read_as)


def _with_year(criteria: Criteria, run: Run) -> _Reading | None:
    """Return criteria with a year among the words turned into a filter, if that finds more without other filters."""
    if "year" in criteria.chosen_facets or criteria.date_from or criteria.date_to or len(criteria.query.clauses) < 2:
        return None
    if read_day_or_month(criteria.query.typed)[0]:
        # Of "1 July 2026" not only the year: the page offers what is dated then.
        return None
    for clause in criteria.query.clauses:
        (atom, *others) = clause
        if not others and isinstance(atom, Phrase) and not atom.literal and _YEAR.fullmatch(" ".join(atom.forms)):
            rest = tuple(other for other in criteria.query.clauses if other is not clause)
            dated = replace(criteria, query=replace(criteria.query, clauses=rest)).choose("year", atom.forms)
            # Whatever the filters: choosing one must not change how the words are read.
            words = Criteria(criteria.kinds, criteria.query, only_dated=criteria.only_dated)
            if run.count(replace(words, query=dated.query).choose("year", atom.forms)) > run.count(words):
                return _Reading(dated, year=atom.forms[0])
    return None
