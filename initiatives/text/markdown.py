"""Converts editors' Markdown to safe HTML."""

import html

import nh3
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False})
# Headings start at level 3: pages have their own first and second levels.
_TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "a", "h3", "h4", "hr", "code"}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}

# Names of fields with Markdown in any model. A principle's text is also Markdown; a quote's never is.
FIELDS = frozenset({"body", "editors_note", "introduction"})


def to_html(markdown: str) -> str:
    """Return safe HTML for Markdown (CommonMark without inline HTML); links have rel="nofollow noopener"."""
    return nh3.clean(
        _MARKDOWN.render(markdown),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )


def leaves_out(markdown: str) -> bool:
    """Return whether Markdown has headings or images that `to_html` removes."""
    tokens = _MARKDOWN.parse(markdown)
    tags = {token.tag for outer in tokens for token in (outer, *(outer.children or ()))}
    return bool(tags & {"h1", "h2", "h5", "h6", "img"})


def to_text(markdown: str) -> str:
    """Return the text of Markdown without markup, on one line."""
    return " ".join(html.unescape(nh3.clean(_MARKDOWN.render(markdown), tags=set())).split())
