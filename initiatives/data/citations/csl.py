"""A reference as an item of CSL-JSON, from which citation programs make any style."""

import json
from typing import Any

from initiatives.data.citations.reference import IN_PERIODICALS, Author, Reference
from initiatives.models.choices import SourceKind

MEDIA_TYPE = "application/vnd.citationstyles.csl+json"
_TYPES = {
    SourceKind.ADDRESS: "speech",
    SourceKind.ARTICLE: "article-magazine",
    SourceKind.NEWS: "article-newspaper",
    SourceKind.LEGAL_ACT: "legislation",
    SourceKind.RECORD: "report",
    SourceKind.WEBSITE: "webpage",
}


def item(reference: Reference) -> dict[str, Any]:
    """Return the item."""
    if reference.quotation:
        # A part of a document by another hand: the type of which styles print “In”, the container and its publisher.
        cited = {"type": "chapter", "title": reference.quotation, "container-title": reference.title}
    else:
        cited = {"type": _TYPES[SourceKind(reference.kind)], "title": reference.title}
    is_periodical = reference.kind in IN_PERIODICALS and not reference.quotation
    members = {
        "id": reference.key,
        **cited,
        "author": [_name(reference.author)] if reference.author else None,
        "container-title" if is_periodical else "publisher": reference.publisher,
        "issued": _date(reference.date_parts),
        "URL": reference.url,
        "accessed": _date(reference.accessed_parts),
        "language": reference.language,
        "abstract": reference.words,
        "annote": reference.locator,
        "note": reference.note,
    }
    return {name: value for name, value in members.items() if value}


def entry(reference: Reference) -> str:
    """Return a file with the item alone."""
    return json.dumps([item(reference)], ensure_ascii=False, indent=2) + "\n"


def _name(author: Author) -> dict[str, str]:
    if author.is_body or not author.given:
        return {"literal": author.family}
    return {"family": author.family, "given": author.given}


def _date(parts: list[int]) -> dict[str, Any] | None:
    return {"date-parts": [parts]} if parts else None
