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
    members = {
        "id": reference.key,
        "type": _TYPES[SourceKind(reference.kind)],
        "author": [_name(reference.author)] if reference.author else None,
        "title": reference.title,
        "container-title" if reference.kind in IN_PERIODICALS else "publisher": reference.publisher,
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
