"""The quotes linked from the page of a quote: its neighbours in the source, and similar ones."""

from typing import NamedTuple

from initiatives import clock
from initiatives.models import Quote
from initiatives.models.choices import Kind
from initiatives.models.publishing import is_public_at
from initiatives.models.querysets import place
from initiatives.pages.lists.rows import ResultRow, row_of
from initiatives.search import Unavailable
from initiatives.search.content import token
from initiatives.search.similar import sharing_words

# How many similar quotes are shown.
SIMILAR = 3


class Around(NamedTuple):
    """The previous and next quotes in the source, if any; and similar quotes, most similar first."""

    before: Quote | None
    after: Quote | None
    similar: list[ResultRow]


def quotes_around(quote: Quote) -> Around:
    """Return the public quotes linked from the page of a quote, loaded in one query, and one for their themes."""
    similar = _similar(quote)
    loaded = Quote.objects.load_beside(quote, similar)
    now, own = clock.now(), place(quote)
    loaded = {pk: item for pk, item in loaded.items() if is_public_at(item, now)}
    # Similar quotes may be from the same source, but the nearest on each side are the neighbours.
    beside = sorted((item for item in loaded.values() if item.source_id == quote.source_id), key=place)
    return Around(
        next((item for item in reversed(beside) if place(item) < own), None),
        next((item for item in beside if place(item) > own), None),
        [row_of(Kind.QUOTE, loaded[pk]) for pk in similar if pk in loaded],
    )


def _similar(quote: Quote) -> list[int]:
    """Return the keys of public quotes that share a theme or a long word with a quote, most similar first."""
    themes = [token("theme", theme.pk) for theme in quote.public_themes]
    try:
        found = sharing_words(Kind.QUOTE, quote.text, SIMILAR + 1, tokens=themes, public=True)
    except Unavailable:
        return []
    return [key for key in found if key != quote.pk][:SIMILAR]
