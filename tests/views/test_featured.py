"""The first page's quote: whose choice it is, and what day."""

import datetime

import pytest
from django.utils import timezone

from initiatives.models import Quote
from initiatives.models.choices import State
from initiatives.pages.front import featured_quote
from tests.factories import QuoteFactory
from tests.helpers import count_queries

pytestmark = [pytest.mark.database, pytest.mark.django_db]

DAYS = [datetime.date(2026, 1, 1) + datetime.timedelta(days=n) for n in range(60)]


def long_since(count):
    """Make public quotes that were published before any of DAYS."""
    quotes = [QuoteFactory(public=True) for _number in range(count)]
    then = timezone.now() - datetime.timedelta(days=3000)
    for quote in quotes:
        for item in (quote, quote.source, quote.speaker, quote.speaker.source):
            item.published_at = then
            item.save()
    return quotes


def test_an_empty_record_has_none(client):
    assert featured_quote(DAYS[0]) is None
    QuoteFactory()
    assert featured_quote(DAYS[0]) is None


def test_every_quote_has_its_day_and_the_day_its_quote():
    quotes = long_since(4)
    drawn = [featured_quote(day) for day in DAYS]
    assert set(drawn) == set(quotes)
    assert drawn == [featured_quote(day) for day in DAYS]


def test_what_is_published_in_the_course_of_a_day_does_not_change_its_quote():
    long_since(3)
    today = timezone.localdate()
    drawn = featured_quote(today)
    for _number in range(30):
        QuoteFactory(public=True)
    assert featured_quote(today) == drawn


def test_a_source_that_comes_out_in_the_course_of_a_day_does_not_change_its_quote():
    shown, late = long_since(2)
    late.source.published_at = timezone.make_aware(datetime.datetime.combine(DAYS[30], datetime.time(12)))
    late.source.save()
    drawn = [featured_quote(day) for day in DAYS]
    assert set(drawn[:31]) == {shown}
    assert set(drawn[31:]) == {shown, late}


def test_on_its_first_day_a_record_has_a_quote_too():
    quote = QuoteFactory(public=True)
    assert featured_quote(timezone.localdate()) == quote


def test_drafts_and_what_stands_on_drafts_are_never_drawn():
    shown, hidden, of_a_draft = long_since(3)
    hidden.state = State.ARCHIVED
    hidden.save()
    of_a_draft.speaker.state = State.DRAFT
    of_a_draft.speaker.save()
    assert {featured_quote(day) for day in DAYS} == {shown}


def test_editors_choose_from_a_day_on_until_the_next_choice():
    quotes = long_since(3)
    Quote.objects.filter(pk=quotes[0].pk).update(featured_on=DAYS[3])
    Quote.objects.filter(pk=quotes[1].pk).update(featured_on=DAYS[10])
    assert {featured_quote(day) for day in DAYS[3:10]} == {quotes[0]}
    assert {featured_quote(day) for day in DAYS[10:]} == {quotes[1]}


def test_a_chosen_quote_that_is_not_public_is_passed_over(client):
    shown, chosen = long_since(2)
    Quote.objects.filter(pk=chosen.pk).update(featured_on=DAYS[0], state=State.DRAFT)
    assert featured_quote(DAYS[0]) != chosen
    Quote.objects.filter(pk=shown.pk).update(featured_on=DAYS[0])
    assert "Featured quote" in client.get("/").content.decode()


def test_as_many_quotes_as_there_are_cost_as_many_look_ups():
    long_since(2)
    few = count_queries(lambda: featured_quote(DAYS[0]))
    long_since(5)
    assert count_queries(lambda: featured_quote(DAYS[0])) == few
