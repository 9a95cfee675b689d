"""Matching on SQLite: an FTS5 table whose rows are numbered by the documents' positions, and so in date order.

It holds stems that are made already, in ASCII tokenisation: every character beyond ASCII is part of a word, and
so are the signs of filter values. It keeps its own copy, so that a row can be removed without its old content.
"""

from collections.abc import Iterable

from django.db import connection

from initiatives.models import SearchDocument
from initiatives.search.content import token
from initiatives.search.documents import CHUNK, COLUMNS, Entry
from initiatives.search.engine import Candidate, Wanted, word_form, word_pairs
from initiatives.search.query import Atom, Phrase, Prefix

TABLE = "initiatives_searchindex"
_WORDS = "{names main other}"

INSERT_ROW = (
    f"INSERT INTO initiatives_searchdocument ({', '.join(COLUMNS)}) VALUES ({', '.join(['%s'] * len(COLUMNS))})"  # noqa: S608
)
INSERT_STEMS = f"INSERT INTO {TABLE} (rowid, names, main, other, tokens) VALUES (%s, %s, %s, %s, %s)"  # noqa: S608


class SqliteEngine:
    """See engine.Engine."""

    def newest(self, wanted: Wanted) -> list[Candidate]:
        """See engine.Engine."""
        return self._matches(wanted, "DESC")

    def oldest(self, wanted: Wanted) -> list[Candidate]:
        """See engine.Engine."""
        return self._matches(wanted, "ASC")

    def _matches(self, wanted: Wanted, direction: str) -> list[Candidate]:
        """Read the index in the order of its row numbers, only as far as needed: words and filters are one scan."""
        params = [_expression(wanted), wanted.positions.start, wanted.positions.stop, *wanted.kinds]
        kinds = ", ".join(["%s"] * len(wanted.kinds))
        visible = ""
        if wanted.visible_at is not None:
            visible = "AND d.visible_from <= %s"
            params.append(connection.ops.adapt_datetimefield_value(wanted.visible_at))
        words = "d.words" if wanted.with_words else "''"
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT d.position, d.tokens, {words} FROM {TABLE}"  # noqa: S608
                f" CROSS JOIN initiatives_searchdocument d ON d.position = {TABLE}.rowid"
                f" WHERE {TABLE} MATCH %s AND {TABLE}.rowid >= %s AND {TABLE}.rowid < %s"
                f" AND d.kind IN ({kinds}) {visible}"
                f" ORDER BY {TABLE}.rowid {direction} LIMIT {wanted.limit:d}",
                params,
            )
            return list(map(Candidate._make, cursor.fetchall()))

    def store(self, entries: list[Entry]) -> None:
        """Write rows, and their stems into the FTS5 table."""
        with connection.cursor() as cursor:
            cursor.executemany(INSERT_ROW, [entry.values for entry in entries])
            cursor.executemany(
                INSERT_STEMS,
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
        """Remove rows and their stems."""
        SearchDocument.objects.filter(position__in=positions)._raw_delete(connection.alias)
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


def _expression(wanted: Wanted) -> str:
    """Return what is wanted as one FTS5 expression."""
    parts = [*map(_any, wanted.query.clauses), *map(_tokens, wanted.all_of)]
    # FTS5 cannot be asked for everything: with nothing else to ask for, it is asked for the kinds.
    if wanted.kind_tokens or not parts:
        parts.append(_tokens(token("kind", kind) for kind in wanted.kinds))
    expression = " AND ".join(parts)
    excluded = [*map(_atom, wanted.query.excluded), *([_tokens(wanted.none_of)] if wanted.none_of else [])]
    return f"({expression}) NOT ({' OR '.join(excluded)})" if excluded else expression


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _atom(atom: Atom) -> str:
    if isinstance(atom, Phrase):
        return "(" + " OR ".join(_reading(reading) for reading in atom.readings) + ")"
    if isinstance(atom, Prefix):
        return f"({_WORDS} : ({_quote(atom.form)} *) OR tokens : ({_quote(word_form(atom.form))} *))"
    return f"(tokens : {_quote(atom.token)})"


def _reading(stems: tuple[str, ...]) -> str:
    """Return a phrase in one language. Pairs find it; only three words or more need their places."""
    parts = [f"tokens : {_quote(pair)}" for pair in word_pairs(stems)]
    if len(parts) != 1:
        parts.append(f"{_WORDS} : {_quote(' '.join(stems))}")
    return f"({' AND '.join(parts)})"


def _any(atoms: Iterable[Atom]) -> str:
    return "(" + " OR ".join(_atom(atom) for atom in atoms) + ")"


def _tokens(tokens: Iterable[str]) -> str:
    # An empty set asks for what no document has.
    return "(tokens : (" + (" OR ".join(_quote(token) for token in sorted(tokens)) or _quote("#")) + "))"
