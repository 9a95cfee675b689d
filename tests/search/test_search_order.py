"""The order of what a search finds: the best first, and of equally good ones the newest."""

import pytest

from initiatives.models.choices import Kind
from initiatives.search import Criteria, Sort, parse, search
from tests.factories import QuoteFactory, ThemeFactory
from tests.helpers import found

pytestmark = pytest.mark.django_db

QUOTES = Criteria(frozenset({Kind.QUOTE}))


def test_of_equally_good_ones_the_newest_comes_first():
    years = (2014, 2021, 2011, 2018)
    quotes = {year: QuoteFactory(public=True, text="Judges decide.", date=f"{year}-01-01") for year in years}
    undated = QuoteFactory(public=True, text="Judges decide.")
    newest_first = [quotes[year].pk for year in sorted(years, reverse=True)]
    assert found("judges") == [*newest_first, undated.pk]
    # A better one comes before them, however old it is.
    best = QuoteFactory(public=True, text="Judges, judges, judges.", date="2001-01-01")
    assert found("judges") == [best.pk, *newest_first, undated.pk]
    # On the pages of a long answer too.
    pages = [search(QUOTES.with_words(parse("judges")), page, page_size=2).ids(Kind.QUOTE) for page in (1, 2, 3)]
    assert [pk for page in pages for pk in page] == [best.pk, *newest_first, undated.pk]


def test_of_one_day_the_last_one_entered_comes_first():
    theme = ThemeFactory(public=True)
    quotes = [QuoteFactory(public=True, text="Judges decide.", date="2020-01-01", themes=[theme]) for _ in range(3)]
    keys = [quote.pk for quote in quotes]
    assert found("judges") == keys[::-1]
    assert found() == keys[::-1]
    on_theme = QUOTES.choose("theme", [theme.pk])
    assert search(on_theme).ids(Kind.QUOTE) == keys[::-1]
    assert search(on_theme.sorted_by(Sort.OLDEST)).ids(Kind.QUOTE) == keys


def test_of_too_many_the_newest_are_ranked(monkeypatch):
    monkeypatch.setattr("initiatives.search.execution.BOUND", 3)
    quotes = [QuoteFactory(public=True, text="Judges decide.", date=f"20{n}-01-01") for n in range(10, 15)]
    results = search(QUOTES.with_words(parse("judges")))
    assert results.ids(Kind.QUOTE) == [quote.pk for quote in quotes[:1:-1]]
    assert (results.count, results.capped) == (3, True)
