"""Turns criteria into an index query: what must match, how much it counts, and what the public may see."""

import calendar
import datetime
import re
from collections.abc import Iterable
from functools import lru_cache

import tantivy
from tantivy import Occur, Query

from initiatives.models.choices import Kind
from initiatives.search import analysis, schema
from initiatives.search.content import token
from initiatives.search.criteria import Criteria
from initiatives.search.documents import day_token, scheduled_token
from initiatives.search.query import MAX_TERMS, Atom, Phrase, Prefix
from initiatives.search.schema import SCHEMA

# Adjacent words count more than words far apart.
SIDE_BY_SIDE, NEAR, WITHIN = 3.0, 1.5, 8
# The query requires kinds with less than this share of documents; otherwise it excludes all other kinds.
FEW = 0.5


# A clause of a query or of its filters.
Clause = tuple[Occur, Query]


def query_of(criteria: Criteria, searcher: tantivy.Searcher, hidden: list[Clause]) -> Query:
    """Return the query for criteria, without what is `hidden` (see below)."""
    clauses = [(Occur.Must, any_of(clause)) for clause in criteria.query.clauses]
    clauses += [(Occur.Should, near) for near in _near_together(criteria)]
    return Query.boolean_query([*clauses, *filters(criteria, searcher, hidden)])


# A page counts many searches, most with the same words.
@lru_cache(maxsize=1000)
def any_of(atoms: tuple[Atom, ...]) -> Query:
    """Return the query for texts that contain at least one of these atoms."""
    return _or([query for atom in atoms for query in _ways(atom)])


def _ways(atom: Atom) -> list[Query]:
    if isinstance(atom, Prefix):
        return [Query.const_score_query(_begin_so(atom.form), 1.0)]
    if not isinstance(atom, Phrase):
        return [filter_query(atom.token)]
    if len(atom.forms) > 1:
        phrases = [
            Query.boost_query(Query.phrase_query(SCHEMA, field, list(reading)), boost)
            for reading in atom.readings
            for field, boost in schema.TEXTS.items()
        ]
        return [*phrases, *_in_texts(atom.as_one)]
    form = atom.forms[0].replace("'", "")
    exact = [_term(schema.FORMS, f"{language}/{form}") for language in analysis.LANGUAGES]
    return [*_in_texts(stem for (stem,) in atom.readings), *exact]


def _in_texts(stems: Iterable[str]) -> list[Query]:
    return [Query.boost_query(_term(field, stem), boost) for stem in stems for field, boost in schema.TEXTS.items()]


def _begin_so(beginning: str) -> Query:
    return Query.regex_query(SCHEMA, schema.FORMS, f"[a-z]+/{re.escape(beginning)}.*")


def _near_together(criteria: Criteria) -> list[Query]:
    """Return the queries that boost texts with several words of a query close together and in order."""
    forms = [form for clause in criteria.query.clauses if isinstance(clause[0], Phrase) for form in clause[0].forms]
    del forms[MAX_TERMS:]
    if len(criteria.query.clauses) < 2 or len(forms) < 2:
        return []
    found = []
    for reading in analysis.stems_in_all_languages(forms):
        for field, boost in schema.TEXTS.items():
            for slop, more in ((0, SIDE_BY_SIDE), (WITHIN, NEAR)):
                phrase = Query.phrase_query(SCHEMA, field, list(reading), slop)
                found.append(Query.boost_query(phrase, boost * more))
    return found


def filters(criteria: Criteria, searcher: tantivy.Searcher, hidden: list[Clause]) -> list[Clause]:
    """Return the clauses for everything but words: kinds, filter values, dates, and what is `hidden` (see below)."""
    filters: list[Clause] = []

    def must(tokens: Iterable[str]) -> None:
        filters.append((Occur.Must, any_filter(tokens)))

    def must_not(tokens: Iterable[str]) -> None:
        filters.extend((Occur.MustNot, filter_query(token)) for token in tokens)

    kinds = {token("kind", kind) for kind in criteria.kinds}
    others = {token("kind", kind) for kind in (*Kind, schema.LAST_CHANGE)} - kinds
    documents = sum(searcher.doc_freq(schema.FILTERS, kind) for kind in kinds)
    positive = bool(criteria.query.clauses or criteria.chosen or criteria.only_dated)
    if documents > FEW * searcher.num_docs and positive:
        must_not(others)
    else:
        must(kinds)
    for _facet, tokens in criteria.chosen:
        must(tokens)
    if criteria.only_dated and not criteria.date_from and not criteria.date_to:
        must([token("dated", "yes")])
    if criteria.date_from or criteria.date_to:
        must(_days(criteria, searcher))
    must_not(criteria.excluded)
    filters.extend((Occur.MustNot, any_of((atom,))) for atom in criteria.query.excluded)
    return [*filters, *hidden]


def hidden_at(now: datetime.datetime | None, searcher: tantivy.Searcher) -> list[Clause]:
    """Return the clauses that exclude what is not public at a time; none if the time is None (everything)."""
    if now is None:
        return []
    soonest = scheduled_token(now)
    waiting = [
        name for name, _count in searcher.terms_with_prefix(schema.FILTERS, token("scheduled", "")) if name > soonest
    ]
    return [(Occur.MustNot, filter_query(name)) for name in (token("state", "hidden"), *waiting)]


def _days(criteria: Criteria, searcher: tantivy.Searcher) -> list[str]:
    """Return the filter values of the years, months and days between two dates: months and days only at the ends."""
    low, high = criteria.date_from or datetime.date.min, criteria.date_to or datetime.date.max
    tokens = []
    prefix = token("year", "")
    for name, _count in searcher.terms_with_prefix(schema.FILTERS, prefix):
        written = name.removeprefix(prefix)
        if not written.isdecimal() or not low.year <= int(written) <= high.year:
            continue
        year = int(written)
        if low <= datetime.date(year, 1, 1) and datetime.date(year, 12, 31) <= high:
            tokens.append(name)
        else:
            first, last = max(low, datetime.date(year, 1, 1)), min(high, datetime.date(year, 12, 31))
            tokens += _parts_of_year(first, last)
    return tokens


def _parts_of_year(first: datetime.date, last: datetime.date) -> list[str]:
    """Return the filter values of the months and days from one day of a year to another."""
    tokens = []
    for month in range(first.month, last.month + 1):
        begin = datetime.date(first.year, month, 1)
        end = begin.replace(day=calendar.monthrange(first.year, month)[1])
        if first <= begin and end <= last:
            tokens.append(token("month", f"{first.year:04}-{month:02}"))
        else:
            days = range(max(first, begin).toordinal(), min(last, end).toordinal() + 1)
            tokens += [day_token(datetime.date.fromordinal(day)) for day in days]
    return tokens


def any_filter(names: Iterable[str]) -> Query:
    """Return the query for documents with at least one of these filter values, without effect on their rank."""
    return Query.const_score_query(_or([filter_query(name) for name in names]), 0.0)


def filter_query(name: str) -> Query:
    """Return the query for documents with a filter value."""
    return _term(schema.FILTERS, name)


def _term(field: str, word: str) -> Query:
    return Query.term_query(SCHEMA, field, word, "freq")


def _or(queries: list[Query]) -> Query:
    """Return the query for documents that match at least one of these; for no documents if there are none."""
    if not queries:
        return Query.empty_query()
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])
