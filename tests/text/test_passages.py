"""Passages of a document: whole words, sentences, the words of a quote, and marked pieces."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initiatives.text.comparison import Document, Level
from initiatives.text.passages import Piece, label_of, paragraph_starts, pieces, sentences, whole_words, words_of

SPEECH = """Dear deputies! Mr. Smith asked me in 2019 about 10 000 tenge.

The law is one for all. «Courts must be open?» – he said. К. Токаев начал в 2019 г. и продолжил. We shall not wait."""

LETTERS = st.text(st.sampled_from("aBя Ж.,!?-–«»'’\n 0123\u00ad%ё"), max_size=60)


@given(LETTERS, LETTERS, st.integers(-5, 200), st.integers(-5, 200))
def test_words_are_always_those_of_the_document(one, other, start, end):
    text = f"{one}\n\n{other}"
    span = whole_words(text, start, end)
    if span is None:
        return
    said = words_of(text, [span])
    assert said == said.strip()

    def kept(words):
        return re.sub(r"[\s\u00ad-]", "", words)

    assert kept(said) == kept(text[slice(*span)])
    # No word is cut.
    assert span[0] == 0 or not (text[span[0] - 1].isalnum() and text[span[0]].isalnum())
    assert span[1] == len(text) or not (text[span[1] - 1].isalnum() and text[span[1]].isalnum())


def test_every_sentence_is_found_again():
    document = Document(SPEECH)
    paragraphs = SPEECH.split("\n\n")
    places = zip(paragraph_starts(paragraphs), paragraphs, strict=True)
    found = [SPEECH[at + start : at + end] for at, paragraph in places for start, end in sentences(paragraph)]
    assert found == [
        "Dear deputies!",
        "Mr. Smith asked me in 2019 about 10 000 tenge.",
        "The law is one for all.",
        "«Courts must be open?» – he said.",
        "К. Токаев начал в 2019 г. и продолжил.",
        "We shall not wait.",
    ]
    assert {document.compare(one).level for one in found} == {Level.LETTERS}


def test_a_line_that_divides_a_word_is_joined():
    for text, wanted in (
        ("The re-\nform of the\u00ad   law", "The reform of the law"),
        ("A so-called law, the so-\ncalled law", "A so-called law, the so-called law"),
    ):
        assert words_of(text, [(0, len(text))]) == wanted
        assert Document(text).compare(wanted).level == Level.TYPOGRAPHY


@pytest.mark.parametrize("part", ["! ", ". 1", "a", "1", "1 000", "a.", " ", "-\n", "A.\n\n", "'", "re-\n", "\u00ad"])
def test_a_hostile_text_takes_no_time(part):
    text = part * (300_000 // len(part))
    begun = time.process_time()
    sentences(text)
    whole_words(text, 150_000, 150_001)
    words_of(text, [(0, 20_000)])
    label_of(text)
    assert time.process_time() - begun < 5


def test_pieces_are_cut_where_marks_begin_and_end():
    text = "One. Two. Three. Four."
    found = list(pieces(text, (0, len(text)), [(0, 16, 1), (0, 4, 2), (5, 9, 3)], [(5, 9), (17, 22)]))
    assert found == [
        Piece("One.", 2, begins=True),
        Piece(" "),
        Piece("Two.", 3, begins=True),
        Piece(" Three.", 1, begins=True),
        Piece(" "),
        Piece("Four.", worth=True),
    ]
    assert "".join(piece.text for piece in found) == text
