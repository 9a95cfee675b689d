"""Statements that are written once: they find what the ORM finds, for any keys and at any time."""

import datetime

import pytest
from django.utils import timezone

from initiatives.models import Quote, Theme, quote_cards
from initiatives.models.prepared import PreparedQuery
from initiatives.models.publishing import visible_from
from tests.factories import PersonFactory, QuoteFactory, SourceFactory, ThemeFactory
from tests.helpers import count_queries

pytestmark = pytest.mark.django_db


def write(at, *groups):
    """Ask for public themes by groups of keys, each group by its number."""
    parts = [Theme.objects.published(at).filter(pk__in=keys).order_by().values_list("pk", "name") for keys in groups]
    return parts[0].union(*parts[1:], all=True)


@pytest.mark.parametrize("number", [1, 32, 33, 100])
def test_any_number_of_keys_is_looked_for(number):
    keys = [theme.pk for theme in ThemeFactory.create_batch(number, public=True)]
    statement = PreparedQuery(write)
    for some in (keys, keys[:1], []):
        assert sorted(key for key, _name in statement.rows(some)) == sorted(some)


def test_each_group_has_its_own_keys():
    one, other = ThemeFactory(public=True), ThemeFactory(public=True)
    statement = PreparedQuery(write)
    assert list(statement.rows([one.pk], [])) == [(one.pk, one.name)]
    assert list(statement.rows([], [other.pk])) == [(other.pk, other.name)]
    assert len(list(statement.rows([one.pk], [one.pk]))) == 2


def test_the_time_is_that_of_asking(monkeypatch):
    theme = ThemeFactory(public=True, published_at=timezone.now() + datetime.timedelta(hours=1))
    statement = PreparedQuery(write)
    assert list(statement.rows([theme.pk])) == []
    later = timezone.now() + datetime.timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert list(statement.rows([theme.pk])) == [(theme.pk, theme.name)]


def test_values_are_what_the_orm_gives():
    quote = QuoteFactory(public=True, date=datetime.date(2020, 9, 1))
    fields = ("pk", "published_at", "date", "text", "source__published_at")
    statement = PreparedQuery(lambda at, keys: Quote.objects.filter(pk__in=keys).values_list(*fields))
    assert list(statement.rows([quote.pk])) == [Quote.objects.values_list(*fields).get()]


def test_a_card_is_loaded_as_for_listing_loads_it():
    hidden = ThemeFactory(name="Hidden")
    themes = [ThemeFactory(public=True, position=2), ThemeFactory(public=True, position=1)]
    speaker = PersonFactory(public=True, source=SourceFactory(public=True))
    quotes = [
        QuoteFactory(public=True, speaker=speaker, themes=[*themes, hidden], date=datetime.date(2020, 9, 1)),
        QuoteFactory(source=None),
        QuoteFactory(public=True, language="ru", locator="p. 5"),
    ]
    keys = [quote.pk for quote in quotes]
    expected = Quote.objects.for_listing().for_visibility().in_bulk(keys)
    loaded = quote_cards.load_quote_cards([*keys, 0])
    assert loaded.keys() == expected.keys()

    def shown(quote: Quote) -> list:
        source = quote.source
        return [
            *(quote.text, quote.language, quote.iso_date, quote.verification, quote.locator, quote.get_absolute_url()),
            *(quote.speaker_id, quote.speaker, quote.speaker.name, quote.speaker.get_absolute_url()),
            *((source, source.title, source.title_language, source.publisher) if source else ()),
            [(theme, theme.name, theme.get_absolute_url()) for theme in quote.public_themes],
            visible_from(quote),
        ]

    # All is there: nothing is asked for later.
    assert count_queries(lambda: [shown(quote) for quote in loaded.values()]) == 0
    for key in keys:
        assert shown(loaded[key]) == shown(expected[key])
    assert loaded[keys[0]].public_themes == themes[::-1]


def test_nothing_is_asked_for_no_quotes():
    assert count_queries(lambda: quote_cards.load_quote_cards([])) == 0
