"""Stores, reads and writes the index: a folder of files for each database, or memory in tests.

Each folder contains a subfolder with the index, the file `current` that names it, and a lock: one process writes, all
read. The index is replaced by changing `current`.
"""

import hashlib
import json
import logging
import os
import shutil
import threading
import time
import uuid
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import filelock
import tantivy
from django.conf import settings
from django.db import connection

from initiatives.search import schema

MEMORY = ":memory:"

# Buffer of a writer in bytes: for a few documents, or the whole record.
FEW_BYTES, MANY_BYTES = 15_000_000, 128_000_000

# Seconds between checks of the files of an open index, and seconds to wait after a failure.
LOOK_EVERY, PAUSE = 1, 5

# Seconds for which words read from an index are suggested after it has changed: only those that the current index
# finds are suggested.
KEPT = 60


_log = logging.getLogger(__name__)


class Unavailable(Exception):
    """There is no index to search, or it failed. It may be under construction."""


class Busy(Exception):
    """Another process is writing to the index."""


class LastChange(NamedTuple):
    """The last change of the database that an index contains: its number and its token. 0 and "" before the first."""

    number: int
    token: str


@dataclass(frozen=True)
class Reader:
    """The index of a database as of its last change, with values cached for it (see execution.Run.keep)."""

    searcher: tantivy.Searcher
    last_change: LastChange
    kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    kept_since: float = field(default_factory=time.monotonic, compare=False, repr=False)


class Store:
    """An index in the memory of one process; nothing is stored. It includes transactions that may be rolled back."""

    lasts = False
    # Whether the index failed too recently to be tried again.
    pauses = False

    def __init__(self) -> None:
        self.reader: Reader | None = None
        self._index: tantivy.Index | None = None
        self._lock = threading.RLock()

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Raise Unavailable if the index fails inside the block. An index in memory does not fail."""
        yield

    def look(self) -> None:
        """Detect truncated or replaced files of an open index."""

    def verify(self) -> None:
        """Check every byte of the index. Raises OSError if it is damaged."""

    @contextmanager
    def writing(self, timeout: float) -> Iterator[None]:
        """Hold the write lock. Raises Busy if another process keeps it for over `timeout` seconds (-1: for ever)."""
        if not self._lock.acquire(timeout=timeout):
            raise Busy
        try:
            yield
        finally:
            self._lock.release()

    def read_again(self) -> Reader | None:
        """Read the index as it is now; None if there is none."""
        if self._index is not None:
            self._index.reload()
            read = self._reader(self._index)
            if self.lasts and self.reader is not None and time.monotonic() - self.reader.kept_since < KEPT:
                read = replace(read, kept=self.reader.kept, kept_since=self.reader.kept_since)
            self.reader = read
        return self.reader

    def to_write(self) -> tantivy.Index:
        """Return the index for one batch of changes."""
        if self._index is None:
            raise Unavailable
        return self._index

    @contextmanager
    def replacing(self) -> Iterator[tantivy.Index]:
        """Yield an empty index to fill, which replaces the current one at the end."""
        index = _unwatched(tantivy.Index(schema.SCHEMA))
        yield index
        self._index = index

    def size(self) -> int:
        """Return how many bytes the index takes on disk."""
        return 0

    def touch(self) -> None:
        """Tell all processes on this machine that the record has changed."""

    def touched(self) -> float:
        """Return when the record was last changed on this machine (in seconds since the epoch); 0 if not known."""
        return 0

    def _reader(self, index: tantivy.Index) -> Reader:
        return _reader(index.searcher())


class Folder(Store):
    """An index in a folder, shared by all processes on a machine."""

    lasts = True

    def __init__(self, home: Path, version: str) -> None:
        super().__init__()
        self._home, self._path = home, home / version
        self._open = ""
        self._sizes: dict[Path, int] = {}
        self._looked = self._failed = -float("inf")
        self._file_lock = filelock.FileLock(self._path / "lock")

    @property
    def pauses(self) -> bool:  # type: ignore[override]
        return time.monotonic() - self._failed < PAUSE

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Raise Unavailable if the index fails inside the block; log the reason, and drop a damaged index."""
        try:
            yield
        except BaseException as error:
            # The engine raises ValueErrors, or panics, whose class cannot be imported.
            if not isinstance(error, OSError | ValueError) and type(error).__name__ != "PanicException":
                raise
            _log.error("The search index in %s failed: %s", self._path, error, exc_info=error)
            self._fail()
            raise Unavailable from error

    def look(self) -> None:
        """Detect truncated or replaced files of an open index, once a second.

        Reading past the end of a truncated mapped file would kill the process. Raises OSError.
        """
        if time.monotonic() - self._looked < LOOK_EVERY:
            return
        self._looked = time.monotonic()
        for path, size in self._sizes.items():
            with suppress(FileNotFoundError):  # merged away; it stays open
                if path.stat().st_size != size:
                    raise OSError(f"{path.name} was cut off")
        if self._current() != self._open:
            self.read_again()

    def verify(self) -> None:
        if (name := self._current()) and not is_sound(self._path / name):
            raise OSError(f"{name} is damaged")

    def _fail(self) -> None:
        """Close the index. If it is damaged, drop it, so that the next search rebuilds it; otherwise wait a moment."""
        name, self._open, self._index, self.reader, self._sizes = self._current(), "", None, None, {}
        try:
            if name and not is_sound(self._path / name):
                _log.error("The search index in %s is damaged. It is built again.", self._path / name)
                if self._current() == name:
                    (self._path / "current").unlink()
                return
        except OSError as error:
            _log.error("The search index in %s cannot be checked: %s", self._path / name, error)
        self._failed = time.monotonic()

    @contextmanager
    def writing(self, timeout: float) -> Iterator[None]:
        """Hold the write lock among all processes on the machine."""
        with super().writing(timeout):
            self._path.mkdir(parents=True, exist_ok=True)
            if os.geteuid() == 0 != (owner := self._path.stat().st_uid):
                raise PermissionError(f"{self._path} belongs to user {owner}; run this as that user, not as root")
            try:
                self._file_lock.acquire(timeout=timeout)
            except filelock.Timeout as error:
                raise Busy from error
            try:
                yield
            finally:
                self._file_lock.release()

    def read_again(self) -> Reader | None:
        """Read the index that `current` names, keeping it open until it changes."""
        name = self._current()
        if not name:
            self._index, self.reader, self._open = None, None, ""
            return None
        if name != self._open:
            self.verify()
            self._index, self._open = _unwatched(tantivy.Index.open(str(self._path / name))), name
        read = super().read_again()
        self._sizes = {path: path.stat().st_size for path in _files(self._path / name) if path.exists()}
        return read

    def to_write(self) -> tantivy.Index:
        """Open the index again: an index that stays open keeps files that were merged away."""
        name = self._current()
        if not name:
            raise Unavailable
        return _unwatched(tantivy.Index.open(str(self._path / name)))

    @contextmanager
    def replacing(self) -> Iterator[tantivy.Index]:
        """Yield an empty index in a new folder; at the end `current` names it, and all older ones are deleted."""
        name = uuid.uuid4().hex
        (self._path / name).mkdir(parents=True)
        try:
            yield _unwatched(tantivy.Index(schema.SCHEMA, path=str(self._path / name)))
        except BaseException:
            shutil.rmtree(self._path / name, ignore_errors=True)
            raise
        pointer = self._path / f"{name}.current"
        pointer.write_text(name)
        pointer.replace(self._path / "current")
        for old in (*self._home.iterdir(), *self._path.iterdir()):
            if old.is_dir() and old not in (self._path, self._path / name):
                shutil.rmtree(old, ignore_errors=True)

    def size(self) -> int:
        sizes = 0
        for path in (self._path / self._current()).rglob("*"):
            with suppress(OSError):  # merged away meanwhile
                sizes += path.stat().st_size
        return sizes

    def _reader(self, index: tantivy.Index) -> Reader:
        return _reader(_Guarded(index.searcher(), self))

    def touch(self) -> None:
        with suppress(OSError):
            self._home.mkdir(parents=True, exist_ok=True)
            (self._home / "changed").touch()

    def touched(self) -> float:
        with suppress(OSError):
            return (self._home / "changed").stat().st_mtime
        return 0

    def _current(self) -> str:
        with suppress(OSError, ValueError):  # unreadable, or not UTF-8
            name = (self._path / "current").read_text()
            if (self._path / name / "meta.json").exists():
                return name
        return ""


def store() -> Store:
    """Return the index of the database in use."""
    return _store(settings.SEARCH_DIR, _name_of_database())


@lru_cache
def _store(directory: str, database: str) -> Store:
    return Store() if directory == MEMORY else Folder(Path(directory) / database, schema.VERSION)


def _name_of_database() -> str:
    """Return a name for the database in use, so that each has its own index."""
    known = connection.settings_dict
    parts = [connection.vendor, *(str(known.get(name) or "") for name in ("HOST", "PORT", "NAME"))]
    return f"{connection.vendor}-{hashlib.blake2b('|'.join(parts).encode(), digest_size=6).hexdigest()}"


def _unwatched(index: tantivy.Index) -> tantivy.Index:
    """Return an index that is reread only by `reload`.

    Otherwise a thread would watch its files and delay each commit by a tenth of a second.
    """
    index.config_reader("manual", 0)
    return index


class _Guarded:
    """A searcher that raises Unavailable for every error."""

    def __init__(self, searcher: tantivy.Searcher, store: Folder) -> None:
        self._searcher, self._store = searcher, store

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._searcher, name)
        return self._call(value) if callable(value) else value

    def _call(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **options: Any) -> Any:
            with self._store.guarded():
                return method(*args, **options)

        return guarded


def is_sound(folder: Path) -> bool:
    """Return whether all files of an index are intact. Raises OSError if one cannot be read.

    The format is tantivy's: a file ends with a JSON footer, which contains the CRC-32 of everything before it, then the
    footer's length and a magic number, 4 bytes each, little-endian.
    """
    try:
        described = (folder / "meta.json").read_bytes()
        return all(map(_is_whole, _files(folder)))
    except FileNotFoundError:
        # A merge may have replaced the file meanwhile.
        return (folder / "meta.json").exists() and (folder / "meta.json").read_bytes() != described
    except (ValueError, LookupError, TypeError):
        return False


def _files(folder: Path) -> list[Path]:
    """Return the files of an index's segments, without those being written."""
    names = []
    for segment in json.loads((folder / "meta.json").read_bytes())["segments"]:
        endings = ["fast", "fieldnorm", "idx", "pos", "store", "term"]
        endings += [f"{segment['deletes']['opstamp']}.del"] if segment["deletes"] else []
        names += [f"{segment['segment_id'].replace('-', '')}.{ending}" for ending in endings]
    return [folder / name for name in names]


def _is_whole(path: Path) -> bool:
    with path.open("rb") as file:
        length = 0
        end = file.seek(0, os.SEEK_END) - 8
        if end > 0:
            file.seek(end)
            length = int.from_bytes(file.read(4), "little")
        if not 0 < length <= end:
            return False
        file.seek(end - length)
        expected = json.loads(file.read(length))["crc"]
        file.seek(0)
        crc, left = 0, end - length
        while left and (piece := file.read(min(left, 1 << 20))):
            crc, left = zlib.crc32(piece, crc), left - len(piece)
    return crc == expected


def _reader(searcher: Any) -> Reader:
    found = searcher.search(
        tantivy.Query.term_query(schema.SCHEMA, schema.KEY, schema.LAST_CHANGE), 1, count=False
    ).hits
    written = str(searcher.doc(found[0][1]).get_first(schema.LAST_CHANGE)) if found else "0 "
    number, _space, token = written.partition(" ")
    return Reader(searcher, LastChange(int(number), token))


def last_change_document(last: LastChange) -> tantivy.Document:
    """Return the document that records the last change in the index. Hidden, like a draft."""
    document = tantivy.Document()
    document.add_text(schema.KEY, schema.LAST_CHANGE)
    document.add_text(schema.LAST_CHANGE, f"{last.number} {last.token}")
    document.add_text(schema.FILTERS, "#kind:stand #state:hidden")
    return document
