"""Matching on SQLite: an FTS5 table whose rows are numbered by the documents' positions, and so in date order.

It holds stems that are made already, in ASCII tokenisation: every character beyond ASCII is part of a word, and
so are the signs of filter values. It keeps its own copy, so that a row can be removed without its old content.
"""

from collections.abc import Iterable

from django.db import connection

from initiatives.models import SearchDocument
from initiatives.search.documents import CHUNK, Entry
from initiatives.search.engine import Match
from initiatives.search.query import Atom, Phrase, Prefix, Query

TABLE = "initiatives_searchindex"
# The columns names, main, other, tokens.
WEIGHTS = "10.0, 4.0, 2.0, 0.1"
_WORDS = "{names main other}"


class SqliteEngine:
    """See engine.Engine."""

    each_token = """json_each('["' || replace(c.tokens, ' ', '","') || '"]') AS each_token"""  # noqa: S105

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
        SearchDocument.objects.bulk_create(
            [
                SearchDocument(
                    kind=entry.kind,
                    object_id=entry.object_id,
                    position=entry.position,
                    date=entry.date,
                    visible_from=entry.visible_from,
                    tokens=" ".join(entry.tokens),
                    fingerprint=entry.fingerprint,
                )
                for entry in entries
            ],
            update_conflicts=True,
            unique_fields=["kind", "object_id"],
            update_fields=["position", "date", "visible_from", "tokens", "fingerprint"],
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TABLE} (rowid, names, main, other, tokens) VALUES (%s, %s, %s, %s, %s)",  # noqa: S608
                [
                    (
                        entry.position,
                        " ".join(entry.names),
                        " ".join(entry.main),
                        " ".join(entry.other),
                        " ".join([*entry.tokens, *(f"={form}" for form in entry.forms)]),
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
        readings = " OR ".join(_quote(" ".join(reading)) for reading in atom.readings)
        return f"({_WORDS} : ({readings}))"
    if isinstance(atom, Prefix):
        return f"({_WORDS} : ({_quote(atom.form)} *) OR tokens : ({_quote('=' + atom.form)} *))"
    return f"(tokens : {_quote(atom.token)})"


def _any(atoms: Iterable[Atom]) -> str:
    return "(" + " OR ".join(_atom(atom) for atom in atoms) + ")"


def _tokens(tokens: Iterable[str]) -> str:
    # An empty set asks for what no document has.
    return "(tokens : (" + (" OR ".join(_quote(token) for token in sorted(tokens)) or _quote("#")) + "))"
