"""Filters for changes: two wordings with their differences marked, and days."""

import datetime

from django import template
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from initiatives.text.pieces import Piece

register = template.Library()


@register.filter
def local_day(time: datetime.datetime) -> datetime.date:
    """Return the day of a time in the site's time zone."""
    return timezone.localdate(time)


@register.filter
def taken_out(pieces: list[Piece]) -> SafeString:
    """Return an old wording as HTML, marking text that the new one lacks, for screen readers too."""
    return _joined(pieces, "del", _("removed:"))


@register.filter
def put_in(pieces: list[Piece]) -> SafeString:
    """Return a new wording as HTML, marking text that the old one lacks, for screen readers too."""
    return _joined(pieces, "ins", _("added:"))


@register.filter
def plain_words(pieces: list[Piece]) -> str:
    """Return a wording without marks."""
    return "".join(piece.text for piece in pieces)


@register.filter
def taken_out_bare(pieces: list[Piece]) -> SafeString:
    """Like `taken_out`, for places without our style sheets, such as feeds."""
    return _joined(pieces, "del", "")


@register.filter
def put_in_bare(pieces: list[Piece]) -> SafeString:
    """Like `put_in`, for places without our style sheets, such as feeds."""
    return _joined(pieces, "ins", "")


def _joined(pieces: list[Piece], tag: str, spoken: str) -> SafeString:
    """Return pieces as escaped HTML, with changed ones in the tag, preceded by a word only for screen readers."""
    # Screen readers do not announce del and ins. The hidden words are neither shown nor copied.
    hidden = '<span class="visually-hidden">{} </span>'
    heard, end = (format_html(hidden, f"[{spoken}"), format_html(hidden, "]")) if spoken else ("", "")
    # A page may have thousands of pieces, so format_html is not called for each.
    begin, end = f"{heard}<{tag}>", f"</{tag}>{end}"
    parts = (f"{begin}{escape(piece.text)}{end}" if piece.marked else escape(piece.text) for piece in pieces)
    return mark_safe("".join(parts))  # noqa: S308 - every text is escaped
