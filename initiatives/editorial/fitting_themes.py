"""Themes that may fit a quote: those whose names appear in its words, and those of the most similar quotes."""

from collections import Counter
from collections.abc import Iterable

from initiatives.editorial.near_duplicates import MOST_CHARACTERS
from initiatives.models import Quote, Theme
from initiatives.models.choices import Kind, State
from initiatives.search import Unavailable
from initiatives.search.analysis import stems
from initiatives.search.similar import sharing_words

# How many similar quotes are considered.
SIMILAR = 10


def fitting_themes(text: str, language: str, but: int | None = None, most: int = 6) -> list[Theme]:
    """Return themes that may fit a text in a language (ISO 639-1), the most likely first.

    Themes whose name appears in the text, in any word form, precede the themes of the most similar quotes, including
    drafts, the most frequent first. `but` is the key of the quote the text belongs to.
    """
    text = text[:MOST_CHARACTERS]
    themes = {theme.pk: theme for theme in Theme.objects.exclude(state=State.ARCHIVED).only("name", "aliases")}
    said = _joined(text, language)
    named = [
        key
        for key, theme in themes.items()
        if any(name in said for name in (_joined(name, language) for name in (theme.name, *theme.alias_list)) if name)
    ]
    offered = dict.fromkeys([*named, *_of_similar(text, but)])
    return [themes[key] for key in offered if key in themes][:most]


def _joined(text: str, language: str) -> str:
    """Return the stems of a text, joined so that the stems of a name can be found in it."""
    found = "".join(f" {stem.stem}" for stem in stems(text, language))
    return f"{found} " if found else ""


def _of_similar(text: str, but: int | None) -> Iterable[int]:
    """Return the themes of the quotes most similar to a text, the most frequent first, then those of the nearest."""
    try:
        keys = [key for key in sharing_words(Kind.QUOTE, text, SIMILAR + 1) if key != but][:SIMILAR]
    except Unavailable:
        return []
    places = {key: place for place, key in enumerate(keys)}
    ties = Quote.themes.through.objects.filter(quote__in=keys).values_list("quote", "theme")
    counted = Counter(theme for _quote, theme in sorted(ties, key=lambda tie: places[tie[0]]))
    return [theme for theme, _count in counted.most_common()]
