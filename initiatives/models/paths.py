"""Addresses of the site's pages."""

from functools import lru_cache

from django.urls import get_script_prefix, reverse


def path_of(name: str, *args: object) -> str:
    """Return the path of a page by its name and arguments, like `reverse`.

    Paths are cached: a list has a hundred links, and building one takes longer than showing it.
    """
    return _made(get_script_prefix(), name, args)


@lru_cache(maxsize=10_000)
def _made(prefix: str, name: str, args: tuple) -> str:
    return reverse(name, args=args)
