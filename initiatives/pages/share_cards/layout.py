"""Sets texts in lines: finds the largest size that fits a box, and breaks lines evenly. Pure.

Widths are measured once, in ems (multiples of the size), and apply to every size.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from initiatives.text.shorten import ELLIPSIS

# The space above and below a line's baseline, in ems, including accents and descenders.
ASCENT = 0.95
DESCENT = 0.27

# No card fits more characters than this, so no more are measured.
LONGEST = 2000

# Spaces at which lines may break: all except no-break spaces.
_SPACES = re.compile(r"[^\S\u00a0\u2007\u202f]+")
# Spaces at which lines should not break: before a dash, and after an article, a preposition or a day.
_TIES = re.compile(r" (?=[-–—]+(?: |$))|(?:(?<=\b\w)|(?<=\b\w\w)) (?=\w{3})")
# A line may begin at a space, which is dropped, or within a word such as "socio-political".
_BREAKS = re.compile(r"(?= )|(?<=\w[-–—/])(?=\w)")
# Placeholders for a tied space and the closing mark. `clean` removes both from texts.
_TIED, _CLOSING = "\ue000", "\ue001"
# Characters that are removed before an ellipsis.
_NOT_LAST = f" {_TIED}{_CLOSING},;:.!?–—-/«“„("

# A line takes another word if less than this part of it exceeds the line's share (0.4 is the most even).
_BEYOND_SHARE = 0.4

_Width = Callable[[str], float]


@dataclass(frozen=True)
class Style:
    """How a text may be set: its sizes in pixels from large to small, and the leading in ems."""

    sizes: Sequence[int]
    leading: float = 1.3
    # The leading at the smallest size, where lines are long.
    loosest: float = 0
    most_lines: int = 99

    def leading_at(self, size: int) -> float:
        """Return the leading in pixels. Small type needs relatively more of it."""
        if not self.loosest or self.sizes[0] == self.sizes[-1]:
            return size * self.leading
        smallness = (self.sizes[0] - size) / (self.sizes[0] - self.sizes[-1])
        return size * (self.leading + (self.loosest - self.leading) * smallness)


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
        return self.size * (ASCENT + DESCENT) + self.leading * (len(self.lines) - 1) if self.lines else 0


def clean(text: str) -> str:
    """Return a text on one line without invisible characters: control, format, private and unassigned ones."""
    spaced = _SPACES.sub(" ", unicodedata.normalize("NFC", text[: 2 * LONGEST]))
    return "".join(c for c in spaced if unicodedata.category(c)[0] != "C").strip()


def fit(text: str, measure: _Width, *, width: float, height: float, style: Style, closing: str = "") -> Setting:
    """Return a text set as large as fits a box of this width and height in pixels.

    `measure` returns the width of a text in ems. Space is left for `closing` at the end of the last line; the caller
    draws it. Text that does not fit at the smallest size is cut after a word, with an ellipsis. A word is divided only
    if it is longer than a line at the smallest size. If the box is lower than one line, there are no lines.
    """

    @cache
    def wide(word: str) -> float:
        tail = measure(closing) if closing and word.endswith(_CLOSING) else 0
        return measure(word.removesuffix(_CLOSING).replace(_TIED, " ")) + tail

    room = width / style.sizes[-1] - wide(ELLIPSIS + _CLOSING)
    words = [
        "".join(piece)
        for word in filter(None, _BREAKS.split(_TIES.sub(_TIED, clean(text)[:LONGEST])))
        for piece in (_fill(list(word), room, wide) if wide(word) > room else [[word]])
    ]
    if words:
        words[-1] += _CLOSING
    for size in style.sizes:
        limit, leading = width / size, style.leading_at(size)
        most = min(style.most_lines, 1 + int((height - size * (ASCENT + DESCENT)) // leading))
        if _fits(_fill(words, limit, wide), limit, most, wide):
            break
    else:
        words = _cut(words, limit, most, wide)
    lines = _even(words, limit, wide)
    ends = [0.0] * (len(lines) - 1) + [wide(_CLOSING)]
    return Setting(
        size,
        leading,
        tuple("".join(line).removesuffix(_CLOSING).replace(_TIED, " ") for line in lines),
        tuple(size * (sum(map(wide, line)) - end) for line, end in zip(lines, ends, strict=False)),
    )


def _fill(words: Sequence[str], limit: float, wide: _Width) -> list[list[str]]:
    """Return lines, each with as many words as fit, but at least one."""
    lines: list[list[str]] = []
    filled = 0.0
    for word in words:
        filled += wide(word)
        if not lines or filled > limit:
            word = word.removeprefix(" ") or word
            lines.append([])
            filled = wide(word)
        lines[-1].append(word)
    return lines


def _fits(lines: list[list[str]], limit: float, most: int, wide: _Width) -> bool:
    return len(lines) <= most and all(sum(map(wide, line)) <= limit for line in lines)


def _cut(words: list[str], limit: float, most: int, wide: _Width) -> list[str]:
    """Return the words that fill `most` lines, ending with an ellipsis."""
    kept = words[: sum(map(len, _fill(words, limit, wide)[: max(0, most)]))]
    while kept:
        if last := kept.pop().rstrip(_NOT_LAST):
            ended = [*kept, last + ELLIPSIS + _CLOSING]
            if _fits(_fill(ended, limit, wide), limit, most, wide):
                return ended
    return []


def _even(words: list[str], limit: float, wide: _Width) -> list[list[str]]:
    """Return as few lines as possible: each takes its share of the remaining words, if the rest still fits."""
    lines, rest = [], words
    for lines_left in range(len(_fill(words, limit, wide)), 0, -1):
        rest = [rest[0].removeprefix(" ") or rest[0], *rest[1:]]
        share, filled, taken = sum(map(wide, rest)) / lines_left, 0.0, 0
        for word in rest:
            filled += wide(word)
            has_share = filled - _BEYOND_SHARE * wide(word) > share
            if taken and (filled > limit or (has_share and len(_fill(rest[taken:], limit, wide)) < lines_left)):
                break
            taken += 1
        lines.append(rest[:taken])
        rest = rest[taken:]
    return lines
