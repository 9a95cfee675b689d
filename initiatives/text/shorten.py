"""Shortens texts, for descriptions and the like. Pure."""

import textwrap

ELLIPSIS = "…"


def shorten(text: str, limit: int) -> str:
    """Return a text on one line, cut after a word to at most `limit` characters, with an ellipsis if cut."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    whole_words = textwrap.shorten(line, limit - 1, placeholder="").rstrip(" ,;:.–—-")
    # The first word is longer than the limit.
    return (whole_words or line[: limit - 1]) + ELLIPSIS
