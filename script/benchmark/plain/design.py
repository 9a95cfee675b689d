"""The plain Django design: the database's own full-text index, filters by joins, facets by `Count`.

It answers as most sites do, with one statement for the page, one for the count and one for each facet.
"""

import time
from typing import ClassVar

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import Count, F, Max, QuerySet
from django.db.models.functions import ExtractYear
from django.utils import timezone
from tqdm import tqdm

from benchmark.database import analyse
from benchmark.models import Built
from benchmark.plain.models import PlainQuote
from benchmark.queries import Query
from initiatives.models import Quote
from initiatives.models.choices import Kind, State
from initiatives.pages.lists.facets import OFFERED
from initiatives.search import Criteria, Hit, Results

CHUNK = 20_000
# One configuration for quotes in three languages: words as they are.
CONFIG = "simple"
# Look-ups for the filters of the list of quotes.
FILTERS = {"theme": "themes__slug", "speaker": "speaker__slug", "year": "date__year"}
FACETS = {
    "theme": F("themes"),
    "speaker": F("speaker"),
    "year": ExtractYear("date"),
    "initiative": F("initiatives"),
    "source": F("source"),
    "language": F("language"),
}
INDEX = {
    "postgresql": (
        "DROP INDEX IF EXISTS plain_plainquote_vector",
        "CREATE INDEX plain_plainquote_vector ON plain_plainquote USING gin (vector)",
    ),
    "sqlite": (
        "DROP TABLE IF EXISTS plain_plainwords",
        "CREATE VIRTUAL TABLE plain_plainwords USING fts5 (text, content = 'plain_plainquote', content_rowid = 'id')",
        "INSERT INTO plain_plainwords (plain_plainwords) VALUES ('rebuild')",
    ),
}


class Plain:
    """Search with a stored vector and its GIN index on PostgreSQL, and with an FTS5 table on SQLite."""

    name: ClassVar = "plain design"

    @classmethod
    def prepared(cls, record: Built) -> "Plain":
        """Return it with its index, built now unless an earlier run built it."""
        if not Built.objects.filter(what=cls.name).exists():
            start = time.perf_counter()
            _copy_quotes(record.size)
            with connection.cursor() as cursor:
                for statement in INDEX[connection.vendor]:
                    cursor.execute(statement)
            seconds = time.perf_counter() - start
            Built.objects.create(what=cls.name, size=record.size, seed=record.seed, indexing=seconds)
            analyse()
        return cls()

    def results(self, query: Query, criteria: Criteria, page: int, page_size: int, facets: list[str]) -> Results:
        """See measure.Contender. A facet is counted without its own filter, as ours is."""
        filters = {facet: getattr(query, facet) for facet in FILTERS if getattr(query, facet)}

        def found(without: str = "") -> QuerySet:
            chosen = {FILTERS[facet]: value for facet, value in filters.items() if facet != without}
            return _matching(query, {"state": State.PUBLISHED, "published_at__lte": timezone.now(), **chosen})

        counts = {facet: _counts(found(without=facet), facet) for facet in facets}
        order = ["-relevance"] if query.has_words else []
        keys = found().order_by(*order, "-date", "-pk").values_list("pk", flat=True)[:page_size]
        return Results(
            hits=[Hit(Kind.QUOTE, pk) for pk in keys],
            count=found().count(),
            page=page,
            page_size=page_size,
            facets={
                facet: {str(value): number for value, number in values.items() if value is not None}
                for facet, values in counts.items()
            },
            query=criteria.query,
        )


def _matching(query: Query, filters: dict) -> QuerySet:
    """Return the quotes that a query and filters find, with their `relevance` if there are words."""
    quotes = PlainQuote.objects.filter(**filters)
    if not query.has_words:
        return quotes
    if connection.vendor == "postgresql":
        if query.prefix:
            words = SearchQuery(f"{query.prefix}:*", config=CONFIG, search_type="raw")
        else:
            words = SearchQuery(query.typed, config=CONFIG, search_type="websearch")
        return quotes.filter(vector=words).annotate(relevance=SearchRank(F("vector"), words))
    return quotes.filter(words__text__match=_fts5(query)).annotate(relevance=-F("words__rank"))


def _counts(found: QuerySet, facet: str) -> dict:
    """Return how many quotes have each of the most frequent values of a facet."""
    counted = found.values(value=FACETS[facet]).annotate(number=Count("*")).order_by("-number")
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


def _copy_quotes(size: int) -> None:
    """Copy the record's quotes with their themes and initiatives, replacing any from an unfinished run."""
    table, quote = PlainQuote._meta.db_table, PlainQuote._meta.model_name
    names = ", ".join(field.column for field in PlainQuote._meta.concrete_fields if field.column != "vector")
    vector = f"to_tsvector('{CONFIG}', text)" if connection.vendor == "postgresql" else "NULL"
    clear = [f"DELETE FROM {table}"]  # noqa: S608
    some = "FROM initiatives_quote WHERE id > %s AND id <= %s"
    fill = [f"INSERT INTO {table} ({names}, vector) SELECT {names}, {vector} {some}"]
    for relation, column in (("themes", "theme_id"), ("initiatives", "initiative_id")):
        clear.insert(0, f"DELETE FROM {table}_{relation}")  # noqa: S608
        fill.append(
            f"INSERT INTO {table}_{relation} ({quote}_id, {column}) SELECT quote_id, {column}"  # noqa: S608
            f" FROM initiatives_quote_{relation} WHERE quote_id > %s AND quote_id <= %s"
        )
    last = Quote.objects.aggregate(last=Max("pk"))["last"]
    with connection.cursor() as cursor, tqdm(total=size, desc=Plain.name, unit="quote", disable=None) as bar:
        for statement in clear:
            cursor.execute(statement)
        for first in range(0, last, CHUNK):
            for statement in fill:
                cursor.execute(statement, [first, first + CHUNK])
            bar.update(min(CHUNK, last - first))
