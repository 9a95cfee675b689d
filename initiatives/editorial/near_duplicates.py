"""Quotes nearly the same as a text, so that editors do not enter a quote twice."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from initiatives.models import Quote
from initiatives.models.choices import Kind
from initiatives.search import Unavailable, sharing_rows
from initiatives.search.analysis import words

# The least share of words that must be the same, in the same order.
LIKE = 0.8
# The most candidates that are read, and the most of each text that is compared.
MOST_READ = 40
# Of the texts of one file, the most earlier ones that each is compared with.
MOST_IN_FILE = 10
MOST_WORDS = 1000
MOST_CHARACTERS = 20_000


@dataclass(frozen=True)
class Twin:
    """A quote and its likeness to the text, from LIKE to 1."""

    quote: Quote
    likeness: float

    @property
    def percent(self) -> int:
        """The likeness in per cent; 100 only for identical words."""
        return int(self.likeness * 100)


def near_duplicates(text: str, language: str, but: int | None = None, most: int = 3) -> list[Twin]:
    """Return quotes, drafts included, that nearly match a text or have such a translation, the most similar first.

    `but` is the key of the quote the text belongs to. Case, punctuation and marks are ignored; word order counts
    (Ratcliff and Obershelp's measure, as in difflib).
    """
    [twins] = near_duplicates_of([(text, language)], most=most + (but is not None))
    return [twin for twin in twins if twin.quote.pk != but][:most]


def near_duplicates_of(texts: Sequence[tuple[str, str]], most: int = 3, read: int = MOST_READ) -> list[list[Twin]]:
    """Return the near duplicates of each of some texts, each with its language; `read` candidates are compared."""
    texts = [(text[:MOST_CHARACTERS], language) for text, language in texts]
    try:
        candidates = sharing_rows(Kind.QUOTE, texts, read)
    except Unavailable:
        return [[] for _text in texts]
    keys = {key for some in candidates for key in some}
    quotes = Quote.objects.select_related("speaker", "source").prefetch_related("translations")
    loaded = quotes.in_bulk(keys) if keys else {}
    forms = {
        key: [_forms(said) for said in (quote.text, *(one.text for one in quote.translations.all()))]
        for key, quote in loaded.items()
    }
    found = []
    for (text, _language), some in zip(texts, candidates, strict=True):
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(_forms(text))
        likeness = {key: max(_likeness(matcher, said) for said in forms[key]) for key in some if key in loaded}
        twins = [Twin(loaded[key], share) for key, share in likeness.items() if share >= LIKE]
        found.append(sorted(twins, key=lambda twin: (-twin.likeness, twin.quote.pk))[:most])
    return found


def repeated(texts: Sequence[str]) -> dict[int, int]:
    """Return which of some texts nearly repeat an earlier one: by its place, the place of the earlier."""
    known: dict[tuple[str, ...], list[int]] = defaultdict(list)
    forms = [_forms(text[:MOST_CHARACTERS]) for text in texts]
    found = {}
    for place, words_ in enumerate(forms):
        # As the search does for what is on record: rows of words that both have, however short the text.
        rows = {tuple(words_[start : start + 2]) for start in range(len(words_) - 1)}
        shared = Counter(other for row in rows for other in known[row])
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(words_)
        for other, _rows in shared.most_common(MOST_IN_FILE):
            if _likeness(matcher, forms[other]) >= LIKE:
                found[place] = other
                break
        for row in rows:
            if len(known[row]) < MOST_IN_FILE:
                known[row].append(place)
    return found


def _likeness(matcher: SequenceMatcher, forms: list[str]) -> float:
    matcher.set_seq1(forms)
    # Both are upper bounds, and fast.
    if matcher.real_quick_ratio() < LIKE or matcher.quick_ratio() < LIKE:
        return 0
    return matcher.ratio()


def _forms(text: str) -> list[str]:
    return [word.form for word in words(text)][:MOST_WORDS]
