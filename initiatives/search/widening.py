"""Widens queries by what their words also mean: names of themes and people (names.py), synonyms (synonyms.py)."""

from collections.abc import Sequence
from dataclasses import dataclass

from initiatives.models import SynonymSet
from initiatives.search.execution import Run
from initiatives.search.names import Name, known_names, with_names
from initiatives.search.query import Atom, Query
from initiatives.search.synonyms import Synonym, known_sets, with_synonyms


@dataclass(frozen=True)
class Widened:
    """A query as it is run, and what it was widened by."""

    query: Query
    names: tuple[Name, ...] = ()
    synonyms: tuple[Synonym, ...] = ()


class Widener:
    """Widens queries by what a run sees; of words that were asked about the last time, nothing is asked again."""

    def __init__(self, run: Run):
        self._run = run
        self._asked: set[Atom] = set()
        self._names: list[Name] = []
        self._sets: list[SynonymSet] = []

    def widen(self, queries: Sequence[Query]) -> list[Widened]:
        """Return each query, widened; at most four statements, however many queries."""
        atoms = {atom for query in queries for atom in query.wanted}
        if not atoms <= self._asked:
            self._names, self._sets, self._asked = known_names(queries, self._run), known_sets(queries), atoms
        widened = []
        for query in queries:
            # Synonyms first: what they add is taken to the letter, so it names nobody.
            query, synonyms = with_synonyms(query, self._sets)
            query, used = with_names(query, self._names)
            widened.append(Widened(query, tuple(used), tuple(synonyms)))
        return widened


def widen(query: Query, run: Run) -> Widened:
    """Return a query, widened by what a run sees."""
    (widened,) = Widener(run).widen([query])
    return widened
