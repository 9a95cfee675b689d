"""The page of a quote: its neighbours in the source, its citation, and its translations side by side."""

import datetime

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import Quote
from initiatives.pages import citations
from initiatives.pages.similar import quotes_around
from tests.factories import PersonFactory, QuoteFactory, QuoteTranslationFactory, SourceFactory
from tests.helpers import few_examples, rolled_back

pytestmark = pytest.mark.django_db

DATES = st.one_of(st.none(), st.dates(datetime.date(2020, 1, 1), datetime.date(2020, 1, 4)))


@few_examples
@given(made=st.lists(st.tuples(DATES, st.booleans()), min_size=1, max_size=7))
def test_neighbours_lead_through_the_whole_source_in_order(made):
    with rolled_back():
        source = SourceFactory(public=True)
        speaker = PersonFactory(public=True, source=source)
        quotes = [QuoteFactory(public=public, date=date, source=source, speaker=speaker) for date, public in made]
        QuoteFactory(public=True, date="2020-01-02")  # from another source
        public = [quote for quote, (_date, is_public) in zip(quotes, made, strict=True) if is_public]
        in_order = sorted(public, key=lambda quote: (quote.date or datetime.date.max, quote.pk))
        for place, quote in enumerate(in_order):
            before, after, _similar = quotes_around(Quote.objects.for_page().get(pk=quote.pk))
            assert before == (in_order[place - 1] if place else None)
            assert after == (in_order[place + 1] if place + 1 < len(in_order) else None)


def test_neighbours_are_linked(client):
    source = SourceFactory(public=True)
    first = QuoteFactory(public=True, source=source, date="2020-01-01", text="First words.")
    second = QuoteFactory(public=True, source=source, date="2020-01-02", text="Second words.")
    html = client.get(first.get_absolute_url()).content.decode()
    assert f'href="{second.get_absolute_url()}" rel="next"' in html
    assert 'rel="prev"' not in html


class TestCitation:
    def test_it_has_the_words_the_speaker_the_date_and_the_source(self, settings):
        settings.SITE_URL = "https://reforms.example"
        source = SourceFactory(public=True, title="Address", publisher="Akorda")
        quote = QuoteFactory(
            public=True,
            text="Words.",
            speaker__name="A. Speaker",
            source=source,
            locator="page 3",
            date="2020-09-01",
            date_precision="month",
        )
        assert citations.citation_text(quote) == (
            f"“Words.” — A. Speaker, September 2020; secondary source. Source: Address, Akorda, page 3. https://reforms.example/q/{quote.pk}"
        )

    def test_it_has_the_quotation_marks_of_its_language(self):
        russian = QuoteFactory(public=True, text="Слова.", language="ru")
        assert citations.citation_text(russian).startswith("«Слова.» — ")
        assert citations.citation_parts(russian)[0].language == "ru"

    def test_the_page_shows_it_in_full_and_has_it_for_scripts(self, client):
        quote = QuoteFactory(public=True, text='Words & "more" words.')
        html = client.get(quote.get_absolute_url()).content.decode()
        assert '<p class="citation"><span>“Words &amp; &quot;more&quot; words.”</span>' in html
        assert 'data-copy="“Words &amp; &quot;more&quot; words.” — ' in html
        assert f'data-copy="http://testserver{quote.get_absolute_url()}"' in html

    def test_drafts_have_no_citation(self, rf):
        quote = QuoteFactory()
        html = render_to_string("items/quote.html", {"item": quote, "preview": True}, rf.get("/"))
        assert "data-copy" not in html
        assert "citation" not in html


def test_translations_are_next_to_the_original_with_their_provenance(client):
    quote = QuoteFactory(public=True, text="Слова.", language="ru")
    QuoteTranslationFactory(quote=quote, language="en", text="Words.", provenance="official", translator="Akorda")
    html = client.get(quote.get_absolute_url()).content.decode()
    assert "official translation, Akorda" in html
    assert html.count('class="version"') == 2
    assert html.count("Слова.</p>") == 1  # not repeated above
