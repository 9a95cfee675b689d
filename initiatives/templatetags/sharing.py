"""Metadata in the head of a page for other sites: its canonical address, picture and description."""

import html
import json

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.encoding import escape_uri_path
from django.utils.safestring import SafeString, mark_safe

from initiatives.data import linked
from initiatives.data.signposts import meta_tags
from initiatives.models import Quote
from initiatives.pages import sharing
from initiatives.pages import site_owner as owners
from initiatives.pages.citations import address
from initiatives.pages.share_cards.contents import ShareImage, share_image_of_site
from initiatives.text.shorten import shorten

register = template.Library()


@register.simple_block_tag
def plain(content: str, limit: int = 0) -> str:
    """Return the contents of a block as text on one line, shortened to `limit` characters if given.

    Turns the HTML of template variables back into text. Store it (`as name`), so that it is escaped where it is used.
    """
    text = " ".join(html.unescape(content).split())
    return shorten(text, limit) if limit else text


@register.simple_tag
def site_owner() -> owners.SiteOwner:
    """Return the publisher of the site."""
    return owners.site_owner()


@register.filter
def absolute(path: str) -> str:
    """Return a path of this site as a full public address."""
    return address(path)


# Characters that could end the element or start a comment in it.
_IN_ELEMENT = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag(takes_context=True)
def linked_data(context: Context) -> SafeString:
    """Return the page's content as JSON-LD, which browsers do not run, so our content policy needs no exception."""
    page = linked.page(
        context.get("object"), context.get("milestones") or [], canonical_url(context), str(context["title"])
    )
    written = json.dumps(page, ensure_ascii=False, separators=(",", ":")).translate(_IN_ELEMENT)
    # Safe: nothing in it can end the element.
    return mark_safe(f'<script type="application/ld+json">{written}</script>')  # noqa: S308


register.filter("citation_tags", meta_tags)


@register.simple_tag(takes_context=True)
def canonical_url(context: Context) -> str:
    """Return the canonical address of a page: its view's `canonical_path`, or its path without the query."""
    return absolute(context.get("canonical_path") or escape_uri_path(context["request"].path))


@register.simple_tag(takes_context=True)
def picture_to_share(context: Context) -> ShareImage:
    """Return the picture of a page: its view's `share_image`, or the site's."""
    return context.get("share_image") or share_image_of_site()


@register.inclusion_tag("items/_share.html", takes_context=True)
def share_menu(context: Context) -> dict:
    """Show how to share the item of a page and, if it is a quote, how to embed it."""
    item = context["item"]
    frame = sharing.frame(item) if isinstance(item, Quote) else None
    return {
        "url": absolute(item.get_absolute_url()),
        "apps": sharing.app_links(item, str(context["title"])),
        "qr_code": reverse("qr_code", args=[item._meta.model_name, item.pk]),
        "card": context.get("share_image"),
        "cite_as": context.get("cite_as"),
        "frame": frame,
        "code": frame.code if frame else "",
    }
