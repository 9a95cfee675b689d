"""Finds a quotation in a document, word for word, and says how exactly it is there. Pure.

Only what typesetting changes is folded, and each kind of it is named. Letters, case, endings, numbers and punctuation
must be the same, and a quotation may neither cut a word or number nor begin or end beside a negation.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from initiatives.text.scripts import russian_or_kazakh

Span = tuple[int, int]


class Level(StrEnum):
    """How exactly a quotation is in a document, most exact first."""

    LETTERS = "letters"
    TYPOGRAPHY = "typography"
    OMISSIONS = "omissions"
    NOT_FOUND = "not_found"

    @property
    def rank(self) -> int:
        """Its place in the order of exactness, 0 for the most exact."""
        return list(Level).index(self)


class Folded(StrEnum):
    """What typesetting changed between a quotation and a document."""

    HYPHENATION = "hyphenation"
    DASHES = "dashes"
    QUOTATION_MARKS = "quotation_marks"
    DOTS = "dots"
    LIGATURES = "ligatures"
    ACCENTS = "accents"
    LOOK_ALIKES = "look_alikes"
    SPACES = "spaces"


@dataclass(frozen=True)
class Comparison:
    """How exactly a quotation is in a document, and the spans of its pieces there: (start, end), counted from 0.

    More than one span if parts are omitted. If it was not found, the nearest passage, if any word is there.
    `beside_negation`: the words are there, but beside a negation that the quotation leaves out.
    """

    level: Level
    spans: tuple[Span, ...] = ()
    folded: tuple[Folded, ...] = ()
    beside_negation: bool = False


# Between two pieces, at most this many characters are omitted. A shorter piece is too common to prove anything.
FARTHEST, SHORTEST = 2000, 8
_DOTS = r"(?:…|\.{3,})"
_OMISSION = re.compile(rf"\s*(?:\[\s*{_DOTS}\s*\]|\(\s*{_DOTS}\s*\)|<\s*{_DOTS}\s*>|{_DOTS})\s*")

# What may be folded; each group is named by its member of Folded, but for a hyphen at the end of a line, which either
# divides a word or belongs to it. White space around a dash and inside guillemets goes with them.
_LINE_END = r"(?<=\w)[-\u2010\u00ad][^\S\n]*\n\s*(?=[^\W\d_])"
# A dash between a space and a number is a minus sign: no white space goes with it.
_MINUS = r"(?<=\s)[\u2012-\u2015\u2212](?=\d)"
# Nothing of it begins within a plain word or with a space before one, which is most of a text, so that goes first.
_FOLDABLE = re.compile(
    rf"""(?!(?<=\w)[a-zA-Z0-9\u0400-\u04ff](?![\u0300-\u036f])|\ \w)
    (?: (?P<line_end>{_LINE_END})
    | (?P<hyphenation>[\u00ad\u200b-\u200d\u2060\ufeff]+)
    | (?P<dashes>\s*(?!{_MINUS})[\u2012-\u2015\u2212]\s*|{_MINUS}|\s+(?:--|[-\u2010\u2011])\s+|[\u2010\u2011])
    | (?P<quotation_marks>«[^\S\n]?|[^\S\n]?»|''|,,|``|[\u2018-\u201f\u2032-\u2036‹›"'`´\u02bc])
    | (?P<dots>…)
    | (?P<ligatures>[\ufb00-\ufb06])
    | (?P<accents>\w[\u0300-\u036f]+)
    | (?P<look_alikes>(?<!\w)(?=\w*[\u0400-\u052f])(?=\w*[A-Za-z])\w+)
    | (?P<spaces>[^\S ]\s*|\ \s+))""",
    re.VERBOSE,
)
_SAME = {"hyphenation": "", "dashes": "-", "quotation_marks": '"', "dots": "...", "spaces": " "}
_LOOK_ALIKES = str.maketrans("aceiopxyhABCEHIKMOPTXY", "асеіорхуһАВСЕНІКМОРТХУ")

# Words that turn the meaning of what follows; some may also come after what they turn.
_KAZAKH = {"емес": "пін піз сің сіз пе ті тін ке", "жоқ": "пын пыз сың сыз па ты тын қа"}
_AFTER = frozenset(("not", "never", "не", "нет", *_KAZAKH))
_AFTER |= {stem + ending for stem, endings in _KAZAKH.items() for ending in endings.split()}
_BEFORE = _AFTER | {"no", "nor", "neither", "none", "nobody", "nothing", "without", "cannot", "hardly"}
_BEFORE |= {"ни", "нельзя", "без", "никогда", "вряд", "едва", "отнюдь", "никто", "ничто", "ничего", "никак", "нигде"}
# Words between a negation and what it turns: "not a", "under no circumstances", "не всегда", "вряд ли"; "та емес".
_BETWEEN_BEFORE = re.compile(
    "an?|the|any|all|at|so|very|yet|ever|even|only|just|again|always|really|quite|fully|entirely|necessarily|longer|"
    "circumstances?|conditions?|way|means|account|case|time|ли|совсем|вовсе|очень|всегда|вполне|так|столь|только|"
    "просто|слишком|больше|снова|уже|ещё|еще"
)
_BETWEEN_AFTER = re.compile("[дт][ае]|ғой|мүлдем?|тіпті")
_BESIDE = 40
_BETWEEN = r"""[^\S\n]*\n?[^\S\n]*[("'“”«»‘’„]*"""
_WORD_BEFORE = re.compile(rf"([^\W\d_]+(?:['’][^\W\d_]+)?){_BETWEEN}\Z")
_WORD_AFTER = re.compile(rf"{_BETWEEN}([^\W\d_]+)")
# A word or a number goes on beyond the quotation.
_MORE_AFTER = re.compile(r"[\u00ad\u200b-\u200d\u0300-\u036f]*(?:\w|['’\u2010\u2011-][^\W_]|-\n|\.[^\W\d_]\.)")
_MORE_DIGITS_AFTER = re.compile(r"[.,:/]\d|[\s\u2009]\d{3}(?!\d)|\s?[%‰$€£₸₽]")
_MORE_BEFORE = re.compile(r"(?:\w|[^\W_]['’\u2010\u2011-]|-\n|(?<!\w)[^\W\d_]\.)[\u00ad\u200b-\u200d]*\Z")
_MORE_DIGITS_BEFORE = re.compile(r"(?:\d[.,:/]|(?<!\w)[-−–]|[$€£₸₽]\s?)\Z")
_THOUSANDS_BEFORE = re.compile(r"\d\s\Z")


class Document:
    """A text in which quotations are looked up. It is folded once, if that is needed at all."""

    def __init__(self, text: str):
        self.text = text

    @cached_property
    def _foldings(self) -> list["_Folding"]:
        return _foldings(self.text)

    def compare(self, quotation: str) -> Comparison:
        """Return how exactly a quotation is in this document, and where."""
        quotation = quotation.strip()
        if not re.search(r"\w", quotation):
            return Comparison(Level.NOT_FOUND)
        negated: list[Span] = []
        for start in _places(self.text, quotation):
            span = (start, start + len(quotation))
            if self._is_whole(span, negated):
                return Comparison(Level.LETTERS, (span,))
        for span in self._spans(quotation, negated):
            return Comparison(Level.TYPOGRAPHY, (span,), self._folded([quotation], [span]))
        pieces = [piece for piece in _OMISSION.split(quotation) if re.search(r"\w", piece)]
        if _OMISSION.search(quotation) and min(map(len, pieces)) >= SHORTEST:
            for spans in self._in_order(pieces, negated):
                return Comparison(Level.OMISSIONS, spans, self._folded(pieces, spans))
        near = negated[:1] or self._nearest(quotation)
        return Comparison(Level.NOT_FOUND, tuple(near), beside_negation=bool(negated))

    def _spans(self, quotation: str, negated: list[Span]) -> list[Span]:
        """Return in order where a quotation, or a piece of one, is but for typography."""
        spans = {
            span
            for document in self._foldings
            for wanted in {folding.text.strip() for folding in _foldings(quotation)}
            for place in _places(document.text, wanted)
            if self._is_whole(span := document.span(place, place + len(wanted)), negated)
        }
        return sorted(spans)

    def _in_order(self, pieces: list[str], negated: list[Span]) -> list[tuple[Span, ...]]:
        """Return the ways in which all pieces follow one another, each at most FARTHEST after the one before."""
        ways: list[tuple[Span, ...]] = [(span,) for span in self._spans(pieces[0], negated)]
        for piece in pieces[1:]:
            ends = [way[-1][1] for way in ways]
            longer = []
            for span in self._spans(piece, negated):
                place = bisect_right(ends, span[0]) - 1
                if place >= 0 and span[0] - ends[place] <= FARTHEST:
                    longer.append((*ways[place], span))
            ways = longer
        return ways

    def _is_whole(self, span: Span, negated: list[Span]) -> bool:
        """Return whether a passage cuts no word, number or negation; one beside a negation is added to `negated`."""
        start, end = span
        first, last = self.text[start], self.text[end - 1]
        before, after = self.text[max(start - _BESIDE, 0) : start], self.text[end : end + _BESIDE]
        thousands = re.match(r"\d{3}(?!\d)", self.text[start:end])
        if (
            (first.isalnum() and _MORE_BEFORE.search(before))
            or (last.isalnum() and _MORE_AFTER.match(after))
            or (first.isdigit() and _MORE_DIGITS_BEFORE.search(before))
            or (last.isdigit() and _MORE_DIGITS_AFTER.match(after))
            or (thousands and _THOUSANDS_BEFORE.search(before))
        ):
            return False
        words = [_word_before(before) if first.isalnum() else "", _word_after(after) if last.isalnum() else ""]
        turning = [word for word, negations in zip(words, (_BEFORE, _AFTER), strict=True) if _turns(word, negations)]
        # In Kazakh, "не" means "or".
        if turning and (turning != ["не"] or russian_or_kazakh(self._sentences(start, end)) != "kk"):
            negated.append(span)
            return False
        return True

    def _sentences(self, start: int, end: int) -> str:
        before, after = self.text[max(start - 200, 0) : start], self.text[end : end + 200]
        return re.split(r"[.!?\n]", before)[-1] + self.text[start:end] + re.split(r"[.!?\n]", after)[0]

    def _folded(self, pieces: list[str], spans: tuple[Span, ...] | list[Span]) -> tuple[Folded, ...]:
        """Return what has to be folded for pieces of a quotation to equal their passages."""
        pairs = [(piece, self.text[slice(*span)]) for piece, span in zip(pieces, spans, strict=True)]
        return tuple(fold for fold in Folded if any(not _equal(*pair, but=fold) for pair in pairs))

    @cached_property
    def _words(self) -> tuple[list[Span], list[str], Counter[str]]:
        """The places of all words, the words in lower case, and how often each occurs."""
        words = list(re.finditer(r"\w+", self.text))
        folded = [word.group().lower() for word in words]
        return [word.span() for word in words], folded, Counter(folded)

    def _nearest(self, quotation: str) -> list[Span]:
        """Return the passage of as many words that shares most with a quotation, rare words first; empty if none."""
        words, folded, frequency = self._words
        wanted = Counter(re.findall(r"\w+", quotation.lower()))
        weights = [1 / frequency[word] if word in wanted else 0 for word in folded]
        if not any(weights):
            return []
        width = min(wanted.total(), len(words))
        total = best = sum(weights[:width])
        at = 0
        for start in range(1, len(words) - width + 1):
            total += weights[start + width - 1] - weights[start - 1]
            if total > best:
                best, at = total, start
        return [(words[at][0], words[at + width - 1][1])]


class _Folding:
    """A text with its typography folded, and the way back to the places in the text."""

    def __init__(self, text: str, *, joins: bool, but: Folded | None = None):
        """`joins`: hyphens at the ends of lines divide words. `but`: what is not folded."""
        self._source = text
        self._starts: list[int] = []  # of each segment here
        self._spans: list[Span] = []  # of each segment in the source
        self._kept: list[bool] = []
        parts: list[str] = []
        place = length = 0

        def add(start: int, end: int, folded: str, kept: bool) -> None:
            nonlocal length
            self._starts.append(length)
            self._spans.append((start, end))
            self._kept.append(kept)
            parts.append(folded)
            length += len(folded)

        for match in _FOLDABLE.finditer(text):
            folded = _fold(match, joins, but)
            if folded != match.group():
                add(place, match.start(), text[place : match.start()], True)
                add(*match.span(), folded, False)
                place = match.end()
        add(place, len(text), text[place:], True)
        self.text = "".join(parts)

    def span(self, start: int, end: int) -> Span:
        """Return where a passage of the folded text is in the source, without white space around it."""
        first, last = (bisect_right(self._starts, place) - 1 for place in (start, end - 1))
        begin = self._spans[first][0] + (start - self._starts[first]) * self._kept[first]
        finish = self._spans[last][0] + end - self._starts[last] if self._kept[last] else self._spans[last][1]
        passage = self._source[begin:finish]
        return begin + len(passage) - len(passage.lstrip()), finish - len(passage) + len(passage.rstrip())


def _foldings(text: str, but: Folded | None = None) -> list[_Folding]:
    """Return the ways to fold a text: two if a line ends with a hyphen."""
    ways = (True, False) if re.search(_LINE_END, text) else (True,)
    return [_Folding(text, joins=joins, but=but) for joins in ways]


def _fold(match: re.Match, joins: bool, but: Folded | None) -> str:
    text, kind = match.group(), str(match.lastgroup)
    if kind == "line_end":
        if but == Folded.HYPHENATION:
            return text
        return "" if joins or text[0] == "\u00ad" else "-"
    if kind == but:
        return text
    if kind == Folded.LOOK_ALIKES:
        return text.translate(_LOOK_ALIKES)
    if kind == Folded.LIGATURES:
        return unicodedata.normalize("NFKC", text)
    return unicodedata.normalize("NFC", text) if kind == Folded.ACCENTS else _SAME[kind]


def _equal(one: str, other: str, but: Folded) -> bool:
    texts = [{folding.text.strip() for folding in _foldings(text, but)} for text in (one, other)]
    return not texts[0].isdisjoint(texts[1])


def _places(text: str, wanted: str) -> Iterator[int]:
    """Yield the places of a text within another, from the first on; overlapping ones, too."""
    place = text.find(wanted)
    while place >= 0:
        yield place
        place = text.find(wanted, place + 1)


def _word_before(text: str) -> str:
    """Return the last word of a text, leaving out those between a negation and what it turns; empty if none."""
    while (word := _WORD_BEFORE.search(text)) and _BETWEEN_BEFORE.fullmatch(word[1].lower()):
        text = text[: word.start()]
    return word[1] if word else ""


def _word_after(text: str) -> str:
    """Return the first word of a text, likewise."""
    while (word := _WORD_AFTER.match(text)) and _BETWEEN_AFTER.fullmatch(word[1].lower()):
        text = text[word.end() :]
    return word[1] if word else ""


def _turns(word: str, negations: frozenset[str]) -> bool:
    word = word.lower().replace("’", "'")
    return word in negations or (negations is _BEFORE and word.endswith("n't"))
