"""Helpers for the tests of search."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tantivy

from initiatives.models.choices import Kind
from initiatives.search import Criteria
from initiatives.search.in_step import reader
from initiatives.search.index import FEW_BYTES, store

QUOTES = Criteria(frozenset({Kind.QUOTE}))


@contextmanager
def tampering() -> Iterator[tantivy.IndexWriter]:
    """Yield a writer that changes an up-to-date index without search knowing."""
    reader()
    writer = store().to_write().writer(FEW_BYTES, 1)
    yield writer
    writer.commit()
    writer.wait_merging_threads()
    store().read_again()


def index_files(folder: Path) -> set[Path]:
    """Return the folders that contain an index."""
    return {path.parent for path in folder.rglob("meta.json")}
