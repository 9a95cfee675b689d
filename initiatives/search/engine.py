"""What an engine must do, and which one the database in use has."""

import datetime
import itertools
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from django.db import connection

from initiatives.models.choices import Kind
from initiatives.search.content import token
from initiatives.search.query import Atom, Phrase, Query
from initiatives.search.ranking import needle

if TYPE_CHECKING:
    from initiatives.search.documents import Entry


def word_form(form: str) -> str:
    """Return the word of the index that stands for a word as it was written; no stem can look like it."""
    return f"={form}"


def word_pairs(stems: Sequence[str]) -> list[str]:
    """Return the words of the index that stand for two stems side by side, for all neighbours in a row of stems.

    No stem can look like them.
    """
    return [f"+{stem}+{next_stem}" for stem, next_stem in itertools.pairwise(stems)]


def is_long(clause: Sequence[Atom]) -> bool:
    """Whether a clause is one phrase of three words or more.

    Its pairs of words find it, and a few documents too many, which their words tell: to read all places of three words,
    each of which may be common, takes an index longer.
    """
    return len(clause) == 1 and isinstance(clause[0], Phrase) and len(clause[0].forms) > 2


# What is needed of a match to rank, count and show it: its position, its filter values, separated by spaces, and its
# words (see ranking.written; empty if they were not asked for). A plain tuple, as drivers give them: a search has
# thousands.
Candidate = tuple[int, str, str]


@dataclass(frozen=True)
class Wanted:
    """Which documents an engine is to find: those that meet all of this."""

    kinds: frozenset[str]
    query: Query
    # Of each set of filter values one must be there; of `none_of`, none.
    all_of: list[frozenset[str]]
    none_of: frozenset[str]
    positions: range
    # Only what the public sees at this time; None for everything.
    visible_at: datetime.datetime | None
    # The most to return, and from which end of the positions.
    limit: int
    newest_first: bool
    with_words: bool

    @property
    def kind_tokens(self) -> frozenset[str]:
        """The filter values that stand for the kinds; empty if the index need not be asked for them.

        Nearly all documents are of quotes: their place in the index is a list of everything. Where they are wanted, the
        rows that were found tell their kind.
        """
        return frozenset() if Kind.QUOTE in self.kinds else frozenset(token("kind", kind) for kind in self.kinds)

    @property
    def other_kind_tokens(self) -> frozenset[str]:
        """The filter values that stand for the kinds that are not wanted."""
        return frozenset(token("kind", kind) for kind in frozenset(Kind) - self.kinds)

    @property
    def needles(self) -> list[list[str]]:
        """Texts of which, of each list, one must stand in the words of a document: see is_long."""
        return [
            [needle(reading) for atom in clause if isinstance(atom, Phrase) for reading in atom.readings]
            for clause in self.query.clauses
            if is_long(clause)
        ]


class Engine(Protocol):
    """Matching on one database."""

    def matches(self, wanted: Wanted) -> list[Candidate]:
        """Return the matches with the highest positions, or the lowest, these first."""

    def counts(self, wanted: Sequence[Wanted]) -> list[int]:
        """Return how many matches each has, up to its limit: cheaper than the matches, and asked for together."""

    def store(self, entries: "list[Entry]") -> None:
        """Write documents with their index entries (old ones were removed before)."""

    def remove(self, positions: list[int]) -> None:
        """Remove documents with their index entries."""

    def bulk(self) -> AbstractContextManager[None]:
        """Hold the index, in a transaction, as thousands of documents want it; what is put off is done at the end."""

    def arrange(self) -> None:
        """Lay rows in the order of their positions, if they are not kept so: what is close in time is read together."""

    def renew_statistics(self) -> None:
        """Let the planner see how tables have grown, if the database does not do so by itself."""

    def differing(self, entries: "list[Entry]") -> set[int]:
        """Return the positions of those entries, all with a row, that the index holds otherwise or not at all."""

    def strays(self) -> Iterator[list[int]]:
        """Yield pages of positions of index entries that have no row; they may be removed meanwhile."""


def engine() -> Engine:
    """Return the engine of the database in use. The engines are imported here and nowhere else."""
    if connection.vendor == "postgresql":
        from initiatives.search.postgres import PostgresEngine

        return PostgresEngine()
    from initiatives.search.sqlite import SqliteEngine

    return SqliteEngine()


def without_compiling(sender, connection, **kwargs) -> None:
    """Tell PostgreSQL, on a new connection, not to compile statements: that takes longer than any of ours, and goes by
    costs that say nothing of a look into the index (see postgres.Look).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")
