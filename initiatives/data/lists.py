"""Lists as data: the formats, the formats of each list, and their addresses."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from initiatives.data.citations import files
from initiatives.data.citations.reference import cited
from initiatives.data.columns import Column, record
from initiatives.data.feeds import AtomFeed, entry_of, xml_text
from initiatives.data.items import Found
from initiatives.editorial.spreadsheets.writers import write_csv

# Items of a feed, and items of a JSON file that are sent at a time.
IN_FEED, CHUNK = 50, 100


@dataclass(frozen=True)
class List:
    """A list requested as data."""

    # Its heading and full address as a page, and the address of this file.
    title: str
    page_url: str
    url: str
    columns: tuple[Column, ...]
    items: Iterable[Found]

    @property
    def feed_title(self) -> str:
        """The title of the list as a feed."""
        return _("%(list)s — The Reform Record") % {"list": self.title}


@dataclass(frozen=True)
class Format:
    """A format: its name, its media type, and how a list is written in it.

    A feed holds the IN_FEED items that were added last; every other format holds all items in the order of the page,
    and is written piece by piece.
    """

    name: str
    media_type: str
    write: Callable[[List], Iterator[bytes]]
    is_feed: bool = False
    # Whether browsers save it instead of showing it.
    is_saved: bool = False

    @property
    def media(self) -> str:
        """The media type without its parameters."""
        return self.media_type.partition(";")[0]


def csv(requested: List, *, mark: bool = False) -> Iterator[bytes]:
    """Yield a list as CSV (RFC 4180) for spreadsheet programs; with `mark`, a byte order mark first, for Excel."""
    columns = [column for column in requested.columns if not column.nested]
    rows = ([column.cell(item) for column in columns] for _kind, item in requested.items)
    return write_csv([column.name for column in columns], rows, mark=mark)


def _json(requested: List) -> Iterator[bytes]:
    """Yield an array of objects, an item on each line, whose members are the columns; and finally their number."""
    begin = {
        "title": requested.title,
        "url": requested.url,
        "page": requested.page_url,
        "language": settings.LANGUAGE_CODE,
    }
    yield (json.dumps(begin, ensure_ascii=False)[:-1] + ', "items": [\n').encode()
    lines: list[str] = []
    before, count = "", 0
    for _kind, item in requested.items:
        lines.append(before + json.dumps(record(requested.columns, item), ensure_ascii=False))
        before, count = ",\n", count + 1
        if len(lines) == CHUNK:
            yield "".join(lines).encode("utf-8", "replace")
            lines.clear()
    yield ("".join(lines) + f'\n], "count": {count}}}\n').encode("utf-8", "replace")


def _bibtex(requested: List) -> Iterator[bytes]:
    """Yield the entries of items that can be cited, and a comment with their number."""
    count = 0
    for reference in cited(requested.items):
        yield (files.bibtex(reference) + "\n").encode("utf-8", "replace")
        count += 1
    yield f"@comment{{Entries: {count}}}\n".encode()


def _ris(requested: List) -> Iterator[bytes]:
    """Yield the records of items that can be cited."""
    for reference in cited(requested.items):
        yield files.ris(reference).encode("utf-8", "replace")


def _atom(requested: List) -> Iterator[bytes]:
    """Yield the feed in one piece."""
    feed = AtomFeed(title=requested.feed_title, link=requested.page_url, feed_url=requested.url)
    for entry in map(entry_of, requested.items):
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


def _json_feed(requested: List) -> Iterator[bytes]:
    """Yield the feed in one piece (https://www.jsonfeed.org/version/1.1/)."""
    items = []
    for entry in map(entry_of, requested.items):
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
        items.append(item)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": requested.feed_title,
        "home_page_url": requested.page_url,
        "feed_url": requested.url,
        "language": settings.LANGUAGE_CODE,
        "items": items,
    }
    yield json.dumps(feed, ensure_ascii=False, indent=1).encode("utf-8", "replace")


# By file extension.
FORMATS = {
    "csv": Format("CSV", "text/csv; charset=utf-8", csv, is_saved=True),
    "json": Format("JSON", "application/json; charset=utf-8", _json),
    "bib": Format("BibTeX", files.FORMATS["bib"].media_type, _bibtex, is_saved=True),
    "ris": Format("RIS", files.FORMATS["ris"].media_type, _ris, is_saved=True),
    "atom": Format("Atom", "application/atom+xml; charset=utf-8", _atom, is_feed=True),
    "feed.json": Format("JSON Feed", "application/feed+json; charset=utf-8", _json_feed, is_feed=True),
}
# The formats of each list, by its name in addresses. Principles and milestones are not cited by themselves, and a new
# status is a milestone.
LISTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("quotes", "initiatives", "sources", "timeline", "search"), tuple(FORMATS)),
    **dict.fromkeys(("principles", "milestones"), ("csv", "json", "atom", "feed.json")),
    "statuses": ("csv", "json"),
}


@dataclass(frozen=True)
class DataLink:
    """A list in another format."""

    format: Format
    url: str


def links(name: str, given: dict[str, list[str]] | None = None, slug: str = "") -> list[DataLink]:
    """Return links to a list in each format, with its filters; or to the list of the item with a slug."""
    query = urlencode({key: values for key, values in (given or {}).items() if key != "view" and values}, doseq=True)
    found = []
    for suffix in LISTS.get(name, FORMATS):
        path = reverse(f"{name}_as_data", args=[slug, suffix]) if slug else reverse("list_as_data", args=[name, suffix])
        found.append(DataLink(FORMATS[suffix], f"{path}?{query}" if query else path))
    return found
