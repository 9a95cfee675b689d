"""How to cite a quote."""

from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from initiatives.models import Quote
from initiatives.models.choices import QUOTATION_MARKS, Language
from initiatives.models.paths import path_of


class CitationPart(NamedTuple):
    """A part of a citation, its language (ISO 639-1), and whether it stands in italics."""

    text: str
    language: str = settings.LANGUAGE_CODE
    italic: bool = False


def address(path: str) -> str:
    """Return the full public address of a path of this site."""
    return f"{settings.SITE_URL}{path}"


def citation_parts(quote: Quote) -> list[CitationPart]:
    """Return the parts of a one-line citation: the words, who said them, when, and the source."""
    opening, closing = QUOTATION_MARKS[Language(quote.language)]
    parts = [
        CitationPart(f"{opening}{quote.text}{closing}", quote.language),
        CitationPart(f" — {quote.speaker.name}, {quote.shown_date}. "),
    ]
    if quote.source:
        where = "".join(f", {place}" for place in (quote.source.publisher, quote.locator) if place)
        parts += [
            CitationPart(_("Source:") + " "),
            CitationPart(quote.source.title, quote.source.title_language),
            CitationPart(f"{where}. "),
        ]
    return [*parts, CitationPart(address(path_of("short_quote", quote.pk)))]


def citation_text(quote: Quote) -> str:
    """Return the citation of a quote as plain text, ready to be pasted."""
    return "".join(part.text for part in citation_parts(quote))
