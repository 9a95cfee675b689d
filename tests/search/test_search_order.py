"""The order of search results: best first, then newest first."""

import datetime

import pytest
from django.utils import timezone

from initiatives.models.choices import Kind
from initiatives.search import Criteria, Sort, parse, search
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    QuoteFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.helpers import found

pytestmark = pytest.mark.django_db

QUOTES = Criteria(frozenset({Kind.QUOTE}))


def test_equally_good_results_are_sorted_newest_first():
    years = (2014, 2021, 2011, 2018)
    quotes = {year: QuoteFactory(public=True, text="Judges decide.", date=f"{year}-01-01") for year in years}
    undated = QuoteFactory(public=True, text="Judges decide.")
    newest_first = [quotes[year].pk for year in sorted(years, reverse=True)]
    assert found("judges") == [*newest_first, undated.pk]
    # A better result comes before them, however old it is.
    best = QuoteFactory(public=True, text="Judges, judges, judges.", date="2001-01-01")
    assert found("judges") == [best.pk, *newest_first, undated.pk]
    # Across pages of results, too.
    pages = [search(QUOTES.with_words(parse("judges")), page, page_size=2).ids(Kind.QUOTE) for page in (1, 2, 3)]
    assert [pk for page in pages for pk in page] == [best.pk, *newest_first, undated.pk]


def test_results_of_the_same_day_are_sorted_last_entered_first():
    theme = ThemeFactory(public=True)
    quotes = [QuoteFactory(public=True, text="Judges decide.", date="2020-01-01", themes=[theme]) for _ in range(3)]
    keys = [quote.pk for quote in quotes]
    assert found("judges") == keys[::-1]
    assert found() == keys[::-1]
    on_theme = QUOTES.choose("theme", [theme.pk])
    assert search(on_theme).ids(Kind.QUOTE) == keys[::-1]
    assert search(on_theme.sorted_by(Sort.OLDEST)).ids(Kind.QUOTE) == keys


def test_the_best_of_many_results_comes_first_however_old_it_is():
    many = [QuoteFactory(public=True, text="Judges decide.", date="2020-01-01") for _ in range(30)]
    best = QuoteFactory(public=True, text="Judges, judges, judges.", date="1990-01-01")
    results = search(QUOTES.with_words(parse("judges")), page_size=5)
    assert (results.hits[0].object_id, results.count) == (best.pk, len(many) + 1)


def everything(typed: str) -> list[tuple[str, int]]:
    """Return the kind and primary key of each result of a typed query, best first."""
    return [(hit.kind, hit.object_id) for hit in search(Criteria(frozenset(Kind), parse(typed))).hits]


def test_names_weigh_more_than_main_texts_and_main_texts_more_than_others():
    words = "A few words more."
    rest = InitiativeFactory(public=True, title=words, summary=words, body="Judges decide again.")
    main = InitiativeFactory(public=True, title=words, summary="Judges decide again.", body=words)
    name = InitiativeFactory(public=True, title="Judges decide again.", summary=words, body=words)
    for typed in ("judges", '"judges decide"', "judges decide"):
        assert found(typed, Kind.INITIATIVE) == [name.pk, main.pk, rest.pk]


def test_words_as_typed_weigh_more_than_their_other_forms():
    typed = QuoteFactory(public=True, text="The judge and the state.", date="2001-01-01")
    other = QuoteFactory(public=True, text="The judges and the state.", date="2020-01-01")
    assert found("judge") == [typed.pk, other.pk]
    assert found("judges") == [other.pk, typed.pk]


def test_words_close_together_weigh_more_than_words_far_apart():
    between = "and other things that are said here of what was done in all those years by the"
    apart = QuoteFactory(public=True, text=f"Fair {between} state.", date="2020-01-01")
    near = QuoteFactory(public=True, text=f"Fair and strong state {between}.", date="2010-01-01")
    beside = QuoteFactory(public=True, text=f"Fair state and {between}.", date="2001-01-01")
    assert found("fair state") == [beside.pk, near.pk, apart.pk]


def test_texts_about_a_word_come_before_passing_mentions():
    milestone = MilestoneFactory(text="Judges decide.", date="2024-01-01")
    source = SourceFactory(public=True, title="Judges decide", date="2024-01-01")
    theme = ThemeFactory(public=True, name="Judges")
    initiative = InitiativeFactory(public=True, title="Judges decide")
    quote = QuoteFactory(public=True, text="Judges decide.", date="2001-01-01")
    order = everything("judges")
    assert order[0] == (Kind.THEME, theme.pk)
    assert order.index((Kind.INITIATIVE, initiative.pk)) < order.index((Kind.SOURCE, source.pk))
    assert order.index((Kind.QUOTE, quote.pk)) < order.index((Kind.MILESTONE, milestone.pk)) == len(order) - 1


def test_the_most_recently_published_comes_first():
    now = timezone.now()
    old = {"public": True, "published_at": now - datetime.timedelta(days=90)}
    source = SourceFactory(**old)
    speaker = PersonFactory(source=source, **old)
    keys = [
        QuoteFactory(
            public=True, source=source, speaker=speaker, date=date, published_at=now - datetime.timedelta(days=days)
        ).pk
        for days, date in ((3, "2020-01-01"), (1, None), (60, "2021-01-01"))
    ]
    added = Criteria(frozenset({Kind.QUOTE})).sorted_by(Sort.ADDED)
    assert search(added).ids(Kind.QUOTE) == [keys[1], keys[0], keys[2]]
    # It became public with its source.
    source.published_at = now - datetime.timedelta(days=2)
    source.save()
    assert search(added).ids(Kind.QUOTE) == [keys[1], keys[2], keys[0]]
