"""Plots on pages: the strip of the timeline, initiatives in figures, and initiatives by principle."""

import re

import pytest

from initiatives.models import Principle
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    PrincipleFactory,
    PrincipleSetFactory,
    QuoteFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.helpers import count_queries

pytestmark = pytest.mark.django_db


def page_at(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response


class TestStrip:
    @pytest.fixture
    def events(self):
        law = ThemeFactory(public=True, slug="law")
        source = SourceFactory(public=True)
        initiative = InitiativeFactory(public=True, source=source, themes=[law])
        for date, precision in (("2019-03-01", "day"), ("2020-01-01", "year"), ("2020-01-01", "day")):
            MilestoneFactory(initiative=initiative, source=source, date=date, date_precision=precision)
        QuoteFactory(public=True, source=source, date="2020-05-01", date_precision="month", themes=[law])
        QuoteFactory(public=True, source=source, date="2021-05-01")
        QuoteFactory(public=True, source=source, date=None)
        QuoteFactory(source=source, date="1990-05-01")

    def test_it_shows_the_counts_of_the_list_as_precisely_as_dates_are_known(self, client, events):
        page = page_at(client, "/timeline/")
        strip = page.context["strip"]
        assert [(year.drawn.year, year.drawn.counts) for year in strip.years] == [
            (2019, {"milestone": 1}),
            (2020, {"milestone": 2, "quote": 1}),
            (2021, {"quote": 1}),
        ]
        assert page.context["listing"].results.count == 5
        # One of the two milestones of 2020 has only a year, the other is dated 1 January.
        assert [bool(mark.end) for mark in strip.years[1].drawn.marks] == [True, False, False]
        html = page.content.decode()
        assert 'aria-label="2020, milestones: 2, quotes: 1"' in html
        assert "is known only to the year" in html
        assert "style=" not in re.search(r"<svg.*</svg>", html, re.DOTALL).group()

    def test_a_year_links_to_its_events_and_the_other_years_stay_visible(self, client, events):
        strip = page_at(client, "/timeline/?theme=law").context["strip"]
        assert [year.drawn.year for year in strip.years] == [2019, 2020]
        page = page_at(client, strip.years[1].url)
        assert page.context["listing"].results.count == 3
        assert [(year.drawn.year, year.current) for year in page.context["strip"].years] == [
            (2019, False),
            (2020, True),
        ]

    def test_nothing_found(self, client, events):
        assert "strip" not in page_at(client, "/timeline/?q=zeppelin").context

    def test_the_number_of_queries_does_not_grow_with_events(self, client, events):
        first = count_queries(lambda: page_at(client, "/timeline/"))
        for number in range(5):
            QuoteFactory(public=True, date=f"20{number:02}-01-01", date_precision="year")
        assert count_queries(lambda: page_at(client, "/timeline/")) <= first + 1  # quotes dated 1 January


class TestFigures:
    @pytest.fixture
    def initiatives(self):
        law, health = ThemeFactory(public=True, slug="law"), ThemeFactory(public=True, slug="health")
        for themes, status in (([law], "adopted"), ([law, health], "announced"), ([law], "")):
            initiative = InitiativeFactory(public=True, themes=themes)
            MilestoneFactory(initiative=initiative, status=status)
        InitiativeFactory(themes=[health])

    def test_each_bar_links_to_what_it_counts(self, client, initiatives):
        page = page_at(client, "/initiatives/?view=figures")
        status, theme = page.context["figures"]
        assert [(bar.entry.value, bar.entry.count) for bar in status.plot.bars] == [
            ("announced", 1),
            ("adopted", 1),
            ("none", 1),
        ]
        assert [(bar.entry.value, bar.entry.count) for bar in theme.plot.bars] == [("law", 3), ("health", 1)]
        for figures in (status, theme):
            for bar in figures.plot.bars:
                listing = page_at(client, bar.entry.url).context["listing"]
                assert (listing.view, listing.results.count) == ("list", bar.entry.count)
                # The links of the bar and of the table.
                assert page.content.decode().count(f'href="{bar.entry.url}"') == 2

    def test_filters_apply_and_the_chosen_value_is_marked(self, client, initiatives):
        status, theme = page_at(client, "/initiatives/?view=figures&theme=health").context["figures"]
        assert [bar.entry.value for bar in status.plot.bars] == ["announced"]
        assert {bar.entry.value: bar.entry.current for bar in theme.plot.bars} == {"law": False, "health": True}

    def test_nothing_found(self, client, initiatives):
        assert "figures" not in page_at(client, "/initiatives/?view=figures&q=zeppelin").context

    def test_views_of_quotes_are_not_available_for_initiatives(self, client, initiatives):
        assert "view" in page_at(client, "/initiatives/?view=years").context["listing"].form.errors


class TestCoverage:
    def test_initiatives_are_listed_under_their_principles(self, client):
        principle_set = PrincipleSetFactory(public=True)
        first, second = (PrincipleFactory(set=principle_set, title=title) for title in ("Openness", "Fairness"))
        shown, draft = InitiativeFactory(public=True, title="Open budget"), InitiativeFactory(title="Secret plan")
        first.initiatives.set([shown, draft])
        html = page_at(client, principle_set.get_absolute_url()).content.decode()
        assert "Secret plan" not in html
        table = re.search(r"<table.*</table>", html, re.DOTALL).group()
        row = re.search(r"<tr>\s*<th scope=\"row\"><a[^>]*>Open budget.*?</tr>", table, re.DOTALL).group()
        assert [("coverage__mark" in cell) for cell in re.findall(r"<td>(.*?)</td>", row)] == [True, False]
        assert f'<a href="#{second.number}">2, Fairness</a>' in html

    def test_an_empty_table_is_left_out(self, client):
        principle_set = PrincipleSetFactory(public=True)
        PrincipleFactory(set=principle_set)
        assert Principle.objects.count() == 1
        assert "<table" not in page_at(client, principle_set.get_absolute_url()).content.decode()


class TestYears:
    """The histogram above the fields for the years from and to."""

    @pytest.fixture
    def quotes(self):
        for year in (2018, 2019, 2021):
            QuoteFactory(public=True, text=f"Law, {year}", date=f"{year}-05-01")
        QuoteFactory(public=True, text="Law, whenever")

    def test_it_has_a_bar_for_each_year_of_the_results(self, client, quotes):
        page = page_at(client, "/quotes/?q=law")
        assert [(bar.column.year, bar.column.count) for bar in page.context["listing"].years.bars] == [
            (2018, 1),
            (2019, 1),
            (2021, 1),
        ]
        (drawn,) = re.findall(r'<path d="(M[^"]*z)"/></svg>\s*<p class="years__ends', page.content.decode())
        assert drawn.count("M") == 3

    @pytest.mark.parametrize("address", ["/quotes/?from=2019", "/timeline/", "/sources/"])
    def test_it_is_left_out_for_few_years_and_on_the_timeline(self, client, quotes, address):
        assert "years__plot" not in page_at(client, address).content.decode()

    def test_the_fields_belong_to_the_search_form_and_keep_invalid_input(self, client, quotes):
        html = page_at(client, "/quotes/?q=law&from=20x&to=2021-02").content.decode()
        assert '<details class="filters" open>' in html
        for name, value in (("from", "20x"), ("to", "2021-02")):
            (field,) = re.findall(rf'<input [^>]*name="{name}"[^>]*>', html)
            assert f'value="{value}"' in field
            assert 'form="list-search"' in field
        # They can still be changed when nothing is found.
        assert 'value="2021-02"' in page_at(client, "/quotes/?q=zeppelin&to=2021-02").content.decode()
