"""The matching words are marked, no text is lost, and all of it is escaped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initiatives.search.query import MAX_LENGTH, QueryError, excerpt, highlight, parse
from initiatives.templatetags.record import marked


def marks(text, typed, language="en"):
    return [piece.text for piece in highlight(text, parse(typed), language) if piece.marked]


@pytest.mark.parametrize(
    ("text", "typed", "language", "expected"),
    [
        ("A state that hears", "hearing", "en", ["hears"]),
        ("A ‘fair state.’ Fair is fair.", '"fair state"', "en", ["fair state"]),
        ("Law and lawyers", "law*", "en", ["Law", "lawyers"]),
        ("Сильное государство", "государства", "ru", ["государство"]),
        ("Қазақ тілінде: мектептерде", "мектеп", "kk", ["мектептерде"]),
        ("Мемлекеттік \u0063овет, совет", "советы", "ru", ["\u0063овет", "совет"]),
        ("Мемлекеттік совет", "c\u043eветы", "ru", ["совет"]),
        ("Law, not courts", "law -courts", "en", ["Law"]),
        ("state state", "state", "en", ["state", "state"]),
        ("Co-operation and co-ordination", "cooperation", "en", ["Co-operation"]),
        ("Cooperation", "co-operation", "en", ["Cooperation"]),
        ("We cannot, they can not", "cannot", "en", ["cannot", "can not"]),
    ],
)
def test_marks(text, typed, language, expected):
    assert marks(text, typed, language) == expected


@given(st.text(max_size=300), st.text(max_size=MAX_LENGTH), st.sampled_from(["en", "ru", "kk"]))
def test_the_pieces_add_up_to_the_text(text, typed, language):
    try:
        query = parse(typed)
    except QueryError:
        query = parse("")
    assert "".join(piece.text for piece in highlight(text, query, language)) == text


@given(st.text("<>&\"' fair", max_size=60))
def test_marked_text_is_escaped(text):
    html = marked(highlight(text, parse("fair"), "en"))
    rest = html.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in rest
    assert ">" not in rest
    assert (
        rest.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", '"')
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
        == text
    )


def test_an_excerpt_is_whole_words_around_the_first_match():
    text = "word " * 100 + "needle " + "word " * 100
    pieces = excerpt(text, parse("needle"), "en", width=60)
    shown = "".join(piece.text for piece in pieces)
    assert "needle" in shown
    assert shown.startswith("… word")
    assert shown.endswith("word …")
    assert len(shown) < 80


@given(st.text("ab c", max_size=400), st.integers(20, 100))
def test_an_excerpt_is_never_much_longer_than_requested(text, width):
    assert len("".join(piece.text for piece in excerpt(text, parse("ab"), "en", width))) <= width + 60
