"""A made-up record as editors see it: quotes in every state, with their versions, themes and what is left to do.

Quotes are those of `generator`.
"""

import datetime
import itertools
from collections.abc import Callable
from typing import ClassVar

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from benchmark.generator import CHUNK, Generator
from initiatives.models import Change, EmptySearch, Initiative, Milestone, OldSlug, Person, Quote, Source, Theme
from initiatives.models.choices import InitiativeKind, Kind, Nature, State, Verification
from initiatives.models.history import MADE, copy_versions

INITIATIVES = 10_000
CHANGES = 100_000
EMPTY_SEARCHES = 500
# Who measures, and who made one draft in two.
EDITOR = "measuring"


class QuotesAlone(Generator):
    """Makes quotes of themes, speakers and sources that are there."""

    common: ClassVar[dict] = {**Generator.common, "verification": Verification.PRIMARY}

    def build_quotes(self, progress: Callable[[int], object]) -> None:
        """Write the quotes with their versions, in states as an editors' desk has them."""
        me = User.objects.create_superuser(EDITOR)
        other = User.objects.create_user("other", is_staff=True)
        parts = [list(model.objects.order_by("pk")) for model in (Theme, Person, Source)]
        for count in self._chunks():
            with transaction.atomic():
                ids = self._quotes(count, *parts)
                self._hand_out(ids)
                mine = ids[7::200]
                copy_versions(Quote, mine, MADE, user=me)
                copy_versions(Quote, sorted(set(ids) - set(mine)), MADE, user=other)
            progress(count)

    def _hand_out(self, ids: list[int]) -> None:
        """Give some another state, some no theme, some no primary source."""
        soon = timezone.now() + datetime.timedelta(days=30)
        for some, changes in (
            (ids[::20], {"verification": Verification.SECONDARY}),
            (ids[7::100], {"state": State.DRAFT, "published_at": None}),
            (ids[11::500], {"state": State.IN_REVIEW, "published_at": None}),
            (ids[13::1000], {"published_at": soon}),
        ):
            Quote.objects.filter(pk__in=some).update(**changes)
        Quote.themes.through.objects.filter(quote_id__in=ids[17::1000]).delete()


def build(size: int, seed: int, progress: Callable[[int], object] = lambda done: None) -> None:
    """Fill an empty database; `progress` is called with the quotes of each step."""
    Generator(0, seed).build()
    QuotesAlone(size, seed).build_quotes(progress)
    _add_the_rest()


def _add_the_rest() -> None:
    """Add initiatives with old and new milestones, and what the desk's other lists hold."""
    today = timezone.localdate()
    published = {"state": State.PUBLISHED, "published_at": timezone.now()}
    sources = itertools.cycle(Source.objects.order_by("pk")[:500])
    themes = itertools.cycle(Theme.objects.order_by("pk"))
    with transaction.atomic():
        initiatives = Initiative.objects.bulk_create(
            (
                Initiative(
                    slug=f"initiative-{number}",
                    title=f"Undertaking {number}",
                    summary="What was announced.",
                    kind=InitiativeKind.LAW,
                    source=next(sources),
                    **published,
                )
                for number in range(INITIATIVES)
            ),
            batch_size=CHUNK,
        )
        Initiative.themes.through.objects.bulk_create(
            Initiative.themes.through(initiative=initiative, theme=next(themes)) for initiative in initiatives[::2]
        )
        Milestone.objects.bulk_create(
            (
                Milestone(
                    initiative=initiative,
                    source=next(sources),
                    text=f"Step {step} was taken.",
                    status="announced",
                    date=today - datetime.timedelta(days=(number * 7) % 1000 + 100 * step),
                    date_precision="day",
                )
                for number, initiative in enumerate(initiatives)
                for step in range(number % 4)
            ),
            batch_size=CHUNK,
        )
        EmptySearch.objects.bulk_create(
            EmptySearch(
                day=today - datetime.timedelta(days=day), words=f"words {n}", searched=Kind.QUOTE, count=n % 9 + 1
            )
            for day in range(90)
            for n in range(EMPTY_SEARCHES)
        )
        OldSlug.objects.bulk_create(
            OldSlug(kind=Kind.INITIATIVE, slug=f"undertaking-{item.pk}", object_id=item.pk) for item in initiatives
        )
        Change.objects.bulk_create(
            (
                Change(
                    at=timezone.now() - datetime.timedelta(minutes=n),
                    nature=Nature.CORRECTION,
                    item_kind=Kind.QUOTE,
                    item_id=n,
                    kind=Kind.QUOTE,
                    object_id=n,
                )
                for n in range(1, CHANGES + 1)
            ),
            batch_size=CHUNK,
        )
