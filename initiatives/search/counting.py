"""Counts of several searches at once, for what a page offers next."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from initiatives.search import execution
from initiatives.search.criteria import Criteria


@dataclass(frozen=True)
class Count:
    """How many items a search finds; `capped` if there are more than the BOUND that is counted."""

    number: int
    capped: bool = False

    @classmethod
    def total(cls, counts: "Sequence[Count]") -> "Count":
        """Return the count of searches taken together that have no item in common."""
        total = sum(count.number for count in counts)
        return cls(min(total, execution.BOUND), total > execution.BOUND or any(count.capped for count in counts))


def count_each(many: Sequence[Criteria], now: datetime.datetime | None) -> list[Count]:
    """Return the count of each search, as its own page gives it.

    `now` is the time of which the public's view is taken; None sees everything.
    """
    numbers = [len(execution.candidates(criteria, now)) for criteria in many]
    return [Count(min(number, execution.BOUND), number > execution.BOUND) for number in numbers]
