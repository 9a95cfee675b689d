"""Items as data: all that match criteria, in the order of the pages, or a part of all items of a kind."""

import gc
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Q

from initiatives import clock
from initiatives.models.choices import Kind
from initiatives.models.publishing import is_public_at
from initiatives.search import Criteria, Hit, search
from initiatives.search.content import KINDS

# Items loaded at a time, and the number of batches between full garbage collections, which take 20 ms.
CHUNK, ALL_AFTER = 250, 40
# The order of items; the last column is unique among equal ones.
ORDERS: dict[str, tuple[str, ...]] = {
    Kind.PRINCIPLE: ("set__title", "set_id", "number"),
    Kind.THEME: ("position", "name"),
    Kind.PERSON: ("name", "pk"),
    Kind.BODY: ("name", "pk"),
}


class Found(NamedTuple):
    """An item, and its kind (models.choices.Kind)."""

    kind: str
    item: Any


def found(criteria: Criteria) -> Iterator[Found]:
    """Yield public items that match criteria, as pages list them. Raises search.Unavailable if there is no index."""
    return load(search(criteria, page_size=settings.PAGE_SIZE).every())


def load(hits: Iterable[Hit]) -> Iterator[Found]:
    """Yield the items of hits with their public relations, leaving out items that are not public."""
    hits = iter(hits)
    for number, some in enumerate(iter(lambda: list(islice(hits, CHUNK)), []), start=1):
        yield from _public(some)
        # An item and its relations refer to each other. Python collects such cycles so seldom (reforms_site/wsgi.py)
        # that a list of a million would fill the memory with items already sent.
        gc.collect(1 if number % ALL_AFTER else 2)


def _public(hits: list[Hit]) -> Iterator[Found]:
    now = clock.now()
    items = {}
    for kind in {hit.kind for hit in hits}:
        manager: Any = KINDS[kind].model._default_manager
        loaded = manager.for_data().order_by().in_bulk([hit.object_id for hit in hits if hit.kind == kind])
        items |= {(kind, key): item for key, item in loaded.items() if is_public_at(item, now)}
    for hit in hits:
        if item := items.get((hit.kind, hit.object_id)):
            yield Found(hit.kind, item)


def catalogue(kind: str, after: list | None, most: int) -> tuple[list[Hit], int, list | None]:
    """Return at most `most` public items of a kind after a place, the number of all, and the next place, if any.

    A place is the last item's values of the columns that order the list, so items added or removed meanwhile do not
    shift it.
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
