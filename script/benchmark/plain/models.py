"""The plain design's tables.

Created by `migrate --run-syncdb`, without migrations; FTS5 tables and PostgreSQL's indexes are created when filled.
"""

from django.contrib.postgres.search import SearchVectorField
from django.db import models

from initiatives.models import Initiative, Person, Source, Theme
from initiatives.models.choices import Language, State


class PlainQuote(models.Model):
    """A copy of a quote in the record, with the columns and joined tables that a list shows and filters by."""

    text = models.TextField()
    language = models.CharField(max_length=8, choices=Language)
    speaker = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    date = models.DateField(null=True, db_index=True)
    state = models.CharField(max_length=10, choices=State, db_index=True)
    published_at = models.DateTimeField(null=True)
    themes = models.ManyToManyField(Theme, related_name="+")
    initiatives = models.ManyToManyField(Initiative, related_name="+")
    # PostgreSQL's index of the text; SQLite has PlainWords.
    vector = SearchVectorField(null=True)

    class Meta:
        app_label = "plain"

    def __str__(self) -> str:
        return f"quote {self.pk}"


class PlainWords(models.Model):
    """SQLite's index of the texts: an FTS5 table, whose row numbers are the quotes' keys."""

    quote = models.OneToOneField(
        PlainQuote, on_delete=models.DO_NOTHING, primary_key=True, db_column="rowid", related_name="words"
    )
    text = models.TextField()
    # FTS5's hidden column: BM25, lowest is best.
    rank = models.FloatField()

    class Meta:
        app_label = "plain"
        managed = False
        db_table = "plain_plainwords"

    def __str__(self) -> str:
        return f"words of quote {self.pk}"


@models.TextField.register_lookup
class Match(models.Lookup):
    """`text__match`: FTS5's MATCH."""

    lookup_name = "match"

    def as_sql(self, compiler, connection):
        """Return the condition."""
        column, params = self.process_lhs(compiler, connection)
        value, value_params = self.process_rhs(compiler, connection)
        return f"{column} MATCH {value}", [*params, *value_params]
