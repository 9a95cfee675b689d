"""Matching on SQLite: an FTS5 table whose rows are numbered by the documents' positions, and so in date order.

It holds stems that are made already, in ASCII tokenisation: every character beyond ASCII is part of a word, and
so are the signs of filter values. It keeps its own copy, so that a row can be removed without its old content.
"""

from collections.abc import Iterable

from django.db import connection

from initiatives.models import SearchDocument
from initiatives.search.documents import CHUNK, Entry
from initiatives.search.engine import Match, word_form, word_pairs
from initiatives.search.query import Atom, Phrase, Prefix, Query

TABLE = "initiatives_searchindex"
# The columns names, main, other, tokens.
WEIGHTS = "10.0, 4.0, 2.0, 0.1"
_WORDS = "{names main other}"


class SqliteEngine:
    """See engine.Engine."""

    all_tokens = "group_concat(tokens, ' ')"

    def match(self, query: Query, all_of: list[frozenset[str]], none_of: frozenset[str]) -> Match:
        """Return the condition as one FTS5 expression, so that words and filters are one index scan."""
        parts = [_any(clause) for clause in query.clauses]
        parts += [_tokens(tokens) for tokens in all_of]
        expression = " AND ".join(parts)
        excluded = [_atom(atom) for atom in query.excluded]
        if none_of:
            excluded.append(_tokens(none_of))
        if excluded:
            expression = f"({expression}) NOT ({' OR '.join(excluded)})"
        return Match(
            tables=f"{TABLE} JOIN initiatives_searchdocument d ON d.position = {TABLE}.rowid",
            where=f"{TABLE} MATCH %s",
            where_params=[expression],
            rank=f"-bm25({TABLE}, {WEIGHTS})" if query.clauses else "0.0",
            position=f"{TABLE}.rowid",
        )

    def store(self, entries: list[Entry]) -> None:
        """Write rows, and their stems into the FTS5 table."""
        SearchDocument.objects.bulk_create(entry.row() for entry in entries)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TABLE} (rowid, names, main, other, tokens) VALUES (%s, %s, %s, %s, %s)",  # noqa: S608
                [
                    (
                        entry.position,
                        " ".join(entry.names),
                        " ".join(entry.main),
                        " ".join(entry.other),
                        " ".join([*entry.tokens, *entry.extras]),
                    )
                    for entry in entries
                ],
            )

    def remove(self, positions: list[int]) -> None:
        """Remove the stems of documents."""
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {TABLE} WHERE rowid = %s", [(p,) for p in positions])  # noqa: S608

    def repair(self) -> None:
        """Remove stems without a row, and rows without stems, which then count as not indexed."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {TABLE} WHERE rowid NOT IN (SELECT position FROM initiatives_searchdocument)"  # noqa: S608
            )
        for positions in self._rows_without_stems():
            SearchDocument.objects.filter(position__in=positions).delete()

    def faults(self) -> Iterable[str]:
        """Yield a line for each row without stems, and for each entry of stems without a row."""
        for positions in self._rows_without_stems():
            for kind, object_id in SearchDocument.objects.filter(position__in=positions).values_list(
                "kind", "object_id"
            ):
                yield f"{kind} {object_id}: its stems are missing"
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT rowid FROM {TABLE} WHERE rowid NOT IN (SELECT position FROM initiatives_searchdocument)"  # noqa: S608
            )
            for (position,) in cursor.fetchall():
                yield f"position {position}: stems without a document"

    def _rows_without_stems(self) -> list[list[int]]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT position FROM initiatives_searchdocument WHERE position NOT IN (SELECT rowid FROM {TABLE})"  # noqa: S608
            )
            positions = [position for (position,) in cursor.fetchall()]
        return [positions[i : i + CHUNK] for i in range(0, len(positions), CHUNK)]


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _atom(atom: Atom) -> str:
    if isinstance(atom, Phrase):
        return "(" + " OR ".join(_reading(reading) for reading in atom.readings) + ")"
    if isinstance(atom, Prefix):
        return f"({_WORDS} : ({_quote(atom.form)} *) OR tokens : ({_quote(word_form(atom.form))} *))"
    return f"(tokens : {_quote(atom.token)})"


def _reading(stems: tuple[str, ...]) -> str:
    """Return a phrase in one language. Pairs find it in the index; the words beside them give it its rank."""
    in_a_row = f"({_WORDS} : {_quote(' '.join(stems))})"
    if len(stems) == 1:
        return in_a_row
    pairs = " AND ".join(f"tokens : {_quote(pair)}" for pair in word_pairs(stems))
    return f"({pairs} AND {in_a_row})"


def _any(atoms: Iterable[Atom]) -> str:
    return "(" + " OR ".join(_atom(atom) for atom in atoms) + ")"


def _tokens(tokens: Iterable[str]) -> str:
    # An empty set asks for what no document has.
    return "(tokens : (" + (" OR ".join(_quote(token) for token in sorted(tokens)) or _quote("#")) + "))"
