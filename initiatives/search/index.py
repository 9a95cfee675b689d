"""Where the index lies: a folder of files for each database, or memory for tests. Who reads it, and who writes it.

A folder holds the index in a folder of its own name, the file `current` that names it, and a lock: one process writes,
all read. Replacing the index is a change of `current`.
"""

import hashlib
import shutil
import threading
import time
import uuid
from collections.abc import Iterator
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

# What a writer may hold before it writes, in bytes: a few documents, or a whole record.
FEW_BYTES, MANY_BYTES = 15_000_000, 128_000_000

# Seconds for which words and weights that were read of an index are offered after it changed: nothing is offered
# unless the index as it is finds it.
KEPT = 60


class Unavailable(Exception):
    """There is no index to search; it may be on its way."""


class Busy(Exception):
    """Another process writes."""


class Stand(NamedTuple):
    """The last change of the database that an index took in: its number and its token. 0 and "" before the first."""

    number: int
    token: str


@dataclass(frozen=True)
class Reader:
    """An index as it was at its stand, and what was made of it since (see dictionary.py, completion.py)."""

    searcher: tantivy.Searcher
    stand: Stand
    kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    kept_since: float = field(default_factory=time.monotonic, compare=False, repr=False)


class Store:
    """The index in memory: nothing lasts, nobody else writes. It follows a transaction that may be undone."""

    lasts = False

    def __init__(self) -> None:
        self.reader: Reader | None = None
        self._index: tantivy.Index | None = None
        self._lock = threading.RLock()

    @contextmanager
    def writing(self, timeout: float) -> Iterator[None]:
        """Hold the right to write. Raises Busy if another has it for longer than `timeout` seconds (-1: for ever)."""
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
            read = _reader(self._index)
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
    def anew(self) -> Iterator[tantivy.Index]:
        """Give an empty index to fill, which takes the place of the present one at the end."""
        index = _unwatched(tantivy.Index(schema.SCHEMA))
        yield index
        self._index = index

    def size(self) -> int:
        """Return how many bytes of the disk the index takes."""
        return 0


class Folder(Store):
    """The index in a folder, shared by all processes of a machine."""

    lasts = True

    def __init__(self, home: Path, version: str) -> None:
        super().__init__()
        self._home, self._path = home, home / version
        self._open = ""
        self._file_lock = filelock.FileLock(self._path / "lock")

    @contextmanager
    def writing(self, timeout: float) -> Iterator[None]:
        """Hold the right to write, among all processes of the machine."""
        with super().writing(timeout):
            self._path.mkdir(parents=True, exist_ok=True)
            try:
                self._file_lock.acquire(timeout=timeout)
            except filelock.Timeout as error:
                raise Busy from error
            try:
                yield
            finally:
                self._file_lock.release()

    def read_again(self) -> Reader | None:
        """Read the index that `current` names; keep it open as long as it is the same."""
        name = self._current()
        if not name:
            self._index, self.reader, self._open = None, None, ""
            return None
        if name != self._open:
            self._index, self._open = _unwatched(tantivy.Index.open(str(self._path / name))), name
        return super().read_again()

    def to_write(self) -> tantivy.Index:
        """Open the index afresh: an index that stays open keeps files that were merged away."""
        name = self._current()
        if not name:
            raise Unavailable
        return _unwatched(tantivy.Index.open(str(self._path / name)))

    @contextmanager
    def anew(self) -> Iterator[tantivy.Index]:
        """Give an empty index in a new folder; at the end `current` names it, and all older ones go."""
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
        """Return how many bytes of the disk the index takes."""
        sizes = 0
        for path in (self._path / self._current()).rglob("*"):
            with suppress(OSError):  # merged away meanwhile
                sizes += path.stat().st_size
        return sizes

    def _current(self) -> str:
        with suppress(OSError):
            name = (self._path / "current").read_text()
            if (self._path / name / "meta.json").exists():
                return name
        return ""


def store() -> Store:
    """Return the index of the database in use."""
    if settings.SEARCH_DIR == MEMORY:
        return _in_memory()
    return _in_folder(Path(settings.SEARCH_DIR) / _name_of_database())


@lru_cache
def _in_memory() -> Store:
    return Store()


@lru_cache
def _in_folder(home: Path) -> Folder:
    return Folder(home, schema.VERSION)


def _name_of_database() -> str:
    """Return a name for the database in use, so that each has an index of its own."""
    known = connection.settings_dict
    parts = [connection.vendor, *(str(known.get(name) or "") for name in ("HOST", "PORT", "NAME"))]
    return f"{connection.vendor}-{hashlib.blake2b('|'.join(parts).encode(), digest_size=6).hexdigest()}"


def _unwatched(index: tantivy.Index) -> tantivy.Index:
    """Return an index that is read again only when it is told to.

    Otherwise a thread would watch its files, and stand in the way of each commit for a tenth of a second.
    """
    index.config_reader("manual", 0)
    return index


def _reader(index: tantivy.Index) -> Reader:
    searcher = index.searcher()
    found = searcher.search(tantivy.Query.term_query(schema.SCHEMA, schema.KEY, schema.STAND), 1, count=False).hits
    written = str(searcher.doc(found[0][1]).get_first(schema.STAND)) if found else "0 "
    number, _space, token = written.partition(" ")
    return Reader(searcher, Stand(int(number), token))


def stand_document(stand: Stand) -> tantivy.Document:
    """Return the document that says what the index took in. Hidden, like a draft."""
    document = tantivy.Document()
    document.add_text(schema.KEY, schema.STAND)
    document.add_text(schema.STAND, f"{stand.number} {stand.token}")
    document.add_text(schema.FILTERS, "#kind:stand #state:hidden")
    return document
