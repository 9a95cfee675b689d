"""What was added to a list last, as Atom (RFC 4287), so that any search can be followed."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from initiatives.data.entries import entry_of
from initiatives.data.formats import Format, List
from initiatives.text.xml import xml_text


class Feed(Atom1Feed):
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
        """Write what an entry holds."""
        super().add_item_elements(handler, {**item, "description": None})
        if item["description"]:
            attributes = {"type": "text", "xml:lang": item["text_language"]}
            handler.addQuickElement("summary", xml_text(item["description"]), attributes)
        if item.get("content"):
            handler.addQuickElement("content", xml_text(item["content"]), {"type": "html"})


def write(asked: List) -> Iterator[bytes]:
    """Yield the feed."""
    title = _("%(list)s — The Reform Record") % {"list": asked.title}
    feed = Feed(title=title, link=asked.page_url, feed_url=asked.url)
    for entry in map(entry_of, asked.items):
        feed.add_item(
            title=xml_text(entry.title),
            link=entry.url,
            description=entry.text,
            language=entry.language,
            text_language=entry.text_language,
            unique_id=entry.key,
            pubdate=entry.since,
            updateddate=entry.changed,
            author_name=xml_text(entry.author) or None,
            categories=[xml_text(theme) for theme in entry.themes],
        )
    yield feed.writeString("utf-8").encode()


FORMAT = Format("atom", "Atom", "application/atom+xml; charset=utf-8", write, is_feed=True)
