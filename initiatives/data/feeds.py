"""Entries of feeds, and Atom feeds (RFC 4287), by which any search and the public log can be followed."""

import datetime
import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from initiatives.data.columns import text_of
from initiatives.data.items import Found
from initiatives.models.choices import QUOTATION_MARKS, Kind, Language
from initiatives.models.paths import path_of
from initiatives.models.publishing import visible_from
from initiatives.pages.citations import address
from initiatives.text.markdown import to_text

# The most characters of a quote in the title of its entry.
TITLE = 100
# Characters that XML 1.0 does not allow (https://www.w3.org/TR/xml/#charsets).
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


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
        author = item.speaker.name
        title = f"{author}: {opening}{Truncator(item.text).chars(TITLE)}{closing}"
    elif kind == Kind.SOURCE:
        language = item.title_language
    since: Any = visible_from(item)
    text = text_of(item)
    return FeedEntry(
        key=_key(kind, item),
        url=address(item.get_absolute_url()),
        title=title,
        text=to_text(text) if kind == Kind.PRINCIPLE else text,
        language=language,
        text_language=text_language,
        author=author,
        themes=[theme.name for theme in getattr(item, "public_themes", [])],
        since=since,
        changed=max(since, getattr(item, "updated_at", since)),
    )


def _key(kind: str, item: Any) -> str:
    """Return an address that survives a change of slug: a quote's short address, or the API's for other items."""
    if kind == Kind.MILESTONE:
        return f"{_key(item.owner._meta.model_name, item.owner)}#milestone-{item.pk}"
    return address(path_of("short_quote" if kind == Kind.QUOTE else f"api:{kind}", item.pk))


def xml_text(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return _NOT_XML.sub("", text)


class AtomFeed(Atom1Feed):
    """An Atom feed of the site. Descriptions are text, which Django would call HTML; `content` is HTML.

    Entries may have a `language`, and a `text_language` of the description.
    """

    def __init__(self, *, title: str, link: str, feed_url: str, subtitle: str | None = None):
        rights = (
            f"{_('The record’s own texts and data may be used under:')} {settings.DATA_LICENCE}\n"
            f"{_('Quotations belong to those who said them, and are quoted with their sources.')}"
        )
        super().__init__(
            title=xml_text(title),
            link=link,
            description="",
            subtitle=subtitle,
            language=settings.LANGUAGE_CODE,
            feed_url=feed_url,
            feed_guid=link,
            author_name=_("The Reform Record"),
            feed_copyright=rights,
        )

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        """Return the attributes of an entry."""
        return {"xml:lang": item["language"]} if item.get("language") else {}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """Write the elements of an entry."""
        super().add_item_elements(handler, {**item, "description": None})
        if item["description"]:
            attributes = {"type": "text", "xml:lang": item["text_language"]}
            handler.addQuickElement("summary", xml_text(item["description"]), attributes)
        if item.get("content"):
            handler.addQuickElement("content", xml_text(item["content"]), {"type": "html"})
