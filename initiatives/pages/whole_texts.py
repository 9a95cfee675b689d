"""The whole text of a source, for those whose rights allow it, with every public quote marked."""

from dataclasses import dataclass

from initiatives.models import Found, Quote, Source, SourceText
from initiatives.models.choices import Compared
from initiatives.pages.comparisons import text_address
from initiatives.text.passages import Piece, paragraph_starts, parts, pieces

# About how many characters are shown at once.
SHOWN = 60_000


@dataclass(frozen=True)
class Paragraph:
    """A paragraph: its number, its page or time if known, and its pieces, each with the quote that it belongs to."""

    number: int
    place: str
    pieces: list[tuple[Piece, Quote | None]]


@dataclass(frozen=True)
class WholeText:
    """A part of the newest text of a source's copies; `parts` are the addresses of all of them, None for this one."""

    row: SourceText
    paragraphs: list[Paragraph]
    parts: list[str | None]
    quotes: int


def whole_text(source: Source, number: int) -> WholeText | None:
    """Return the part of a source's text with a paragraph.

    None if its rights do not allow to show it, if no text is kept, or if there is no such paragraph.
    """
    row = SourceText.objects.at_hand(source.pk).first() if source.rights else None
    if row is None or not 1 <= number <= len(row.paragraphs):
        return None
    starts, ranges = paragraph_starts(row.paragraphs), parts(row.paragraphs, SHOWN)
    shown = next(one for one in ranges if number - 1 in one)
    quotes, marks = _marks(row)
    paragraphs = []
    for index in shown:
        span = starts[index], starts[index] + len(row.paragraphs[index])
        found = [(piece, quotes[piece.quote] if piece.quote else None) for piece in pieces(row.text, span, marks, [])]
        place = row.places[index] if index < len(row.places) else ""
        paragraphs.append(Paragraph(index + 1, place, found))
    addresses = [None if one is shown else text_address(source, one[0] + 1 if one[0] else None) for one in ranges]
    return WholeText(row, paragraphs, addresses, len(quotes))


def _marks(row: SourceText) -> tuple[dict[int, Quote], list[tuple[int, int, int]]]:
    """Return the public quotes found in a text, by key, and where they are: start, end and the quote's key."""
    found = Found.objects.published().filter(source_text=row).exclude(level=Compared.NOT_FOUND).select_related("quote")
    quotes = {one.quote.pk: one.quote for one in found if one.quote and one.is_of(one.quote)}
    marks = [(start, end, quote) for one in found if (quote := one.quote_id) in quotes for start, end in one.spans]
    return quotes, marks
