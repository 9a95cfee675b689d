"""Widens queries by what their words also mean: names of themes and people (names.py), synonyms (synonyms.py)."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from initiatives.search.names import Name, known_names, with_names
from initiatives.search.query import Query
from initiatives.search.synonyms import Synonym, known_sets, with_synonyms


@dataclass(frozen=True)
class Widened:
    """A query as it is run, and what it was widened by."""

    query: Query
    names: tuple[Name, ...] = ()
    synonyms: tuple[Synonym, ...] = ()


def widen(queries: Sequence[Query], now: datetime.datetime | None) -> list[Widened]:
    """Return each query, widened; at most four statements, however many queries.

    Names count that are public at the time `now`; all of them, drafts too, if it is None.
    """
    names, sets = known_names(queries, now), known_sets(queries)
    widened = []
    for query in queries:
        # Synonyms first: what they add is taken to the letter, so it names nobody.
        query, synonyms = with_synonyms(query, sets)
        query, used = with_names(query, names)
        widened.append(Widened(query, tuple(used), tuple(synonyms)))
    return widened
