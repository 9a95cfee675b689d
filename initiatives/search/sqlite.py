"""Matching on SQLite: an FTS5 table whose rows are numbered by the documents' positions, and so in date order.

It holds stems that are made already, in ASCII tokenisation: every character beyond ASCII is part of a word, and
so are the signs of filter values. It keeps its own copy, so that a row can be removed without its old content.
"""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection

from initiatives.models import SearchDocument
from initiatives.search.content import KINDS, token
from initiatives.search.documents import CHUNK, COLUMNS, ROWS, Entry
from initiatives.search.engine import Candidate, Wanted, is_long, word_form, word_pairs
from initiatives.search.positions import kind_number
from initiatives.search.query import Atom, Phrase, Prefix

TABLE = "initiatives_searchindex"
_WORDS = "{names main other}"
# SQLite's row numbers have 64 bits.
LOWEST = -(2**63)

INSERT_ROW = f"INSERT INTO {ROWS} ({', '.join(COLUMNS)}) VALUES ({', '.join(['%s'] * len(COLUMNS))})"  # noqa: S608
INSERT_STEMS = f"INSERT INTO {TABLE} (rowid, names, main, other, tokens) VALUES (%s, %s, %s, %s, %s)"  # noqa: S608


class SqliteEngine:
    """See engine.Engine."""

    def matches(self, wanted: Wanted) -> list[Candidate]:
        """Read the index in the order of its row numbers, only as far as needed: words and filters are one scan."""
        words = "d.words" if wanted.with_words else "''"
        direction = "DESC" if wanted.newest_first else "ASC"
        rows, params = _rows(wanted)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT d.position, d.tokens, {words} {rows}"
                f" ORDER BY {TABLE}.rowid {direction} LIMIT {wanted.limit:d}",
                params,
            )
            return cursor.fetchall()

    def counts(self, wanted: Sequence[Wanted]) -> list[int]:
        """Read as many rows of each as are counted, from the oldest on: that is how the index is written."""
        if not wanted:
            return []
        counts, params = [], []
        for one in wanted:
            rows, some = _rows(one)
            counts.append(f"(SELECT count(*) FROM (SELECT 1 {rows} LIMIT {one.limit:d}))")  # noqa: S608
            params += some
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(counts)}", params)
            return list(cursor.fetchone())

    def store(self, entries: list[Entry]) -> None:
        """Write rows, and their stems into the FTS5 table."""
        with connection.cursor() as cursor:
            cursor.executemany(INSERT_ROW, [list(map(_adapted, entry.values)) for entry in entries])
            cursor.executemany(
                INSERT_STEMS,
                [(entry.position, *_columns(entry)) for entry in entries],
            )

    def remove(self, positions: list[int]) -> None:
        """Remove rows and their stems."""
        SearchDocument.objects.filter(position__in=positions)._raw_delete(connection.alias)
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {TABLE} WHERE rowid = %s", [(p,) for p in positions])  # noqa: S608

    @contextmanager
    def bulk(self) -> Iterator[None]:
        """Renew the statistics at the end. FTS5 wants no more than documents in the order of their positions."""
        yield
        self.renew_statistics()

    def arrange(self) -> None:
        """Do nothing: rows are kept so."""

    def renew_statistics(self) -> None:
        """Analyse tables that have grown tenfold or have a new index: SQLite takes those for as good as any other.

        It would look up twenty quotes by walking all that are published. Not the tables of FTS5, of which `PRAGMA
        optimize` would take note too: FTS5 plans by it, and once they have grown walks them through at every write.
        """
        with connection.cursor() as cursor:
            known = _statistics(cursor)
            for model in apps.get_app_config("initiatives").get_models(include_auto_created=True):
                table = model._meta.db_table
                cursor.execute("SELECT name FROM pragma_index_list(%s) WHERE NOT partial", [table])
                indexes = {name for (name,) in cursor.fetchall()}
                if not indexes:
                    # Nothing to choose from; or no table, for `migrate` may have gone back.
                    continue
                cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
                (rows,) = cursor.fetchone()
                then = [known[name] for name in indexes & known.keys()]
                if rows and (indexes - known.keys() or rows >= 10 * max(then, default=rows)):
                    cursor.execute(f"ANALYZE {table}")

    def differing(self, entries: list[Entry]) -> set[int]:
        """Compare the stems that the table keeps a copy of."""
        expected = {entry.position: _columns(entry) for entry in entries}
        places = ", ".join(["%s"] * len(expected))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT rowid, names, main, other, tokens FROM {TABLE} WHERE rowid IN ({places})",  # noqa: S608
                list(expected),
            )
            return expected.keys() - {row[0] for row in cursor.fetchall() if row[1:] == expected[row[0]]}

    def strays(self) -> Iterator[list[int]]:
        """Walk through the table by row number."""
        last = LOWEST
        while positions := self._positions_after(last):
            rows = SearchDocument.objects.filter(position__in=positions).values_list("position", flat=True)
            if strays := sorted(set(positions) - set(rows)):
                yield strays
            last = positions[-1]

    def _positions_after(self, position: int) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT rowid FROM {TABLE} WHERE rowid > %s ORDER BY rowid LIMIT {CHUNK}",  # noqa: S608
                [position],
            )
            return [rowid for (rowid,) in cursor.fetchall()]


def _adapted(value: Any) -> Any:
    """Return a value as SQLite stores it."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime.datetime) else value


def _columns(entry: Entry) -> tuple[str, str, str, str]:
    """Return what the table holds of an entry: names, main, other, tokens."""
    return (
        " ".join(entry.names),
        " ".join(entry.main),
        " ".join(entry.other),
        " ".join([*entry.tokens, *entry.extras]),
    )


def _rows(wanted: Wanted) -> tuple[str, list[Any]]:
    """Return where the rows that are wanted are read from, d being their table, with the parameters of that."""
    # The row number tells the kind, before a row is read.
    kinds = ", ".join(str(KINDS[kind].number) for kind in sorted(wanted.kinds))
    params: list[Any] = [_expression(wanted), wanted.positions.start, wanted.positions.stop]
    visible = ""
    if wanted.visible_at is not None:
        visible = " AND d.visible_from <= %s"
        params.append(connection.ops.adapt_datetimefield_value(wanted.visible_at))
    told = ""
    for needles in wanted.needles:
        told += f" AND ({' OR '.join(['instr(d.words, %s)'] * len(needles))})"
        params += needles
    rows = (
        f"FROM {TABLE} CROSS JOIN {ROWS} d ON d.position = {TABLE}.rowid"
        f" WHERE {TABLE} MATCH %s AND {TABLE}.rowid >= %s AND {TABLE}.rowid < %s"
        f" AND {kind_number(f'{TABLE}.rowid')} IN ({kinds}){visible}{told}"
    )
    return rows, params


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


def _atom(atom: Atom, *, in_a_row: bool = True) -> str:
    if isinstance(atom, Phrase):
        return "(" + " OR ".join(_reading(reading, in_a_row=in_a_row) for reading in atom.readings) + ")"
    if isinstance(atom, Prefix):
        return f"({_WORDS} : ({_quote(atom.form)} *) OR tokens : ({_quote(word_form(atom.form))} *))"
    return f"(tokens : {_quote(atom.token)})"


def _reading(stems: tuple[str, ...], *, in_a_row: bool) -> str:
    """Return a phrase in one language: its pairs and, if it has another number of words than two, these in a row."""
    parts = [f"tokens : {_quote(pair)}" for pair in word_pairs(stems)]
    if not parts or (in_a_row and len(parts) > 1):
        parts.append(f"{_WORDS} : {_quote(' '.join(stems))}")
    return f"({' AND '.join(parts)})"


def _any(atoms: Sequence[Atom]) -> str:
    return "(" + " OR ".join(_atom(atom, in_a_row=not is_long(atoms)) for atom in atoms) + ")"


def _tokens(tokens: Iterable[str]) -> str:
    # An empty set asks for what no document has.
    return "(tokens : (" + (" OR ".join(_quote(token) for token in sorted(tokens)) or _quote("#")) + "))"


def _statistics(cursor) -> dict[str, int]:
    """Return, by index, how many rows its table had when it was analysed last (https://sqlite.org/fileformat2.html#stat1tab)."""
    cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")
    if not cursor.fetchone():
        return {}
    cursor.execute("SELECT idx, stat FROM sqlite_stat1 WHERE idx IS NOT NULL")
    return {index: int(stat.split()[0]) for index, stat in cursor.fetchall()}
