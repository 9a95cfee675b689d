"""Paths of the site's pages, and keys of items in addresses."""

from functools import lru_cache

from django.urls import get_script_prefix, reverse


def path_of(name: str, *args: object) -> str:
    """Return the path of a page by its name and arguments, like `reverse`.

    Paths are cached: a list has a hundred links, and building one takes longer than showing it.
    """
    return _made(get_script_prefix(), name, args)


def read_key(written: str) -> int | None:
    """Return the key in an address; None if it is not a number of up to 15 digits."""
    return int(written) if written.isascii() and written.isdecimal() and len(written) <= 15 else None


@lru_cache(maxsize=10_000)
def _made(prefix: str, name: str, args: tuple) -> str:
    return reverse(name, args=args)
