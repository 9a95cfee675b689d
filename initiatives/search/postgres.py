"""Matching on PostgreSQL: one tsvector per document holds stems and filter values, under one GIN index."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.db import connection

from initiatives.models import SearchDocument
from initiatives.search.documents import BREAK, COLUMNS, ROWS, Entry
from initiatives.search.engine import Candidate, Wanted, word_form, word_pairs
from initiatives.search.positions import DATED
from initiatives.search.query import Atom, Phrase, Prefix
from initiatives.search.spans import FEW, Walk, estimate, extent, words_of_date, words_of_span

# https://www.postgresql.org/docs/current/textsearch-limitations.html
MAX_POSITIONS_OF_A_LEXEME = 256

INDEX = "initiatives_searchdocument_stems"
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
        asked, excluded = _tsqueries(wanted)
        if not asked:
            return _read(wanted, excluded, "position")
        query = [*asked, *excluded]
        # Of other kinds than quotes there are never so many.
        expected = 0 if wanted.kind_tokens else estimate(" & ".join(query))
        if expected <= FEW or (dated := extent(wanted.positions)) is None:
            return _read(wanted, query)
        found: list[Candidate] = []
        walk = Walk(dated, expected, wanted.newest_first)
        while missing := wanted.limit - len(found):
            part = walk.next_part(missing)
            if part is None:
                break
            more = _read(replace(wanted, positions=part, limit=missing), [*query, _tokens(words_of_span(part))])
            walk.learn(len(more))
            found += more
        # Undated documents come before all dated ones; they are of no month.
        low, high = wanted.positions.start, wanted.positions.stop
        rest = range(low, walk.rest.stop) if wanted.newest_first else range(walk.rest.start, high)
        if missing and walk.rest and rest.start >= DATED.start:
            query.append(_tokens(words_of_span(walk.rest)))
        if missing and rest:
            found += _read(replace(wanted, positions=rest, limit=missing), query)
        return found

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


def _read(wanted: Wanted, query: list[str], position: str = _UNINDEXED_POSITION) -> list[Candidate]:
    """Return the matches in the positions that are wanted, `position` being what these are compared with."""
    conditions = ["kind = ANY (%s)", f"{position} >= %s", f"{position} < %s"]
    direction = "DESC" if wanted.newest_first else "ASC"
    params: list = [list(wanted.kinds), wanted.positions.start, wanted.positions.stop]
    if query:
        conditions.append("stems @@ %s::tsquery")
        params.append(" & ".join(query))
    if wanted.visible_at is not None:
        conditions.append("visible_from <= %s")
        params.append(wanted.visible_at)
    words = "words" if wanted.with_words else "''"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT position, tokens, {words} FROM {ROWS}"  # noqa: S608
            f" WHERE {' AND '.join(conditions)} ORDER BY {position} {direction} LIMIT {wanted.limit:d}",
            params,
        )
        return cursor.fetchall()


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


def _tsqueries(wanted: Wanted) -> tuple[list[str], list[str]]:
    """Return what must match and what must not, as parts of one tsquery: words and filters are one index scan."""
    asked = [*map(_any, wanted.query.clauses), *map(_tokens, wanted.all_of)]
    if wanted.kind_tokens:
        asked.append(_tokens(wanted.kind_tokens))
    excluded = [f"!({_atom(atom)})" for atom in wanted.query.excluded]
    if wanted.none_of:
        excluded.append(f"!({_tokens(wanted.none_of)})")
    return asked, excluded


def _atom(atom: Atom) -> str:
    if isinstance(atom, Phrase):
        return " | ".join("(" + _reading(reading) + ")" for reading in atom.readings)
    if isinstance(atom, Prefix):
        return f"{_quote(atom.form)}:* | {_quote(word_form(atom.form))}:*"
    return _quote(atom.token)


def _reading(stems: tuple[str, ...]) -> str:
    """Return a phrase in one language. Pairs find it; only three words or more need their places."""
    parts = [_quote(pair) for pair in word_pairs(stems)]
    if len(parts) != 1:
        parts.append(f"({' <-> '.join(map(_quote, stems))})")
    return " & ".join(parts)


def _any(atoms: Iterable[Atom]) -> str:
    return "(" + " | ".join(map(_atom, atoms)) + ")"


def _tokens(tokens: Iterable[str]) -> str:
    # An empty set asks for what no document has.
    return "(" + (" | ".join(_quote(token) for token in sorted(tokens)) or _quote("#")) + ")"
