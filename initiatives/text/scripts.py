"""In which script a text is written."""

import re
from collections.abc import Iterable

CYRILLIC, LATIN = "cyrillic", "latin"
_CYRILLIC_LETTER = re.compile("[\u0400-\u052f]")


def any_cyrillic(texts: Iterable[str]) -> bool:
    """Tell whether a Cyrillic letter stands in any text."""
    return any(_CYRILLIC_LETTER.search(text) for text in texts)


def script_of(text: str) -> str:
    """Return the script of most letters of a text; empty if it is neither Cyrillic nor Latin, or both alike."""
    cyrillic = sum("\u0400" <= letter <= "\u052f" for letter in text)
    latin = sum(letter.isalpha() and letter <= "\u024f" for letter in text)
    if cyrillic == latin:
        return ""
    return CYRILLIC if cyrillic > latin else LATIN
