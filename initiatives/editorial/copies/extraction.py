"""Reads the text of a document. Documents are hostile: this happens in a process of its own, with limits."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

# Lines of a plain text are wrapped at fewer characters; with a longer one, each line is a paragraph.
LONGEST_LINE = 120


class Unreadable(Exception):
    """A document without a text that can be read. The message says why and what to do."""


@dataclass(frozen=True)
class Extracted:
    """The text of a document: paragraphs, their places ("p. 3", "00:12:05"; or none), and what read them."""

    paragraphs: tuple[str, ...]
    extractor: str
    places: tuple[str, ...] = ()
    # What the document says of itself, for an editor to check; empty if it does not.
    title: str = ""
    language: str = ""
    date: str = ""

    @property
    def text(self) -> str:
        """Its paragraphs with an empty line between them, as models.SourceText has them."""
        return "\n\n".join(self.paragraphs)


def extract(data: bytes, media_type: str, file_name: str = "") -> Extracted:
    """Return the text of a document. `media_type` is what the sender said; the bytes decide. Raises Unreadable."""
    text = data.decode("utf-8-sig", "replace")
    paragraphs = tuple(paragraphs_of(text))
    if not paragraphs:
        raise Unreadable(_("The document has no text."))
    return Extracted(paragraphs, "plain text 1")


def paragraphs_of(text: str) -> list[str]:
    """Return the paragraphs of a plain text: divided by empty lines, and by lines too long to be wrapped ones."""
    blocks = re.split(r"\n[^\S\n]*\n", text.replace("\r\n", "\n"))
    parts = (block.split("\n") if max(map(len, block.split("\n"))) > LONGEST_LINE else [block] for block in blocks)
    return [part.strip() for some in parts for part in some if part.strip()]
