"""What the head of a page says about it to other sites: its one address, its picture, its words on one line."""

import html

from django import template
from django.template import Context
from django.utils.encoding import escape_uri_path

from initiatives.pages.citations import address
from initiatives.pages.share_cards.contents import ShareImage, share_image_of_site
from initiatives.text.shorten import shorten

register = template.Library()


@register.simple_block_tag
def plain(content: str, limit: int = 0) -> str:
    """Return what a block holds as text on one line, shortened to a number of characters if one is given.

    Takes the HTML of template variables back to text: to be stored (`as name`), and escaped where it is shown.
    """
    text = " ".join(html.unescape(content).split())
    return shorten(text, limit) if limit else text


@register.filter
def absolute(path: str) -> str:
    """Return a path of this site as the address that the public sees."""
    return address(path)


@register.simple_tag(takes_context=True)
def canonical_url(context: Context) -> str:
    """Return the one address a page is known by: its view's `canonical_path`, or its path without any query."""
    return absolute(context.get("canonical_path") or escape_uri_path(context["request"].path))


@register.simple_tag(takes_context=True)
def picture_to_share(context: Context) -> ShareImage:
    """Return the picture of a page: its view's `share_image`, or that of the whole site."""
    return context.get("share_image") or share_image_of_site()
