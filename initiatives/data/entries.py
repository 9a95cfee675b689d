"""What a feed tells of an item."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.text import Truncator

from initiatives.data.columns import text_of
from initiatives.data.items import Found
from initiatives.models.choices import QUOTATION_MARKS, Kind, Language
from initiatives.models.paths import path_of
from initiatives.models.publishing import visible_from
from initiatives.pages.citations import address
from initiatives.text.markdown import to_text

# The most characters of a quote in the title of its entry.
TITLE = 100


@dataclass(frozen=True)
class FeedEntry:
    """One item of a feed. `key` is an address that never changes; `since` is when it became public."""

    key: str
    url: str
    title: str
    text: str
    language: str
    author: str
    themes: list[str]
    since: datetime.datetime
    changed: datetime.datetime


def entry_of(found: Found) -> FeedEntry:
    """Return the entry of an item that `for_data` loaded."""
    kind, item = found
    url = address(item.get_absolute_url())
    language = getattr(item, "language", "") or settings.LANGUAGE_CODE
    title, text, author, key = str(item), _text(item), "", url
    if kind == Kind.QUOTE:
        opening, closing = QUOTATION_MARKS[Language(language)]
        title = f"{item.speaker.name}: {opening}{Truncator(item.text).chars(TITLE)}{closing}"
        author, key = item.speaker.name, address(path_of("short_quote", item.pk))
    since: Any = visible_from(item)
    changed = getattr(item, "updated_at", None) or since
    themes = [theme.name for theme in getattr(item, "public_themes", [])]
    return FeedEntry(key, url, title, text, language, author, themes, since, max(since, changed))


def _text(item: Any) -> str:
    written = text_of(item)
    return to_text(written) if item._meta.model_name == Kind.PRINCIPLE else written
