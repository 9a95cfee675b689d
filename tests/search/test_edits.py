"""Slips of the keyboard: whatever one slip does to a word, its keys still meet those of the word."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initiatives.search.edits import distance, in_other_layout, keys_of

LETTERS = string.ascii_lowercase[:5] + "әқү"
WORDS = st.text(alphabet=LETTERS, min_size=1, max_size=9)


@st.composite
def slips(draw) -> tuple[str, str]:
    """Return a word, and what one slip made of it."""
    word, letter = draw(WORDS), draw(st.sampled_from(LETTERS))
    at = draw(st.integers(0, len(word) - 1))
    made = draw(st.sampled_from(["left out", "added", "taken for another", "swapped"]))
    if made == "left out":
        return word, word[:at] + word[at + 1 :]
    if made == "added":
        return word, word[:at] + letter + word[at:]
    if made == "taken for another":
        return word, word[:at] + letter + word[at + 1 :]
    return word, word[:at] + word[at : at + 2][::-1] + word[at + 2 :]


@given(slips())
def test_one_slip_leaves_a_key_in_common_and_is_one_slip(pair):
    word, typed = pair
    assert keys_of(word) & keys_of(typed)
    assert distance(word, typed) == (0 if word == typed else 1)
    assert distance(typed, word) == distance(word, typed)


@given(WORDS)
def test_a_word_has_a_key_for_each_letter_and_itself(word):
    assert word in keys_of(word)
    assert len(keys_of(word)) <= len(word) + 1


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("", "", 0),
        ("", "abc", 3),
        ("court", "court", 0),
        ("kitten", "sitting", 3),
        ("abcd", "badc", 2),
        ("ca", "abc", 3),
    ],
)
def test_distances(one, other, slips):
    assert distance(one, other) == slips


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("cjdtn", "совет"), ("куащкь", "reform"), ("htajhvf", "реформа"), ("қазақ", ""), ("g20", ""), ("реf", "")],
)
def test_the_other_layout_of_the_keyboard(typed, meant):
    assert in_other_layout(typed) == meant
