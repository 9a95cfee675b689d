"""The record in numbers: items of each kind, items on each theme, and initiatives by status.

All counts are exact and cover public items only. They are kept while the edition lasts: several pages need them.
"""

from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count

from initiatives.models import Initiative, Theme
from initiatives.models.choices import NO_STATUS, STATUSES, Kind
from initiatives.pages.edition import edition
from initiatives.search import Unavailable, facets_of_all
from initiatives.search.content import KINDS

# For which they are kept at most.
SECONDS = 300


@dataclass(frozen=True)
class CountedTheme:
    """A theme with its numbers of quotes and initiatives."""

    theme: Theme
    quotes: int
    initiatives: int


@dataclass(frozen=True)
class Counts:
    """Numbers of public items: by kind; quotes and initiatives by theme (primary key); initiatives by status."""

    kinds: dict[str, int]
    quotes_by_theme: dict[int, int]
    initiatives_by_theme: dict[int, int]
    initiatives_by_status: dict[str, int]

    @property
    def statuses(self) -> list[tuple[str, int]]:
        """The statuses of initiatives with their numbers, in order of progress."""
        numbers = self.initiatives_by_status
        return [(status, numbers[status]) for status, _label in STATUSES if status in numbers]


def counts_of_record() -> Counts:
    """Return the counts of the present edition of the record."""
    present = edition()
    key = f"initiatives.counts.{present.code}"
    counts = cache.get(key)
    if counts is None:
        may_be_kept = present.is_indexed()
        counts = _count()
        if may_be_kept:
            cache.set(key, counts, SECONDS)
    return counts


def counted_themes() -> list[CountedTheme]:
    """Return the public themes in their order, each with its counts."""
    counts = counts_of_record()
    return [
        CountedTheme(theme, counts.quotes_by_theme.get(theme.pk, 0), counts.initiatives_by_theme.get(theme.pk, 0))
        for theme in Theme.objects.published()
    ]


def _count() -> Counts:
    statuses = (
        Initiative.objects.published().with_status().values_list("status").annotate(number=Count("pk")).order_by()
    )
    try:
        kinds, quotes, initiatives = facets_of_all(
            (Kind, "kind"), ([Kind.QUOTE], "theme"), ([Kind.INITIATIVE], "theme")
        )
    except Unavailable:
        quotes, initiatives = {}, {}
        kinds = {kind: known.model._default_manager.published().count() for kind, known in KINDS.items()}  # type: ignore[attr-defined]
    return Counts(
        kinds={kind.value: kinds.get(kind, 0) for kind in Kind},
        quotes_by_theme={int(theme): number for theme, number in quotes.items()},
        initiatives_by_theme={int(theme): number for theme, number in initiatives.items()},
        initiatives_by_status={status or NO_STATUS: number for status, number in statuses},
    )
