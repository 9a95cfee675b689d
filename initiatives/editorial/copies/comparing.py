"""Compares quotes and translations with the copies of their sources, and keeps where the words were found."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from initiatives.models import Found, Quote, QuoteTranslation, Source, SourceText
from initiatives.models.captures import text_hash
from initiatives.text.comparison import Comparison, Document, Level


@lru_cache(maxsize=8)
def _document(text: str) -> Document:
    return Document(text)


def texts_of(source_id: int) -> list[SourceText]:
    """Return the newest text of each copy of a source that was not taken down, newest copy first."""
    return newest_of_each(SourceText.objects.at_hand(source_id))


def newest_of_each(texts: Iterable[SourceText]) -> list[SourceText]:
    """Return the first text of each copy."""
    newest: dict[int, SourceText] = {}
    for text in texts:
        newest.setdefault(text.capture_id, text)
    return list(newest.values())


def as_stored(found: Comparison) -> dict[str, Any]:
    """Return the fields of a `Found` row that a comparison gives."""
    spans = [list(span) for span in found.spans]
    return {
        "level": found.level.value,
        "start": spans[0][0] if spans else None,
        "end": spans[-1][1] if spans else None,
        "spans": spans,
        "folded": [fold.value for fold in found.folded],
        "beside_negation": found.beside_negation,
    }


def compare(words: Quote | QuoteTranslation, texts: Iterable[SourceText]) -> None:
    """Store how exactly words are in these texts (newest first): the most exact, the newest of equals."""
    own: dict[str, Any] = {"quote" if isinstance(words, Quote) else "translation": words}
    best: tuple[Comparison, SourceText] | None = None
    missing_in = None
    for number, text in enumerate(texts):
        found = _document(text.text).compare(words.text)
        if number == 0 and found.level == Level.NOT_FOUND:
            missing_in = text.capture
        if best is None or found.level.rank < best[0].level.rank:
            best = (found, text)
    sha256 = text_hash(words.text)
    if best is None:
        # A copy that was taken down cannot be read again: what was found there holds as long as the words do.
        Found.objects.filter(**own).exclude(source_text__text="", words_sha256=sha256).delete()
        return
    found, text = best
    Found.objects.update_or_create(
        **own,
        defaults={
            **as_stored(found),
            "source_text": text,
            "missing_in": missing_in,
            "words_sha256": sha256,
        },
    )


def compare_quotes_of(source: Source) -> None:
    """Compare all quotes of a source, and their translations, with its copies."""
    texts = texts_of(source.pk)
    for quote in Quote.objects.filter(source=source):
        compare(quote, texts)
    for translation in QuoteTranslation.objects.filter(quote__source=source):
        compare(translation, texts)
