"""Removes rows that are no longer public from earlier versions of the dataset, and records their keys."""

import csv
import datetime
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from initiatives.data.dataset import package
from initiatives.data.dataset.export import rows_in, statuses, versions, write_rows
from initiatives.data.dataset.tables import TABLES, Row, Table

# Keys of rows by table.
Keys = dict[str, set[int]]


def withdraw(folder: Path) -> None:
    """Remove from all versions in a folder but the newest the rows that it lacks, and rows that refer to them."""
    newest, *earlier = versions(folder) or [folder]
    public = {table.name: {row["id"] for row in rows_in(newest, table)} for table in TABLES}
    for version in earlier:
        gone = _gone(version, public)
        if any(gone.values()):
            _take_out(version, gone)


def _gone(version: Path, public: Keys) -> Keys:
    gone: Keys = {}
    for table in TABLES:
        owners = {one.name: one.refers_to for one in table.columns if one.refers_to and not one.many}
        gone[table.name] = {
            row["id"]
            for row in rows_in(version, table)
            if row["id"] not in public[table.name]
            or any(row.get(column) in gone[owner] for column, owner in owners.items())
        }
    return gone


def _take_out(version: Path, gone: Keys) -> None:
    """Rewrite a version without some rows. Readers use the old folder until the new one replaces it."""
    unfinished, old = version.with_name(f".{version.name}"), version.with_name(f".{version.name}.old")
    for left in (unfinished, old):
        shutil.rmtree(left, ignore_errors=True)
    shutil.copytree(version, unfinished)
    counts = {table.name: _write(table.name, _rows(table, version, gone), unfinished) for table in TABLES}
    with closing(sqlite3.connect(unfinished / "record.sqlite3")) as database:
        for table in TABLES:
            _delete(database, table.name, "id", gone[table.name])
            for tie, other in table.ties.items():
                _delete(database, f"{table.name}_{tie}", "id", gone[table.name])
                _delete(database, f"{table.name}_{tie}", "other", gone[other])
        database.commit()
        if (unfinished / "statuses.csv").exists():
            counts["statuses"] = _write("statuses", list(statuses(database)), unfinished)
        # Until VACUUM the file still contains the text.
        database.execute("VACUUM")
    _describe(unfinished, counts, {name: sorted(keys) for name, keys in gone.items() if keys})
    version.rename(old)
    unfinished.rename(version)
    shutil.rmtree(old)


def _describe(folder: Path, counts: dict[str, int], gone: dict[str, list[int]]) -> None:
    """Describe the files as they are now, with the keys of the rows removed now or before."""
    before = package.read(folder)
    for name in (package.DESCRIPTION, package.CATALOGUE):
        (folder / name).unlink()
    noted = before.get("withdrawn", {})
    noted |= {name: sorted({*noted.get(name, []), *keys}) for name, keys in gone.items()}
    package.describe(folder, counts, datetime.datetime.fromisoformat(before["created"]), noted)


def _rows(table: Table, version: Path, gone: Keys) -> list[Row]:
    """Return the remaining rows of a table, without relations to removed rows."""
    rows = [row for row in rows_in(version, table) if row["id"] not in gone[table.name]]
    for row in rows:
        row |= {tie: [key for key in row[tie] if key not in gone[other]] for tie, other in table.ties.items()}
    return rows


def _write(name: str, rows: list[Row], folder: Path) -> int:
    """Write the files of a table again, with the columns that they had; return how many rows there are."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    return len(write_rows(name, columns, rows, folder))


def _delete(database: sqlite3.Connection, table: str, column: str, keys: set[int]) -> None:
    database.executemany(f'DELETE FROM "{table}" WHERE "{column}" = ?', [(key,) for key in keys])  # noqa: S608
