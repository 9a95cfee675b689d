"""Paths of the site's pages, their languages, and keys of items in addresses."""

from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language

# The language of the record's own texts and of addresses without a prefix, and the other languages of the site.
ORIGINAL = settings.LANGUAGE_CODE
OTHERS = tuple(code for code, _name in settings.LANGUAGES if code != ORIGINAL)


def split_language(path: str) -> tuple[str, str]:
    """Return the language of a path and the path without its prefix: "ru" and "/quotes/" for "/ru/quotes/"."""
    first, slash, rest = path[1:].partition("/")
    return (first, slash + rest) if slash and first in OTHERS else (ORIGINAL, path)


def in_other_language(path: str, language: str) -> str:
    """Return the path of the same page in another language."""
    _language, bare = split_language(path)
    return bare if language == ORIGINAL else f"/{language}{bare}"


def path_of(name: str, *args: object) -> str:
    """Return the path of a page by its name and arguments, like `reverse`.

    Paths are cached: a list has a hundred links, and building one takes longer than showing it.
    """
    return _made(get_script_prefix(), get_language(), name, args)


def read_key(written: str) -> int | None:
    """Return the key in an address; None if it is not a number of up to 15 digits."""
    return int(written) if written.isascii() and written.isdecimal() and len(written) <= 15 else None


@lru_cache(maxsize=10_000)
def _made(prefix: str, language: str | None, name: str, args: tuple) -> str:
    return reverse(name, args=args)
