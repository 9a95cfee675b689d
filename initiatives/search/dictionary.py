"""The words of all texts in the index, by language: what a word may be a slip of, and what a beginning may become.

Drafts bring in their words too: whoever offers one asks search first whether the public finds anything by it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import tantivy
from rapidfuzz import process
from rapidfuzz.distance import OSA

from initiatives.models.choices import Language
from initiatives.search import analysis, schema
from initiatives.search.index import Reader
from initiatives.text.scripts import KAZAKH_LETTERS

# Chinese is written without spaces: what stands between two signs is no word.
LANGUAGES = tuple(language for language in Language.values if language != Language.CHINESE)
SHORTEST, LONGEST = 3, 30
# In words of so many letters one slip is seen through; in longer ones two.
ONE_SLIP, TWO_SLIPS = 3, 6
# The letters of the Russian keyboard on the keys of the Latin one; keys that type signs on one of them are left out.
_LATIN = "qwertyuiopasdfghjklzxcvbnm"
_RUSSIAN = "йцукенгшщзфывапролдячсмить"
_TO_RUSSIAN = str.maketrans(_LATIN, _RUSSIAN)
_TO_LATIN = str.maketrans(_RUSSIAN, _LATIN)


class Word(NamedTuple):
    """A word of some text: in its normal form, its language (ISO 639-1), and in how many texts it stands."""

    form: str
    language: str
    number: int

    @property
    def stem(self) -> str:
        """Its stem."""
        return analysis.stem(self.form, self.language)


class Near(NamedTuple):
    """A word that may have been meant, and how many slips away it is."""

    slips: int
    word: Word


def nearest(reader: Reader, form: str, most: int) -> list[Near]:
    """Return the words that slips may have turned into a word: nearest first, then the most common ones.

    Not those with a stem of the word itself, for search finds them by it.
    """
    stems = {stem for (stem,) in analysis.stems_in_all_languages([form])}
    found = []
    other_layout = in_other_layout(form)
    for language, words in _words(reader).items():
        for other, slips in _within_slips(form, _by_length(reader, "words", language, words)):
            found.append(Near(slips, Word(other, language, words[other])))
        # Another form of the word that was meant may be the only one that any text has.
        forms_of = _forms_of_stems(reader, language)
        for stem, slips in _within_slips(
            analysis.stem(form, language), _by_length(reader, "stems", language, forms_of)
        ):
            found.append(Near(slips + 1, Word(forms_of[stem], language, words[forms_of[stem]])))
        if other_layout in words:
            found.append(Near(1, Word(other_layout, language, words[other_layout])))
    found = [near for near in found if near.word.stem not in stems]
    found.sort(key=lambda near: (near.slips, near.word.form[:1] != form[:1], -near.word.number, near.word.form))
    # Of words with one stem, and of a word of several languages, the first one.
    kept: dict[str, Near] = {}
    known: set[tuple[str, str]] = set()
    for near in found:
        of_language = (near.word.stem, near.word.language)
        if near.word.form not in kept and of_language not in known:
            kept[near.word.form] = near
            known.add(of_language)
    return list(kept.values())[:most]


def beginning(searcher: tantivy.Searcher, form: str, among: tantivy.Query, most: int) -> list[Word]:
    """Return words of some documents that begin so but go on, the most common ones first.

    Kazakh letters stand for themselves, others for those that look like them too.
    """
    form = form.replace("'", "")
    found: dict[tuple[str, str], int] = {}
    for language in LANGUAGES:
        prefixes = [f"{language}/{form}"]
        if KAZAKH_LETTERS.isdisjoint(form):
            prefixes.append(f"{language}~{form}")
        for prefix in prefixes:
            for name, number in searcher.terms_with_prefix(schema.FORMS, prefix, among, None):
                written = name.rpartition("/")[2]
                if written != form and SHORTEST <= len(written) <= LONGEST and written.isalpha():
                    found[written, language] = number
    words = [Word(written, language, number) for (written, language), number in found.items()]
    return sorted(words, key=lambda word: (-word.number, word.form))[:most]


def in_other_layout(word: str) -> str:
    """Return what the same keys type in the other layout, Russian or Latin; empty if it has any but their letters."""
    if set(word) <= set(_LATIN):
        return word.translate(_TO_RUSSIAN)
    if set(word) <= set(_RUSSIAN):
        return word.translate(_TO_LATIN)
    return ""


def _within_slips(form: str, words: dict[int, list[str]]) -> Iterator[tuple[str, int]]:
    """Yield the words, given by their length, that a form may be a slip of, with the number of slips."""
    allowed = 0 if len(form) < ONE_SLIP else 1 if len(form) < TWO_SLIPS else 2
    near = [word for length in range(len(form) - allowed, len(form) + allowed + 1) for word in words.get(length, [])]
    if allowed and near:
        for word, slips, _place in process.extract(form, near, scorer=OSA.distance, score_cutoff=allowed, limit=None):
            yield word, int(slips)


def _by_length(reader: Reader, what: str, language: str, words: Iterable[str]) -> dict[int, list[str]]:
    """Return words by their length; put in order once for each state."""
    key = f"{what} of {language} by length"
    kept = reader.kept.get(key)
    if kept is None:
        kept = reader.kept[key] = defaultdict(list)
        for word in words:
            kept[len(word)].append(word)
    return kept


def _forms_of_stems(reader: Reader, language: str) -> dict[str, str]:
    """Return the most common form of each stem of a language."""
    kept = reader.kept.get(f"stems {language}")
    if kept is None:
        words = _words(reader)[language]
        kept = {analysis.stem(form, language): form for form in sorted(words, key=words.__getitem__)}
        reader.kept[f"stems {language}"] = kept
    return kept


def _words(reader: Reader) -> dict[str, dict[str, int]]:
    """Return the words of each language with the number of texts they stand in; read once for each state."""
    kept = reader.kept.get("words")
    if kept is None:
        kept = reader.kept["words"] = {language: dict(_of_language(reader, language)) for language in LANGUAGES}
    return kept


def _of_language(reader: Reader, language: str) -> Iterable[tuple[str, int]]:
    for name, number in reader.searcher.terms_with_prefix(schema.FORMS, f"{language}/", None, None):
        form = name.partition("/")[2]
        if SHORTEST <= len(form) <= LONGEST and form.isalpha():
            yield form, number
