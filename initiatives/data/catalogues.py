"""Kinds of items that pages list whole, without filters: their order, and a part of it."""

from typing import Any

from django.db.models import Q

from initiatives.models.choices import Kind
from initiatives.search import Hit
from initiatives.search.content import KINDS

# What items are ordered by; the last column tells equal ones apart.
ORDERS: dict[str, tuple[str, ...]] = {
    Kind.PRINCIPLE: ("set__title", "set_id", "number"),
    Kind.THEME: ("position", "name"),
    Kind.PERSON: ("name", "pk"),
    Kind.BODY: ("name", "pk"),
}


def catalogue(kind: str, after: list | None, most: int) -> tuple[list[Hit], int, list | None]:
    """Return the public items of a kind behind a place, the number of all, and the place where they go on, if they do.

    A place is what the last item is ordered by: items that are added or go meanwhile move nothing.
    """
    public: Any = KINDS[kind].model._default_manager.published()  # type: ignore[attr-defined]
    order = ORDERS[kind]
    behind = Q()
    for number, column in enumerate(order if after else ()):
        same = dict(zip(order[:number], after or (), strict=False))
        behind |= Q(**same, **{f"{column}__gt": (after or ())[number]})
    rows = list(public.filter(behind).order_by(*order).values_list("pk", *order)[: most + 1])
    some = rows[:most]
    return [Hit(kind, row[0]) for row in some], public.count(), list(some[-1][1:]) if len(rows) > most else None
