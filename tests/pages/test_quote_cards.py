"""Quote cards and facet values: texts are never read as markup."""

from html.parser import HTMLParser

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import Person, Quote, Source, Theme
from initiatives.pages.lists.facets import Option
from initiatives.pages.lists.rows import row_of
from initiatives.search import parse
from initiatives.templatetags.cards import WORDS, option_list, quote_card

# Without NUL, which our databases cannot store, and carriage return, which HTML reads as a line feed.
TEXTS = st.text(st.sampled_from("ab 9<>&\"'`=/;{}%қж\u202e\n"), min_size=1, max_size=30)


class Reader(HTMLParser):
    """Reads HTML: its elements in order, the values of their attributes, and its text."""

    def __init__(self, html: str):
        super().__init__()
        self.elements: list[str] = []
        self.values: list[str] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.values += [value or "" for _name, value in attrs]

    def handle_data(self, data):
        self.words += data


def shown_card(row, **own) -> Reader:
    """Return the card of a row."""
    return Reader(render_to_string("items/_quote_card.html", quote_card(row, **own)))


def card(words: str, speaker: str, title: str, theme: str) -> Reader:
    """Return the card of a quote with these texts, without reading the database."""
    quote = Quote(pk=1, text=words, language="en", verification="primary")
    quote.speaker = Person(pk=1, slug="a", name=speaker)
    quote.source = Source(pk=1, slug="b", title=title, language="ru")
    quote.public_themes = [Theme(pk=1, slug="c", name=theme)]
    return shown_card(row_of("quote", quote, parse("a")))


@given(words=TEXTS, speaker=TEXTS, title=TEXTS, theme=TEXTS)
def test_texts_on_a_card_are_escaped(words, speaker, title, theme):
    plain, seen = card("b", "b", "b", "b"), card(words, speaker, title, theme)
    assert [name for name in seen.elements if name != "mark"] == plain.elements
    for text in (words, speaker, title, theme):
        assert text in seen.words
    # The text to copy: the citation, into which the script inserts the words of the card.
    assert any(WORDS in value and speaker in value and title in value for value in seen.values)


def test_the_citation_of_an_excerpt_has_the_full_text():
    words = "Needle. " + "A word. " * 300
    quote = Quote(pk=1, text=words, language="en", verification="primary")
    quote.speaker, quote.source, quote.public_themes = Person(pk=1, slug="a", name="Speaker"), None, []
    seen = shown_card(row_of("quote", quote, parse("needle")))
    assert words not in seen.words
    assert any(words in value for value in seen.values)
    assert not any(WORDS in value for value in seen.values)


@given(label=TEXTS, url=TEXTS, language=st.sampled_from(["", "kk"]), chosen=st.booleans())
def test_labels_of_facet_values_are_escaped(label, url, language, chosen):
    seen = Reader(option_list([Option("v", label, 1234, chosen, url, language)]))
    assert label in seen.words
    assert "1,234" in seen.words
    assert url in seen.values
    assert ("true" in seen.values) == chosen
    assert ("kk" in seen.values) == bool(language)
    assert set(seen.elements) == {"ul", "li", "a", "span"}


@pytest.mark.parametrize(("own", "missing"), [("own_speaker", "Speaker"), ("own_source", "Document")])
def test_speaker_and_source_are_left_out_on_their_own_pages(own, missing):
    quote = Quote(pk=1, text="Words.", language="en", verification="primary")
    quote.speaker, quote.source = Person(pk=1, slug="a", name="Speaker"), Source(pk=1, slug="b", title="Document")
    quote.public_themes = []
    row = row_of("quote", quote)
    shown, left_out = (shown_card(row, **{own: value}) for value in (False, True))
    assert missing in shown.words
    assert missing not in left_out.words
