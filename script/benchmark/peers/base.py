"""What the compared designs share: they answer as sites usually do, with a statement for each thing that is shown."""

from collections.abc import Callable

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from benchmark.peers.models import OrdinaryQuote
from benchmark.queries import Query
from initiatives.models import Quote
from initiatives.models.choices import Kind, State
from initiatives.search import Criteria, Hit, Results

CHUNK = 20_000
# Look-ups to what the filters of the query list ask for.
FILTERS = {"theme": "themes__slug", "speaker": "speaker__slug", "year": "date__year"}


class Peer:
    """A design: one statement for the page, one for the count, one for each facet."""

    name: str

    def build(self, progress: Callable[[int], object]) -> None:
        """Copy the quotes of the record and index them; `progress` is called with the quotes of each step.

        What an unfinished run left behind goes first.
        """
        raise NotImplementedError

    def offers(self, query: Query) -> bool:
        """See measure.Contender."""
        return True

    def matching(self, query: Query, filters: dict):
        """Return what finds the quotes of a query that meet some filters (look-ups to values)."""
        raise NotImplementedError

    def page(self, found, size: int) -> list[int]:
        """Return the keys of the first page: best first, or newest first where there are no words to rank by."""
        raise NotImplementedError

    def facet(self, found, facet: str) -> dict:
        """Return how many of what was found have each value of a facet; the most frequent ones will do."""
        raise NotImplementedError

    def results(self, query: Query, criteria: Criteria, page: int, page_size: int, facets: list[str]) -> Results:
        """See measure.Contender. A chosen facet is counted as if nothing of it were chosen, as ours is."""
        filters = {facet: getattr(query, facet) for facet in FILTERS if getattr(query, facet)}

        def found(without: str = ""):
            chosen = {FILTERS[facet]: value for facet, value in filters.items() if facet != without}
            return self.matching(query, {"state": State.PUBLISHED, "published_at__lte": timezone.now(), **chosen})

        counts = {facet: self.facet(found(without=facet), facet) for facet in facets}
        return Results(
            hits=[Hit(Kind.QUOTE, pk) for pk in self.page(found(), page_size)],
            count=found().count(),
            page=page,
            page_size=page_size,
            facets={
                facet: {str(value): number for value, number in values.items() if value is not None}
                for facet, values in counts.items()
            },
            query=criteria.query,
        )


def copy_quotes(model: type[OrdinaryQuote], progress: Callable[[int], object], **expressions: str) -> None:
    """Copy the record's quotes with their themes and initiatives; `expressions` are SQL for the model's own columns."""
    table = model._meta.db_table
    names = [field.column for field in model._meta.concrete_fields if field.column not in expressions]
    columns, values = ", ".join([*names, *expressions]), ", ".join([*names, *expressions.values()])
    clear = [f"DELETE FROM {table}"]  # noqa: S608
    fill = [
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM initiatives_quote WHERE id > %s AND id <= %s"  # noqa: S608
    ]
    for relation, column in (("themes", "theme_id"), ("initiatives", "initiative_id")):
        clear.insert(0, f"DELETE FROM {table}_{relation}")  # noqa: S608
        fill.append(
            f"INSERT INTO {table}_{relation} ({model._meta.model_name}_id, {column}) SELECT quote_id, {column}"  # noqa: S608
            f" FROM initiatives_quote_{relation} WHERE quote_id > %s AND quote_id <= %s"
        )
    last = Quote.objects.aggregate(last=Max("pk"))["last"]
    with connection.cursor() as cursor:
        for statement in clear:
            cursor.execute(statement)
        for first in range(0, last, CHUNK):
            for statement in fill:
                cursor.execute(statement, [first, first + CHUNK])
            progress(min(CHUNK, last - first))
