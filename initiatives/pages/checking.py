"""Answers whether a sentence is on record word for word. Nothing of the sentence is kept.

A sentence is on record only if `text.comparison` finds it in a public quote or translation. Search merely proposes
quotes to compare; the copies of public sources are looked through for its longest words.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import TextChoices, Value
from django.db.models.functions import StrIndex
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

from initiatives import clock
from initiatives.models import Quote, QuoteTranslation, Source, SourceText
from initiatives.models.choices import FOLDED_LABELS, Compared, Kind
from initiatives.models.publishing import is_public_at
from initiatives.models.querysets import published_q
from initiatives.search.similar import sharing_rows
from initiatives.text import diff
from initiatives.text.comparison import FARTHEST, Comparison, Document, Level
from initiatives.text.passages import INVISIBLE
from initiatives.text.pieces import Piece
from initiatives.text.scripts import has_outer_marks

# Fewer words prove nothing; more characters are not accepted.
FEWEST_WORDS, LONGEST = 4, 2000
# The most quotes compared with a sentence, and the most listed.
MOST_COMPARED, MOST_LISTED = 40, 10
# The sentences of a passage that are looked up by themselves.
MOST_SENTENCES = 5
# The newest texts that are looked through, for how many words, and how many of those found are compared.
MOST_TEXTS, WORDS_OF_TEXT, TEXTS_COMPARED, PASSAGES_OF_TEXT = 2000, 5, 50, 200
# The characters of a text shown on either side.
BESIDE = 100
# The share of a sentence's words that a quote must have in order to be called the nearest.
LIKE = 0.6

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+|\[…\]|…")
_WORD = re.compile(r"\w+")


class Answered(TextChoices):
    """The answers, in the order of precedence."""

    ON_RECORD = "on_record", _("On record, in these words")
    IN_TEXT = "in_text", _("In a public document, not yet a quote on record")
    DIFFERS = "differs", _("On record, but the words differ")
    NOT_HERE = "not_in_record", _("Not in this record")


@dataclass(frozen=True)
class Match:
    """A quote, or a translation of it, and how a sentence compares with its words.

    `words` are its words in pieces, with those of the sentence marked; if it differs, those that the sentence lacks,
    and then `sentence` has the sentence's own pieces.
    """

    quote: Quote
    found: Comparison
    words: list[Piece]
    translation: QuoteTranslation | None = None
    without_stop: bool = False
    sentence: list[Piece] = field(default_factory=list)
    share: float = 1

    @property
    def language(self) -> str:
        """The language of the words (ISO 639-1)."""
        return (self.translation or self.quote).language

    @property
    def exactness(self) -> str:
        """How exactly the sentence is there, in words."""
        return _exactness(self.found, [gettext("the full stop at the end")] * self.without_stop)


@dataclass(frozen=True)
class Passage:
    """Where a sentence is in a copy of a public source. The words around it are empty if they may not be shown."""

    text: SourceText
    place: str
    found: Comparison
    before: str = ""
    words: str = ""
    after: str = ""

    @property
    def exactness(self) -> str:
        """How exactly the sentence is there, in words."""
        return _exactness(self.found, [])

    @property
    def source(self) -> Source:
        """The source of the copy."""
        return self.text.capture.source


@dataclass(frozen=True)
class Checked:
    """The answer for a sentence. `more` if quotes beyond those listed have its words.

    `texts` is how many texts of copies were looked through; `all_texts` whether these were all, and all those that may
    have it were compared.
    """

    answer: Answered
    matches: list[Match] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    more: bool = False
    texts: int = 0
    all_texts: bool = True


def _exactness(found: Comparison, also: list[str]) -> str:
    but = [*(str(FOLDED_LABELS[fold]) for fold in found.folded), *also]
    level = Compared.TYPOGRAPHY if but and found.level == Level.LETTERS else Compared(found.level)
    return f"{level.label}: {get_text_list(but, gettext('and'))}" if but else str(level.label)


def words_in(sentence: str) -> int:
    """Return the number of words."""
    return len(_WORD.findall(INVISIBLE.sub("", sentence)))


def check(typed: str) -> Checked:
    """Return whether a sentence is on record so, differs from a quote, is in a public text, or is not here.

    Raises search.Unavailable.
    """
    sentence = _bare(typed)
    compared = [_compared(quote, sentence) for quote in _candidates(sentence)]
    same = [match for match in compared if match.found.level != Level.NOT_FOUND]
    if same:
        same.sort(key=lambda match: (match.found.level.rank, match.without_stop))
        return Checked(Answered.ON_RECORD, same[:MOST_LISTED], more=len(same) > MOST_LISTED)
    passages, texts, all_texts = _in_texts(sentence)
    if passages:
        return Checked(Answered.IN_TEXT, passages=passages, texts=texts, all_texts=all_texts)
    like = [match for match in compared if match.found.beside_negation or match.share >= LIKE]
    nearest = sorted(like, key=lambda match: (match.found.beside_negation, match.share), reverse=True)[:1]
    answer = Answered.DIFFERS if nearest else Answered.NOT_HERE
    return Checked(answer, nearest, texts=texts, all_texts=all_texts)


def _bare(typed: str) -> str:
    """Return a sentence without the quotation marks around it."""
    sentence = typed.strip()
    while has_outer_marks(sentence):
        end = sentence.rstrip(".,;")
        sentence = (end[1:-1] + sentence[len(end) :]).strip()
    return sentence


def _candidates(sentence: str) -> Iterable[Quote]:
    """Return public quotes that share sequences of words with a sentence, the likeliest first, with translations."""
    plain = INVISIBLE.sub("", re.sub(r"(?<=\w)[-\u2010]\s*\n\s*", "", sentence))
    parts = [part for part in _SENTENCE_END.split(plain) if words_in(part) >= FEWEST_WORDS]
    longest = sorted(parts, key=len, reverse=True)[:MOST_SENTENCES]
    keys = dict.fromkeys(
        key
        for part in dict.fromkeys([plain, *longest])
        for key in sharing_rows(Kind.QUOTE, part, "", MOST_COMPARED, public=True)
    )
    quotes = Quote.objects.for_listing().for_visibility().prefetch_related("translations")
    loaded, now = quotes.in_bulk(list(keys)[: 2 * MOST_COMPARED]), clock.now()
    return [loaded[key] for key in keys if key in loaded and is_public_at(loaded[key], now)]


def _compared(quote: Quote, sentence: str) -> Match:
    """Return how a sentence compares with a quote or the translation of it that is nearest."""
    versions: list[QuoteTranslation | None] = [None, *quote.translations.all()]
    matches, bare = [], re.sub(r"[.,;]\Z", "", sentence)
    for version in versions:
        said = (version or quote).text
        document = Document(said)
        found, without_stop = document.compare(sentence), False
        if found.level == Level.NOT_FOUND and bare != sentence:
            found, without_stop = document.compare(bare), True
        if found.level == Level.NOT_FOUND:
            ours, theirs = _difference(said, sentence)
            kept = sum(words_in(piece.text) for piece in theirs if not piece.marked) / words_in(sentence)
            share = 1 if words_in(said) >= FEWEST_WORDS and _has(sentence, said) else kept
            matches.append(Match(quote, found, ours, version, sentence=theirs, share=share))
        else:
            matches.append(Match(quote, found, _marked(said, found), version, without_stop))
    return min(matches, key=lambda match: (match.found.level.rank, -match.share))


def _has(sentence: str, said: str) -> bool:
    return Document(sentence).compare(said).level != Level.NOT_FOUND


def _marked(text: str, found: Comparison) -> list[Piece]:
    """Return a text in pieces, the spans of a comparison marked."""
    pieces, place = [], 0
    for start, end in found.spans:
        pieces += [Piece(text[place:start]), Piece(text[start:end], True)]
        place = end
    return [piece for piece in [*pieces, Piece(text[place:])] if piece.text]


def _difference(said: str, sentence: str) -> tuple[list[Piece], list[Piece]]:
    """Return the passage of a quote that is nearest to a sentence, and the sentence, with what differs marked.

    The passage has some words more on either side, unmarked.
    """
    near = fuzz.partial_ratio_alignment(sentence, said)
    start, end = (near.dest_start, near.dest_end) if near else (0, len(said))
    begin, finish = _at_words(said, start - BESIDE // 2, end + BESIDE // 2)
    ours, theirs = diff.compare(said[begin:finish], sentence)
    ours[:1] = _without_context(ours[0], _words_before(theirs), at_end=False) if ours and ours[0].marked else ours[:1]
    if ours and ours[-1].marked:
        ours[-1:] = _without_context(ours[-1], _words_before(theirs[::-1]), at_end=True)
    before, after = [Piece("… ")] * (begin > 0), [Piece(" …")] * (finish < len(said))
    return [*before, *ours, *after], theirs


def _words_before(pieces: list[Piece]) -> int:
    return words_in(pieces[0].text) if pieces and pieces[0].marked else 0


def _without_context(piece: Piece, count: int, *, at_end: bool) -> list[Piece]:
    """Return the outermost differing piece of a passage with only the `count` words nearest to the rest marked."""
    words = list(_WORD.finditer(piece.text))
    if len(words) <= count:
        return [piece]
    if at_end:
        cut = words[count - 1].end() if count else 0
        parts = [Piece(piece.text[:cut], True), Piece(piece.text[cut:])]
    else:
        cut = words[-count].start() if count else len(piece.text)
        parts = [Piece(piece.text[:cut]), Piece(piece.text[cut:], True)]
    return [part for part in parts if part.text]


def _at_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span widened so that it cuts no word."""
    start, end = max(start, 0), min(end, len(text))
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return start, end


def _in_texts(sentence: str) -> tuple[list[Passage], int, bool]:
    """Return the passages of public texts with a sentence, one of each source; how many texts there were; if all."""
    public = SourceText.objects.filter(published_q(("capture__source",))).exclude(text="").order_by("-pk")
    newest = list(public.values_list("pk", flat=True)[: MOST_TEXTS + 1])
    words = sorted(set(_WORD.findall(INVISIBLE.sub("", sentence))), key=len, reverse=True)[:WORDS_OF_TEXT]
    having = public.filter(pk__in=newest[:MOST_TEXTS]).select_related("capture__source")
    # Faster than LIKE for Cyrillic words.
    for number, word in enumerate(words):
        having = having.alias(**{f"at_{number}": StrIndex("text", Value(word))}).filter(**{f"at_{number}__gt": 0})
    passages: dict[int, Passage] = {}
    all_texts = len(newest) <= MOST_TEXTS
    for number, text in enumerate(having.iterator(chunk_size=10)):
        if number == TEXTS_COMPARED:
            all_texts = False
            break
        if text.capture.source_id not in passages and (passage := _passage(text, sentence, words)):
            passages[text.capture.source_id] = passage
    return list(passages.values()), min(len(newest), MOST_TEXTS), all_texts


def _passage(text: SourceText, sentence: str, words: list[str]) -> Passage | None:
    """Return the first passage of a text with a sentence, compared only around its longest words."""
    beside, end = 2 * len(sentence) + FARTHEST, 0
    for _number in range(PASSAGES_OF_TEXT):
        at = text.text.find(words[0], end)
        if at < 0:
            return None
        begin, end = max(at - beside, 0), at + beside // 2
        around = text.text[begin : at + beside]
        if not all(word in around for word in words):
            continue
        found = Document(around).compare(sentence)
        if found.level != Level.NOT_FOUND:
            spans = [(begin + start, begin + finish) for start, finish in found.spans]
            return _shown(text, found, spans)
    return None


def _shown(text: SourceText, found: Comparison, spans: list[tuple[int, int]]) -> Passage:
    place = text.place(spans[0][0])
    if not text.capture.source.rights:
        return Passage(text, place, found)
    before, after = text.text[: spans[0][0]][-BESIDE:], text.text[spans[-1][1] :][:BESIDE]
    return Passage(
        text,
        place,
        found,
        before.partition(" ")[2] if len(before) == BESIDE else before,
        " […] ".join(text.text[start:end] for start, end in spans),
        after.rpartition(" ")[0] if len(after) == BESIDE else after,
    )
