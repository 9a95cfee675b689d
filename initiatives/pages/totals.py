"""The record in numbers: items of each kind, items on each theme, and initiatives by status.

All counts are exact and cover public items only. With a million quotes they take about a second, so they are kept for
a minute: the home page needs all of them.
"""

from collections import Counter
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, QuerySet
from django.utils import timezone

from initiatives.models import Initiative, Quote, SearchDocument, Theme
from initiatives.models.choices import NO_STATUS, STATUSES, Kind
from initiatives.search import count_public

SECONDS = 60
_KEY = "initiatives.counts"


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
    """Return the counts of the record, at most a minute old."""
    counted = cache.get(_KEY)
    if counted is None:
        counted = _count()
        cache.set(_KEY, counted, SECONDS)
    return counted


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
    return Counts(
        kinds={kind: count_public(kind) for kind in Kind},
        quotes_by_theme=_by_theme(Kind.QUOTE, Quote.themes.through),
        initiatives_by_theme=_by_theme(Kind.INITIATIVE, Initiative.themes.through),
        initiatives_by_status={status or NO_STATUS: number for status, number in statuses},
    )


def _by_theme(kind: Kind, through) -> dict[int, int]:
    """Return the number of public items by theme: all that are linked to it, less the few that are hidden.

    Counting the links takes a fifth of the time of checking whether each item is public.
    """
    documents = SearchDocument.objects.filter(kind=kind)
    # Two queries, because each can use an index of its own.
    hidden = [documents.filter(visible_from=None), documents.filter(visible_from__gt=timezone.now())]
    counts = _tied(through.objects.all())
    for part in hidden:
        counts -= _tied(through.objects.filter(**{f"{kind}_id__in": part.values("object_id")}))
    return dict(counts)


def _tied(ties: QuerySet) -> Counter:
    return Counter(dict(ties.values_list("theme_id").annotate(number=Count("pk")).order_by()))
