"""Rows of quotes as the desk's export writes them."""

from initiatives.models import Person, Quote, SearchChange, Source, Theme
from tests.editorial.spreadsheet_support import (
    csv_file,
    dicts,
)


def changed(quote: Quote, **cells) -> bytes:
    """Return a file with only the quote's number and some cells."""
    return csv_file(*dicts({"id": quote.pk, **cells}))


def full(quote: Quote, **cells) -> dict[str, str]:
    """Return all required cells for the row of an existing quote, with some changed."""
    names = {"language": quote.language, "speaker": quote.speaker.name, "source": quote.source.title}
    return {"id": quote.pk, "text": quote.text, **names, "source_url": quote.source.url, **cells}


def state_of_record() -> dict:
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in (Quote, Person, Source, Theme, SearchChange, Quote.themes.through, Quote.history.model)
    }
