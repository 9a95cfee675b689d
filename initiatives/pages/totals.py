"""The record in numbers: items of each kind, items on each theme, and initiatives by status and effect.

All counts are exact and cover public items only. They are cached per edition, because several pages need them.
"""

import datetime
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from django.db.models import Count, Max

from initiatives.models import Initiative, Milestone, Theme
from initiatives.models.choices import EFFECT_FACETS, EFFECTS, NO_STATUS, STATUSES, Effect, InitiativeKind, Kind
from initiatives.pages.charts.scale import percent
from initiatives.pages.edition import kept
from initiatives.search import Unavailable, facets_of_all
from initiatives.search.content import KINDS


@dataclass(frozen=True)
class CountedTheme:
    """A theme with its numbers of quotes and initiatives."""

    theme: Theme
    quotes: int
    initiatives: int


@dataclass(frozen=True)
class Counts:
    """Numbers of public items: by kind; quotes and initiatives by theme (primary key); initiatives by status, without
    slogans, and by each effect that a source reports.

    And how fresh the record is: the newest dated step of an initiative, the last check of one for new evidence, and the
    last change of anything public; None if never.
    """

    kinds: dict[str, int]
    quotes_by_theme: dict[int, int]
    initiatives_by_theme: dict[int, int]
    initiatives_by_status: dict[str, int]
    initiatives_by_effect: dict[str, int]
    newest_evidence: Milestone | None
    last_checked: datetime.date | None
    updated_at: datetime.datetime | None

    @property
    def initiatives(self) -> int:
        """The total number of initiatives, slogans included."""
        return self.kinds[Kind.INITIATIVE]

    @property
    def with_law(self) -> int:
        """The number of initiatives that can become law."""
        return sum(self.initiatives_by_status.values())

    @property
    def statuses(self) -> list[tuple[str, int]]:
        """All statuses with their numbers of initiatives, in order of progress."""
        return [(status, self.initiatives_by_status.get(status, 0)) for status, _label in STATUSES]

    @property
    def bar(self) -> list[tuple[str, str, str]]:
        """The same as parts of one bar: the status, and where its part begins and how wide it is."""
        share = 100 / max(1, self.with_law)
        ends = accumulate(number for _status, number in self.statuses)
        return [
            (status, percent((end - number) * share), percent(number * share))
            for (status, number), end in zip(self.statuses, ends, strict=True)
            if number
        ]

    @property
    def effects(self) -> list[tuple[str, str, int]]:
        """The effects of initiatives as filter values, each with its label and number; last those without a report."""
        return [(value, str(label), self.initiatives_by_effect[value]) for value, label in EFFECTS]


def counts_of_record() -> Counts:
    """Return the counts for the current edition of the record."""
    return kept("counts", _count)


def counted_themes() -> list[CountedTheme]:
    """Return the public themes in order, each with its counts."""
    counts = counts_of_record()
    return [
        CountedTheme(theme, counts.quotes_by_theme.get(theme.pk, 0), counts.initiatives_by_theme.get(theme.pk, 0))
        for theme in Theme.objects.published()
    ]


def _count() -> Counts:
    with_law = Initiative.objects.published().exclude(kind=InitiativeKind.SLOGAN).with_status()
    statuses = with_law.values_list("status").annotate(number=Count("pk")).order_by()
    reports = set(Milestone.objects.published().exclude(effect="").values_list("initiative", "effect"))
    effects = Counter(EFFECT_FACETS[Effect(effect)] for _initiative, effect in reports)
    try:
        kinds, quotes, initiatives = facets_of_all(
            (Kind, "kind"), ([Kind.QUOTE], "theme"), ([Kind.INITIATIVE], "theme")
        )
    except Unavailable:
        quotes, initiatives = {}, {}
        kinds = {kind: known.model._default_manager.published().count() for kind, known in KINDS.items()}  # type: ignore[attr-defined]
    effects[NO_STATUS] = kinds.get(Kind.INITIATIVE, 0) - len({initiative for initiative, _effect in reports})
    return Counts(
        kinds={kind.value: kinds.get(kind, 0) for kind in Kind},
        quotes_by_theme={int(theme): number for theme, number in quotes.items()},
        initiatives_by_theme={int(theme): number for theme, number in initiatives.items()},
        initiatives_by_status={status or NO_STATUS: number for status, number in statuses},
        initiatives_by_effect=effects,
        newest_evidence=Milestone.objects.published()
        .filter(initiative__isnull=False)
        .order_by("-date", "-pk")
        .only("date", "date_precision")
        .first(),
        last_checked=Initiative.objects.published().aggregate(day=Max("checked_on"))["day"],
        updated_at=_updated_at(),
    )


def _updated_at() -> datetime.datetime | None:
    """Return when a public quote, initiative or source was last changed or became public."""
    latest = []
    for kind in (Kind.QUOTE, Kind.INITIATIVE, Kind.SOURCE):
        items: Any = KINDS[kind].model._default_manager
        latest += items.published().aggregate(changed=Max("updated_at"), added=Max("published_at")).values()
    return max(filter(None, latest), default=None)
