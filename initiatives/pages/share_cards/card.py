"""The content of a card as plain text and signs, and the digest that names it."""

import hashlib
from dataclasses import dataclass

from initiatives.pages.share_cards.signs import Sign
from initiatives.text.shorten import shorten

# Raise it when the drawing changes: it is part of every digest, so that other sites fetch the new picture.
LOOK = 4

# The size of picture that sites expect (Open Graph, 1.91:1), in pixels.
WIDTH, HEIGHT = 1200, 630

_LONGEST_ALT = 400
_LONGEST_WORDS_IN_ALT = 280


@dataclass(frozen=True)
class Card:
    """A card, from top to bottom."""

    site: str
    # The kind of item; empty for the site as a whole.
    label: str
    # The large words, their quotation marks (none if they are not a quotation), and whether they are set in serif.
    words: str
    opening: str = ""
    closing: str = ""
    serif: bool = True
    # Smaller text below the words.
    text: str = ""
    # At the foot: the speaker or status, preceded by a sign; caveats; then the date and source, which may be truncated.
    strong: str = ""
    sign: Sign | None = None
    caveats: str = ""
    muted: str = ""

    @property
    def digest(self) -> str:
        """The card's identity: 16 hexadecimal digits of the SHA-256 of its content."""
        return hashlib.sha256(f"{LOOK} {self!r}".encode()).hexdigest()[:16]

    @property
    def alt(self) -> str:
        """The alt text."""
        words = self.opening + shorten(self.words, _LONGEST_WORDS_IN_ALT) + self.closing
        return shorten(". ".join(filter(None, (words, self.strong, self.caveats, self.muted))), _LONGEST_ALT)
