"""Backups of SQLite, made with its online backup API."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

from initiatives.management.backups.base import BackupError, Progress, Rows

SUFFIX = ".sqlite3"
BEGINS = b"SQLite format 3\0"
# Pages copied between two progress reports.
_PAGES = 2_000


@contextmanager
def snapshot(place: Path, progress: Progress) -> Iterator[Any]:
    """Yield a cursor with a snapshot of the database, then copy the same snapshot into a file.

    Writers do not have to wait.
    """
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        try:
            yield cursor
            with _opened(place) as copy:
                copy.execute("PRAGMA journal_mode=OFF")  # an unfinished copy is deleted
                _copy(connection.connection, copy, "Writing", progress)
                copy.execute("PRAGMA journal_mode=DELETE")  # a single file, without a journal beside it
        except sqlite3.Error as error:
            raise BackupError(f"The backup could not be written: {error}. Nothing of it was kept.") from error
        finally:
            cursor.execute("ROLLBACK")


def rows_in(file: Path) -> Rows:
    """Return how many rows each table of a backup has. Raises BackupError if SQLite finds it damaged."""
    try:
        with _opened(file, "?mode=ro&immutable=1") as copy:
            (result,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
            if result != "ok":
                raise BackupError(f"{file} is damaged: {result}.")
            named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'sqlite_sequence'"
            names = [name for (name,) in copy.execute(named)]
            return {name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608
    except sqlite3.Error as error:
        raise BackupError(f"{file} is damaged: {error}.") from error


def restore(file: Path, progress: Progress) -> None:
    """Replace the database by a backup in one transaction. Until it ends, readers see the previous data."""
    try:
        connection.ensure_connection()
        with _opened(file, "?mode=ro&immutable=1") as copy:
            _copy(copy, connection.connection, "Restoring", progress)
    except sqlite3.Error as error:
        raise BackupError(f"The backup could not be restored: {error}. The database is as it was.") from error


def _opened(file: Path, how: str = "") -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(f"{file.absolute().as_uri()}{how}", uri=True, isolation_level=None))


def _copy(source: Any, target: Any, what: str, progress: Progress) -> None:
    (size,) = source.execute("PRAGMA page_size").fetchone()
    source.backup(target, pages=_PAGES, progress=lambda *_state: progress(what, _PAGES * size))
