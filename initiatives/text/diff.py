"""Compares two wordings of a text word by word, and returns them in pieces. Pure; templates mark the differences."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from rapidfuzz.distance import Indel

from initiatives.text.markdown import to_text
from initiatives.text.pieces import Piece

# Words, runs of white space, and every other character by itself.
_TOKENS = re.compile(r"\w+(?:['’-]\w+)*|\s+|.", re.DOTALL)
# If the parts that differ have more pairs of words than this, they are marked as a whole.
_MOST_PAIRS = 4_000_000
# Up to this many pairs, difflib finds the longest common runs, which read best but take cubic time; above it, rapidfuzz
# finds the longest common subsequence (in C, quadratic time).
_FEW_PAIRS = 10_000
# If both wordings of Markdown together are longer than this, the source is compared: parsing is slow.
_MOST_MARKDOWN = 100_000
# Unchanged passages longer than this are shortened, and how many characters beside a change are kept.
_LONG, _KEPT = 420, 160


def compare(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Return both complete wordings in pieces."""
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    blocks = common_runs(before, after)
    # White space between two changes does not separate them.
    blocks = [(a, b, size) for a, b, size in blocks if "".join(before[a : a + size]).strip()]
    return (
        _pieces(before, [(a, size) for a, _b, size in blocks]),
        _pieces(after, [(b, size) for _a, b, size in blocks]),
    )


def common_runs(before: list[str], after: list[str], most_pairs: int = _MOST_PAIRS) -> list[tuple[int, int, int]]:
    """Return the runs that two lists share, in order, as (start in each, length); the last ends both, perhaps empty.

    Between their common beginning and end, nothing is shared if they have more than `most_pairs` pairs.
    """
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    left, right = before[start : len(before) - end], after[start : len(after) - end]
    tail = (len(before) - end, len(after) - end, end)
    return [(0, 0, start), *((a + start, b + start, size) for a, b, size in _same(left, right, most_pairs)), tail]


def _same(left: list[str], right: list[str], most_pairs: int) -> Iterable[tuple[int, int, int]]:
    pairs = len(left) * len(right)
    if pairs > most_pairs:
        return []
    if pairs > _FEW_PAIRS:
        steps = Indel.opcodes(left, right)
        return [
            (step.src_start, step.dest_start, step.src_end - step.src_start) for step in steps if step.tag == "equal"
        ]
    return [block for block in SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks() if block.size]


def wording(old: str, new: str, *, markdown: bool = False) -> tuple[list[Piece], list[Piece]]:
    """Return two wordings to show side by side, shortened if they are long; both empty if they are equal.

    For Markdown, the words are compared, or the source if only the markup differs.
    """
    if old == new:
        return [], []
    if markdown and len(old) + len(new) <= _MOST_MARKDOWN:
        read = to_text(old), to_text(new)
        if read[0] != read[1]:
            old, new = read
    before, after = beside(old, new, prose=True)
    return (shortened(before), shortened(after)) if old and new else (before, after)


def beside(old: str, new: str, *, prose: bool) -> tuple[list[Piece], list[Piece]]:
    """Return two values to show side by side; in prose, only the words that differ are marked.

    A single value (a date, a choice), or one without a counterpart, is marked as a whole.
    """
    if old == new:
        return [Piece(old)] if old else [], [Piece(new)] if new else []
    if old and new and prose:
        return compare(old, new)
    return [Piece(old, True)] if old else [], [Piece(new, True)] if new else []


def _pieces(tokens: list[str], kept: list[tuple[int, int]]) -> list[Piece]:
    """Return a wording in pieces; `kept` are the runs that both have, in order, as (start, length)."""
    pieces, place = [], 0
    for start, size in kept:
        pieces.append(Piece("".join(tokens[place:start]), True))
        pieces.append(Piece("".join(tokens[start : start + size]), False))
        place = start + size
    pieces.append(Piece("".join(tokens[place:]), True))
    return [piece for piece in pieces if piece.text]


def shortened(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces, replacing the middle of long unchanged ones by "…"."""
    return [
        piece if piece.marked or len(piece.text) <= _LONG else Piece(_cut(piece.text, place == 0, piece is pieces[-1]))
        for place, piece in enumerate(pieces)
    ]


def _cut(text: str, first: bool, last: bool) -> str:
    head = "" if first else text[:_KEPT].rsplit(" ", 1)[0] + " "
    tail = "" if last else " " + text[-_KEPT:].split(" ", 1)[-1]
    return f"{head}…{tail}"
