"""Items of a kind that changed since a time: the changes that a copy of the record must apply."""

import datetime
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from initiatives import clock
from initiatives.models import Found, LastSeen, Milestone, Publishable, QuoteTranslation, Theme, ThemeMerge
from initiatives.models.choices import Kind
from initiatives.models.history import DELETED, Versions
from initiatives.models.publishing import end_of
from initiatives.search import Hit
from initiatives.search.content import KINDS

# Other items and parts that an item of a kind shows, with what these depend on, besides visibility_paths.
_MENTIONED: dict[str, tuple[str, ...]] = {
    Kind.QUOTE: ("themes", "initiatives", "initiatives__source", "translations"),
    Kind.INITIATIVE: ("themes", "bodies", "bodies__source", "milestones", "milestones__source"),
    Kind.PRINCIPLE: ("themes", "initiatives", "initiatives__source"),
}
# Parts that may be deleted, with the field that names the item.
_PARTS: dict[str, tuple[Any, str]] = {
    Kind.QUOTE: (QuoteTranslation, "quote"),
    Kind.INITIATIVE: (Milestone, "initiative"),
}


# Numbers of items checked at once; few or none of them may be in the answer.
AT_ONCE = 1000


class Updates(NamedTuple):
    """Public items that may have changed, the numbers of items that are no longer public, and the next number, if any.

    `became` maps the number of each merged item to that of the public item that replaced it.
    """

    public: list[Hit]
    gone: list[int]
    became: dict[int, int]
    next: int | None


def updates(kind: str, since: datetime.datetime, after: int, most: int) -> Updates:
    """Return at most `most` items of a kind that changed since a time, by number, after a number.

    Items that are not public are included only if readers have seen them. The number of queries is constant.
    """
    model: Any = KINDS[kind].model
    numbers: set[int] = set()
    end: int | None = None
    for column, items in _touched(kind, model, since):
        behind = (items.filter(**{f"{column}__gt": after}) if after else items).values_list(column, flat=True)
        some = list(behind.order_by()[: AT_ONCE + 1])
        if len(some) > AT_ONCE:
            # Sorted only if there are many: to find a few in order, databases would scan all items.
            some = list(behind.order_by(column).distinct()[:AT_ONCE])
            end = min(end or some[-1], some[-1])
        numbers.update(some)
    known = [number for number in numbers if end is None or number <= end]
    public = set(model._default_manager.published().filter(pk__in=known).order_by().values_list("pk", flat=True))
    seen = set(LastSeen.objects.filter(kind=kind, object_id__in=known).values_list("object_id", flat=True))
    named = sorted(public | seen)
    listed = named[:most]
    gone = [number for number in listed if number not in public]
    return Updates(
        [Hit(kind, number) for number in listed if number in public],
        gone,
        _became(gone) if gone and kind == Kind.THEME else {},
        listed[-1] if len(named) > most else end,
    )


def _became(themes: list[int]) -> dict[int, int]:
    """Return the public theme into which each of some themes was merged, directly or through others."""
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
    """Yield querysets of changed items and of those they show, each with the column that holds the item's number.

    Each relation has its own query: with one condition for all, databases would scan all items.
    """
    items, now = model._default_manager.all(), clock.now()
    yield "id", model.history.filter(history_date__gte=since)
    for path in filter(None, (*model.visibility_paths, *_MENTIONED.get(kind, ()))):
        changed = end_of(model, path).history.filter(history_date__gte=since).order_by()
        yield "pk", items.filter(**{f"{path}__in": changed.values("id")})
    for path in (*model.visibility_paths, *_MENTIONED.get(kind, ())):
        if not path or issubclass(end_of(model, path), Publishable):
            prefix = f"{path}__" if path else ""
            published = Q(**{f"{prefix}published_at__gte": since, f"{prefix}published_at__lte": now})
            yield "pk", items.filter(published)
    for field in model.history.model._history_m2m_fields:
        # Deleting a related item makes no version of the items that had it.
        gone = field.related_model.history.filter(history_type=DELETED, history_date__gte=since).order_by()
        marks = Versions.m2m_models[field]._base_manager.all()
        yield (
            f"{field.m2m_field_name()}_id",
            marks.filter(**{f"{field.m2m_reverse_field_name()}__in": gone.values("id")}),
        )
    if kind == Kind.QUOTE:
        yield "quote_id", Found.objects.filter(compared_at__gte=since, quote__isnull=False)
    if kind in _PARTS:
        part, owner = _PARTS[kind]
        yield f"{owner}_id", part.history.filter(**{"history_date__gte": since, f"{owner}__isnull": False})
