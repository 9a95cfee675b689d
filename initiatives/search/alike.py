"""Items that share rows of words with a text: candidates for one that says the same in other words.

Rows of a few words side by side are rare in any language, and one look-up of the index each, however large the record.
"""

from collections import Counter

from initiatives.search import analysis
from initiatives.search.criteria import Criteria, Sort
from initiatives.search.execution import Run
from initiatives.search.in_step import reader
from initiatives.search.query import Phrase, Query

# A text of fewer words says too little to be told from another.
MIN_WORDS = 3
# Rows of three words; of two in a text so short that one other word could spoil all of three.
LONG_ROW, SHORT_ROW, SHORT_TEXT = 3, 2, 9
# So many rows are looked up, spread over the text, and of each so many of the newest items taken.
MOST_ROWS, MOST_OF_A_ROW = 16, 25


def sharing_rows(kind: str, text: str, language: str, most: int) -> list[int]:
    """Return the primary keys of items of a kind, drafts too, that share rows of words with a text; most shared first.

    `language` (ISO 639-1) is that of the text: its words are found in any form.
    """
    run = Run(reader().searcher, None)
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
