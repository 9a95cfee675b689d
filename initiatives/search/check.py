"""Compares the index with the record."""

from collections.abc import Callable, Iterator

from django.utils import timezone

from initiatives.models.choices import Kind
from initiatives.search import schema
from initiatives.search.content import token
from initiatives.search.documents import entries, key_of, pages_of_ids
from initiatives.search.execution import number_of
from initiatives.search.in_step import reader, stored
from initiatives.search.matching import filter_query


def check(progress: Callable[[int], object] = lambda done: None) -> Iterator[str]:
    """Yield a line for each document that is missing, out of date, or without an item.

    Uses bounded memory. Calls `progress` with the number of items in each step. Raises Unavailable without an index.
    """
    searcher = reader().searcher
    for kind in Kind:
        known: set[str] = set()
        number = 0
        for ids in pages_of_ids(kind):
            indexed = stored(searcher, [key_of(kind, pk) for pk in ids], schema.FINGERPRINT)
            number += len(indexed)
            for entry in entries(kind, ids):
                if entry.key not in indexed:
                    yield f"{kind} {entry.object_id}: not indexed"
                elif indexed[entry.key] != [entry.document(timezone.now())[1]]:
                    yield f"{kind} {entry.object_id}: indexed, but out of date"
            known.update(indexed)
            progress(len(ids))
        of_kind = filter_query(token("kind", kind))
        if number_of(searcher, of_kind) > number:
            for key, _number in searcher.terms_with_prefix(schema.KEY, f"{kind}:", of_kind, None):
                if key not in known:
                    yield f"{key.replace(':', ' ')}: indexed, but not in the record"
