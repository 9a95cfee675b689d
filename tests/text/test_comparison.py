"""Quotations are found word for word or not at all."""

import gettext
from pathlib import Path

import django
import pytest
from hypothesis import given
from hypothesis import strategies as st

from initiatives.text.comparison import FARTHEST, Document, Folded, Level
from tests.text.pairs import wrong

SPEECH = """In 2020 we adopted 1,250 laws. The state must hear its citizens – not the other way round.

“A strong president” does not mean a weak parliament. Growth was 4.5% in well-
known sectors, and the cost fell from 10 000 tenge to 9 000 tenge.

Верховенство права — основа развития. Мы не допустим коррупции. Бұл дұрыс емес. Оны ақша не мүлік деп атайды."""


@pytest.mark.parametrize(
    ("quotation", "level", "folded"),
    [
        ("The state must hear its citizens", "letters", []),
        (" In 2020 we adopted 1,250 laws. ", "letters", []),
        ("The state  must\nhear", "typography", ["spaces"]),
        ("citizens—not the other way round.", "typography", ["dashes"]),
        ("«A strong president» does not mean", "typography", ["quotation_marks"]),
        ("The sta\u00adte must hear", "typography", ["hyphenation"]),
        ("Growth was 4.5% in well-known sectors", "typography", ["hyphenation"]),
        ("Growth was 4.5% in wellknown sectors", "typography", ["hyphenation"]),
        ("Вeрхoвенство права", "typography", ["look_alikes"]),
        ("In 2020 we adopted […] laws. The state must hear", "omissions", []),
        ("… The state must hear its citizens", "omissions", []),
        ("In 2020 we adopted … “A  strong president”", "omissions", ["spaces"]),
        ("мүлік деп атайды", "letters", []),
    ],
)
def test_what_typesetting_changes_is_folded_and_named(quotation, level, folded):
    found = Document(SPEECH).compare(quotation)
    assert (found.level, list(found.folded)) == (level, folded)
    assert not found.beside_negation
    assert all(SPEECH[start:end] == SPEECH[start:end].strip() for start, end in found.spans)


@pytest.mark.parametrize(
    "quotation",
    [
        "the state must hear its citizens",  # case
        "The state must hear its citizen",  # a word is cut
        "he state must hear",
        "we adopted 1,25",
        "we adopted 1",  # a number is cut
        "250 laws",
        "Growth was 4",
        "5% in well",
        "fell from 10",
        "000 tenge to 9 000 tenge",
        "Growth was 4.5",
        "The state must not hear its citizens",
        "The state must hear its citizens.",  # punctuation
        "The state … In 2020 we adopted",  # another order
        "state … citizens",  # pieces too short to prove anything
        "верховенство права",
        "Верховенство прав",
        "Сom nothing",
        "…",
        "",
    ],
)
def test_anything_else_is_not_found(quotation):
    assert Document(SPEECH).compare(quotation).level == Level.NOT_FOUND


@pytest.mark.parametrize(
    "quotation",
    ["the other way round.", "mean a weak parliament. … допустим коррупции.", "допустим коррупции.", "Бұл дұрыс"],
)
def test_a_negation_is_not_cut_off(quotation):
    found = Document(SPEECH).compare(quotation)
    assert (found.level, found.beside_negation) == (Level.NOT_FOUND, True)


@pytest.mark.parametrize(
    ("document", "quotation"),
    [
        ("It is not a good law for us.", "good law for us."),
        ("We do not at all want war.", "want war."),
        ("Under no circumstances raise the taxes.", "raise the taxes."),
        ("The state will under no circumstances raise taxes.", "The state will … raise taxes."),
        ("Мы не всегда согласны с вами.", "согласны с вами."),
        ("Вряд ли мы согласимся.", "мы согласимся."),
        ("Едва ли это закон.", "это закон."),
        ("Никто не забыт.", "не забыт."),
        ("Мен оған қарсы емеспін.", "Мен оған қарсы"),
        ("Біз оны қолдаған жоқпыз.", "Біз оны қолдаған"),
        ("Бұл дұрыс та емес.", "Бұл дұрыс"),
    ],
)
def test_a_negation_that_is_not_adjacent_is_not_cut_off_either(document, quotation):
    found = Document(document).compare(quotation)
    assert (found.level, found.beside_negation) == (Level.NOT_FOUND, True)


@pytest.mark.parametrize(
    ("document", "quotation"),
    [
        ("The U.S. army came.", "S. army came."),  # an abbreviation is cut
        ("It was e.g. this.", "It was e"),
        ("It cost $5 million.", "5 million."),  # the currency of a number is cut
        ("It cost 5 € more.", "It cost 5"),
        ("Growth was −5 percent.", "Growth was – 5 percent."),  # a minus sign is no dash
        ("Growth was – 5 percent.", "Growth was –5 percent."),
    ],
)
def test_a_number_or_an_abbreviation_is_not_cut(document, quotation):
    assert Document(document).compare(quotation).level == Level.NOT_FOUND


@pytest.mark.parametrize(
    ("document", "quotation", "level"),
    [
        ("Growth was −5 percent.", "Growth was -5 percent.", "typography"),
        ("Growth was −5 percent.", "Growth was –5 percent.", "typography"),
        ("In 1990–1995 we grew.", "In 1990-1995 we grew.", "typography"),
        ("We stay, but not yet all. Then we go.", "We stay, but", "not_found"),
        ("Мы стоим, но ещё не все пришли, и ждём вас.", "Мы стоим, но (…) и ждём вас.", "omissions"),
        ("It ended.Then all began anew.", "Then all began anew.", "letters"),
        ("This is the law. Not that one.", "This is the law.", "letters"),
        ("We grew in any case. All want it.", "want it.", "letters"),
    ],
)
def test_what_is_near_such_a_case_is_still_found(document, quotation, level):
    assert Document(document).compare(quotation).level == level


def test_the_passage_is_given_with_its_place():
    found = Document(SPEECH).compare("The state  must hear")
    assert [SPEECH[start:end] for start, end in found.spans] == ["The state must hear"]
    found = Document(SPEECH).compare("In 2020 we adopted […] laws. The state must")
    assert [SPEECH[start:end] for start, end in found.spans] == ["In 2020 we adopted", "laws. The state must"]


def test_the_nearest_passage_is_given_if_it_is_not_found():
    found = Document(SPEECH).compare("A strong president does mean a weak parliament")
    assert "does not mean a weak parliament" in SPEECH[slice(*found.spans[0])]
    assert Document(SPEECH).compare("qwerty uiop").spans == ()
    assert Document("").compare("qwerty").spans == ()


@pytest.mark.parametrize(("omitted", "level"), [(FARTHEST - 2, "omissions"), (FARTHEST, "not_found")])
def test_pieces_are_near_one_another(omitted, level):
    text = f"We begin here. {'x' * (omitted - 1)} We end there."
    assert Document(text).compare("We begin here. … We end there.").level == level


def test_a_piece_that_occurs_twice_is_taken_where_the_others_are_near():
    text = f"We begin here. {'x ' * FARTHEST}We begin here. And so we go on."
    found = Document(text).compare("We begin here. … we go on.")
    assert found.spans[0][0] == text.rindex("We begin")


def texts(language):
    """Return Django's texts in a language, as one document."""
    path = Path(django.__file__).parent / "conf/locale" / language / "LC_MESSAGES/django.mo"
    with path.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog
    return "\n\n".join(text for text in catalogue.values() if isinstance(text, str) and len(text) > 25)


@pytest.mark.parametrize("language", ["en_GB", "ru", "kk"])
def test_labelled_pairs(language):
    mistakes, made = wrong(texts(language), 50, 20261202)
    assert made >= 80
    assert not [mistake for mistake in mistakes if mistake[2] == Level.NOT_FOUND], "a false one is accepted"
    assert len(mistakes) <= made // 100


@given(st.text(max_size=300), st.data())
def test_any_whole_passage_is_found_or_beside_a_negation(text, data):
    words = text.split()
    start = data.draw(st.integers(0, len(words)))
    quotation = " ".join(words[start : data.draw(st.integers(start, len(words)))])
    found = Document(text).compare(quotation)
    for begin, end in found.spans:
        assert 0 <= begin < end <= len(text)
    if found.level == Level.LETTERS:
        assert text[slice(*found.spans[0])] == quotation
    if found.level == Level.TYPOGRAPHY:
        assert found.folded


@given(st.text(alphabet="ab… -\u00ad\n'4.,5", max_size=60), st.text(alphabet="ab… -\u00ad\n'4.,5", max_size=30))
def test_hostile_texts_are_compared(text, quotation):
    found = Document(text).compare(quotation)
    assert all(0 <= begin < end <= len(text) for begin, end in found.spans)
    assert set(found.folded) <= set(Folded)
