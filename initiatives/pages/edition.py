"""The edition of the public record: another one as soon as the public may see anything else.

It is the last change that was committed, the scheduled publications that came, and the day, for the quote of the day.
"""

import datetime
from bisect import bisect
from dataclasses import dataclass
from typing import Any, cast

from django.apps import apps
from django.core.cache import cache
from django.utils import timezone

from initiatives.models import Publishable
from initiatives.models.choices import State
from initiatives.search.in_step import last_change, takes_in
from initiatives.search.index import Stand

# Seconds for which scheduled times are kept: they change only with the record.
_KEPT = 3600


@dataclass(frozen=True)
class Edition:
    """The last change that was committed, how many scheduled publications came, and the day (a proleptic ordinal)."""

    change: Stand
    came: int
    day: int

    @property
    def code(self) -> str:
        """The edition as a few letters, digits and full stops."""
        return f"{self.change.number}.{self.change.token}.{self.came}.{self.day}"

    def is_indexed(self) -> bool:
        """Tell whether search finds all of it. What is made while search is behind must not be kept."""
        return takes_in(self.change)


def edition() -> Edition:
    """Return the edition of now."""
    change, now = last_change(), timezone.now()
    kept = cache.get_or_set(f"initiatives.scheduled.{change.number}.{change.token}", _scheduled, _KEPT)
    scheduled = cast(list[datetime.datetime], kept)
    return Edition(change, bisect(scheduled, now), timezone.localdate(now).toordinal())


def _scheduled() -> list[datetime.datetime]:
    """Return the times at which something becomes public, in their order; those of the last day too."""
    since = timezone.now() - datetime.timedelta(days=1)
    to_come = [
        model._default_manager.filter(state=State.PUBLISHED, published_at__gt=since)
        .order_by()
        .values_list("published_at")
        for model in apps.get_models()
        if issubclass(model, Publishable)
    ]
    return sorted(at for (at,) in cast(Any, to_come[0].union(*to_come[1:])))
