"""Analysis: text to stems with their places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initiatives.search.analysis import MAX_STEM, stem, stems, words


def stems_of(text, language):
    return [word.stem for word in stems(text, language)]


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "A state that hears", "a STATE that hearing"),
        ("en", "children’s rights", "children's right"),
        ("ru", "государство", "государства"),
        ("ru", "учёт", "учет"),
        ("kk", "мектеп", "мектептерде"),
        ("en", "cafe\u0301", "caf\u00e9"),
        ("en", "ﬁnance", "finance"),
    ],
)
def test_forms_of_a_word_share_a_stem(language, one, other):
    assert stems_of(one, language) == stems_of(other, language)


def test_hyphens_and_numbers_part_words():
    assert stems_of("socio-economic: 70.96 per cent", "en") == ["socio", "econom", "70", "96", "per", "cent"]


def test_a_language_without_a_stemmer_keeps_its_words():
    assert stems_of("Réformes", "fr") == ["réformes"]


@given(st.text(), st.sampled_from(["en", "ru", "kk", "fr", ""]))
def test_every_stem_stands_where_it_says(text, language):
    end = 0
    for word in stems(text, language):
        assert end <= word.start < word.end <= len(text)
        assert word.stem
        assert word.stem.isalnum()
        assert len(word.form) <= MAX_STEM
        end = word.end


@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20))
def test_a_word_is_found_however_it_is_written(word):
    forms = {w.form for written in (word, word.upper().lower(), f" {word}! ") for w in words(written)}
    assert all(stem(form, "en") for form in forms)
    assert [w.form for w in words(word)] == [w.form for w in words(f"({word})")]
