"""Decides which texts fold in a list, after eight lines. Pure."""

from enum import StrEnum

from initiatives.text.pieces import Piece

# The lines shown; up to FEW more lines are shown without folding.
LINES, FEW = 8, 2
# Characters per line: typical of a wide screen and of a phone, and the minimum on the narrowest screen.
WIDE, NARROW, NARROWEST = 72, 32, 27


class Fold(StrEnum):
    """Where a text folds."""

    NOWHERE = ""
    NARROW = "narrow"
    ANYWHERE = "anywhere"


def fold_of(pieces: list[Piece]) -> Fold:
    """Return where a text folds: nowhere if folding could hide marked words."""
    text, marked_up_to, length = "", 0, 0
    for piece in pieces:
        length += len(piece.text)
        marked_up_to = length if piece.marked else marked_up_to
        text += piece.text
    if _lines(text[:marked_up_to], NARROWEST) > LINES or _lines(text, NARROW) <= LINES + FEW:
        return Fold.NOWHERE
    return Fold.ANYWHERE if _lines(text, WIDE) > LINES + FEW else Fold.NARROW


def _lines(text: str, width: int) -> int:
    """Return roughly how many lines of this width a text takes."""
    return sum(len(line) // width + 1 for line in text.split("\n"))
