"""Compares the archive with the record: each copy has its file, each file its copy, and each byte is as it was kept."""

import hashlib
import posixpath
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any, NamedTuple

from django.core.files.storage import Storage, storages
from django.db.models import Count, Q, Sum
from django.utils import timezone

from initiatives.models import Capture
from initiatives.models.captures import archive_path

# A younger file may belong to a copy that is just being kept.
SETTLED = timedelta(hours=1)
_FIRST = [f"{number:02x}" for number in range(256)]
_PART = re.compile(r"\.[0-9a-f]{64}\.[0-9a-f]{8}\.part")
_AGAIN = "Restore it from a backup (manage.py restore does), or bring the same document again."
_MISNAMED = "has a name that the site does not give. Move it somewhere else."


class Fault(NamedTuple):
    """A file with what is wrong and what to do; superfluous ones can be deleted."""

    path: str
    text: str
    superfluous: bool = False

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


def size() -> dict[str, int]:
    """Return how many files and bytes the archive should have, as the database knows."""
    files = Capture.objects.filter(taken_down_at=None).values("sha256", "size").distinct()
    return files.aggregate(archive_files=Count("sha256"), archive_bytes=Sum("size", default=0))


def condition() -> str:
    """Return "ok", "not available" if no file can be saved, or "not checked": a bucket is on another machine."""
    files: Any = storages["archive"]
    if not hasattr(files, "can_write"):
        return "not checked"
    return "ok" if files.can_write() else "not available"


def faults(checked: Callable[[], object] = lambda: None) -> Iterator[Fault]:
    """Yield what is wrong with the archive's files, in the order of their names; call `checked` for each file due.

    Reads every file, and holds the names of one 256th of them at a time.
    """
    files = storages["archive"]
    folders, names = _listed(files, "")
    for path in [*names, *(path for folder in sorted(folders - {*_FIRST}) for path in _below(files, folder))]:
        yield Fault(path, _MISNAMED)
    for first in _FIRST:
        # "g" comes after every hexadecimal digit.
        rows = Capture.objects.filter(sha256__gte=first, sha256__lt=f"{first}g").order_by("sha256")
        known = dict(rows.values_list("sha256").annotate(live=Count("pk", filter=Q(taken_down_at=None))))
        missing = {sha256 for sha256, live in known.items() if live}
        for path in _below(files, first) if first in folders else ():
            with suppress(FileNotFoundError):  # it was deleted meanwhile
                if fault := _fault(files, path, known):
                    yield fault
                if path == archive_path(name := posixpath.basename(path)) and name in missing:
                    missing.remove(name)
                    checked()
        for sha256 in sorted(missing):
            checked()
            if _needed(sha256):
                yield Fault(archive_path(sha256), f"is missing. {_AGAIN}")


def delete(fault: Fault) -> bool:
    """Delete a superfluous file unless a copy on record has come to need it; return whether it is gone."""
    files = storages["archive"]
    if _needed(posixpath.basename(fault.path)) or not _settled(files, fault.path):
        return False
    files.delete(fault.path)
    return True


def _listed(files: Storage, folder: str) -> tuple[set[str], list[str]]:
    """Return the folders and files in a folder, both empty if there is no such folder."""
    try:
        folders, names = files.listdir(folder)
    except FileNotFoundError:
        return set(), []
    return set(folders), sorted(names)


def _below(files: Storage, folder: str) -> Iterator[str]:
    folders, names = _listed(files, folder)
    yield from (posixpath.join(folder, name) for name in names)
    for inner in sorted(folders):
        yield from _below(files, posixpath.join(folder, inner))


def _fault(files: Storage, path: str, known: dict[str, int]) -> Fault | None:
    """Return what is wrong with a file. `known` has the number of copies that need it, by hash."""
    name = posixpath.basename(path)
    unfinished = _PART.fullmatch(name)
    if path != archive_path(name) and not unfinished:
        return Fault(path, _MISNAMED)
    if known.get(name):
        return _damaged(files, path)
    if not _settled(files, path):
        return None
    if unfinished:
        return Fault(path, "was left by a run that was stopped.", superfluous=True)
    why = "every copy of it was taken down" if name in known else "no copy on record has it"
    return Fault(path, f"is superfluous: {why}.", superfluous=True)


def _damaged(files: Storage, path: str) -> Fault | None:
    digest = hashlib.sha256()
    try:
        with files.open(path) as file:
            for some in file.chunks():
                digest.update(some)
    except PermissionError:
        return Fault(path, "cannot be read. Run this as the user that serves the site.")
    if digest.hexdigest() == posixpath.basename(path):
        return None
    return Fault(path, f"is damaged: its bytes differ from those that were kept. {_AGAIN}")


def _needed(sha256: str) -> bool:
    return Capture.objects.filter(sha256=sha256, taken_down_at=None).exists()


def _settled(files: Storage, path: str) -> bool:
    return timezone.now() - files.get_modified_time(path) > SETTLED
