"""How an item is shared: links to other apps, a frame for other sites, and a QR code of its address."""

import io
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote as percent_encoded

import segno
from django.template.loader import render_to_string

from initiatives.models import Initiative, Quote
from initiatives.models.paths import path_of
from initiatives.pages.citations import address, caveats

# Widths of a frame in pixels: the default, as wide as a column of text, and the minimum.
WIDTH, NARROWEST = 560, 240
BESIDE_WORDS, LINE, PIXELS_OF_LETTER = 195, 28, 9.5


@dataclass(frozen=True)
class Frame:
    """The frame of a quote: its path on this site, and its size in pixels."""

    quote: Quote
    path: str
    width: int
    height: int

    @property
    def code(self) -> str:
        """The HTML with which other sites embed it."""
        frame = {"url": address(self.path), "quote": self.quote, "width": self.width, "height": self.height}
        return render_to_string("items/embed_frame.html", frame).strip()


def frame(quote: Quote, most_width: int | None = None, most_height: int | None = None) -> Frame:
    """Return the frame of a quote within these limits: high enough, because what does not fit must be scrolled to."""
    width = min(WIDTH, most_width or WIDTH)
    letters_of_line = max(width, NARROWEST) / PIXELS_OF_LETTER
    height = BESIDE_WORDS + LINE * (int(len(quote.text) / letters_of_line) + 1)
    return Frame(quote, path_of("quote_embed", quote.pk), width, min(height, most_height or height))


def app_links(item: Any, title: str) -> list[tuple[str, str]]:
    """Return the names of apps, each with the link that shares the title of an item, its caveats and its address."""
    url = address(item.get_absolute_url())
    said = "; ".join(caveats(item)) if isinstance(item, Quote | Initiative) else ""
    text, url = (percent_encoded(part, safe="") for part in (f"{title} ({said})" if said else title, url))
    return [
        ("Telegram", f"https://t.me/share/url?url={url}&text={text}"),
        ("WhatsApp", f"https://wa.me/?text={text}%20{url}"),
    ]


def qr_code(item: Any) -> bytes:
    """Return a QR code of the shortest address of an item as SVG."""
    path = path_of("short_quote", item.pk) if isinstance(item, Quote) else item.get_absolute_url()
    drawn = io.BytesIO()
    segno.make(address(path), error="m", micro=False).save(drawn, kind="svg", scale=8, border=4, light="#fff")
    return drawn.getvalue()
