"""What an engine must do, and which one the database in use has."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from django.db import connection

from initiatives.search.query import Query

if TYPE_CHECKING:
    from initiatives.search.documents import Entry


def word_form(form: str) -> str:
    """Return the word of the index that stands for a word as it was written; no stem can look like it."""
    return f"={form}"


def word_pair(stem: str, next_stem: str) -> str:
    """Return the word of the index that stands for two stems side by side; no stem can look like it."""
    return f"+{stem}+{next_stem}"


def word_pairs(stems: tuple[str, ...]) -> list[str]:
    """Return the words of the index for all neighbours in a row of stems."""
    return [word_pair(stem, next_stem) for stem, next_stem in itertools.pairwise(stems)]


@dataclass(frozen=True)
class Match:
    """The pieces of a statement that selects documents `d`. Parameters go with the pieces, never into them."""

    tables: str
    where: str
    where_params: list = field(default_factory=list)
    # Grows with relevance.
    rank: str = "0.0"
    rank_params: list = field(default_factory=list)
    # The document's position, named so that the engine can walk its index in this order.
    position: str = "d.position"


class Engine(Protocol):
    """Matching on one database."""

    # The aggregate that joins the filter values of all candidates with spaces: counted here, they cost a tenth of
    # what they cost the database.
    all_tokens: str

    def match(self, query: Query, all_of: list[frozenset[str]], none_of: frozenset[str]) -> Match:
        """Return how to select the documents that match a query, and hold one token of each set and none of some."""

    def store(self, entries: "list[Entry]") -> None:
        """Write documents with their index entries (old ones were removed before)."""

    def remove(self, positions: list[int]) -> None:
        """Remove index entries; the rows are the caller's."""

    def repair(self) -> None:
        """Throw away what the engine keeps that no row stands for."""

    def faults(self) -> Iterable[str]:
        """Yield a line for each difference between what the engine keeps and the rows."""


def engine() -> Engine:
    """Return the engine of the database in use. The engines are imported here and nowhere else."""
    if connection.vendor == "postgresql":
        from initiatives.search.postgres import PostgresEngine

        return PostgresEngine()
    from initiatives.search.sqlite import SqliteEngine

    return SqliteEngine()
