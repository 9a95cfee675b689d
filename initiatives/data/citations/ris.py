"""A reference as a record of RIS; UTF-8."""

from initiatives.data.citations.reference import IN_PERIODICALS, Reference
from initiatives.models.choices import SourceKind

MEDIA_TYPE = "application/x-research-info-systems; charset=utf-8"
_TYPES = {
    SourceKind.ADDRESS: "ELEC",
    SourceKind.ARTICLE: "MGZN",
    SourceKind.NEWS: "NEWS",
    SourceKind.LEGAL_ACT: "STAT",
    SourceKind.RECORD: "RPRT",
    SourceKind.WEBSITE: "ELEC",
}


def entry(reference: Reference) -> str:
    """Return the record."""
    quotation = reference.quotation
    is_periodical = reference.kind in IN_PERIODICALS and not quotation
    fields = (
        ("TY", "CHAP" if quotation else _TYPES[SourceKind(reference.kind)]),
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
    """Return a date as RIS writes it: always with three slashes, unknown parts left empty."""
    if not date:
        return ""
    year, month, day, *_rest = [*date.split("-"), "", ""]
    return f"{year}/{month}/{day}/"
