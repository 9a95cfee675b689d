"""The quote on the home page: how it is chosen for each day."""

import datetime

import pytest
from django.utils import timezone

from initiatives.models import Quote
from initiatives.models.choices import State
from initiatives.models.querysets import FEW
from initiatives.pages.front import featured_quote
from tests.factories import QuoteFactory
from tests.helpers import count_queries

pytestmark = pytest.mark.django_db

DAYS = [datetime.date(2026, 1, 1) + datetime.timedelta(days=n) for n in range(60)]


def long_since(count):
    """Create public quotes that were published before all of DAYS."""
    quotes = [QuoteFactory(public=True) for _number in range(count)]
    then = timezone.now() - datetime.timedelta(days=3000)
    for quote in quotes:
        for item in (quote, quote.source, quote.speaker, quote.speaker.source):
            item.published_at = then
            item.save()
    return quotes


def test_an_empty_record_has_no_featured_quote(client):
    assert featured_quote(DAYS[0]) is None
    QuoteFactory()
    assert featured_quote(DAYS[0]) is None


def test_every_quote_is_featured_and_each_day_keeps_its_quote():
    quotes = long_since(4)
    drawn = [featured_quote(day) for day in DAYS]
    assert set(drawn) == set(quotes)
    assert drawn == [featured_quote(day) for day in DAYS]


def noon_of(day):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))


def test_publishing_quotes_during_a_day_does_not_change_its_quote():
    long_since(3)
    drawn = [featured_quote(day) for day in DAYS]
    new = long_since(9)
    Quote.objects.filter(pk__in=[quote.pk for quote in new]).update(published_at=noon_of(DAYS[30]))
    assert [featured_quote(day) for day in DAYS[:31]] == drawn[:31]
    assert {featured_quote(day) for day in DAYS[31:]} & set(new)


def test_publishing_a_source_during_a_day_does_not_change_its_quote():
    """Whether its quote was entered before or after the others."""
    first, shown, last = long_since(3)
    for late in (first, last):
        late.source.published_at = noon_of(DAYS[30])
        late.source.save()
    drawn = [featured_quote(day) for day in DAYS]
    assert set(drawn[:31]) == {shown}
    assert set(drawn[31:]) == {first, shown, last}


def test_a_public_quote_is_found_after_many_hidden_ones():
    (hidden,) = long_since(1)
    hidden.source.state = State.DRAFT
    hidden.source.save()
    again = {"source": hidden.source, "speaker": hidden.speaker, "published_at": hidden.published_at}
    QuoteFactory.create_batch(FEW, state=State.PUBLISHED, **again)
    (shown,) = long_since(1)
    assert {featured_quote(day) for day in DAYS} == {shown}


def test_a_record_has_a_quote_on_its_first_day():
    quote = QuoteFactory(public=True)
    assert featured_quote(timezone.localdate()) == quote


def test_drafts_and_their_dependents_are_never_chosen():
    shown, hidden, of_a_draft = long_since(3)
    hidden.state = State.ARCHIVED
    hidden.save()
    of_a_draft.speaker.state = State.DRAFT
    of_a_draft.speaker.save()
    assert {featured_quote(day) for day in DAYS} == {shown}


def test_an_editors_choice_lasts_until_the_next_one():
    quotes = long_since(3)
    Quote.objects.filter(pk=quotes[0].pk).update(featured_on=DAYS[3])
    Quote.objects.filter(pk=quotes[1].pk).update(featured_on=DAYS[10])
    assert {featured_quote(day) for day in DAYS[3:10]} == {quotes[0]}
    assert {featured_quote(day) for day in DAYS[10:]} == {quotes[1]}


def test_a_chosen_quote_that_is_not_public_is_skipped(client):
    shown, chosen = long_since(2)
    Quote.objects.filter(pk=chosen.pk).update(featured_on=DAYS[0], state=State.DRAFT)
    assert featured_quote(DAYS[0]) != chosen
    Quote.objects.filter(pk=shown.pk).update(featured_on=DAYS[0])
    assert "Featured quote" in client.get("/").content.decode()


def test_queries_do_not_grow_with_quotes():
    long_since(2)
    few = count_queries(lambda: featured_quote(DAYS[0]))
    long_since(5)
    assert count_queries(lambda: featured_quote(DAYS[0])) == few
