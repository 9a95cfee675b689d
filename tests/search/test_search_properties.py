"""Search by properties: it finds what the query means, and nothing breaks it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import Person, Quote, Theme
from initiatives.models.choices import Kind
from initiatives.search import QueryError, parse, search_for_editors
from initiatives.search.analysis import plain_stem, stem, words
from initiatives.search.documents import check
from initiatives.search.query import MAX_LENGTH, Phrase, Plain, Prefix, respelt
from tests.factories import (
    PersonFactory,
    QuoteFactory,
    SourceFactory,
)
from tests.helpers import few_examples, found, rolled_back

pytestmark = pytest.mark.django_db

# Both engines against one reference: the meaning of a query, spelt out in Python over the analysed texts.

VOCABULARY = ["law", "laws", "fair", "state", "states", "hears", "court", "суд", "суда", "закон", "мектеп", "мектептер"]

# The same words, some letters typed on the wrong keyboard, and Kazakh words typed without its letters.
VOCABULARY += ["st\u0430te", "\u0441ourt", "з\u0061к\u006fн", "м\u0065ктеп", "құқық", "кукыктын", "күн", "кун", "қон"]

TEXTS = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=6).map(" ".join)

TERMS = st.one_of(
    st.sampled_from(VOCABULARY),
    st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=3).map(lambda w: '"' + " ".join(w) + '"'),
    st.sampled_from(VOCABULARY).map(lambda w: w[:3] + "*"),
)

QUERIES = st.lists(st.tuples(st.sampled_from(["", "", "-", "or "]), TERMS).map("".join), min_size=1, max_size=4).map(
    " ".join
)


def meant(query, text, language):
    """Whether a text matches a query, by the definition of the syntax."""
    forms = [word.form for word in words(text)]
    text_stems = [stem(form, language) for form in forms]

    def holds(atom):
        if isinstance(atom, Plain):
            return any(plain_stem(form) == atom.stem for form in forms)
        if isinstance(atom, Prefix):
            return any(word.startswith(atom.form) for word in [*forms, *text_stems])
        assert isinstance(atom, Phrase)
        size = len(atom.forms)
        places = range(len(text_stems) - size + 1)
        return any(tuple(text_stems[at : at + size]) in atom.readings for at in places)

    return all(any(map(holds, clause)) for clause in query.clauses) and not any(map(holds, query.excluded))


@few_examples
@given(
    texts=st.lists(st.tuples(TEXTS, st.sampled_from(["en", "ru", "kk"])), min_size=1, max_size=5),
    queries=st.lists(QUERIES, min_size=1, max_size=5),
)
def test_the_engine_finds_what_the_query_means(texts, queries, db):
    with rolled_back():
        speaker, source = PersonFactory(public=True, name="Nobody"), SourceFactory(public=True)
        quotes = {
            Quote.objects.get_or_create(
                text=text,
                speaker=speaker,
                source=source,
                defaults={"language": language, "state": "published"},
            )[0]
            for text, language in texts
        }
        for typed in queries:
            query = parse(typed)
            expected = {quote.pk for quote in quotes if meant(query, quote.text, quote.language)}
            if not expected:
                expected = {quote.pk for quote in quotes if meant(respelt(query), quote.text, quote.language)}
            assert set(found(typed)) == expected, typed


HOSTILE = st.one_of(
    st.text(max_size=MAX_LENGTH),
    st.text("\"'*-|&!():<>\\%#=^~{}[]+, aа\0\t\n", max_size=60),
    st.lists(
        st.sampled_from(
            ["NEAR", "AND", "OR", "NOT", "or", '"', "*", "-", "^a", "a:b", "names:", "<->", "'; DROP", "\\"]
        ),
        max_size=12,
    ).map(" ".join),
)


@few_examples
@given(typed=HOSTILE)
def test_no_query_breaks_the_engine(typed, db):
    try:
        parse(typed)
    except QueryError:
        return
    assert found(typed) == []
    assert search_for_editors(Kind.QUOTE, typed[: MAX_LENGTH - 1]) == []


@few_examples
@given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=80))
def test_any_text_is_indexed_and_found_by_its_own_words(text, db):
    with rolled_back():
        quote = QuoteFactory(public=True, text=text)
        longest = max((word.form for word in words(text)), key=len, default="")
        if longest:
            assert found(longest) == [quote.pk]
            assert found(f'"{longest}"') == [quote.pk]
        assert list(check()) == []


@pytest.mark.parametrize(
    "word_of",
    [
        lambda number: f"w{number}",
        lambda number: "".join("абвгдежзик"[int(digit)] for digit in f"{number:05}") * 8,
        lambda number: "".join("әғқңөұүһіы"[int(digit)] for digit in f"{number:05}"),
        lambda number: chr(0x20000 + number) * 60,
    ],
    ids=["many", "long", "Kazakh", "four bytes a letter"],
)
def test_the_longest_text_is_indexed_from_its_beginning(word_of):
    quote = QuoteFactory(public=True, text=" ".join(word_of(number) for number in range(20_000)), language="ru")
    assert found(word_of(0)) == found(f'"{word_of(1)} {word_of(2)}"') == [quote.pk]
    assert found(word_of(19_999)) == []
    assert list(check()) == []


def test_unused_names_do_not_widen_a_search():
    """The models that names are read from hold nothing that was not asked for."""
    QuoteFactory(public=True, text="alpha")
    QuoteFactory(public=True, text="beta")
    assert Theme.objects.count() == 0
    assert Person.objects.count() == 2
    assert len(found("alpha")) == 1
