"""The reading page with another copy beside the text: translations are marked, not typed."""

import pytest

from initiatives.models import Quote, QuoteTranslation
from initiatives.models.choices import State
from initiatives.text.comparison import Level
from tests.admin.support import account, desk, publisher
from tests.admin.test_reading import place, url_of
from tests.factories import QuoteFactory, SourceFactory, copy_of
from tests.helpers import count_queries

pytestmark = pytest.mark.django_db

RUSSIAN = """Уважаемые депутаты! Спасибо за вопросы.

Закон един для всех. Суды должны быть открыты для граждан.

Слышащее государство слышит каждого. Это наша цель."""
ENGLISH = """Dear deputies! Thank you for the questions.

The law is one for all. Courts must be open to citizens.

A listening state hears each of them. That is our aim."""


@pytest.fixture
def source():
    return SourceFactory(language="ru")


@pytest.fixture
def quotes(source):
    return [
        QuoteFactory(source=source, language="ru", text=text)
        for text in ("Закон един для всех.", "Суды должны быть открыты для граждан.", "Это наша цель.")
    ]


@pytest.fixture
def copies(source, quotes):
    return copy_of(source, RUSSIAN), copy_of(source, ENGLISH)


def marked(client, copies, words, **fields):
    """Mark a passage of the English copy beside the Russian one, as the script does."""
    russian, english = copies
    data = {"do": "quote", "text": english.pk, "beside": russian.pk, "pieces": place(words, ENGLISH), "one": "1"}
    return client.post(url_of(english.capture.source), {**data, "provenance": "official", "translator": "", **fields})


def test_a_passage_becomes_the_translation_of_the_quote_beside_it(source, quotes, copies):
    client = desk(account("Editor"))
    page = client.get(url_of(source), {"text": copies[1].pk, "beside": copies[0].pk}).content.decode()
    assert page.count('class="reading__mark"') == 3
    assert "Суды" in page
    assert marked(client, copies, "Courts must be open to citizens.").status_code == 201
    translation = QuoteTranslation.objects.get()
    assert (translation.quote, translation.language, translation.text, translation.provenance) == (
        quotes[1],
        "en",
        "Courts must be open to citizens.",
        "official",
    )
    assert translation.found.level == Level.LETTERS
    assert translation.found.source_text == copies[1]
    # The next of the same paragraph is the other quote.
    marked(client, copies, "Courts must be open")
    assert set(QuoteTranslation.objects.values_list("quote", flat=True)) == {quotes[0].pk, quotes[1].pk}
    assert Quote.objects.count() == 3


def test_an_unofficial_translation_needs_its_translator(quotes, copies):
    client = desk(account("Editor"))
    answer = marked(client, copies, "That is our aim.", provenance="unofficial")
    assert "Say who made this unofficial translation" in answer.content.decode()
    marked(client, copies, "That is our aim.", provenance="unofficial", translator="Another office")
    assert QuoteTranslation.objects.get().translator == "Another office"


def test_without_a_quote_beside_it_nothing_is_saved(quotes, copies):
    client = desk(account("Editor"))
    answer = marked(client, copies, "Thank you for the questions.")
    assert answer.status_code == 200
    assert "No quote that lacks a translation" in answer.content.decode()
    assert not QuoteTranslation.objects.exists()


def test_a_public_quote_is_not_changed_here(quotes, copies):
    Quote.objects.filter(pk=quotes[2].pk).update(state=State.ARCHIVED)
    answer = marked(publisher(), copies, "That is our aim.")
    assert "Open its own form" in answer.content.decode()
    assert not QuoteTranslation.objects.exists()


def test_it_can_be_undone_by_the_editor_who_made_it(source, quotes, copies):
    client, other = desk(account("Editor")), publisher()
    answer = marked(client, copies, "That is our aim.").content.decode()
    translation = QuoteTranslation.objects.get()
    version = answer.split('name="version" value="')[1].split('"')[0]
    undo = {"do": f"undo-{translation.pk}", "quote": quotes[2].pk, "version": version, "text": copies[1].pk, "one": "1"}
    assert "Undo the translation" in answer
    assert other.post(url_of(source), undo).status_code == 200
    assert client.post(url_of(source), undo).status_code == 201
    assert not QuoteTranslation.objects.exists()
    assert Quote.objects.filter(pk=quotes[2].pk).exists()


def test_queries_stay_constant(source, quotes, copies):
    client = desk(account("Editor"))
    address = {"text": copies[1].pk, "beside": copies[0].pk}

    def look():
        assert client.get(url_of(source), address).status_code == 200

    look()
    few = count_queries(look)
    for words in ("The law is one for all.", "Courts must be open to citizens.", "That is our aim."):
        marked(client, copies, words)
    for text in ("Спасибо за вопросы.", "Слышащее государство слышит каждого."):
        QuoteFactory(source=source, language="ru", text=text)
    assert count_queries(look) == few
