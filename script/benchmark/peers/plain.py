"""The plain Django design: the text's words indexed as the database does it, joins to filter, `Count` to facet."""

from collections.abc import Callable
from typing import ClassVar

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import Count, F, QuerySet
from django.db.models.functions import ExtractYear

from benchmark.peers.base import Peer, copy_quotes
from benchmark.peers.models import PlainQuote
from benchmark.queries import Query
from initiatives.pages.lists.facets import OFFERED

# One configuration for quotes in three languages: words as they are.
CONFIG = "simple"

INDEX = {
    "postgresql": (
        "DROP INDEX IF EXISTS peers_plainquote_vector",
        "CREATE INDEX peers_plainquote_vector ON peers_plainquote USING gin (vector)",
    ),
    "sqlite": (
        "DROP TABLE IF EXISTS peers_plainwords",
        "CREATE VIRTUAL TABLE peers_plainwords USING fts5 (text, content = 'peers_plainquote', content_rowid = 'id')",
        "INSERT INTO peers_plainwords (peers_plainwords) VALUES ('rebuild')",
    ),
}


class Plain(Peer):
    """On PostgreSQL a stored vector with its GIN index; on SQLite an FTS5 table over the quotes."""

    name = "plain design"
    facets: ClassVar = {
        "theme": F("themes"),
        "speaker": F("speaker"),
        "year": ExtractYear("date"),
        "initiative": F("initiatives"),
        "source": F("source"),
        "language": F("language"),
    }

    def build(self, progress: Callable[[int], object]) -> None:
        """See Peer."""
        vector = f"to_tsvector('{CONFIG}', text)" if connection.vendor == "postgresql" else "NULL"
        copy_quotes(PlainQuote, progress, vector=vector)
        with connection.cursor() as cursor:
            for statement in INDEX[connection.vendor]:
                cursor.execute(statement)

    def matching(self, query: Query, filters: dict) -> QuerySet:
        """Return the quotes, with their `relevance` if there are words."""
        quotes = PlainQuote.objects.filter(**filters)
        if not query.has_words:
            return quotes
        if connection.vendor == "postgresql":
            if query.prefix:
                asked = SearchQuery(f"{query.prefix}:*", config=CONFIG, search_type="raw")
            else:
                asked = SearchQuery(query.typed, config=CONFIG, search_type="websearch")
            return quotes.filter(vector=asked).annotate(relevance=SearchRank(F("vector"), asked))
        return quotes.filter(words__text__match=_fts5(query)).annotate(relevance=-F("words__rank"))

    def page(self, found: QuerySet, size: int) -> list[int]:
        """See Peer."""
        order = ["-relevance"] if "relevance" in found.query.annotations else []
        return list(found.order_by(*order, "-date", "-pk").values_list("pk", flat=True)[:size])

    def facet(self, found: QuerySet, facet: str) -> dict:
        """See Peer."""
        counted = found.values(value=self.facets[facet]).annotate(number=Count("*")).order_by("-number")
        return dict(counted.values_list("value", "number")[:OFFERED])


def _fts5(query: Query) -> str:
    """Return a query in FTS5's syntax."""
    parts = [*query.all_of, " OR ".join(query.any_of)]
    if query.phrase:
        parts.append(f'"{" ".join(query.phrase)}"')
    if query.prefix:
        parts.append(f"{query.prefix}*")
    wanted = " AND ".join(f"({part})" for part in parts if part)
    return " NOT ".join([wanted, *query.none_of])
