"""References as files for citation programs: BibTeX (and BibLaTeX), RIS and CSL-JSON; and their addresses."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from initiatives.data.citations.reference import IN_PERIODICALS, Author, Reference
from initiatives.models import Initiative, Quote, Source
from initiatives.models.choices import SourceKind
from initiatives.models.paths import path_of

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# BibTeX counts braces even behind a backslash.
_COMMANDS = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
        **{mark: f"\\{mark}" for mark in "#$%&_"},
    }
)
# The types of documents in RIS and in CSL.
_TYPES = {
    SourceKind.ADDRESS: ("ELEC", "speech"),
    SourceKind.ARTICLE: ("MGZN", "article-magazine"),
    SourceKind.NEWS: ("NEWS", "article-newspaper"),
    SourceKind.LEGAL_ACT: ("STAT", "legislation"),
    SourceKind.RECORD: ("RPRT", "report"),
    SourceKind.WEBSITE: ("ELEC", "webpage"),
}


def bibtex(reference: Reference) -> str:
    """Return a reference as an entry of BibTeX."""
    kind, publisher = _bibtex_kind(reference)
    # Styles lowercase the capitals of titles that are not in braces.
    title, quotation = (f"{{{_escaped(one)}}}" if one else "" for one in (reference.title, reference.quotation))
    fields = {
        "author": _bibtex_author(reference.author),
        "title": quotation or title,
        "booktitle": title if quotation else "",
        publisher: _escaped(reference.publisher),
        "date": reference.date,
        "year": reference.date[:4],
        "url": reference.url,
        "urldate": reference.accessed,
        "language": reference.language,
        "abstract": _escaped(reference.words),
        "annotation": _escaped(reference.locator),
        "note": _escaped(reference.note),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    if len(reference.date_parts) > 1:
        lines.append(f"  month = {_MONTHS[reference.date_parts[1] - 1]}")
    return f"@{kind}{{{reference.key},\n" + ",\n".join(lines) + "\n}\n"


def _bibtex_kind(reference: Reference) -> tuple[str, str]:
    """Return the type of the entry, and the field for the publisher."""
    if reference.quotation:
        return "incollection", "publisher"
    if reference.publisher and reference.kind in IN_PERIODICALS:
        return "article", "journal"
    if reference.publisher and reference.kind == SourceKind.RECORD:
        return "techreport", "institution"
    return "misc", "howpublished"


def _bibtex_author(author: Author | None) -> str:
    if author is None:
        return ""
    # Braces keep a name whole, whatever words it contains.
    parts = [author.family, author.given] if author.given else [author.family]
    whole = author.is_body or not author.given or any(" and " in f" {part} ".lower() for part in parts)
    return f"{{{_escaped(author.inverted)}}}" if whole else ", ".join(map(_escaped, parts))


def _escaped(text: str) -> str:
    return text.translate(_COMMANDS)


def ris(reference: Reference) -> str:
    """Return a reference as a record of RIS."""
    quotation = reference.quotation
    is_periodical = reference.kind in IN_PERIODICALS and not quotation
    fields = (
        ("TY", "CHAP" if quotation else _TYPES[SourceKind(reference.kind)][0]),
        ("ID", reference.key),
        ("AU", reference.author.inverted if reference.author else ""),
        ("TI", quotation or reference.title),
        ("T2", reference.title if quotation else ""),
        ("T2" if is_periodical else "PB", reference.publisher),
        ("PY", reference.date[:4]),
        ("DA", _slashes(reference.date)),
        ("SP", reference.locator),
        ("UR", reference.url),
        ("Y2", _slashes(reference.accessed)),
        ("LA", reference.language),
        ("AB", reference.words),
        ("N1", reference.note),
    )
    return "".join(f"{tag}  - {value}\r\n" for tag, value in fields if value) + "ER  - \r\n"


def _slashes(date: str) -> str:
    """Return a date as RIS writes it: with three slashes, and unknown parts empty."""
    return "/".join([*date.split("-"), "", "", ""][:3]) + "/" if date else ""


def csl(reference: Reference) -> dict[str, Any]:
    """Return a reference as an item of CSL-JSON, from which citation programs make any style."""
    if reference.quotation:
        # A part of a document by another author. Styles print “In”, the container and its publisher for this type.
        cited = {"type": "chapter", "title": reference.quotation, "container-title": reference.title}
    else:
        cited = {"type": _TYPES[SourceKind(reference.kind)][1], "title": reference.title}
    is_periodical = reference.kind in IN_PERIODICALS and not reference.quotation
    members = {
        "id": reference.key,
        **cited,
        "author": [_csl_name(reference.author)] if reference.author else None,
        "container-title" if is_periodical else "publisher": reference.publisher,
        "issued": _csl_date(reference.date_parts),
        "URL": reference.url,
        "accessed": _csl_date(reference.accessed_parts),
        "language": reference.language,
        "abstract": reference.words,
        "annote": reference.locator,
        "note": reference.note,
    }
    return {name: value for name, value in members.items() if value}


def _csl_name(author: Author) -> dict[str, str]:
    if author.is_body or not author.given:
        return {"literal": author.family}
    return {"family": author.family, "given": author.given}


def _csl_date(parts: list[int]) -> dict[str, Any] | None:
    return {"date-parts": [parts]} if parts else None


def csl_json(reference: Reference) -> str:
    """Return a file with one reference."""
    return json.dumps([csl(reference)], ensure_ascii=False, indent=2) + "\n"


class FileFormat(NamedTuple):
    """A format in which one citation is sent."""

    media_type: str
    write: Callable[[Reference], str]


# By file extension.
FORMATS = {
    "bib": FileFormat("application/x-bibtex; charset=utf-8", bibtex),
    "ris": FileFormat("application/x-research-info-systems; charset=utf-8", ris),
    "json": FileFormat("application/vnd.citationstyles.csl+json", csl_json),
}


def paths(item: Quote | Initiative | Source) -> dict[str, str]:
    """Return the path of the citation of an item in each format."""
    key = item.pk if isinstance(item, Quote) else item.slug
    return {suffix: path_of(f"{item._meta.model_name}_citation", key, suffix) for suffix in FORMATS}
