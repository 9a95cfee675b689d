"""Loading quotes for cards: everything that a card shows at once, and nothing that is not public."""

import datetime

import pytest
from django.utils import timezone

from initiatives.models import Quote
from initiatives.models.publishing import visible_from
from tests.factories import PersonFactory, QuoteFactory, SourceFactory, ThemeFactory
from tests.helpers import count_queries

pytestmark = pytest.mark.django_db


def shown(quote: Quote) -> list:
    """Return everything that a card shows of a quote, and its time of publication."""
    source = quote.source
    return [
        *(quote.text, quote.language, quote.iso_date, quote.verification, quote.locator, quote.get_absolute_url()),
        *(quote.speaker_id, quote.speaker, quote.speaker.name, quote.speaker.get_absolute_url()),
        *((source, source.title, source.title_language, source.publisher, source.shown_date) if source else ()),
        *(source.get_absolute_url() if source else "", visible_from(quote)),
    ]


def test_everything_cards_show_is_loaded_at_once():
    quotes = [
        QuoteFactory(
            public=True,
            speaker=PersonFactory(public=True, source=SourceFactory(public=True)),
            themes=ThemeFactory.create_batch(2, public=True),
            date=datetime.date(2020, 9, 1),
        ),
        QuoteFactory(source=None),
        QuoteFactory(public=True, language="ru", locator="p. 5", themes=[ThemeFactory(public=True)]),
    ]
    keys = [quote.pk for quote in quotes]
    loaded = Quote.objects.load_for_listing([*keys, 0])
    assert loaded.keys() == set(keys)
    assert count_queries(lambda: [shown(quote) for quote in loaded.values()]) == 0
    assert [shown(loaded[key]) for key in keys] == [shown(Quote.objects.get(pk=key)) for key in keys]
    themes = [theme for quote in loaded.values() for theme in quote.public_themes]
    assert count_queries(lambda: [(theme.name, theme.get_absolute_url()) for theme in themes]) == 0


def test_queries_do_not_grow_with_quotes():
    QuoteFactory.create_batch(5, public=True, themes=[ThemeFactory(public=True)])
    keys = list(Quote.objects.values_list("pk", flat=True))
    assert count_queries(lambda: Quote.objects.load_for_listing([])) == 0
    one, all_ = (count_queries(lambda some=some: Quote.objects.load_for_listing(some)) for some in (keys[:1], keys))
    assert one == all_


def test_public_themes_are_in_order_without_drafts_or_scheduled_ones():
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    themes = [ThemeFactory(public=True, position=2), ThemeFactory(public=True, position=1)]
    hidden = [ThemeFactory(), ThemeFactory(public=True, published_at=tomorrow)]
    quote = QuoteFactory(public=True, themes=[*themes, *hidden])
    assert Quote.objects.load_for_listing([quote.pk])[quote.pk].public_themes == themes[::-1]
