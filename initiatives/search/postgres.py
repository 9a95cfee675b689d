"""Matching on PostgreSQL: one tsvector per document holds stems and filter values, under one GIN index."""

import functools
import math
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.db import connection

from initiatives.models import SearchDocument
from initiatives.search.documents import BREAK, COLUMNS, ROWS, Entry
from initiatives.search.engine import Candidate, Wanted, is_long, word_form, word_pairs
from initiatives.search.frequencies import any_of, frequencies
from initiatives.search.positions import DATED
from initiatives.search.query import Atom, Phrase, Prefix
from initiatives.search.spans import FEW, Walk, extent, likely_extent, words_of_date, words_of_span

# https://www.postgresql.org/docs/current/textsearch-limitations.html
MAX_POSITIONS_OF_A_LEXEME = 256

INDEX = "initiatives_searchdocument_stems"
PRIMARY_KEY = "initiatives_searchdocument_pkey"
TYPES = ("bigint", "text", "bigint", "timestamptz", "text", "text", "text")
INSERT = (
    f"INSERT INTO {ROWS} ({', '.join(COLUMNS)}, stems)"  # noqa: S608
    f" SELECT {', '.join(COLUMNS)}, stems::tsvector"
    f" FROM unnest({', '.join(f'%s::{kind}[]' for kind in (*TYPES, 'text'))}) AS row ({', '.join(COLUMNS)}, stems)"
)


class PostgresEngine:
    """See engine.Engine."""

    def matches(self, wanted: Wanted) -> list[Candidate]:
        """Look no further from the end that is asked for than needed (see spans.py)."""
        looks = _way(wanted, extent)
        found: list[Candidate] = []
        look: Look | None = next(looks)
        while look:
            more = _read(look)
            found += more
            look = _next(looks, len(more))
        return found

    def counts(self, wanted: Sequence[Wanted]) -> list[int]:
        """Count in rounds, all that have somewhere to look in one statement; as a rule one round will do."""
        numbers = [0] * len(wanted)
        # As a rule they are all wanted of the same time.
        dated_in = functools.cache(likely_extent)
        ways = {place: _way(one, dated_in) for place, one in enumerate(wanted)}
        looks = {place: next(way) for place, way in ways.items()}
        while looks:
            found = dict(zip(looks, _counted(list(looks.values())), strict=True))
            for place, number in found.items():
                numbers[place] += number
            looks = {place: look for place, number in found.items() if (look := _next(ways[place], number))}
        return numbers

    def store(self, entries: list[Entry]) -> None:
        """Write rows with their vectors: one array for each column, which the database reads fastest."""
        if entries:
            columns = zip(*((*entry.values, vector_literal(entry)) for entry in entries), strict=True)
            with connection.cursor() as cursor:
                cursor.execute(INSERT, [list(column) for column in columns])

    def remove(self, positions: list[int]) -> None:
        """Remove rows; the index goes with them."""
        SearchDocument.objects.filter(position__in=positions)._raw_delete(connection.alias)

    @contextmanager
    def bulk(self) -> Iterator[None]:
        """Let GIN collect more before it sorts new entries in: that takes half of the time. None are left over."""
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL gin_pending_list_limit = '32MB'; SET LOCAL work_mem = '64MB'")
            yield
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [INDEX])

    def arrange(self) -> None:
        """Write the table anew; whoever searches waits. Rows that come later lie at its end."""
        with connection.cursor() as cursor:
            cursor.execute(f"CLUSTER {ROWS} USING {PRIMARY_KEY}")
            cursor.execute(f"ANALYZE {ROWS}")

    def renew_statistics(self) -> None:
        """Do nothing: autovacuum does."""

    def differing(self, entries: list[Entry]) -> set[int]:
        """Compare the vectors in the database, which knows when two literals say the same."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT position FROM {ROWS}"  # noqa: S608
                " JOIN unnest(%s::bigint[], %s::text[]) AS expected (position, literal) USING (position)"
                " WHERE stems IS DISTINCT FROM literal::tsvector",
                [[entry.position for entry in entries], [vector_literal(entry) for entry in entries]],
            )
            return {position for (position,) in cursor.fetchall()}

    def strays(self) -> Iterator[list[int]]:
        """Yield nothing: the index goes with the rows."""
        yield from ()


# The sum keeps the planner from the primary key: to walk along it is slow but for the most common words, and to collect
# a span of it takes as long as all else.
_UNINDEXED_POSITION = "position + 0"
# A subquery keeps the planner from looking up words in its statistics of ten thousand, which takes longer than to find
# a rare one; it is left the index, which is the way anyway.
_UNPLANNED_TSQUERY = "(SELECT %s::tsquery)"


@dataclass(frozen=True)
class Look:
    """One look into the index: for what is wanted at its positions, by a tsquery that says so too."""

    wanted: Wanted
    query: list[str]
    # What rows that were found must match too, and positions that are left out.
    tested: list[str] = field(default_factory=list)
    besides: range = range(0)
    # Whether the way is left to the planner: where nothing is asked for, it is along the positions.
    planned: bool = False

    @property
    def position(self) -> str:
        """What positions are compared with."""
        return "position" if self.planned else _UNINDEXED_POSITION

    @property
    def rows(self) -> tuple[str, list]:
        """Where rows are read from, with the parameters of that."""
        wanted = self.wanted
        tsquery = "%s::tsquery" if self.planned else _UNPLANNED_TSQUERY
        conditions = [f"{self.position} >= %s", f"{self.position} < %s"]
        params: list = [wanted.positions.start, wanted.positions.stop]
        if not wanted.kind_tokens:
            conditions.append("kind = ANY (%s)")
            params.append(list(wanted.kinds))
        if self.query:
            conditions.append(f"stems @@ {tsquery}")
            params.append(" & ".join(self.query))
        if self.tested:
            # In this form, no index is asked for it.
            conditions.append(f"(stems @@ {tsquery}) IS TRUE")
            params.append(" & ".join(self.tested))
        if self.besides:
            conditions.append(f"NOT ({self.position} >= %s AND {self.position} < %s)")
            params += [self.besides.start, self.besides.stop]
        if wanted.visible_at is not None:
            conditions.append("visible_from <= %s")
            params.append(wanted.visible_at)
        for needles in wanted.needles:
            conditions.append(f"({' OR '.join(['strpos(words, %s) > 0'] * len(needles))})")
            params += needles
        return f"FROM {ROWS} WHERE {' AND '.join(conditions)}", params


# A word that stands in so many times as many documents as another one is looked for in the rows that have the other: to
# find each of these in the index's long list of it takes 10 µs, to test a row 2.
OFTEN = 500

# Yields where to look next, and is sent how many matches were there.
Way = Generator[Look, int, None]


def _way(wanted: Wanted, dated_in: Callable[[range], range | None]) -> Way:
    """Yield where to look for what is wanted, as far as need be; `dated_in` is spans.extent, or likely_extent if the
    matches may come in any order.
    """
    asked, excluded = _tsquery(wanted)
    query = [part.text for part in (*asked, *excluded)]
    if not asked:
        yield Look(wanted, query, planned=True)
        return
    expected = frequencies().documents * math.prod(part.share for part in (*asked, *excluded))
    # Of other kinds than quotes there are never so many.
    if wanted.kind_tokens or expected <= FEW or (dated := dated_in(wanted.positions)) is None:
        common = OFTEN * min(part.share for part in asked)
        tested = [part.text for part in asked if part.share > common]
        yield Look(wanted, [text for text in query if text not in tested], tested)
        return
    missing = wanted.limit
    walk = Walk(dated, expected, wanted.newest_first, together=len(asked) > 1)
    while missing and (part := walk.next_part(missing)):
        found = yield Look(replace(wanted, positions=part, limit=missing), [*query, _tokens(words_of_span(part)).text])
        walk.learn(found)
        missing -= found
    # Undated documents come before all dated ones; they are of no time.
    undated = wanted.positions.start < DATED.start
    if missing and (walk.rest or undated):
        if not undated:
            query.append(_tokens(words_of_span(walk.rest)).text)
        if walk.found_none and wanted.other_kind_tokens:
            # It is a word of theirs, as it seems: the index knows them, so that their rows need not be read.
            query.append(f"!{_tokens(wanted.other_kind_tokens).text}")
        yield Look(replace(wanted, limit=missing), query, besides=walk.looked_at)


def _next(way: Way, found: int) -> Look | None:
    """Return where to look after so many matches were found; None at the end of the way."""
    try:
        return way.send(found)
    except StopIteration:
        return None


def _read(look: Look) -> list[Candidate]:
    rows, params = look.rows
    words = "words" if look.wanted.with_words else "''"
    direction = "DESC" if look.wanted.newest_first else "ASC"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT position, tokens, {words} {rows} ORDER BY {look.position} {direction} LIMIT {look.wanted.limit:d}",
            params,
        )
        return cursor.fetchall()


def _counted(looks: list[Look]) -> list[int]:
    counts, params = [], []
    for look in looks:
        rows, some = look.rows
        counts.append(f"(SELECT count(*) FROM (SELECT 1 {rows} LIMIT {look.wanted.limit:d}) AS found)")  # noqa: S608
        params += some
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", params)
        return list(cursor.fetchone())


def vector_literal(entry: Entry) -> str:
    """Return the text form of a tsvector: `'stem':1A,5B '#theme:3'` (positions with weights for words)."""
    places: dict[str, list[str]] = {}
    position = 0
    for weight, stems in (("A", entry.names), ("B", entry.main), ("C", entry.other)):
        position += 1  # no phrase runs from one weight into the next
        for stem in stems:
            position += 1
            if stem == BREAK:
                continue
            known = places.setdefault(stem, [])
            if len(known) < MAX_POSITIONS_OF_A_LEXEME:
                known.append(f"{position}{weight}")
    lexemes = [f"{stem}:{','.join(at)}" for stem, at in zip(_quoted(places), places.values(), strict=True)]
    lexemes += _quoted([*entry.tokens, *entry.extras, *words_of_date(entry.date)])
    return " ".join(lexemes)


def _quoted(lexemes: Iterable[str]) -> list[str]:
    """Return lexemes as they are written in literals: all at once, for a document has a hundred."""
    escaped = "\n".join(lexemes).replace("\\", "\\\\").replace("'", "''")
    return [f"'{lexeme}'" for lexeme in escaped.split("\n")] if escaped else []


def _quote(lexeme: str) -> str:
    return _quoted([lexeme])[0]


class Part(NamedTuple):
    """A part of a tsquery, and the share of documents that may be expected to match it, 0 to 1."""

    text: str
    share: float


def _tsquery(wanted: Wanted) -> tuple[list[Part], list[Part]]:
    """Return what must match and what must not, as parts of one tsquery: words and filters are one index scan."""
    asked = [*map(_clause, wanted.query.clauses), *map(_tokens, wanted.all_of)]
    if wanted.kind_tokens:
        asked.append(_tokens(wanted.kind_tokens))
    excluded = [*map(_atom, wanted.query.excluded), *([_tokens(wanted.none_of)] if wanted.none_of else [])]
    return asked, [Part(f"!{part.text}", 1 - part.share) for part in excluded]


def _clause(atoms: Sequence[Atom]) -> Part:
    return _any(_atom(atom, in_a_row=not is_long(atoms)) for atom in atoms)


def _atom(atom: Atom, *, in_a_row: bool = True) -> Part:
    if isinstance(atom, Phrase):
        return _any(_reading(reading, in_a_row=in_a_row) for reading in atom.readings)
    if isinstance(atom, Prefix):
        beginnings = (atom.form, word_form(atom.form))
        return _any(Part(f"{_quote(form)}:*", frequencies().of_beginning(form)) for form in beginnings)
    return _lexeme(atom.token)


def _reading(stems: tuple[str, ...], *, in_a_row: bool) -> Part:
    """Return a phrase in one language: its pairs and, if it has another number of words than two, these in a row."""
    parts = [_lexeme(pair) for pair in word_pairs(stems)]
    if not parts or (in_a_row and len(parts) > 1):
        parts.append(Part(f"({' <-> '.join(map(_quote, stems))})", min(map(frequencies().of, stems))))
    return Part(f"({' & '.join(part.text for part in parts)})", math.prod(part.share for part in parts))


def _tokens(tokens: Iterable[str]) -> Part:
    # An empty set asks for what no document has.
    return _any(map(_lexeme, sorted(tokens) or ["#"]))


def _lexeme(lexeme: str) -> Part:
    return Part(_quote(lexeme), frequencies().of(lexeme))


def _any(parts: Iterable[Part]) -> Part:
    parts = list(parts)
    return Part(f"({' | '.join(part.text for part in parts)})", any_of(part.share for part in parts))
