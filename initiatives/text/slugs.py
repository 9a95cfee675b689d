"""Slugs for addresses: Russian and Kazakh letters are transliterated, so that addresses can be read aloud.

static/admin_site/slugs.js does the same while editors type; a test compares the two.
"""

import unicodedata

from django.utils.text import slugify

# fmt: off
LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu",
    "я": "ya", "ә": "a", "ғ": "g", "қ": "k", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h", "і": "i",
}
# fmt: on
_TABLE = str.maketrans(LETTERS)

# Leaves room for a hyphen and a number within the field's length.
LONGEST = 110


def slug_of(title: str) -> str:
    """Return the slug of a title; empty if it has neither letters nor digits."""
    latin = unicodedata.normalize("NFC", title).lower().translate(_TABLE)
    return slugify(latin, allow_unicode=True)[:LONGEST].strip("-_")
