"""Typed text is parsed into a valid query."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initiatives.search.query import MAX_LENGTH, MAX_TERMS, Phrase, Prefix, QueryError, parse


def shape(query):
    """Return a query as nested lists of what was typed."""

    def written(atom):
        return f"{atom.form}*" if isinstance(atom, Prefix) else " ".join(atom.forms)

    return [[written(a) for a in clause] for clause in query.clauses], [written(a) for a in query.excluded]


@pytest.mark.parametrize(
    ("typed", "clauses", "excluded"),
    [
        ("", [], []),
        ("fair state", [["fair"], ["state"]], []),
        ('"fair state"', [["fair state"]], []),
        ("«fair state» law", [["fair state"], ["law"]], []),
        ("“fair state", [["fair state"]], []),
        ("law -court", [["law"]], ["court"]),
        ('law -"fair state"', [["law"]], ["fair state"]),
        ("law or court reform", [["law", "court"], ["reform"]], []),
        ("закон или суд", [["закон", "суд"]], []),
        ("заң немесе сот", [["заң", "сот"]], []),
        ("law | court", [["law", "court"]], []),
        ("or law or", [["law"]], []),
        ("reform*", [["reform*"]], []),
        ("-reform*", [], ["reform*"]),
        ("mo*", [["mo*"]], []),
        ("r*", [["r"]], []),
        ("ʼ", [], []),
        ("ʼ*", [], []),
        ("socio-economic", [["socio economic"]], []),
        ("law - court", [["law"], ["court"]], []),
        ("!!! ... -", [], []),
        ("hears.", [["hears"]], []),
    ],
)
def test_syntax(typed, clauses, excluded):
    assert shape(parse(typed)) == (clauses, excluded)


def test_a_word_is_stemmed_in_every_language():
    (atom,) = parse("государства").wanted
    assert isinstance(atom, Phrase)
    assert ("государств",) in atom.readings
    assert ("государства",) in atom.readings


def test_a_query_that_is_too_long_is_refused():
    with pytest.raises(QueryError, match=str(MAX_LENGTH)):
        parse("a" * (MAX_LENGTH + 1))
    with pytest.raises(QueryError, match=str(MAX_TERMS)):
        parse("ab* " * (MAX_TERMS + 1))


@pytest.mark.parametrize(
    ("typed", "clauses"),
    [
        ("freedom of assembly", [["freedom"], ["assembly"]]),
        ("to be or not to be", [["to"], ["be"], ["or"], ["not"]]),
        ("who", [["who"]]),
        ("K.-J. Tokayev", [["tokayev"]]),
        ("К.К. Токаев", [["токаев"]]),
        ("国 law", [["国"], ["law"]]),
        ("law or order", [["law", "order"]]),
        ("law OR the", [["law", "the"]]),
        ("law or the order", [["law"], ["order"]]),
        ("закон или порядок", [["закон", "порядок"]]),
        ("закон и порядок", [["закон"], ["порядок"]]),
        ('"rule of law"', [["rule of law"]]),
    ],
)
def test_stop_words_carry_nothing_beside_others(typed, clauses):
    assert [[" ".join(atom.forms) for atom in clause] for clause in parse(typed).clauses] == clauses


@given(st.text(max_size=MAX_LENGTH))
def test_any_text_is_parsed_or_clearly_refused(typed):
    try:
        query = parse(typed)
    except QueryError as error:
        assert str(error)  # noqa: PT017
    else:
        assert all(clause for clause in query.clauses)
        assert query.typed == typed.strip()
