"""Two wordings of a text beside each other, word by word. Pure: texts in, pieces out; templates mark them."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from initiatives.text.pieces import Piece

# Words, runs of white space, and every other character by itself.
_TOKENS = re.compile(r"\w+(?:['’-]\w+)*|\s+|.", re.DOTALL)
# Texts whose differing middles have more pairs of words than this are not compared word by word: it would take long.
_MOST_PAIRS = 4_000_000
# Unchanged words beyond this many characters are left out, but for so many beside what changed.
_LONG, _KEPT = 420, 160


def compare(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Return both wordings, whole, in pieces."""
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    left, right = before[start : len(before) - end], after[start : len(after) - end]
    same: Sequence[tuple[int, int, int]] = []
    if len(left) * len(right) <= _MOST_PAIRS:
        same = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    tail = (len(before) - end, len(after) - end, end)
    blocks = [(0, 0, start), *((a + start, b + start, size) for a, b, size in same if size), tail]
    # A blank between two changes is no ground to tell them apart.
    blocks = [(a, b, size) for a, b, size in blocks if "".join(before[a : a + size]).strip()]
    return (
        _pieces(before, [(a, size) for a, _b, size in blocks]),
        _pieces(after, [(b, size) for _a, b, size in blocks]),
    )


def beside(old: str, new: str, *, prose: bool) -> tuple[list[Piece], list[Piece]]:
    """Return two values as they are shown beside each other: of prose only the words that differ are marked.

    Of what is one value instead of words (a date, a choice), and of what has nothing to be compared with, all of it is.
    """
    if old == new:
        return [Piece(old)] if old else [], [Piece(new)] if new else []
    if old and new and prose:
        return compare(old, new)
    return [Piece(old, True)] if old else [], [Piece(new, True)] if new else []


def _pieces(tokens: list[str], kept: list[tuple[int, int]]) -> list[Piece]:
    """Return a wording in pieces; `kept` are the runs (start, length), in order, that both have."""
    pieces, place = [], 0
    for start, size in kept:
        pieces.append(Piece("".join(tokens[place:start]), True))
        pieces.append(Piece("".join(tokens[start : start + size]), False))
        place = start + size
    pieces.append(Piece("".join(tokens[place:]), True))
    return [piece for piece in pieces if piece.text]


def shortened(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces without the middle of what did not change for long; "…" stands where it was."""
    return [
        piece if piece.marked or len(piece.text) <= _LONG else Piece(_cut(piece.text, place == 0, piece is pieces[-1]))
        for place, piece in enumerate(pieces)
    ]


def _cut(text: str, first: bool, last: bool) -> str:
    head = "" if first else text[:_KEPT].rsplit(" ", 1)[0] + " "
    tail = "" if last else " " + text[-_KEPT:].split(" ", 1)[-1]
    return f"{head}…{tail}"
