"""Texts in pieces, some of them marked: words that a search found, or that differ between two wordings."""

from typing import NamedTuple


class Piece(NamedTuple):
    """A piece of a text, and whether it is marked."""

    text: str
    marked: bool = False
