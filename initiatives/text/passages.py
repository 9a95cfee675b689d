"""Passages of a document: its sentences, whole words, the words of a quote, and marked pieces of text. Pure.

All places are counted in characters of the document, from 0; ends are excluded.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

Span = tuple[int, int]

OMISSION = " […] "
# A word, with what belongs to it: signs inside it, groups of three digits, a sign before a number, a per cent sign.
_WORD = re.compile(
    r"(?:(?<!\w)[-−–])?\d+(?:[\s\u2009]\d{3}(?!\d))+(?:[.,]\d+)?(?:\s?[%‰])?"
    r"|(?:(?<!\w)[-−–](?=\d))?\w[\w\u00ad\u200b-\u200d\u0300-\u036f]*"
    r"(?:(?:['’.,:/\u2010\u2011-]|-\n\s*)\w[\w\u00ad\u200b-\u200d\u0300-\u036f]*)*(?:(?<=\d)\s?[%‰])?"
)
# The end of a sentence: its last sign, closing marks, and white space before a capital, a digit, a mark or a dash.
_END = re.compile(
    r"""[.!?…]+["'»”’)\]]{0,3}(?=\s{1,9}["'«“„‘(\[—–-]{0,3}\s{0,2}[\d\W]{0,9}[^\W\d_a-zа-яёәғқңөұүһі])|\n\s*\n"""
)
_ABBREVIATION = re.compile(
    r"(?:(?<!\w)\w|(?<!\w)(?:Mr|Mrs|Ms|Dr|St|No|гг|ст|им|тыс|млн|млрд|трлн|руб|стр|рис|см|др|пр))\.\Z"
)
# A hyphen at the end of a line, in the middle of a word.
_LINE_END = re.compile(r"(?<!\w)(\w+)[-\u2010][^\S\n]*\n\s*(\w+)")
# Signs that are not shown, such as soft hyphens.
INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
# Who speaks: a name before a colon at the beginning of a paragraph.
_LABEL = re.compile(r"\s*([^\W\d_][^:\n?!]{0,60}?)\s*:(?=\s)\s*")


def paragraph_starts(paragraphs: Iterable[str]) -> list[int]:
    """Return where each paragraph begins in the text of a copy, which has an empty line between them."""
    starts, place = [], 0
    for paragraph in paragraphs:
        starts.append(place)
        place += len(paragraph) + 2
    return starts


def parts(paragraphs: list[str], most: int) -> list[range]:
    """Return the indexes of paragraphs in parts of at most `most` characters, or of one longer paragraph."""
    first, found, size = 0, [], 0
    for index, paragraph in enumerate(paragraphs):
        if size + len(paragraph) > most and index > first:
            found.append(range(first, index))
            first, size = index, 0
        size += len(paragraph) + 2
    return [*found, range(first, len(paragraphs))]


def label_of(paragraph: str) -> tuple[str, int]:
    """Return what precedes a colon at the beginning of a paragraph, and where the words after it begin."""
    label = _LABEL.match(paragraph)
    return (label[1], label.end()) if label and len(label[1].split()) <= 6 else ("", 0)


def sentences(paragraph: str, start: int = 0) -> list[Span]:
    """Return the sentences of a paragraph from a place on, without the white space between them."""
    found = []
    ends = [end.end() for end in _END.finditer(paragraph, start)]
    ends = [end for end in ends if not _ABBREVIATION.search(paragraph[max(end - 9, start) : end])]
    for end in (*ends, len(paragraph)):
        if span := _trimmed(paragraph, start, end):
            found.append(span)
        start = end
    return found


def whole_words(text: str, start: int, end: int) -> Span | None:
    """Return a passage of a text, extended to whole words and numbers; None if it has no letter or digit."""
    start, end = max(start, 0), min(end, len(text))
    span = _trimmed(text, start, end)
    if span is None or not any(map(str.isalnum, text[start:end])):
        return None
    start, end = span
    first = text.rfind("\n\n", 0, start) + 1
    last = text.find("\n\n", end)
    for word in _WORD.finditer(text, first, len(text) if last < 0 else last):
        if word.start() < start < word.end():
            start = word.start()
        if word.start() < end < word.end():
            end = word.end()
        if word.start() >= end:
            break
    return start, end


def words_of(text: str, spans: Iterable[Span]) -> str:
    """Return the words of passages as those of a quote: as in the text, but for white space and divided lines.

    Passages are joined by a marked omission. Hyphens at the ends of lines are kept only if the words occur with them.
    """

    spans = list(spans)
    divided = [word for start, end in spans for word in _LINE_END.finditer(text, start, end)]
    hyphen = "-" if divided and all(f"{word[1]}-{word[2]}" in text for word in divided) else ""

    def tidy(passage: str) -> str:
        return " ".join(INVISIBLE.sub("", _LINE_END.sub(rf"\1{hyphen}\2", passage)).split())

    pieces = ("\n\n".join(filter(None, map(tidy, text[start:end].split("\n\n")))) for start, end in spans)
    return OMISSION.join(pieces)


@dataclass(frozen=True)
class Piece:
    """A piece of a paragraph: its text, the quote on record that it belongs to, and whether it is worth a look."""

    text: str
    quote: int | None = None
    # The first piece of this quote in its paragraph.
    begins: bool = False
    worth: bool = False


def pieces(text: str, span: Span, quotes: list[tuple[int, int, int]], worth: list[Span]) -> Iterator[Piece]:
    """Yield the pieces of a passage, cut where quotes (start, end, key) and passages worth a look begin or end.

    A piece in several quotes belongs to the shortest.
    """
    start, end = span
    here = sorted((one for one in quotes if one[0] < end and one[1] > start), key=lambda one: one[1] - one[0])
    looks = [one for one in worth if one[0] < end and one[1] > start]
    edges = {edge for one in here for edge in one[:2]}
    edges |= {edge for one in looks for edge in one if not any(first < edge < last for first, last, _key in here)}
    cuts = sorted({start, end, *(edge for edge in edges if start < edge < end)})
    begun: set[int] = set()
    for begin, finish in pairwise(cuts):
        piece = text[begin:finish].replace("\r", " ")
        covering = (key for first, last, key in here if first <= begin and finish <= last)
        quote = next(covering, None) if piece.strip() else None
        worthy = quote is None and any(first <= begin and finish <= last for first, last in looks)
        yield Piece(piece, quote, begins=quote is not None and quote not in begun, worth=worthy)
        begun |= {quote} if quote else set()


def sequences(
    stems: list[tuple[str, int, int]], names: dict[str, list[tuple[tuple[str, ...], int]]]
) -> Iterator[tuple[int, int, int]]:
    """Yield where names occur among the stems of a text (with start and end): start, end and value of each name.

    `names` has, by the first stem, the stems of each name and its value.
    """
    only = tuple(stem for stem, _start, _end in stems)
    for place, first in enumerate(only):
        for name, value in names.get(first, ()):
            if only[place : place + len(name)] == name:
                yield stems[place][1], stems[place + len(name) - 1][2], value


def place_in(starts: list[int], place: int) -> int:
    """Return the index of the paragraph with a character, given where the paragraphs begin."""
    return max(bisect_right(starts, place) - 1, 0)


def _trimmed(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
