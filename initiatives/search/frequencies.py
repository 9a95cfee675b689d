"""In what share of documents a lexeme stands, from the statistics that PostgreSQL's planner keeps of the index.

Estimates are put together as the planner does it (src/backend/tsearch/ts_selfuncs.c): as if words came independently of
each other. To ask the planner itself takes as long as many a search.
"""

import bisect
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from django.db import connection

from initiatives.search.documents import ROWS

# What is taken for the share of a lexeme that is not among the most common ones, at the most.
RARE = 0.001
# Seconds for which the statistics are taken as they were.
KEPT = 60

_LAST = chr(0x10FFFF)


@dataclass(frozen=True)
class Frequencies:
    """The number of documents, and the shares of them, 0 to 1, in which the most common lexemes stand."""

    documents: float = 0.0
    shares: dict[str, float] = field(default_factory=dict)

    def of(self, lexeme: str) -> float:
        """Return the share of documents in which a lexeme stands."""
        return self.shares.get(lexeme, self._rare)

    def of_beginning(self, beginning: str) -> float:
        """Return the share of documents in which any lexeme stands that begins so."""
        start, stop = (bisect.bisect_left(self._ordered, end) for end in (beginning, beginning + _LAST))
        return any_of([self._rare, *(self.shares[lexeme] for lexeme in self._ordered[start:stop])])

    @cached_property
    def _rare(self) -> float:
        return min([RARE, *(share / 2 for share in self.shares.values())])

    @cached_property
    def _ordered(self) -> list[str]:
        return sorted(self.shares)


def any_of(shares: Iterable[float]) -> float:
    """Return the share of documents that meet one at least of some conditions, from the share of each."""
    return 1 - math.prod(1 - share for share in shares)


def frequencies() -> Frequencies:
    """Return the frequencies as the last ANALYZE saw them; if there was none, all lexemes are rare."""
    return _frequencies(*kept_by())


def kept_by() -> tuple[str, float]:
    """Return what statistics are kept by: the name of the database, and the period of KEPT seconds that it is in."""
    return connection.settings_dict["NAME"], time.monotonic() // KEPT


@lru_cache(maxsize=4)
def _frequencies(database: str, period: float) -> Frequencies:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples, most_common_elems::text::text[], most_common_elem_freqs FROM pg_class"
            " LEFT JOIN pg_stats ON tablename = relname AND attname = 'stems'"
            " AND schemaname = relnamespace::regnamespace::text WHERE oid = %s::regclass",
            [ROWS],
        )
        documents, lexemes, shares = cursor.fetchone()
    # The least and the greatest share follow those of the lexemes.
    return Frequencies(max(documents, 0.0), dict(zip(lexemes or [], shares or [], strict=False)))
