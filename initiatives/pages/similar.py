"""Similar quotes: those that share themes and distinctive words."""

from initiatives.models import Quote
from initiatives.models.choices import Kind
from initiatives.pages.lists.rows import NO_QUERY, ResultRow, rows_of
from initiatives.search import Criteria, Unavailable, best
from initiatives.search.alike import telling_words
from initiatives.search.content import token
from initiatives.search.query import any_word_of


def similar_quotes(quote: Quote, count: int = 3) -> list[ResultRow]:
    """Return at most `count` public quotes that share a theme or a long word with a quote, the nearest first."""
    themes = [token("theme", theme.pk) for theme in quote.public_themes]
    query = any_word_of(telling_words(quote.text), themes)
    if not query:
        return []
    try:
        found = best(Criteria(frozenset({Kind.QUOTE}), query), count + 1)
    except Unavailable:
        return []
    return rows_of([hit for hit in found if hit.object_id != quote.pk][:count], NO_QUERY)
