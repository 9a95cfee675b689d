"""Changes of the items of a kind since a time: what a copy of the record must update or delete to stay in step."""

import datetime
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from initiatives import clock
from initiatives.models import LastSeen, Milestone, Publishable, QuoteTranslation, Theme, ThemeMerge
from initiatives.models.choices import Kind
from initiatives.models.history import DELETED, Versions
from initiatives.search import Hit
from initiatives.search.content import KINDS

# What an item of a kind tells of other items, besides those that it stands on (visibility_paths): other items, and
# parts, each with what they stand on.
_TOLD: dict[str, tuple[str, ...]] = {
    Kind.QUOTE: ("themes", "initiatives", "initiatives__source", "translations"),
    Kind.INITIATIVE: ("themes", "bodies", "bodies__source", "milestones", "milestones__source"),
    Kind.PRINCIPLE: ("themes", "initiatives", "initiatives__source"),
}
# Parts that may be gone, with the field that names the item.
_PARTS: dict[str, tuple[Any, str]] = {
    Kind.QUOTE: (QuoteTranslation, "quote"),
    Kind.INITIATIVE: (Milestone, "initiative"),
}


# Numbers of items that are looked at at once; of these maybe few, or none, are named.
AT_ONCE = 1000


class Updates(NamedTuple):
    """Items that are public and may have changed, the numbers of items that no longer are, and where it goes on.

    `became` are those of the latter that were merged, with the number of the public item that each became.
    """

    public: list[Hit]
    gone: list[int]
    became: dict[int, int]
    next: int | None


def updates(kind: str, since: datetime.datetime, after: int, most: int) -> Updates:
    """Return what became of items of a kind since a time, in the order of their numbers, behind a number.

    Of what is not public, only what readers have seen is named. The number of queries does not grow with the items.
    """
    model: Any = KINDS[kind].model
    numbers: set[int] = set()
    end: int | None = None
    for column, items in _touched(kind, model, since):
        behind = (items.filter(**{f"{column}__gt": after}) if after else items).values_list(column, flat=True)
        some = list(behind.order_by()[: AT_ONCE + 1])
        if len(some) > AT_ONCE:
            # Only now in order: of few, databases would go through all items to find them so.
            some = list(behind.order_by(column).distinct()[:AT_ONCE])
            end = min(end or some[-1], some[-1])
        numbers.update(some)
    known = [number for number in numbers if end is None or number <= end]
    public = set(model._default_manager.published().filter(pk__in=known).order_by().values_list("pk", flat=True))
    seen = set(LastSeen.objects.filter(kind=kind, object_id__in=known).values_list("object_id", flat=True))
    named = sorted(public | seen)
    told = named[:most]
    gone = [number for number in told if number not in public]
    return Updates(
        [Hit(kind, number) for number in told if number in public],
        gone,
        _became(gone) if gone and kind == Kind.THEME else {},
        told[-1] if len(named) > most else end,
    )


def _became(themes: list[int]) -> dict[int, int]:
    """Return which public themes some were merged into, directly or after another."""
    merges = dict(ThemeMerge.objects.filter(undone_at=None).order_by("pk").values_list("merged_id", "target_id"))
    ends = {}
    for theme in themes:
        end, steps = theme, 0
        while end in merges and steps < len(merges):
            end, steps = merges[end], steps + 1
        ends[theme] = end
    public = set(Theme.objects.published().filter(pk__in=ends.values()).values_list("pk", flat=True))
    return {theme: end for theme, end in ends.items() if end in public}


def _touched(kind: str, model: Any, since: datetime.datetime) -> Iterator[tuple[str, QuerySet]]:
    """Yield rows that name items that changed, or of which something did that they tell or stand on, each by a column.

    One look-up for each: as one condition, databases would go through all items.
    """
    items, now = model._default_manager.all(), clock.now()
    yield "id", model.history.filter(history_date__gte=since)
    for path in filter(None, (*model.visibility_paths, *_TOLD.get(kind, ()))):
        changed = _end(model, path).history.filter(history_date__gte=since).order_by()
        yield "pk", items.filter(**{f"{path}__in": changed.values("id")})
    for path in (*model.visibility_paths, *_TOLD.get(kind, ())):
        if not path or issubclass(_end(model, path), Publishable):
            prefix = f"{path}__" if path else ""
            came = Q(**{f"{prefix}published_at__gte": since, f"{prefix}published_at__lte": now})
            yield "pk", items.filter(came)
    for field in model.history.model._history_m2m_fields:
        # What is deleted leaves the items that had it without a version.
        gone = field.related_model.history.filter(history_type=DELETED, history_date__gte=since).order_by()
        marks = Versions.m2m_models[field]._base_manager.all()
        yield (
            f"{field.m2m_field_name()}_id",
            marks.filter(**{f"{field.m2m_reverse_field_name()}__in": gone.values("id")}),
        )
    if kind in _PARTS:
        part, owner = _PARTS[kind]
        yield f"{owner}_id", part.history.filter(**{"history_date__gte": since, f"{owner}__isnull": False})


def _end(model: Any, path: str) -> Any:
    """Return the model to which a look-up leads."""
    for name in path.split("__"):
        model = model._meta.get_field(name).related_model
    return model
