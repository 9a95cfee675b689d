"""The quotes that the page of a quote leads to: its neighbours in the source, and similar ones."""

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

# As many similar quotes are shown.
SIMILAR = 3


class Around(NamedTuple):
    """The previous and the next quote in the source, if there are any; and similar quotes, the nearest first."""

    before: Quote | None
    after: Quote | None
    similar: list[ResultRow]


def quotes_around(quote: Quote) -> Around:
    """Return the public quotes to which the page of a quote leads; all of them come by one query and their themes."""
    similar = _similar(quote)
    loaded = Quote.objects.load_beside(quote, similar)
    now, own = clock.now(), place(quote)
    loaded = {pk: item for pk, item in loaded.items() if is_public_at(item, now)}
    # Similar ones may be of the same source, but the nearest on each side are its neighbours.
    beside = sorted((item for item in loaded.values() if item.source_id == quote.source_id), key=place)
    return Around(
        next((item for item in reversed(beside) if place(item) < own), None),
        next((item for item in beside if place(item) > own), None),
        [row_of(Kind.QUOTE, loaded[pk]) for pk in similar if pk in loaded],
    )


def _similar(quote: Quote) -> list[int]:
    """Return the keys of public quotes that share a theme or a long word with a quote, the nearest first."""
    themes = [token("theme", theme.pk) for theme in quote.public_themes]
    try:
        found = sharing_words(Kind.QUOTE, quote.text, SIMILAR + 1, tokens=themes, public=True)
    except Unavailable:
        return []
    return [key for key in found if key != quote.pk][:SIMILAR]
