"""django-modelsearch (on PyPI `modelsearch`): its database backend, on PostgreSQL with an index that it lacks.

Its PostgreSQL backend matches against `title || body`, and has an index of either, but none of both together.
"""

from collections.abc import Callable
from functools import reduce
from operator import and_
from typing import ClassVar

from django.db import connection
from django.db.models.functions import ExtractYear
from modelsearch.backends import get_search_backend
from modelsearch.query import MATCH_ALL, Not, Phrase, PlainText, SearchQuery

from benchmark.peers.base import Peer, copy_quotes
from benchmark.peers.models import IndexedQuote
from benchmark.queries import Query

CHUNK = 5_000
INDEX = "peers_modelsearch_both"


class ModelSearch(Peer):
    """As shipped on SQLite; on PostgreSQL with an index of what it matches against."""

    name = "modelsearch"
    facets: ClassVar = {
        "theme": "themes",
        "speaker": "speaker_id",
        "year": "year",
        "initiative": "initiatives",
        "source": "source_id",
        "language": "language",
    }

    def build(self, progress: Callable[[int], object]) -> None:
        """See Peer. Indexes as `rebuild_modelsearch_index` does, in longer steps."""
        copy_quotes(IndexedQuote, lambda done: None)
        index = get_search_backend().get_index_for_model(IndexedQuote)
        index.reset()
        quotes = IndexedQuote.get_indexed_objects().order_by("pk")
        last = 0
        while chunk := list(quotes.filter(pk__gt=last)[:CHUNK]):
            index.add_items(IndexedQuote, chunk)
            last = chunk[-1].pk
            progress(len(chunk))
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"DROP INDEX IF EXISTS {INDEX}")
                cursor.execute(f"CREATE INDEX {INDEX} ON modelsearch_indexentry USING gin ((title || body))")

    def offers(self, query: Query) -> bool:
        """See measure.Contender. The beginning of a word finds titles only (see IndexedQuote)."""
        return not query.prefix

    def matching(self, query: Query, filters: dict):
        """Return its results: best first, or newest first where there are no words."""
        quotes = IndexedQuote.objects.filter(**filters).annotate(year=ExtractYear("date"))
        if not query.has_words:
            return quotes.search(MATCH_ALL, order_by="-date")
        return quotes.search(_parts(query))

    def page(self, found, size: int) -> list[int]:
        """See Peer."""
        return [quote.pk for quote in found[:size]]

    def facet(self, found, facet: str) -> dict:
        """See Peer."""
        return found.facet(self.facets[facet])


def _parts(query: Query) -> SearchQuery:
    """Return a query in django-modelsearch's classes."""
    parts: list[SearchQuery] = []
    if query.all_of:
        parts.append(PlainText(" ".join(query.all_of), operator="and"))
    if query.any_of:
        parts.append(PlainText(" ".join(query.any_of), operator="or"))
    if query.phrase:
        parts.append(Phrase(" ".join(query.phrase)))
    parts += [Not(PlainText(excluded)) for excluded in query.none_of]
    return reduce(and_, parts)
