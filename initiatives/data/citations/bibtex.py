"""A reference as an entry of BibTeX, as BibLaTeX reads it too; UTF-8."""

from initiatives.data.citations.reference import IN_PERIODICALS, Author, Reference
from initiatives.models.choices import SourceKind

MEDIA_TYPE = "application/x-bibtex; charset=utf-8"
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


def entry(reference: Reference) -> str:
    """Return the entry."""
    kind, publisher = _kind(reference)
    # Styles turn capitals in titles into small letters unless there are braces.
    title, quotation = (f"{{{_text(one)}}}" if one else "" for one in (reference.title, reference.quotation))
    fields = {
        "author": _author(reference.author),
        "title": quotation or title,
        "booktitle": title if quotation else "",
        publisher: _text(reference.publisher),
        "date": reference.date,
        "year": reference.date[:4],
        "url": reference.url,
        "urldate": reference.accessed,
        "language": reference.language,
        "abstract": _text(reference.words),
        "annotation": _text(reference.locator),
        "note": _text(reference.note),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    if len(reference.date_parts) > 1:
        lines.append(f"  month = {_MONTHS[reference.date_parts[1] - 1]}")
    return f"@{kind}{{{reference.key},\n" + ",\n".join(lines) + "\n}\n"


def _kind(reference: Reference) -> tuple[str, str]:
    """Return the type of the entry, and the field for the publisher."""
    if reference.quotation:
        return "incollection", "publisher"
    if reference.publisher and reference.kind in IN_PERIODICALS:
        return "article", "journal"
    if reference.publisher and reference.kind == SourceKind.RECORD:
        return "techreport", "institution"
    return "misc", "howpublished"


def _author(author: Author | None) -> str:
    if author is None:
        return ""
    # In braces a name is taken as a whole, whatever words are in it.
    parts = [author.family, author.given] if author.given else [author.family]
    whole = author.is_body or not author.given or any(" and " in f" {part} ".lower() for part in parts)
    return f"{{{_text(author.inverted)}}}" if whole else ", ".join(map(_text, parts))


def _text(text: str) -> str:
    return text.translate(_COMMANDS)
