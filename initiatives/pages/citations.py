"""How to cite a quote."""

import re
from typing import NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext as _

from initiatives.models import Quote
from initiatives.models.choices import QUOTATION_MARKS, Language
from initiatives.models.paths import path_of

# Omissions from and additions to a quotation.
_OURS = re.compile(r"\[[^\]]*\]|…|\.\.\.")
# Number of words at each end of a text fragment.
FRAGMENT = 6


class CitationPart(NamedTuple):
    """A part of a citation, with its language (ISO 639-1) and whether it is in italics."""

    text: str
    language: str = settings.LANGUAGE_CODE
    italic: bool = False


def address(path: str) -> str:
    """Return the full public address of a path on this site."""
    return f"{settings.SITE_URL}{path}"


def at_words(url: str, text: str) -> str:
    """Return the address of a document at the words of a quote: browsers scroll to them and highlight them.

    It ends with a text fragment (https://wicg.github.io/scroll-to-text-fragment/): the longest passage without an
    omission or addition of ours, or the first and last words of a long one. Empty without an address.
    """
    if not url:
        return ""
    words = max(_OURS.split(text), key=len).split()
    ends = [words] if len(words) <= 2 * FRAGMENT else [words[:FRAGMENT], words[-FRAGMENT:]]
    # Hyphens and commas have a special meaning in fragments.
    found = ",".join(quote(" ".join(end), safe="").replace("-", "%2D") for end in ends)
    return f"{url}{'' if '#' in url else '#'}:~:text={found}"


def citation_parts(quote: Quote, words: str = "") -> list[CitationPart]:
    """Return the parts of a one-line citation: the words (or `words`, if given), the speaker, date and source."""
    opening, closing = QUOTATION_MARKS[Language(quote.language)]
    parts = [
        CitationPart(f"{opening}{words or quote.text}{closing}", quote.language),
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


def citation_text(quote: Quote, words: str = "") -> str:
    """Return the citation of a quote (with `words` instead of its own, if given) as plain text, ready to paste."""
    return "".join(part.text for part in citation_parts(quote, words))
