"""Writing a version of the dataset: a folder named after its time, complete or not there at all."""

import csv
import gzip
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.utils import timezone

from initiatives.data.dataset import package
from initiatives.data.dataset.tables import TABLES, Row, Table
from initiatives.editorial.spreadsheets.csv_reader import guarded

# A version is named after its time, so that names sort by it.
NAME = "%Y-%m-%dT%H%M%SZ"
# How many versions are kept, besides the first of each year.
KEPT = 7
SQLITE_TYPES = {"integer": "INTEGER"}


@dataclass
class Delta:
    """What differs from the version before, by table: keys that were added, changed and withdrawn."""

    since: str = ""
    tables: dict[str, dict[str, list[int]]] = field(default_factory=dict)


def versions(folder: Path) -> list[Path]:
    """Return the complete versions in a folder, the newest first."""
    return sorted((path.parent for path in folder.glob(f"*/{package.DESCRIPTION}")), reverse=True)


def kept_for_ever(known: list[Path]) -> set[Path]:
    """Return the first version of each year; `known` are versions, the newest first."""
    return set({version.name[:4]: version for version in known}.values())


# Where each initiative stands, for those who ask the SQLite file: no table says it, because milestones do.
STATUSES = """CREATE VIEW statuses AS SELECT initiatives.id, slug, title, turns.status, turns.date AS since, checked_on
FROM initiatives LEFT JOIN milestones AS turns ON turns.id = (SELECT id FROM milestones
WHERE initiative_id = initiatives.id AND status <> '' ORDER BY date DESC, id DESC LIMIT 1)"""


def export(folder: Path, progress: Callable[[str], object] = lambda table: None) -> Path:
    """Write a new version into a folder, remove old ones, and return it. `progress` is called for each table."""
    folder.mkdir(parents=True, exist_ok=True)
    before = next(iter(versions(folder)), None)
    now = timezone.now()
    version = folder / now.strftime(NAME.replace("Z", "%fZ") if (folder / now.strftime(NAME)).exists() else NAME)
    unfinished = folder / f".{version.name}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    delta = Delta(before.name if before else "")
    counts = {}
    with closing(sqlite3.connect(unfinished / "record.sqlite3")) as database:
        for table in TABLES:
            progress(table.name)
            counts[table.name], seen = _write(table, unfinished, database)
            if before:
                delta.tables[table.name] = _differences(before / f"{table.name}.jsonl.gz", seen)
        database.execute(STATUSES)
        database.commit()
    if before:
        (unfinished / "delta.json").write_text(json.dumps({"since": delta.since, "tables": delta.tables}))
    package.describe(unfinished, counts, now)
    unfinished.rename(version)
    known = versions(folder)
    for old in set(known[KEPT:]) - kept_for_ever(known):
        shutil.rmtree(old)
    return version


def _write(table: Table, folder: Path, database: sqlite3.Connection) -> tuple[int, dict[int, bytes]]:
    """Write a table in each format; return how many rows it has, and a digest of each by key."""
    columns = table.columns
    own = [column for column in columns if not column.many]
    described = ", ".join(
        f'"{one.name}" {SQLITE_TYPES.get(one.type, "TEXT")}{" PRIMARY KEY" if one.name == "id" else ""}' for one in own
    )
    database.execute(f'CREATE TABLE "{table.name}" ({described})')
    for tie in (column for column in columns if column.many):
        database.execute(f'CREATE TABLE "{table.name}_{tie.name}" (id INTEGER, other INTEGER, PRIMARY KEY (id, other))')
    seen: dict[int, bytes] = {}
    insert = f'INSERT INTO "{table.name}" VALUES ({", ".join("?" * len(own))})'  # noqa: S608
    with (
        gzip.open(folder / f"{table.name}.jsonl.gz", "wt", encoding="utf-8") as lines,
        (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as cells,
    ):
        writer = csv.writer(cells)
        writer.writerow([column.name for column in columns])
        for row in table.rows():
            line = json.dumps(row, ensure_ascii=False)
            lines.write(f"{line}\n")
            seen[row["id"]] = _digest(line)
            writer.writerow([_cell(row[column.name]) for column in columns])
            database.execute(insert, [row[column.name] for column in own])
            for tie in (column for column in columns if column.many):
                pairs = [(row["id"], other) for other in row[tie.name]]
                database.executemany(f'INSERT INTO "{table.name}_{tie.name}" VALUES (?, ?)', pairs)  # noqa: S608
    if not seen:
        # Readers stumble over empty ones.
        (folder / f"{table.name}.jsonl.gz").unlink()
    return len(seen), seen


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
    if isinstance(value, list):
        return ";".join(map(str, value))
    return "" if value is None else guarded(str(value))
