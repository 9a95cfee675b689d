"""Turns hits into the rows of a page: the items, with matching words marked."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects

from initiatives import clock
from initiatives.models.choices import Kind
from initiatives.models.publishing import is_public_at
from initiatives.search import Hit, Query
from initiatives.search.analysis import words
from initiatives.search.content import KINDS
from initiatives.search.query import excerpt, highlight
from initiatives.text.folding import fold_of
from initiatives.text.markdown import to_text
from initiatives.text.pieces import Piece

# The longest quote shown whole, folded if necessary; and the longest where folding would hide a match. Others are cut.
LONGEST, PASSAGE = 2000, 700

NO_QUERY = Query()


@dataclass(frozen=True)
class ResultRow:
    """An item in a list. `title` is empty for items that have none, such as quotes."""

    kind: str
    item: Any
    title: list[Piece]
    text: list[Piece]
    # Languages (ISO 639-1), for screen readers and hyphenation.
    language: str
    title_language: str = settings.LANGUAGE_CODE
    # For a quote found by its translation, the words of that translation and its language.
    translation: list[Piece] = field(default_factory=list)
    translation_language: str = ""
    # Another name of the item, if it contains search words that the title does not.
    also_known: list[Piece] = field(default_factory=list)


def rows_of(hits: Iterable[Hit], query: Query) -> list[ResultRow]:
    """Load the items of hits, one query for each kind and its relations, and mark the words of the query.

    Items that are not public, or no longer so, are left out, even if the index has them.
    """
    hits, now = list(hits), clock.now()
    items = {}
    for kind in {hit.kind for hit in hits}:
        # Loaded only by key and checked here: with the rule as a condition, PostgreSQL joins speakers and their
        # sources in an order that takes fifty times as long.
        ids = [hit.object_id for hit in hits if hit.kind == kind]
        manager: Any = KINDS[kind].model._default_manager
        loaded = manager.load_for_listing(ids).items()
        items |= {(kind, key): item for key, item in loaded if is_public_at(item, now)}
    found = [(hit.kind, items.get((hit.kind, hit.object_id))) for hit in hits]
    return with_translations([row_of(kind, item, query) for kind, item in found if item], query)


def row_of(kind: str, item, query: Query = NO_QUERY) -> ResultRow:
    """Return the row of one loaded item."""
    own = settings.LANGUAGE_CODE
    if kind == Kind.QUOTE:
        return ResultRow(kind, item, [], _words(item.text, query, item.language), item.language)
    if kind == Kind.MILESTONE:
        return ResultRow(kind, item, [], highlight(item.text, query, own), own)
    name = item.title if hasattr(item, "title") else item.name
    language = item.title_language if kind == Kind.SOURCE else own
    title = highlight(name, query, language)
    return ResultRow(
        kind,
        item,
        title,
        excerpt(_about(kind, item), query, own),
        own,
        language,
        also_known=_other_name(getattr(item, "alias_list", []), title, query, language),
    )


def _words(text: str, query: Query, language: str) -> list[Piece]:
    """Return the words of a quote or translation, shortened so that folding hides no match."""
    pieces = excerpt(text, query, language, LONGEST)
    if len(text) <= PASSAGE or fold_of(pieces):
        return pieces
    return excerpt(text, query, language, PASSAGE)


def _other_name(aliases: list[str], title: list[Piece], query: Query, language: str) -> list[Piece]:
    """Return the alias with the most search words that the title lacks; empty if none has any."""
    best: list[Piece] = []
    most = 0
    for alias in aliases if query else []:
        pieces = highlight(alias, query, language)
        found = len(_marked_words(pieces) - _marked_words(title))
        if found > most:
            best, most = pieces, found
    return best


def _marked_words(pieces: list[Piece]) -> set[str]:
    return {word.form for piece in pieces if piece.marked for word in words(piece.text)}


def with_translations(rows: list[ResultRow], query: Query) -> list[ResultRow]:
    """Return rows, adding the matching translation to quotes that match only in a translation.

    Runs one query for all such quotes.
    """
    elsewhere = [row.item for row in rows if query and row.kind == Kind.QUOTE and not _any_marked(row.text)]
    prefetch_related_objects(elsewhere, "translations")
    return [_with_translation(row, query) if row.item in elsewhere else row for row in rows]


def _with_translation(row: ResultRow, query: Query) -> ResultRow:
    for translation in row.item.translations.all():
        pieces = _words(translation.text, query, translation.language)
        if _any_marked(pieces):
            return replace(row, translation=pieces, translation_language=translation.language)
    return row


def _any_marked(pieces: list[Piece]) -> bool:
    return any(piece.marked for piece in pieces)


def _about(kind: str, item) -> str:
    """Return the text that a list shows below an item's name."""
    if kind in {Kind.THEME, Kind.SOURCE}:
        return item.description
    if kind == Kind.PRINCIPLE:
        return to_text(item.text)
    return item.summary
