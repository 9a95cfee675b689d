"""Quotes nearly the same as a text, so that editors do not enter a quote twice."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from heapq import heappush, heappushpop
from itertools import chain, islice, pairwise

from initiatives.models import Quote, QuoteTranslation
from initiatives.models.choices import Kind
from initiatives.search import Unavailable
from initiatives.search.analysis import words
from initiatives.search.similar import sharing_rows

# The smallest share of words that must match, in the same order.
LIKE = 0.8
# The most candidates that are read, and the most of each text that is compared.
MOST_READ = 40
MOST_WORDS = 1000
MOST_CHARACTERS = 20_000

# For many texts at once, those of a file: how many of the newest quotes they are compared with (measured: 5 seconds
# for 5,000 texts); the candidates of each, on record and in the file; and how many texts are compared at a time.
MOST_ON_RECORD = 100_000
MOST_OF_EACH, CHUNK = 5, 100
# Shorter texts are found by runs of two words: one different word could spoil all runs of three.
SHORT_TEXT = 9

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Twin:
    """A quote and its likeness to the text, from LIKE to 1."""

    quote: Quote
    likeness: float

    @property
    def percent(self) -> int:
        """The similarity in per cent; 100 only for identical words."""
        return int(self.likeness * 100)


def near_duplicates(text: str, language: str, but: int | None = None, most: int = 3) -> list[Twin]:
    """Return quotes, drafts included, that nearly match a text or have such a translation, the most similar first.

    `but` is the key of the quote the text belongs to. Case, punctuation and marks are ignored; word order counts
    (Ratcliff and Obershelp's measure, as in difflib).
    """
    text = text[:MOST_CHARACTERS]
    try:
        keys = [key for key in sharing_rows(Kind.QUOTE, text, language, MOST_READ) if key != but]
    except Unavailable:
        return []
    return _twins(text, _loaded(keys).values())[:most]


def near_duplicates_of(texts: Sequence[str], most: int = 1) -> list[list[Twin]]:
    """Return the near duplicates of each of many texts, among the newest quotes: one pass over these finds them all."""
    found = []
    candidates = zip(texts, _candidates(texts), strict=True)
    while some := list(islice(candidates, CHUNK)):
        loaded = _loaded({key for _text, keys in some for key in keys})
        found += [_twins(text, [loaded[key] for key in keys if key in loaded])[:most] for text, keys in some]
    return found


def repeated(texts: Sequence[str]) -> dict[int, int]:
    """Return which texts nearly repeat an earlier one: the index of the earlier text, by the index of the later."""
    known: dict[tuple[str, ...], list[int]] = defaultdict(list)
    found = {}
    for place, text in enumerate(texts):
        runs = _runs(text)
        shared = Counter(other for run in runs for other in known[run])
        likeness = _Likeness(text)
        for other, _count in shared.most_common(MOST_OF_EACH):
            if likeness.to(texts[other]) >= LIKE:
                found[place] = other
                break
        for run in runs:
            if len(known[run]) < MOST_OF_EACH:
                known[run].append(place)
    return found


def _candidates(texts: Sequence[str]) -> list[list[int]]:
    """Return, for each text, the keys of the quotes that share most runs of words with it."""
    places: dict[tuple[str, ...], list[int]] = {}
    for place, text in enumerate(texts):
        for run in _runs(text):
            if len(there := places.setdefault(run, [])) < MOST_OF_EACH:
                there.append(place)
    # Of nine words that are four fifths the same, two runs of three are the same.
    fewest = [1 if len(_WORD.findall(text)) < SHORT_TEXT else 2 for text in texts]
    best: list[list[tuple[int, int]]] = [[] for _text in texts]
    for key, text in _on_record() if places else ():
        for place, count in Counter(chain.from_iterable(places[run] for run in _runs(text) if run in places)).items():
            if count < fewest[place]:
                continue
            push = heappush if len(best[place]) < MOST_OF_EACH else heappushpop
            push(best[place], (count, key))
    return [list(dict.fromkeys(key for _count, key in sorted(some, reverse=True))) for some in best]


def _on_record() -> Iterable[tuple[int, str]]:
    quotes = Quote.objects.order_by("-pk")[:MOST_ON_RECORD]
    translations = QuoteTranslation.objects.order_by("-pk")[:MOST_ON_RECORD]
    return chain(quotes.values_list("pk", "text").iterator(), translations.values_list("quote_id", "text").iterator())


def _runs(text: str) -> set[tuple[str, ...]]:
    """Return the runs of three words in a text, and for a short text also the runs of two."""
    said = _WORD.findall(text[:MOST_CHARACTERS].casefold())[:MOST_WORDS]
    runs: set[tuple[str, ...]] = set(zip(said, said[1:], said[2:], strict=False))
    return runs | set(pairwise(said)) if len(said) < SHORT_TEXT else runs


def _loaded(keys: Collection[int]) -> Mapping[int, Quote]:
    quotes = Quote.objects.select_related("speaker", "source").prefetch_related("translations")
    return quotes.in_bulk(list(keys)) if keys else {}


def _twins(text: str, quotes: Iterable[Quote]) -> list[Twin]:
    """Return the quotes that nearly match a text, the most similar first."""
    likeness = _Likeness(text)
    twins = []
    for quote in quotes:
        share = max(likeness.to(said) for said in (quote.text, *(one.text for one in quote.translations.all())))
        if share >= LIKE:
            twins.append(Twin(quote, share))
    return sorted(twins, key=lambda twin: (-twin.likeness, twin.quote.pk))


class _Likeness:
    """Compares texts with one text, which is prepared only once."""

    def __init__(self, text: str):
        self.matcher = SequenceMatcher(autojunk=False)
        self.matcher.set_seq2(_forms(text))

    def to(self, text: str) -> float:
        """Return the similarity; 0 if it must be below LIKE."""
        self.matcher.set_seq1(_forms(text))
        # Both are fast upper bounds.
        if self.matcher.real_quick_ratio() < LIKE or self.matcher.quick_ratio() < LIKE:
            return 0
        return self.matcher.ratio()


def _forms(text: str) -> list[str]:
    return [word.form for word in words(text[:MOST_CHARACTERS])][:MOST_WORDS]
