"""Long quotations fold in lists, without hiding a match or losing text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initiatives.pages.lists.rows import LONGEST, PASSAGE
from initiatives.search import parse
from initiatives.search.query import highlight
from initiatives.text.folding import LINES, NARROWEST, Fold, fold_of
from initiatives.text.pieces import Piece
from tests.factories import QuoteFactory, QuoteTranslationFactory

LINE = "Words of one line of a speech, which is not short but no more. "
# Possible texts: words and paragraphs, some of which match.
PIECES = st.lists(st.builds(Piece, st.text("ab \n", max_size=120), st.booleans()), max_size=8)


def texts(html: str) -> list[str]:
    """Return the texts of the quotes on a page, without marks."""
    return [re.sub(r"<.*?>", "", words).strip() for words in re.findall(r'<p class="words[^>]*>(.*?)</p>', html, re.S)]


@given(PIECES)
def test_no_match_is_hidden(pieces):
    text, marked_up_to = "".join(piece.text for piece in pieces), 0
    for place, piece in enumerate(pieces):
        if piece.marked:
            marked_up_to = sum(len(before.text) for before in pieces[: place + 1])
    if fold_of(pieces):
        assert marked_up_to <= LINES * NARROWEST
        assert text[:marked_up_to].count("\n") < LINES


@pytest.mark.parametrize(
    ("text", "folds"),
    [
        ("Short.", Fold.NOWHERE),
        ("w" * 280, Fold.NOWHERE),
        ("w" * 500, Fold.NARROW),
        ("w" * 1000, Fold.ANYWHERE),
        ("a\n" * 30, Fold.ANYWHERE),
    ],
)
def test_longer_texts_fold_on_more_screens(text, folds):
    assert fold_of([Piece(text)]) == folds


def test_a_text_with_a_match_only_in_the_first_lines_folds():
    text = "Needle. " + LINE * 20
    assert fold_of(highlight(text, parse("needle"), "en")) == Fold.ANYWHERE
    assert fold_of(highlight(text + "Needle.", parse("needle"), "en")) == Fold.NOWHERE


@pytest.mark.django_db
class TestLists:
    def test_folded_text_is_complete_on_the_page(self, client):
        text = (LINE * 25).strip()
        QuoteFactory(public=True, text=text, date="2020-01-01")
        assert PASSAGE < len(text) < LONGEST
        for address in ("/quotes/", "/search/", "/timeline/", "/quotes/?view=speakers", "/quotes/?q=speech+line+words"):
            html = client.get(address).content.decode()
            assert texts(html)[0].startswith(LINE.strip()), address
        html = client.get("/quotes/").content.decode()
        assert texts(html) == [text]
        assert 'class="fold fold--anywhere"' in html
        assert html.count('type="checkbox"') == 1

    def test_a_match_below_the_fold_is_shown(self, client):
        QuoteFactory(public=True, text=LINE * 12 + "The needle. " + LINE * 12)
        html = client.get("/quotes/?q=needle").content.decode()
        assert "<mark>needle</mark>" in html
        assert 'class="fold' not in html
        (words,) = texts(html)
        assert len(words) < PASSAGE + 10

    def test_translations_fold(self, client):
        quote = QuoteFactory(public=True, text="Кысқа.", language="kk")
        QuoteTranslationFactory(quote=quote, language="en", text="Needle. " + LINE * 20)
        html = client.get("/quotes/?q=needle").content.decode()
        assert html.count('class="fold fold--anywhere"') == 1
