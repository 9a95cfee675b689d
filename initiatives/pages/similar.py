"""Similar quotes: those that share themes and distinctive words."""

from initiatives.models import Quote
from initiatives.models.choices import Kind
from initiatives.pages.lists.rows import NO_QUERY, ResultRow, rows_of
from initiatives.search import Hit, Unavailable
from initiatives.search.content import token
from initiatives.search.similar import sharing_words


def similar_quotes(quote: Quote, count: int = 3) -> list[ResultRow]:
    """Return at most `count` public quotes that share a theme or a long word with a quote, the nearest first."""
    themes = [token("theme", theme.pk) for theme in quote.public_themes]
    try:
        found = sharing_words(Kind.QUOTE, quote.text, count + 1, tokens=themes, public=True)
    except Unavailable:
        return []
    return rows_of([Hit(Kind.QUOTE, key) for key in found if key != quote.pk][:count], NO_QUERY)
