"""Writing a version of the dataset: a folder named after its time, which appears only once it is complete."""

import csv
import datetime
import gzip
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import IO, Any

from initiatives import clock
from initiatives.data.dataset import package
from initiatives.data.dataset.tables import STATUSES_SQL, TABLES, Column, Row, Table, described
from initiatives.editorial.spreadsheets.csv_reader import guarded
from initiatives.pages.edition import edition

# A version is named after its time, so that names sort by it.
NAME = "%Y-%m-%dT%H%M%SZ"
# How many versions are kept, in addition to the first of each year.
KEPT = 7
SQLITE_TYPES = {"integer": "INTEGER", "boolean": "INTEGER"}


def versions(folder: Path) -> list[Path]:
    """Return the complete versions in a folder, the newest first."""
    found = (path.parent for path in folder.glob(f"*/{package.DESCRIPTION}"))
    # If two are written within a second, the later has a longer name.
    return sorted(found, key=lambda version: version.name.removesuffix("Z"), reverse=True)


def kept_for_ever(known: list[Path]) -> set[Path]:
    """Return the first version of each year; `known` are versions, the newest first."""
    return set({version.name[:4]: version for version in known}.values())


def export(folder: Path, progress: Callable[[str], object] = lambda table: None) -> Path:
    """Write a new version into a folder, remove old ones, and return it. `progress` is called for each table."""
    folder.mkdir(parents=True, exist_ok=True)
    before = next(iter(versions(folder)), None)
    # This moves the time of a new process past the newest change. If a clock was set back, the newest items would else
    # be missing, and `withdraw` would remove them from earlier versions for good.
    edition()
    now = clock.now()
    version = folder / now.strftime(NAME.replace("Z", "%fZ") if (folder / now.strftime(NAME)).exists() else NAME)
    unfinished = folder / f".{version.name}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    delta, counts = {}, {}
    with closing(sqlite3.connect(unfinished / "record.sqlite3")) as database:
        # The checks are for readers of the file: a value entered by SQL is exported all the same.
        database.execute("PRAGMA ignore_check_constraints = ON")
        _describe(database)
        tables = {table.name: partial(_inserted, table, database, now) for table in TABLES}
        for name, columns in described().items():
            progress(name)
            rows = tables[name]() if name in tables else statuses(database)
            seen = write_rows(name, [column.name for column in columns], rows, unfinished)
            counts[name] = len(seen)
            if before:
                delta[name] = _differences(before / f"{name}.jsonl.gz", seen)
        database.commit()
    if before:
        (unfinished / "delta.json").write_text(json.dumps({"since": before.name, "tables": delta}))
    package.describe(unfinished, counts, now)
    unfinished.rename(version)
    known = versions(folder)
    for old in set(known[KEPT:]) - kept_for_ever(known):
        shutil.rmtree(old)
    return version


def _describe(database: sqlite3.Connection) -> None:
    """Make the tables with their keys and allowed values, the view, and a table that describes each column."""
    for table in TABLES:
        own = ", ".join(_defined(column) for column in table.columns if not column.many)
        database.execute(f'CREATE TABLE "{table.name}" ({own})')
        for tie, refers_to in table.ties.items():
            ends = ", ".join(
                f'{end} INTEGER NOT NULL REFERENCES "{other}" (id)'
                for end, other in (("id", table.name), ("other", refers_to))
            )
            database.execute(f'CREATE TABLE "{table.name}_{tie}" ({ends}, PRIMARY KEY (id, other))')
    database.execute(STATUSES_SQL)
    database.execute(
        'CREATE TABLE columns ("table" TEXT, "column" TEXT, type TEXT, about TEXT, refers_to TEXT, allowed TEXT, '
        'PRIMARY KEY ("table", "column"))'
    )
    database.executemany(
        "INSERT INTO columns VALUES (?, ?, ?, ?, ?, ?)",
        [
            (name, one.name, one.type, one.about, one.refers_to or None, "; ".join(one.allowed) or None)
            for name, columns in described().items()
            for one in columns
        ],
    )


def _defined(column: Column) -> str:
    """Return the definition of a column for SQLite, with its constraints."""
    parts = [f'"{column.name}"', SQLITE_TYPES.get(column.type, "TEXT")]
    if column.name == "id":
        parts.append("PRIMARY KEY")
    elif column.unique:
        parts.append("UNIQUE")
    if column.required:
        parts.append("NOT NULL")
    if column.allowed:
        values = ", ".join(f"'{value}'" for value in (*column.allowed, *([] if column.required else [""])))
        parts.append(f'CHECK ("{column.name}" IN ({values}))')
    if column.refers_to:
        parts.append(f'REFERENCES "{column.refers_to}" (id)')
    return " ".join(parts)


def _inserted(table: Table, database: sqlite3.Connection, at: datetime.datetime) -> Iterator[Row]:
    """Yield the rows of a table, each once it is in the database with its relations."""
    own = [column.name for column in table.columns if not column.many]
    ties = list(table.ties)
    insert = f'INSERT INTO "{table.name}" VALUES ({", ".join("?" * len(own))})'  # noqa: S608
    for row in table.rows(at):
        database.execute(insert, [row[name] for name in own])
        for name in ties:
            pairs = [(row["id"], other) for other in row[name]]
            database.executemany(f'INSERT INTO "{table.name}_{name}" VALUES (?, ?)', pairs)  # noqa: S608
        yield row


def statuses(database: sqlite3.Connection) -> Iterator[Row]:
    """Yield the rows of the view."""
    found = database.execute("SELECT * FROM statuses ORDER BY id")
    names = [column[0] for column in found.description]
    for row in found:
        yield dict(zip(names, row, strict=True))


def write_rows(name: str, columns: list[str], rows: Iterable[Row], folder: Path) -> dict[int, bytes]:
    """Write rows as JSON Lines and, these columns of them, as CSV; return a digest of each by key."""
    seen: dict[int, bytes] = {}
    with (
        gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines,
        (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as cells,
    ):
        writer = csv.writer(cells)
        writer.writerow(columns)
        for row in rows:
            line = json.dumps(row, ensure_ascii=False)
            lines.write(f"{line}\n")
            seen[row["id"]] = _digest(line)
            writer.writerow([_cell(row[column]) for column in columns])
    if not seen:
        # Some programs cannot read empty ones.
        (folder / f"{name}.jsonl.gz").unlink()
    return seen


def _differences(before: Path, seen: dict[int, bytes]) -> dict[str, list[int]]:
    """Return which rows were added, changed and withdrawn since an earlier file of a table."""
    known = {json.loads(line)["id"]: _digest(line.rstrip("\n")) for line in read_lines(before)}
    return {
        "added": [key for key in seen if key not in known],
        "changed": [key for key, digest in seen.items() if known.get(key, digest) != digest],
        "withdrawn": [key for key in known if key not in seen],
    }


def read_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a packed file; none if there is no such file."""
    if path.exists():
        lines: IO[str]
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from lines


def rows_in(version: Path, table: Table) -> Iterator[Row]:
    """Yield the rows of a table of a version."""
    for line in read_lines(version / f"{table.name}.jsonl.gz"):
        yield json.loads(line)


def _digest(line: str) -> bytes:
    return hashlib.blake2b(line.encode(), digest_size=8).digest()


def _cell(value: Any) -> str:
    """Return a value as it is written in CSV."""
    if isinstance(value, list):
        return ";".join(map(str, value))
    return "" if value is None else guarded(str(value))
