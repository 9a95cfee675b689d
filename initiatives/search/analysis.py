"""Turns text into stems with their positions. Pure: indexing, queries and highlighting use the same function.

A word is a run of letters and digits of any script, including combining marks and apostrophes inside it. Words are
compared in Unicode form NFKC, case folded, with ё as е and in one script (a Latin c in a Cyrillic word counts as с),
and stemmed according to the language of their text: English and Russian by Snowball (PyStemmer), Kazakh by
`kazakh.stem`; other languages are not stemmed.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import Stemmer

from initiatives.search import kazakh
from initiatives.text.scripts import KAZAKH_LETTERS

# Part of the index's version: raise it when the analysis changes, so that the index is rebuilt.
VERSION = 4

MAX_STEM = 60

SNOWBALL = {"en": "english", "ru": "russian"}
LANGUAGES = ("en", "ru", "kk")

_WORD = re.compile(r"[^\W_][^\W_\u0300-\u036f]*(?:[\u0300-\u036f]|['’ʼ](?=[^\W_])|[^\W_])*")
_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "ё": "е"})

# Letters that look the same in Latin and Cyrillic script, including Kazakh ones, which typists and OCR mix up; also
# capitals whose small letters differ. The list at https://www.unicode.org/reports/tr39/ has many more rare ones.
_LATIN_TWINS = "aceopxyikhëəɵABCEHKMOPTXYIËƏƟ"
_CYRILLIC_TWINS = "асеорхуікһёәөАВСЕНКМОРТХУІЁӘӨ"
_TO_CYRILLIC = str.maketrans(_LATIN_TWINS, _CYRILLIC_TWINS)
_TO_LATIN = str.maketrans(_CYRILLIC_TWINS, _LATIN_TWINS)
_LATIN = re.compile("[A-Za-z\u00c0-\u02af\u1e00-\u1eff]")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_SURELY_LATIN = re.compile(f"(?![{_LATIN_TWINS}]){_LATIN.pattern}")
_SURELY_CYRILLIC = re.compile(f"(?![{_CYRILLIC_TWINS}]){_CYRILLIC.pattern}")
# IBMнің, XXIғасыр: deliberately in two scripts.
_NAME_WITH_ENDING = re.compile(f"{_LATIN.pattern}{{2,}}[0-9]*{_CYRILLIC.pattern}+")

# English endings with two spellings. Short words, such as rise and hour, are not affected.
_ISE = re.compile(r"(?<=.{3})([iy])s(e|ed|es|er|ers|ing|ation|ations|ational)\Z")
_OUR = re.compile(r"(?<=.{3})our(?=(s|ed|er|ers|ing|able|ite|ites|hood|hoods|ly|al|less|ful)?\Z)")

# Words written as one, with a hyphen, or as two: co-operation, can not. Longer chains never are.
_HYPHENATED = re.compile(r"(?<![\w-])([^\W\d_]+)[-\u2010\u2011]([^\W\d_]+)(?![\w-])")
_CANNOT = re.compile(r"\b([Cc]an)(\s*)not\b")

# Stemmers keep state in C and must not be shared between threads.
_of_this_thread = threading.local()


class Word(NamedTuple):
    """A word of a text: its normal form and its position (start and end in characters, end excluded)."""

    form: str
    start: int
    end: int


class Stem(NamedTuple):
    """The stem of a word, the word's normal form and its position (start and end in characters, end excluded)."""

    stem: str
    form: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """Yield the words of a text in order."""
    for match in _WORD.finditer(text):
        if form := normalise(match.group()):
            yield Word(form, match.start(), match.end())


def stems(text: str, language: str) -> Iterator[Stem]:
    """Yield the stem of each word of a text in a language (ISO 639-1), in order."""
    for word in words(text):
        yield Stem(stem(word.form, language), *word)


def split(text: str) -> list[str]:
    """Return the words of a text as written; `normalise` returns their normal forms, some of which are empty."""
    return _WORD.findall(text)


def otherwise(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield alternative spellings of words in a text, with their positions: without the hyphen; can not, cannot."""
    for match in _HYPHENATED.finditer(text):
        yield match[1] + match[2], match.start(), match.end()
    for match in _CANNOT.finditer(text):
        yield match[1] + ("not" if match[2] else " not"), match.start(), match.end()


@lru_cache(maxsize=200_000)
def normalise(word: str) -> str:
    """Return the normal form of a word; empty if it has no letter or digit."""
    if word.isascii() and word.isalnum():  # most English words: nothing else to do
        return word.lower()[:MAX_STEM]
    word = unicodedata.normalize("NFKC", word)
    folded = in_one_script(in_one_script(word).casefold()).translate(_APOSTROPHES)
    # Folding can add marks and signs (⑴ becomes (1)); keep only letters, digits and inner apostrophes.
    return "".join(c for c in folded if c.isalnum() or c == "'").strip("'")[:MAX_STEM]


def in_one_script(word: str) -> str:
    """Return a word of mixed Latin and Cyrillic letters in the script of its unambiguous letters, letter for letter.

    A word of one script is returned unchanged; so is one with unambiguous letters of both scripts, or of neither.
    """
    if word.isascii() or not _LATIN.search(word) or not _CYRILLIC.search(word) or _NAME_WITH_ENDING.fullmatch(word):
        return word
    latin, cyrillic = bool(_SURELY_LATIN.search(word)), bool(_SURELY_CYRILLIC.search(word))
    if latin == cyrillic:
        return word
    return word.translate(_TO_LATIN if latin else _TO_CYRILLIC)


@lru_cache(maxsize=200_000)
def stem(form: str, language: str) -> str:
    """Return the stem of a word in normal form: without apostrophes, and empty only if the form is."""
    if language == "kk":
        stemmed = kazakh.stem(form)
    elif language in SNOWBALL:
        stemmed = _stemmer(language).stemWord(american(form) if language == "en" else form)
    else:
        stemmed = form
    return stemmed.replace("'", "") or form.replace("'", "")


def american(form: str) -> str:
    """Return the American spelling of an English word whose British ending is -ise, -yse or -our.

    A few other words, such as promise, change too, but in both texts and queries.
    """
    return _OUR.sub("or", _ISE.sub(r"\1z\2", form))


def stems_in_all_languages(forms: list[str]) -> list[tuple[str, ...]]:
    """Return the stems of words of unknown language: for each possible language, a tuple as long as `forms`."""
    readings = {tuple(stem(form, language) for form in forms): None for language in (*LANGUAGES, "")}
    return list(readings)


@lru_cache(maxsize=200_000)
def plain_stem(form: str) -> str:
    """Return the Kazakh stem of a word in normal form, in plain letters; empty if the stem already is plain."""
    if KAZAKH_LETTERS.isdisjoint(form):
        return ""
    written = stem(form, "kk")
    plain = kazakh.plain(written)
    return plain if plain != written else ""


def _stemmer(language: str) -> Stemmer.Stemmer:
    stemmers = _of_this_thread.__dict__
    if language not in stemmers:
        stemmers[language] = Stemmer.Stemmer(SNOWBALL[language])
    return stemmers[language]
