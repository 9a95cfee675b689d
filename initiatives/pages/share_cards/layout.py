"""Texts to lines: the largest size at which a text fits its box, broken into lines of even length. Pure.

Widths are measured once, in ems (multiples of the size), and hold for every size.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from initiatives.text.shorten import ELLIPSIS

# The room that a line takes above and below its baseline, in ems: accents and descenders included.
ASCENT = 0.95
DESCENT = 0.27

# No card holds more characters than this, so nothing more is measured.
LONGEST = 2000

# What makes a break ugly, as a share of the line's length that it costs.
_AFTER_SHORT_WORD = 0.15
_INSIDE_WORD = 0.12
_LONE_LAST_WORD = 0.5

# Spaces at which lines may break: not no-break spaces.
_SPACES = re.compile(r"[^\S\u00a0\u2007\u202f]+")
# Between the parts of words such as "socio-political".
_JOINT = re.compile(r"(?<=\w[-–—/])(?=\w)")


@dataclass(frozen=True)
class Style:
    """How a text may be set: its sizes in pixels from large to small, and the distance of baselines in ems."""

    sizes: Sequence[int]
    leading: float = 1.3
    # The distance at the smallest size, where lines are long.
    loosest: float = 0
    most_lines: int = 99

    def leading_at(self, size: int) -> float:
        """Return the distance of baselines in ems: small type wants more of it."""
        if not self.loosest or self.sizes[0] == self.sizes[-1]:
            return self.leading
        smallness = (self.sizes[0] - size) / (self.sizes[0] - self.sizes[-1])
        return self.leading + (self.loosest - self.leading) * smallness


@dataclass(frozen=True)
class Setting:
    """A text set in lines. Size, leading (the distance of baselines) and widths are in pixels."""

    size: int
    leading: float
    lines: tuple[str, ...]
    widths: tuple[float, ...]

    @property
    def height(self) -> float:
        """From the top of the first line to the bottom of the last; 0 without lines."""
        return height_of(len(self.lines), self.size, self.leading)


@dataclass(frozen=True)
class _Token:
    """Letters that stay together, and the space before them; widths in ems."""

    text: str
    width: float
    space: float

    @property
    def is_short_word(self) -> bool:
        """Whether it should not end a line: an article or preposition looks forward."""
        return len(self.text) <= 2 and self.text.isalpha()


def height_of(lines: int, size: int, leading: float) -> float:
    """Return the height in pixels of some lines."""
    return size * (ASCENT + DESCENT) + leading * (lines - 1) if lines else 0


def clean(text: str) -> str:
    """Return a text on one line without what has no shape: control, format, private and unassigned characters."""
    spaced = _SPACES.sub(" ", unicodedata.normalize("NFC", text[: 2 * LONGEST]))
    return "".join(c for c in spaced if unicodedata.category(c)[0] != "C").strip()


def fit(
    text: str, measure: Callable[[str], float], *, width: float, height: float, style: Style, closing: str = ""
) -> Setting:
    """Set a text as large as fits a box of some width and height in pixels.

    `measure` gives the width of a text in ems. Room is kept for `closing` at the end of the last line; the caller
    draws it. What does not fit at the smallest size is cut after a word, with an ellipsis. A word is divided only
    if it is longer than a line at the smallest size. If the box is lower than one line, there are none.
    """
    measure = cache(measure)  # words and letters come again
    tokens = _tokens(clean(text)[:LONGEST], measure)
    if not tokens:
        return Setting(style.sizes[-1], style.sizes[-1] * style.leading_at(style.sizes[-1]), (), ())
    tail = measure(closing) if closing else 0
    longest = max(token.width for token in tokens) + tail
    divide = longest > width / style.sizes[-1]
    letters = {letter: measure(letter) for token in tokens for letter in set(token.text)} if divide else {}
    for size in style.sizes:
        leading = size * style.leading_at(size)
        most = _most_lines(height, size, leading, style.most_lines)
        limit = width / size
        if divide:
            room = limit - tail - measure(ELLIPSIS)
            parts = [part for token in tokens for part in _divided(token, room, letters)]
        elif longest <= limit:
            parts = tokens
        else:
            continue
        if _fill(parts, limit, tail)[-1] <= most:
            break
    else:
        parts = _cut(parts, limit, tail, most, measure)
    return _setting(parts, size, leading, limit, tail)


def _most_lines(height: float, size: int, leading: float, most: int) -> int:
    """Return how many lines a height has room for."""
    room = height - size * (ASCENT + DESCENT)
    return 0 if room < 0 else min(most, 1 + int(room // leading))


def _tokens(text: str, measure: Callable[[str], float]) -> list[_Token]:
    """Return the parts of a text between which a line may end: words, and the halves of hyphenated ones."""
    words: list[str] = []
    for word in text.split(" "):
        # A dash ends a line, but never begins one.
        if words and word and not any(c.isalnum() for c in word) and word[0] in "-–—":
            words[-1] += f" {word}"
        elif word:
            words.append(word)
    space = measure(" ")
    return [
        _Token(part, measure(part), 0 if place else space)
        for word in words
        for place, part in enumerate(_JOINT.split(word))
    ]


def _divided(token: _Token, limit: float, widths: dict[str, float]) -> list[_Token]:
    """Return a token in pieces that are no longer than a line, most often itself; `widths` are those of letters."""
    if token.width <= limit:
        return [token]
    pieces, start, filled = [], 0, 0.0
    for place, letter in enumerate(token.text):
        if filled + widths[letter] > limit and place > start:
            pieces.append(_Token(token.text[start:place], filled, 0))
            start, filled = place, 0.0
        filled += widths[letter]
    pieces.append(_Token(token.text[start:], filled, 0))
    return [replace(pieces[0], space=token.space), *pieces[1:]]


def _fill(tokens: list[_Token], limit: float, tail: float) -> list[int]:
    """Return the number of the line (from 1) that each token falls on if every line takes all it can."""
    lines, line, filled = [], 1, 0.0
    for place, token in enumerate(tokens):
        last = place == len(tokens) - 1
        added = token.width + (token.space if filled else 0)
        if filled and filled + added + (tail if last else 0) > limit:
            line, filled, added = line + 1, 0.0, token.width
        filled += added
        lines.append(line)
    return lines


def _cut(tokens: list[_Token], limit: float, tail: float, most: int, measure: Callable[[str], float]) -> list[_Token]:
    """Return the tokens that fill a number of lines, the last with an ellipsis."""
    kept = [token for token, line in zip(tokens, _fill(tokens, limit, 0), strict=True) if line <= most]
    while kept:
        text = kept[-1].text.rstrip(" ,;:.!?–—-/«“„(") + ELLIPSIS
        ended = [*kept[:-1], replace(kept[-1], text=text, width=measure(text))]
        if text != ELLIPSIS and ended[-1].width + tail <= limit and _fill(ended, limit, tail)[-1] <= most:
            return ended
        kept.pop()
    return []


def _setting(tokens: list[_Token], size: int, leading: float, limit: float, tail: float) -> Setting:
    ends = _even_breaks(tokens, limit, tail)
    lines = [tokens[start:end] for start, end in pairwise([0, *ends])]
    return Setting(
        size,
        leading,
        tuple("".join((" " if t.space and place else "") + t.text for place, t in enumerate(line)) for line in lines),
        tuple(size * _width(line) for line in lines),
    )


def _width(line: list[_Token]) -> float:
    return sum(token.width + token.space for token in line) - line[0].space


def _even_breaks(tokens: list[_Token], limit: float, tail: float) -> list[int]:
    """Return where each line ends (the place after its last token): as few lines as may be, as even as may be.

    Of all ways to break into that many lines, the one with the least sum of squares of what is left blank, as in
    Knuth and Plass, "Breaking Paragraphs into Lines" (1981), without stretching or hyphenating.
    """
    if not tokens:
        return []
    count = _fill(tokens, limit, tail)[-1]
    # What is left from each token on, to drop early what cannot end in the lines that are left.
    rest = [0.0] * (len(tokens) + 1)
    for place in range(len(tokens) - 1, -1, -1):
        rest[place] = rest[place + 1] + tokens[place].width
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for lines_left in range(count - 1, -1, -1):
        found: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start, (cost, ends) in best.items():
            filled = -tokens[start].space
            for end in range(start + 1, len(tokens) + 1):
                token, is_last = tokens[end - 1], end == len(tokens)
                filled += token.space + token.width
                used = filled + (tail if is_last else 0)
                if used > limit and end > start + 1:
                    break
                if is_last != (lines_left == 0) or rest[end] > limit * lines_left:
                    continue
                blank = max(0.0, limit - used)
                total = cost + blank**2 + (limit * _ugliness(tokens, start, end)) ** 2
                if end not in found or total < found[end][0]:
                    found[end] = (total, (*ends, end))
        best = found
    return list(best[len(tokens)][1])


def _ugliness(tokens: list[_Token], start: int, end: int) -> float:
    """Return what a line from `start` to `end` costs in addition to its length, as a share of the longest line."""
    if end == len(tokens):
        return _LONE_LAST_WORD if start == end - 1 and start else 0
    if not tokens[end].space:
        return _INSIDE_WORD
    return _AFTER_SHORT_WORD if tokens[end - 1].is_short_word else 0
