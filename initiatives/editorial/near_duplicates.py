"""Quotes nearly the same as a text, so that editors do not enter a quote twice."""

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
    text = text[:MOST_CHARACTERS]
    try:
        keys = [key for key in sharing_rows(Kind.QUOTE, text, language, MOST_READ) if key != but]
    except Unavailable:
        return []
    if not keys:
        return []
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(_forms(text))
    twins = []
    for quote in Quote.objects.filter(pk__in=keys).select_related("speaker", "source").prefetch_related("translations"):
        likeness = max(_likeness(matcher, said) for said in (quote.text, *(t.text for t in quote.translations.all())))
        if likeness >= LIKE:
            twins.append(Twin(quote, likeness))
    return sorted(twins, key=lambda twin: (-twin.likeness, twin.quote.pk))[:most]


def _likeness(matcher: SequenceMatcher, text: str) -> float:
    matcher.set_seq1(_forms(text[:MOST_CHARACTERS]))
    # Both are upper bounds, and fast.
    if matcher.real_quick_ratio() < LIKE or matcher.quick_ratio() < LIKE:
        return 0
    return matcher.ratio()


def _forms(text: str) -> list[str]:
    return [word.form for word in words(text)][:MOST_WORDS]
