"""The edition of the public record, which changes whenever anything that the public sees changes.

It consists of the last committed change, the last scheduled publication that is due, the day (for the quote of the
day), and whatever else pages show: the release, settings, and the existing datasets.
"""

import datetime
import hashlib
from bisect import bisect
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import get_language

from initiatives import clock
from initiatives.models import Publishable, SearchChange
from initiatives.models.choices import State
from initiatives.search.in_step import indexes_up_to, last_change
from initiatives.search.index import LastChange

Shared = TypeVar("Shared")
_Times = tuple[datetime.datetime, list[datetime.datetime]]

# Seconds for which scheduled times, which change only with the record, and shared parts of pages are cached.
_KEPT, _SHARED = 3600, 300
# How many of the last changes are searched for the latest time.
_MANY = 1000
# Settings from the environment that affect pages. All others are in settings.py, which is part of the release.
_SHOWN = (
    *("SITE_URL", "SITE_OWNER", "SITE_CONTACT", "SITE_FUNDING", "SECURITY_CONTACT"),
    *("DATA_LICENCE", "CHANGES_NAME_EDITORS", "TIME_ZONE", "DEBUG", "RATE_LIMITS"),
)


@dataclass(frozen=True)
class Edition:
    """The last committed change, the last scheduled time that has passed (compact ISO 8601), the day (a proleptic
    ordinal), and a digest of everything else that pages show.
    """

    change: LastChange
    last_scheduled: str
    day: int
    surroundings: str

    @property
    def record(self) -> str:
        """A code for what the public may see of the record: letters, digits and full stops."""
        return f"{self.change.number}.{self.change.token}.{self.last_scheduled}.{self.day}"

    @property
    def code(self) -> str:
        """A code for the edition: letters, digits and full stops."""
        return f"{self.record}.{self.surroundings}"

    def is_indexed(self) -> bool:
        """Return whether search is up to date with it. Nothing made while search is behind may be cached."""
        return indexes_up_to(self.change)


def edition() -> Edition:
    """Return the current edition."""
    change = last_change()
    key = f"initiatives.scheduled.{change.number}.{change.token}"
    changed_at, times = cast(_Times, cache.get_or_set(key, lambda: _times(change), _KEPT))
    clock.reached(changed_at)
    now = clock.now()
    last_scheduled = _last(times, now)
    return Edition(change, last_scheduled, timezone.localdate(now).toordinal(), _surroundings())


def kept(name: str, make: Callable[[], Shared]) -> Shared:
    """Return a value that pages in the active language share in the current edition, made when first needed.

    Nothing made while search is behind is cached.
    """
    present = edition()
    key = f"initiatives.{name}.{get_language()}.{present.code}"
    value = cache.get(key)
    if value is None:
        may_be_kept = present.is_indexed()
        value = make()
        if may_be_kept:
            cache.set(key, value, _SHARED)
    return cast(Shared, value)


def _times(change: LastChange) -> _Times:
    """Return the latest time of the last changes; and the times at which something becomes public, in order,
    including the last past ones.
    """
    # Many, because after a clock is set back, later changes have earlier times.
    changes = SearchChange.objects.filter(number__gt=change.number - _MANY, at__lte=timezone.now() + clock.MOST)
    changed_at = changes.aggregate(at=Max("at"))["at"] or clock.now()
    clock.reached(changed_at)
    now, times = clock.now(), []
    for model in apps.get_models():
        if issubclass(model, Publishable):
            published = model._default_manager.filter(state=State.PUBLISHED).order_by()
            times.append(published.filter(published_at__gt=now).values_list("published_at"))
            last = published.filter(published_at__lte=now).values("state").annotate(last=Max("published_at"))
            times.append(last.values_list("last"))
    return changed_at, sorted(at for (at,) in cast(Any, times[0].union(*times[1:])))


def _last(times: list[datetime.datetime], now: datetime.datetime) -> str:
    """Return the last of these times that is not later than now, as digits; "0" if there is none.

    A count would not do: only the last past times are loaded, so the same number could recur for another state.
    """
    past = bisect(times, now)
    return f"{times[past - 1].astimezone(datetime.UTC):%Y%m%d%H%M%S%f}" if past else "0"


def _surroundings() -> str:
    """Return a digest of everything that pages show apart from the record."""
    shown = [release(), *(getattr(settings, name) for name in _SHOWN), _datasets(Path(settings.DATASET_DIR))]
    return hashlib.blake2b(repr(shown).encode(), digest_size=6).hexdigest()


def _datasets(folder: Path) -> int:
    """Return when a version of the dataset was last added or removed, in nanoseconds; 0 if there is no folder."""
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache
def release() -> str:
    """Return a digest of all code and files that make pages; computed once per process, in 30 ms."""
    digest = hashlib.blake2b(digest_size=6)
    parts = (
        path
        for folder in ("initiatives", "reforms_site", "templates", "static")
        for path in sorted((settings.BASE_DIR / folder).rglob("*"))
        if path.is_file() and path.suffix != ".pyc"
    )
    for path in (settings.BASE_DIR / "requirements.txt", *parts):
        digest.update(str(path.relative_to(settings.BASE_DIR)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
