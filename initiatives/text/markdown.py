"""Markdown of editors to HTML that is safe to show."""

import html

import nh3
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False})
# Headings begin at 3: pages have their own first and second.
_TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "a", "h3", "h4", "hr", "code"}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}

# The fields of items that hold Markdown, whatever the model. A principle's text does too; a quote's never does.
FIELDS = frozenset({"body", "editors_note", "introduction"})


def to_html(markdown: str) -> str:
    """Return safe HTML for Markdown (CommonMark, its own HTML switched off); links carry rel="nofollow noopener"."""
    return nh3.clean(
        _MARKDOWN.render(markdown),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )


def leaves_out(markdown: str) -> bool:
    """Return whether Markdown has headings or images that are not shown as such."""
    tokens = _MARKDOWN.parse(markdown)
    tags = {token.tag for outer in tokens for token in (outer, *(outer.children or ()))}
    return bool(tags & {"h1", "h2", "h5", "h6", "img"})


def to_text(markdown: str) -> str:
    """Return the words of Markdown without its marks, on one line."""
    return " ".join(html.unescape(nh3.clean(_MARKDOWN.render(markdown), tags=set())).split())
