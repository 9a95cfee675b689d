"""What was added to a list last, as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from initiatives.data.entries import FeedEntry, entry_of
from initiatives.data.formats import Format, List

VERSION = "https://jsonfeed.org/version/1.1"


def write(asked: List) -> Iterator[bytes]:
    """Yield the feed."""
    feed = {
        "version": VERSION,
        "title": _("%(list)s — The Reform Record") % {"list": asked.title},
        "home_page_url": asked.page_url,
        "feed_url": asked.url,
        "language": settings.LANGUAGE_CODE,
        "items": [_item(entry) for entry in map(entry_of, asked.items)],
    }
    yield json.dumps(feed, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _item(entry: FeedEntry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.key,
        "url": entry.url,
        "title": entry.title,
        "content_text": entry.text,
        "date_published": entry.since.isoformat(),
        "date_modified": entry.changed.isoformat(),
        "language": entry.language,
    }
    if entry.themes:
        item["tags"] = entry.themes
    if entry.author:
        item["authors"] = [{"name": entry.author}]
    return item


FORMAT = Format("feed.json", "JSON Feed", "application/feed+json; charset=utf-8", write, is_feed=True)
