"""What was added to a list last, as Atom (RFC 4287), so that any search can be followed."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from initiatives.data.entries import entry_of
from initiatives.data.formats import Format, List
from initiatives.text.xml import xml_text


def write(asked: List) -> Iterator[bytes]:
    """Yield the feed."""
    feed = Atom1Feed(
        title=xml_text(_("%(list)s — The Reform Record") % {"list": asked.title}),
        link=asked.page_url,
        description="",
        language=settings.LANGUAGE_CODE,
        feed_url=asked.url,
        feed_guid=asked.page_url,
        author_name=_("The Reform Record"),
    )
    for entry in map(entry_of, asked.items):
        feed.add_item(
            title=xml_text(entry.title),
            link=entry.url,
            description=xml_text(entry.text),
            unique_id=entry.key,
            pubdate=entry.since,
            updateddate=entry.changed,
            author_name=xml_text(entry.author) or None,
            categories=[xml_text(theme) for theme in entry.themes],
        )
    yield feed.writeString("utf-8").encode()


FORMAT = Format("atom", "Atom", "application/atom+xml; charset=utf-8", write, is_feed=True)
