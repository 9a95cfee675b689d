"""Entries of feeds."""

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
    """One item of a feed. `key` is an address that never changes; `since` is when it became public.

    `language` is that of the title; a text may be in another, such as our description of a document.
    """

    key: str
    url: str
    title: str
    text: str
    language: str
    text_language: str
    author: str
    themes: list[str]
    since: datetime.datetime
    changed: datetime.datetime


def entry_of(found: Found) -> FeedEntry:
    """Return the entry of an item that `for_data` loaded."""
    kind, item = found
    title, language, text_language, author = str(item), settings.LANGUAGE_CODE, settings.LANGUAGE_CODE, ""
    if kind == Kind.QUOTE:
        language = text_language = item.language
        opening, closing = QUOTATION_MARKS[Language(language)]
        title = f"{item.speaker.name}: {opening}{Truncator(item.text).chars(TITLE)}{closing}"
        author = item.speaker.name
    elif kind == Kind.SOURCE:
        language = item.title_language
    since: Any = visible_from(item)
    changed = getattr(item, "updated_at", None) or since
    themes = [theme.name for theme in getattr(item, "public_themes", [])]
    return FeedEntry(
        key=_key(kind, item),
        url=address(item.get_absolute_url()),
        title=title,
        text=_text(item),
        language=language,
        text_language=text_language,
        author=author,
        themes=themes,
        since=since,
        changed=max(since, changed),
    )


def _key(kind: str, item: Any) -> str:
    """Return an address by number, which stays when a slug changes: a quote's short one, that of the API of others."""
    if kind == Kind.MILESTONE:
        return f"{_key(item.owner._meta.model_name, item.owner)}#milestone-{item.pk}"
    return address(path_of("short_quote" if kind == Kind.QUOTE else f"api:{kind}", item.pk))


def _text(item: Any) -> str:
    written = text_of(item)
    return to_text(written) if item._meta.model_name == Kind.PRINCIPLE else written
