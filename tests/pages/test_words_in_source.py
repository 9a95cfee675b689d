"""The link to a quote's words in its source."""

from urllib.parse import unquote

import pytest

from initiatives.pages.citations import at_words
from tests.factories import QuoteFactory, SourceFactory

LONG = "We will build a state that hears all of its people, and that answers them in good time."


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("The law is one.", "The law is one."),
        (LONG, "We will build a state that,that answers them in good time."),
        ("Law … and [the] courts of our land", "courts of our land"),
        ("Заң бәріне ортақ", "Заң бәріне ортақ"),
    ],
)
def test_the_link_is_a_text_fragment(text, fragment):
    found = at_words("https://example.org/a", text)
    assert unquote(found) == f"https://example.org/a#:~:text={fragment}"
    assert " " not in found
    assert unquote(at_words("https://example.org/a#part", text)) == f"https://example.org/a#part:~:text={fragment}"
    assert at_words("", text) == ""


def test_characters_with_a_meaning_in_fragments_are_escaped():
    assert at_words("https://example.org/", "one-two, three & four").endswith(
        "#:~:text=one%2Dtwo%2C%20three%20%26%20four"
    )


@pytest.mark.django_db
def test_the_page_and_the_data_of_a_quote_have_the_link(client):
    quote = QuoteFactory(
        public=True, text="The law is one.", source=SourceFactory(public=True, url="https://example.org/a")
    )
    url = "https://example.org/a#:~:text=The%20law%20is%20one."
    assert f'href="{url}"' in client.get(quote.get_absolute_url()).content.decode()
    (item,) = client.get("/api/v1/quotes").json()["items"]
    assert item["words_url"] == url
    assert item["selector"] == [{"type": "TextQuoteSelector", "exact": "The law is one."}]
