"""How much a search finds, as pages say it."""

from collections.abc import Sequence
from dataclasses import dataclass

from initiatives.search import execution

# What is offered for the words that were typed is counted up to here: enough to choose by, and soon done. A correction
# is counted once a page; completions at every key, and SQLite looks up each item that two words share by itself.
ENOUGH, SOME = 100, 10


@dataclass(frozen=True)
class Count:
    """How many items a search finds; `capped` if there are more than were to be counted."""

    number: int
    capped: bool = False

    @classmethod
    def total(cls, counts: "Sequence[Count]") -> "Count":
        """Return the count of searches taken together that have no item in common."""
        total = sum(count.number for count in counts)
        return cls(min(total, execution.BOUND), total > execution.BOUND or any(count.capped for count in counts))
