"""Quotes that say nearly the same as a text, word for word: what an editor should see before entering it again."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from initiatives.models import Quote
from initiatives.models.choices import Kind
from initiatives.search import sharing_rows
from initiatives.search.analysis import words

# Four fifths of the words are the same, in the same order.
LIKE = 0.8
# So many candidates are read, and so much of each text compared.
MOST_READ = 40
MOST_WORDS = 1000
MOST_CHARACTERS = 20_000


@dataclass(frozen=True)
class Twin:
    """A quote, and how much of it is like the text: from LIKE to 1."""

    quote: Quote
    likeness: float

    @property
    def percent(self) -> int:
        """The likeness for people; 100 only for the very same words."""
        return int(self.likeness * 100)


def near_duplicates(text: str, language: str, but: int | None = None, most: int = 3) -> list[Twin]:
    """Return quotes, drafts too, that are nearly a text, or of which a translation is; the most alike first.

    `but` is the key of the quote that the text is of. Case, punctuation and marks do not count, the order of words does
    (Ratcliff and Obershelp's measure, as difflib has it).
    """
    text = text[:MOST_CHARACTERS]
    keys = [key for key in sharing_rows(Kind.QUOTE, text, language, MOST_READ) if key != but]
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
