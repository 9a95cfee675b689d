"""Items as data asks for them: all that criteria find, in the order of the pages."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone

from initiatives.models.publishing import is_public_at
from initiatives.search import Criteria, Hit, every
from initiatives.search.content import KINDS

# Items that are loaded at a time.
CHUNK = 250


class Found(NamedTuple):
    """An item, and its kind (models.choices.Kind)."""

    kind: str
    item: Any


def found(criteria: Criteria) -> Iterator[Found]:
    """Yield all public items that meet criteria, as pages list them. Raises search.Unavailable if there is no index."""
    return load(every(criteria, settings.PAGE_SIZE))


def load(hits: Iterable[Hit]) -> Iterator[Found]:
    """Yield the items of hits with all that is public of them, without those that are not public (any more)."""
    hits = iter(hits)
    while some := list(islice(hits, CHUNK)):
        now = timezone.now()
        items = {}
        for kind in {hit.kind for hit in some}:
            manager: Any = KINDS[kind].model._default_manager
            loaded = manager.for_data().order_by().in_bulk([hit.object_id for hit in some if hit.kind == kind])
            items |= {(kind, key): item for key, item in loaded.items() if is_public_at(item, now)}
        for hit in some:
            if item := items.get((hit.kind, hit.object_id)):
                yield Found(hit.kind, item)
