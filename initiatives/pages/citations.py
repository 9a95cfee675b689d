"""Quotes as others cite them."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from initiatives.models import Quote
from initiatives.models.choices import QUOTATION_MARKS, Language
from initiatives.models.paths import path_of


@dataclass(frozen=True)
class Part:
    """A part of a citation, and its language (ISO 639-1)."""

    text: str
    language: str = settings.LANGUAGE_CODE


def address(path: str) -> str:
    """Return the full public address of a path of this site."""
    return f"{settings.SITE_URL}{path}"


def parts_of(quote: Quote) -> list[Part]:
    """Return the citation of a quote, to be set in one line: its words, who said them, when, and where they stand."""
    opening, closing = QUOTATION_MARKS[Language(quote.language)]
    parts = [
        Part(f"{opening}{quote.text}{closing}", quote.language),
        Part(f" — {quote.speaker.name}, {quote.shown_date}. "),
    ]
    if quote.source:
        where = "".join(f", {place}" for place in (quote.source.publisher, quote.locator) if place)
        parts += [Part(_("From:") + " "), Part(quote.source.title, quote.source.title_language), Part(f"{where}. ")]
    return [*parts, Part(address(path_of("short_quote", quote.pk)))]


def as_text(quote: Quote) -> str:
    """Return the citation of a quote as plain text, ready to be pasted."""
    return "".join(part.text for part in parts_of(quote))
