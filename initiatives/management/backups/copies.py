"""The files of copies in backups: one folder beside the backups has them all, and each backup lists those it needs.

The files never change, so each is stored once however many backups need it, and deleted once none does. The lists are
as `sha256sum --check` reads them.
"""

import re
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage, storages

from initiatives.management.backups.base import BackupError, Progress, Rows, put
from initiatives.models import Capture
from initiatives.models.captures import archive_path

TABLE = Capture._meta.db_table
_FOLDER = "copies"
_SUFFIX = ".copies"
_NAME = re.compile(r"[0-9a-f]{64}|\..+\.part")


def left_out(rows: Rows) -> str:
    """Return why backups are without the files of copies; empty if they have them, or there are no copies."""
    if rows.get(TABLE) and not isinstance(storages["archive"], FileSystemStorage):
        return "The files of copies are in a bucket (ARCHIVE_BUCKET) and NOT in backups: back up the bucket itself."
    return ""


def needed(cursor: Any, rows: Rows) -> list[str] | None:
    """Return the hashes of the copies in a snapshot that were not taken down; None if backups are without copies."""
    if not rows.get(TABLE) or left_out(rows):
        return None
    cursor.execute(f"SELECT DISTINCT sha256 FROM {TABLE} WHERE taken_down_at IS NULL ORDER BY sha256")  # noqa: S608
    return [sha256 for (sha256,) in cursor.fetchall()]


def write(backup: Path, hashes: list[str] | None, progress: Progress) -> list[str]:
    """Store the files that the folder lacks, verified, and the backup's list; return the names of those that failed."""
    if hashes is None:
        return []
    kept, failed = _kept(backup), []
    for sha256 in hashes:
        if not kept.exists(archive_path(sha256)) and not _copy(storages["archive"], kept, sha256, progress):
            failed.append(sha256)
    put(list_beside(backup), "".join(f"{sha256}  {_FOLDER}/{archive_path(sha256)}\n" for sha256 in hashes).encode())
    # Those that were taken down meanwhile are no failures.
    live = Capture.objects.filter(sha256__in=failed, taken_down_at=None).values_list("sha256", flat=True)
    return sorted({archive_path(sha256) for sha256 in live})


def restore(backup: Path, progress: Progress) -> list[str]:
    """Put back the files of a backup that the archive lacks or has damaged; return the names of those still missing.

    Raises BackupError if they cannot be written.
    """
    files, kept = storages["archive"], _kept(backup)
    try:
        failed = [sha256 for sha256 in _listed(list_beside(backup)) if not _copy(kept, files, sha256, progress)]
    except OSError as error:
        raise BackupError(f"The files of copies cannot be restored: {error}. The database is as it was.") from error
    return [name for name in map(archive_path, failed) if not files.exists(name)]


def list_beside(backup: Path) -> Path:
    """Return the name of a backup's list of copies."""
    return backup.with_name(backup.name + _SUFFIX)


def discard_unneeded(folder: Path) -> None:
    """Delete stored files that no backup in a folder lists or a killed run left, and lists without a backup."""
    needed: set[str] = set()
    for file in folder.glob(f"[!.]*{_SUFFIX}"):
        if file.with_suffix("").exists():
            needed.update(_listed(file))
        else:
            file.unlink()
    for path in (folder / _FOLDER).glob("??/??/*"):
        if _NAME.fullmatch(path.name) and path.name not in needed:
            path.unlink()


def _kept(backup: Path) -> FileSystemStorage:
    """Return the storage of the folder beside a backup."""
    archive: Any = storages["archive"]
    return type(archive)(location=backup.parent / _FOLDER)


def _copy(source: Any, target: Any, sha256: str, progress: Progress) -> bool:
    """Copy a file; return whether the source has it, with the right bytes. Raises OSError if it cannot be written."""
    try:
        opened = source.open(archive_path(sha256))
    except OSError:
        return False
    with opened as file:
        try:
            target.save(archive_path(sha256), file)
        except ValueError:
            return False
        progress("Copies", file.size)
    return True


def _listed(file: Path) -> list[str]:
    return [line.split()[0] for line in file.read_text().splitlines()]
