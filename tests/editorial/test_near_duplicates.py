"""Near duplicates of existing quotes are found before they are entered again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initiatives.editorial.near_duplicates import near_duplicates, near_duplicates_of, repeated
from tests.factories import PersonFactory, QuoteFactory, QuoteTranslationFactory, SourceFactory
from tests.helpers import count_queries, few_examples, rolled_back

pytestmark = [pytest.mark.database, pytest.mark.django_db]

TEXT = "The law is one for all, and nobody, whatever the office, stands above the court of the country."
# Words in several scripts, none of them a form of another
WORDS = [f"{a}{b}{c}" for a in "bdgкмт" for b in "aiоу" for c in ("lan", "rek", "дос", "вал")]


def test_many_texts_at_once_find_the_same():
    QuoteTranslationFactory(quote=QuoteFactory(text="Закон един.", language="ru"), language="en", text=TEXT)
    QuoteFactory(text="Law and order for all.")
    QuoteFactory(text="Something else, about nothing in particular, that is on record too.")
    texts = [TEXT.upper(), "Law, and order, for you!", "Nobody said this.", "", "Law and order for us all"]
    alone = [[twin.quote.pk for twin in near_duplicates(text, "en", most=1)] for text in texts]
    together = [[twin.quote.pk for twin in twins] for twins in near_duplicates_of(texts)]
    assert alone == together
    assert [len(twins) for twins in together] == [1, 1, 0, 0, 1]


def test_texts_that_repeat_earlier_ones_are_reported():
    texts = [TEXT, "Law and order.", TEXT.replace("the office", "his office"), "", "", "Law, and order!"]
    assert repeated(texts) == {2: 0, 5: 1}


def found(text: str, language: str = "en", **more) -> list[int]:
    return [twin.quote.pk for twin in near_duplicates(text, language, **more)]


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.upper().replace(",", ""),
        "“The law is one for all — and nobody, whatever the office, stands above the courts of the country!”",
        "The law is one for all, and nobody, whatever his office, stands above the court of this country.",
        "The law is one for all, and nobody, whatever the office, stands above the court of the country. Never.",
    ],
)
@pytest.mark.parametrize("public", [True, False])
def test_the_same_words_with_small_changes_are_found(text, public):
    quote = QuoteFactory(text=TEXT, public=public)
    assert found(text) == [quote.pk]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Law",
        "The law is one for all.",
        "The court of the country is where everybody, whatever the reason, finds the law.",
        "Country the of court the above stands, office the whatever, nobody and, all for one is law the.",
    ],
)
def test_different_words_are_not_found(text):
    QuoteFactory(text=TEXT)
    assert found(text) == []


def test_the_quote_itself_is_left_out():
    quote = QuoteFactory(text=TEXT)
    assert found(TEXT, but=quote.pk) == []


def test_a_translation_is_a_duplicate_too():
    quote = QuoteFactory(text="Закон один для всех, и никто не стоит выше суда.", language="ru")
    QuoteTranslationFactory(quote=quote, language="en", text=TEXT)
    assert found(TEXT) == [quote.pk]
    assert found("Закон один для всех, и никто не стоит выше судов.", "ru") == [quote.pk]


def test_short_texts_are_compared_too():
    quote = QuoteFactory(text="Different opinions, but one nation")
    assert found("Different opinions but a nation") == [quote.pk]


def test_the_most_similar_come_first_up_to_a_limit():
    near = QuoteFactory(text=TEXT.replace("office", "rank"))
    same = QuoteFactory(text=TEXT)
    assert found(TEXT) == [same.pk, near.pk]
    assert found(TEXT, most=1) == [same.pk]


def test_a_rare_sequence_of_words_is_found_among_many_with_common_ones():
    source, speaker = SourceFactory(), PersonFactory()
    quote = QuoteFactory(
        text="In the name of the people we open the new canal at Balkhash", source=source, speaker=speaker
    )
    for number in range(30):
        QuoteFactory(text=f"In the name of the people, item {number}", source=source, speaker=speaker)
    assert found("In the name of the people we opened the new canal at Balkhash") == [quote.pk]


@few_examples
@given(data=st.data(), size=st.integers(8, 60))
def test_a_text_with_a_tenth_of_its_words_changed_is_found(data, size):
    said = data.draw(st.lists(st.sampled_from(WORDS[:60]), min_size=size, max_size=size))
    places = data.draw(st.lists(st.integers(0, size - 1), max_size=max(1, size // 10), unique=True))
    changed = [WORDS[60 + place % 30] if place in places else word for place, word in enumerate(said)]
    with rolled_back():
        quote = QuoteFactory(text=" ".join(said), language="ru")
        assert found(" ".join(changed), "ru") == [quote.pk]


@few_examples
@given(data=st.data())
def test_an_unrelated_text_is_not_found(data):
    one = data.draw(st.lists(st.sampled_from(WORDS[:48]), min_size=3, max_size=60))
    other = data.draw(st.lists(st.sampled_from(WORDS[48:]), min_size=3, max_size=60))
    with rolled_back():
        QuoteFactory(text=" ".join(one), language="ru")
        assert found(" ".join(other), "ru") == []


@pytest.mark.parametrize(
    "text",
    ["\0\0\0 a b c", "' OR 1=1 -- drop table x", '"a" "b" "c" NEAR(x y)', "¶ ¶ ¶ ¶", "😀 " * 500, "x y " * 9_000],
)
def test_any_text_is_accepted(text):
    QuoteFactory(text=TEXT)
    assert found(text) == []


def test_queries_do_not_grow_with_the_record():
    quote = QuoteFactory(text=TEXT)
    few = count_queries(lambda: found(TEXT))
    for number in range(40):
        QuoteFactory(text=f"{TEXT} {number}", source=quote.source, speaker=quote.speaker)
    assert count_queries(lambda: found(TEXT)) == few
