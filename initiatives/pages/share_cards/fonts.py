"""The site's fonts for Pillow: finds the file for each letter, and measures texts.

The files are those of the pages (docs/fonts.md): subsets in woff2, which the FreeType in Pillow's wheels can read. So
a text is set in runs, each from the file that has its letters. If the machine has libfribidi, Pillow kerns (through
Raqm); without it, letters are spaced a little wider.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from django.conf import settings
from PIL import ImageFont

_FONTS = settings.BASE_DIR / "static" / "fonts"
_SUBSETS = ("latin", "cyrillic")

# The size at which widths are measured; they scale with the size.
_MEASURED_AT = 100

# Characters that no file has, and look-alikes for them.
_SAME_SHAPE = str.maketrans({"\u2011": "-", "\u2007": "\u00a0", "\u202f": "\u00a0"})

# A text is not shown at all if our fonts have a smaller share of its letters than this.
_READABLE = 0.9


@dataclass(frozen=True)
class Face:
    """A family in one weight; Literata has only one."""

    family: str
    weight: int

    def measure(self, text: str) -> float:
        """Return the width of a text in ems."""
        return sum(font.getlength(run) for font, run in self.runs(text, _MEASURED_AT)) / _MEASURED_AT

    def runs(self, text: str, size: int) -> Iterator[tuple[ImageFont.FreeTypeFont, str]]:
        """Yield the parts of a text, each with the font that has its letters, at a size in pixels.

        For a letter that no file has, the first font draws a box.
        """
        subset, placed = _SUBSETS[0], []
        for letter in text.translate(_SAME_SHAPE):
            if not _has(self.family, subset, letter):
                subset = next((other for other in _SUBSETS if _has(self.family, other, letter)), _SUBSETS[0])
            placed.append((subset, letter))
        for subset, run in groupby(placed, key=lambda pair: pair[0]):
            yield _font(self.family, subset, self.weight, size), "".join(letter for _, letter in run)


WORDS = Face("literata", 400)
TITLE = Face("record-sans", 700)
STRONG = Face("record-sans", 600)
PLAIN = Face("record-sans", 400)


def is_readable(text: str) -> bool:
    """Return whether our fonts have the letters of a text, with few exceptions."""
    letters = [letter for letter in text if letter.isalnum()]
    known = sum(any(_has(WORDS.family, subset, letter) for subset in _SUBSETS) for letter in letters)
    return known >= _READABLE * len(letters)


@lru_cache(maxsize=256)
def _font(family: str, subset: str, weight: int, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(_FONTS / f"{family}-{subset}.woff2", size)
    if family != WORDS.family:
        font.set_variation_by_axes([weight])
    return font


@lru_cache(maxsize=10_000)
def _has(family: str, subset: str, letter: str) -> bool:
    """Return whether a file has a letter: whether it looks different from a character that no file has."""
    return _picture(family, subset, letter) != _picture(family, subset, "\uffff")


def _picture(family: str, subset: str, letter: str) -> tuple[tuple[int, int], bytes]:
    mask = _font(family, subset, 400, 24).getmask(letter)
    return mask.size, bytes(mask)
