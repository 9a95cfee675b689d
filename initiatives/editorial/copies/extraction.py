"""Reads the text of a document. Documents are hostile: this happens in a process of its own, with limits."""

from dataclasses import dataclass

from django.utils.translation import gettext as _


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


def extract(data: bytes, media_type: str, file_name: str = "") -> Extracted:
    """Return the text of a document. `media_type` is what the sender said; the bytes decide. Raises Unreadable."""
    text = data.decode("utf-8-sig", "replace")
    paragraphs = tuple(part.strip() for part in text.split("\n\n") if part.strip())
    if not paragraphs:
        raise Unreadable(_("The document has no text."))
    return Extracted(paragraphs, "plain text 1")
