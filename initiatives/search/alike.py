"""Items like a text: those that share rows of words, and those that share distinctive words.

Rows of a few words side by side are rare in any language, and one look-up of the index each, however large the record:
who shares them says nearly the same. Who shares distinctive words speaks of the same subject.
"""

from collections import Counter

from initiatives.search import analysis
from initiatives.search.criteria import Criteria, Sort
from initiatives.search.execution import Run
from initiatives.search.in_step import reader
from initiatives.search.query import Phrase, Query, any_word_of

# A text of fewer words says too little to be told from another.
MIN_WORDS = 3
# Rows of three words; of two in a text so short that one other word could spoil all of three.
LONG_ROW, SHORT_ROW, SHORT_TEXT = 3, 2, 9
# So many rows are looked up, spread over the text, and of each so many of the newest items taken.
MOST_ROWS, MOST_OF_A_ROW = 16, 25

# Longer words are more distinctive; a few are enough.
TELLING_WORDS = 12
MIN_LENGTH = 6


def telling_words(text: str) -> list[str]:
    """Return the most distinctive words of a text."""
    forms = {word.form for word in analysis.words(text) if len(word.form) >= MIN_LENGTH}
    return sorted(forms, key=lambda form: (-len(form), form))[:TELLING_WORDS]


def sharing_words(kind: str, text: str, most: int) -> list[int]:
    """Return the primary keys of items of a kind, drafts too, that share distinctive words with a text.

    The nearest come first.
    """
    query = any_word_of(telling_words(text))
    if not query:
        return []
    hits = Run(reader(), None).best(Criteria(frozenset({kind}), query), most)
    return [hit.object_id for hit in hits]


def sharing_rows(kind: str, text: str, language: str, most: int) -> list[int]:
    """Return the primary keys of items of a kind, drafts too, that share rows of words with a text; most shared first.

    `language` (ISO 639-1) is that of the text: its words are found in any form.
    """
    run = Run(reader(), None)
    shared: Counter[int] = Counter()
    for row in _rows([(stem.form, stem.stem) for stem in analysis.stems(text, language)]):
        asked = Criteria(frozenset({kind}), Query(clauses=((row,),)), sort=Sort.NEWEST)
        shared.update(hit.object_id for hit in run.best(asked, MOST_OF_A_ROW))
    return [key for key, _rows in shared.most_common(most)]


def _rows(words: list[tuple[str, str]]) -> list[Phrase]:
    """Return some rows of a text's words, evenly spread."""
    if len(words) < MIN_WORDS:
        return []
    length = SHORT_ROW if len(words) < SHORT_TEXT else LONG_ROW
    last = len(words) - length
    count = min(MOST_ROWS, last + 1)
    starts = [round(number * last / max(1, count - 1)) for number in range(count)]
    rows = [words[start : start + length] for start in dict.fromkeys(starts)]
    return [Phrase(tuple(form for form, _ in row), (tuple(stem for _, stem in row),)) for row in rows]
