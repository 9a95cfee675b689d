"""Backups of the whole database, each a file with its SHA-256 in a second file, and of the files of copies (copies.py).

A backup is written under a temporary name that begins with a full stop. It is renamed once it is on disk and its row
counts have been verified. Restoring replaces everything or nothing. sqlite.py and postgresql.py implement this for each
database.
"""

import hashlib
from pathlib import Path
from types import ModuleType

import filelock
from django.db import connection
from django.utils import timezone

from initiatives.management.backups import copies, postgresql, sqlite
from initiatives.management.backups.base import BackupError, Progress, Rows, put, sync
from initiatives.models import SearchChange

_ENGINES: dict[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgresql}
_NAME = "reforms-"

__all__ = ["BackupError", "Progress", "Rows", "check", "copies", "discard_old", "engine", "new_name", "present"]
__all__ += ["write"]


def engine() -> ModuleType:
    """Return the module for backups of the database in use."""
    return _ENGINES[connection.vendor]


def new_name() -> str:
    """Return the name for a backup made now."""
    return f"{_NAME}{timezone.now():%Y%m%d-%H%M%S}{engine().SUFFIX}"


def write(target: Path, progress: Progress) -> tuple[Rows, int, list[str]]:
    """Write a backup to a new file; return each table's rows, the last change's number and copies that it lacks.

    Raises BackupError, and leaves no file, if it cannot be written or its rows differ from those of the database.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        with filelock.FileLock(target.parent / ".backup.lock", timeout=0):
            for left in target.parent.glob(".*.part*"):  # from a killed run: no other run holds the lock
                left.unlink()
            if target.exists():
                raise BackupError(f"{target} is there already. Name another file.")
            try:
                part.touch(0o600)
                with engine().snapshot(part, progress) as cursor:
                    rows = _rows(cursor)
                    cursor.execute(f"SELECT max(id) FROM {SearchChange._meta.db_table}")  # noqa: S608
                    (last,) = cursor.fetchone()
                    needed = copies.needed(cursor, rows)
                if engine().rows_in(part) != rows:
                    raise BackupError("The backup does not hold what the database holds. Try again.")
                copies.discard_unneeded(target.parent)
                lacking = copies.write(target, needed, progress)
                put(_digest_beside(target), f"{_sha256(part, progress)}  {target.name}\n".encode())
                sync(part)
                part.replace(target)
                sync(target.parent)
            finally:
                part.unlink(missing_ok=True)
                if not target.exists():
                    for file in _beside(target):
                        file.unlink(missing_ok=True)
    except filelock.Timeout as error:
        raise BackupError(f"Another backup is being written to {target.parent}.") from error
    except OSError as error:
        raise BackupError(f"The backup could not be written: {error}. Nothing of it was kept.") from error
    return rows, last or 0, lacking


def check(file: Path, progress: Progress) -> Rows:
    """Return the rows of each table in a backup. Raises BackupError if it is damaged or from another database."""
    try:
        written = _digest_beside(file).read_text().split()[:1]
        if [_sha256(file, progress)] != written:
            raise BackupError(f"{file} is damaged: its SHA-256 is not the one in {_digest_beside(file).name}.")
        with file.open("rb") as opened:
            if opened.read(len(engine().BEGINS)) != engine().BEGINS:
                raise BackupError(f"{file} is no backup of {connection.display_name}, which DATABASE_URL names.")
    except OSError as error:
        raise BackupError(f"{error.filename} cannot be read: {error.strerror}.") from error
    return engine().rows_in(file)


def discard_old(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest backups with our names in a folder; return the deleted files."""
    old = sorted(folder.glob(f"{_NAME}*{engine().SUFFIX}"))[:-keep]
    for backup in old:
        for file in (backup, *_beside(backup)):
            file.unlink(missing_ok=True)
    return old


def present() -> int:
    """Return how many rows the database has now: restoring a backup would replace them."""
    with connection.cursor() as cursor:
        return sum(_rows(cursor).values())


def _rows(cursor) -> Rows:
    rows = {}
    for table in connection.introspection.table_names(cursor):
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
        (rows[table],) = cursor.fetchone()
    return rows


def _beside(file: Path) -> list[Path]:
    return [_digest_beside(file), copies.list_beside(file)]


def _digest_beside(file: Path) -> Path:
    return file.with_name(f"{file.name}.sha256")


def _sha256(file: Path, progress: Progress) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while some := opened.read(1_000_000):
            digest.update(some)
            progress("Reading it again", len(some))
    return digest.hexdigest()
