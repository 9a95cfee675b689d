"""Quotes as cards show them: loaded by two statements that are written once, and of few columns.

They are models as `for_listing` loads them, with what decides whether they are public, in half of the time. A page of
quotes is mostly this.
"""

import datetime
import itertools
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from initiatives.models.prepared import PreparedQuery, column_names, instance_from

# What decides whether an item is public, and what a card shows of a quote and its speaker, source and themes.
_OF_VISIBILITY = {"id", "state", "published_at"}
_OF_QUOTE = _OF_VISIBILITY | {"text", "language", "date", "date_precision", "verification", "locator", "speaker_id"}
_OF_SPEAKER = _OF_VISIBILITY | {"name", "slug", "source_id"}
_OF_SOURCE = _OF_VISIBILITY | {"title", "slug", "language", "publisher", "date", "date_precision"}
_OF_THEME = {"id", "slug", "name"}

# What was made for a page, by the look-up to it and its key: quotes share speakers, sources and themes.
Known = dict[tuple[str, int], Any]


def load_quote_cards(ids: Sequence[int]) -> dict[int, Any]:
    """Return quotes by their primary keys; those that are not there are left out, those that are not public are not."""
    if not ids:
        return {}
    known: Known = {}
    quotes = {quote.pk: quote for quote in [_read_card(row, known) for row in _CARDS.rows(ids)]}
    theme = apps.get_model("initiatives", "Theme")
    names = column_names(theme, _OF_THEME)
    for key, *values in _THEMES.rows(ids):
        if key in quotes:
            quotes[key].public_themes.append(_item("themes", theme, names, values, known))
    return quotes


@lru_cache
def _on_cards() -> list[tuple[str, Any, list[str]]]:
    """Return whose columns make a card of a quote: the look-up to it, its model, their names in the model's order."""
    quote, person, source = (apps.get_model("initiatives", name) for name in ("Quote", "Person", "Source"))
    return [
        ("", quote, column_names(quote, _OF_QUOTE)),
        ("speaker__", person, column_names(person, _OF_SPEAKER)),
        ("speaker__source__", source, column_names(source, _OF_VISIBILITY)),
        ("source__", source, column_names(source, _OF_SOURCE)),
    ]


def _write_cards(at: datetime.datetime, ids: list[int]) -> QuerySet:
    quotes = apps.get_model("initiatives", "Quote")._default_manager.filter(pk__in=ids).order_by()
    return quotes.values_list(*(f"{path}{name}" for path, _model, names in _on_cards() for name in names))


def _write_themes(at: datetime.datetime, ids: list[int]) -> QuerySet:
    theme = apps.get_model("initiatives", "Theme")
    marked = theme._default_manager.published(at).filter(quotes__in=ids)
    return marked.values_list("quotes", *column_names(theme, _OF_THEME))


def _read_card(row: tuple, known: Known) -> Any:
    """Return the quote of a row of _CARDS, without themes as yet."""
    values = iter(row)
    quote, speaker, source_of_speaker, source = (
        _item(path, model, names, list(itertools.islice(values, len(names))), known)
        for path, model, names in _on_cards()
    )
    for item, name, related in (
        (speaker, "source", source_of_speaker),
        (quote, "speaker", speaker),
        (quote, "source", source),
    ):
        item._meta.get_field(name).set_cached_value(item, related)
    quote.public_themes = []
    return quote


def _item(path: str, model, names: list[str], values: list, known: Known) -> Any:
    """Return an item of which some columns were read, the same one for the same key; None if the row had none."""
    if values[0] is None:
        return None
    key = path, values[0]
    if key not in known:
        known[key] = instance_from(model, names, values)
    return known[key]


_CARDS, _THEMES = PreparedQuery(_write_cards), PreparedQuery(_write_themes)
