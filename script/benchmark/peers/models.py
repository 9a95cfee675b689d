"""What the other designs index.

Made by `migrate --run-syncdb`, without migrations; FTS5 tables and PostgreSQL's indexes are made where they are filled.
"""

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from modelsearch import index
from modelsearch.queryset import SearchableQuerySetMixin

from initiatives.models import Initiative, Person, Source, Theme
from initiatives.models.choices import Language, State


class OrdinaryQuote(models.Model):
    """A quote with what a list shows and filters by, in columns and joined tables: a copy of the record's."""

    text = models.TextField()
    language = models.CharField(max_length=8, choices=Language)
    speaker = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    date = models.DateField(null=True, db_index=True)
    state = models.CharField(max_length=10, choices=State, db_index=True)
    published_at = models.DateTimeField(null=True)
    themes = models.ManyToManyField(Theme, related_name="+")
    initiatives = models.ManyToManyField(Initiative, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"quote {self.pk}"


class PlainQuote(OrdinaryQuote):
    """A quote of the plain design: its text's vector stands beside it."""

    # PostgreSQL's; SQLite has PlainWords.
    vector = SearchVectorField(null=True)

    class Meta:
        app_label = "peers"


class PlainWords(models.Model):
    """SQLite's index of the texts: an FTS5 table, whose row numbers are the quotes' keys."""

    quote = models.OneToOneField(
        PlainQuote, on_delete=models.DO_NOTHING, primary_key=True, db_column="rowid", related_name="words"
    )
    text = models.TextField()
    # FTS5's hidden column: BM25, the best being the least.
    rank = models.FloatField()

    class Meta:
        app_label = "peers"
        managed = False
        db_table = "peers_plainwords"

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


class SearchableQuotes(SearchableQuerySetMixin, models.QuerySet):
    """Quotes that django-modelsearch searches."""


class IndexedQuote(index.Indexed, OrdinaryQuote):
    """A quote as django-modelsearch indexes it: its text to search, the rest to filter and facet by.

    Not for completion (`AutocompleteField`): that is meant for names and titles, says its documentation, and would
    make every entry twice as large.
    """

    objects = SearchableQuotes.as_manager()

    search_fields = [
        index.SearchField("text"),
        index.FilterField("state"),
        index.FilterField("published_at"),
        index.FilterField("date"),
        index.FilterField("year"),
        index.FilterField("language"),
        index.FilterField("speaker"),
        index.FilterField("source"),
        index.FilterField("themes"),
        index.FilterField("initiatives"),
        index.RelatedFields("speaker", [index.FilterField("slug")]),
        index.RelatedFields("themes", [index.FilterField("slug")]),
    ]

    class Meta:
        app_label = "peers"
