"""Addresses of the site's pages."""

from functools import lru_cache

from django.urls import get_script_prefix, reverse


def path_of(name: str, *args: object) -> str:
    """Return the path of a page by its name and what stands in it, as `reverse` does.

    Paths that were made are kept: a list has a hundred links, and to make one takes longer than to show it.
    """
    return _made(get_script_prefix(), name, args)


@lru_cache(maxsize=10_000)
def _made(prefix: str, name: str, args: tuple) -> str:
    return reverse(name, args=args)
