"""Results by speaker and by year."""

import datetime
import re

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import Quote
from initiatives.models.choices import State
from tests.factories import PersonFactory, QuoteFactory, SourceFactory, ThemeFactory
from tests.helpers import count_queries, few_examples, rolled_back

pytestmark = pytest.mark.django_db


def page_at(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response


def count_at(client, address):
    results = page_at(client, address).context["listing"].results
    return results.count


@pytest.fixture
def quotes():
    law = ThemeFactory(public=True, slug="law")
    abai, berik = PersonFactory(public=True, slug="a", name="Abai"), PersonFactory(public=True, slug="b", name="Berik")
    for date, precision in (("2020-09-01", "day"), ("2020-01-01", "year"), ("2018-05-01", "month"), (None, "")):
        QuoteFactory(
            public=True, text=f"On judges, {date}.", speaker=abai, themes=[law], date=date, date_precision=precision
        )
    QuoteFactory(public=True, text="On judges too.", speaker=berik, themes=[law], date="2020-03-01")
    QuoteFactory(public=True, text="On merchants.", speaker=berik, date="2021-01-01")
    QuoteFactory(text="On judges, secretly.", speaker=berik, themes=[law], date="1990-01-01")


class TestSpeakers:
    def test_speakers_have_their_number_of_quotes_and_first_and_last_dates(self, client, quotes):
        page = page_at(client, "/quotes/?q=judges&view=speakers")
        first, second = page.context["grouped"].speakers
        assert (first.person.slug, first.group.count, first.group.undated) == ("a", 4, 1)
        assert first.group.first == (datetime.date(2018, 5, 1), "month")
        assert first.group.last == (datetime.date(2020, 9, 1), "day")
        assert (second.person.slug, second.group.count) == ("b", 1)
        html = page.content.decode()
        assert "May 2018 to 1 September 2020" in html
        assert "1 undated" in html
        assert first.url == "/quotes/?q=judges&speaker=a"
        for speaker in (first, second):
            assert count_at(client, speaker.url) == speaker.group.count
            assert all(row.item.speaker == speaker.person for row in speaker.rows)
        assert len(first.rows) == 2

    def test_the_quotes_shown_follow_the_chosen_order(self, client):
        speaker = PersonFactory(public=True)
        for year in (2018, 2020, 2019):
            QuoteFactory(public=True, text=f"In {year}.", speaker=speaker, date=f"{year}-01-01")
        for sort, years in (("", [2020, 2019]), ("&sort=oldest", [2018, 2019])):
            (group,) = page_at(client, f"/quotes/?view=speakers{sort}").context["grouped"].speakers
            assert [row.item.date.year for row in group.rows] == years

    @pytest.mark.parametrize(("speakers", "shown"), [(20, 20), (21, 21), (23, 20)])
    def test_a_single_remaining_speaker_is_shown(self, client, speakers, shown):
        source = SourceFactory(public=True)
        for number in range(speakers):
            QuoteFactory(
                public=True, speaker=PersonFactory(public=True, source=source), source=source, text=f"{number}"
            )
        page = page_at(client, "/quotes/?view=speakers")
        assert (len(page.context["grouped"].speakers), page.context["grouped"].more) == (shown, speakers - shown)
        assert ("3 more speakers" in page.content.decode()) == (speakers > shown)


class TestYears:
    def test_bars_and_rows_link_to_the_year_that_they_count(self, client, quotes):
        page = page_at(client, "/quotes/?q=judges&view=years")
        grouped = page.context["grouped"]
        assert [(column.year, column.count) for column in grouped.columns] == [(2018, 1), (2020, 3)]
        for column in grouped.columns:
            assert count_at(client, column.url) == column.count
        assert count_at(client, grouped.undated_url) == grouped.undated == 1
        html = page.content.decode()
        assert html.count('href="/quotes/?q=judges&amp;year=2020"') == 2  # the bar's and the table's
        assert "1 undated quote" in html
        assert "1 year in between has none." in html
        assert 'aria-label="2020: 3 quotes"' in html

    def test_the_chosen_year_is_marked_among_all_years(self, client, quotes):
        page = page_at(client, "/quotes/?q=judges&view=years&year=2020")
        columns = {column.year: column.current for column in page.context["grouped"].columns}
        assert columns == {2018: False, 2020: True}
        assert page.context["listing"].results.count == 3

    def test_no_dated_results(self, client):
        QuoteFactory(public=True)
        page = page_at(client, "/quotes/?view=years")
        assert page.context["grouped"].plot is None
        assert '<svg class="plot"' not in page.content.decode()

    @pytest.mark.parametrize("year", [812, 33])
    def test_links_of_early_years_match_their_counts(self, client, year):
        QuoteFactory(public=True, date=datetime.date(year, 1, 1), date_precision="year")
        (column,) = page_at(client, "/quotes/?view=years").context["grouped"].columns
        assert (column.year, count_at(client, column.url)) == (year, 1)

    def test_the_drawing_has_no_inline_style(self, client, quotes):
        svg = re.search(r"<svg.*</svg>", page_at(client, "/quotes/?view=years").content.decode(), re.DOTALL).group()
        assert "style" not in svg


class TestSwitch:
    def test_switching_keeps_filters_and_the_page(self, client):
        theme = ThemeFactory(public=True, slug="law")
        for number in range(25):
            QuoteFactory(public=True, text=f"words {number}", themes=[theme])
        views = page_at(client, "/quotes/?q=words&theme=law&sort=oldest&page=2").context["listing"].views
        assert [(view.url, view.current) for view in views] == [
            ("/quotes/?q=words&theme=law&sort=oldest&page=2", True),
            ("/quotes/?q=words&theme=law&sort=oldest&view=speakers&page=2", False),
            ("/quotes/?q=words&theme=law&sort=oldest&view=years&page=2", False),
        ]
        for view in views:
            back = page_at(client, view.url).context["listing"].views[0]
            assert back.url == views[0].url
        # Another filter starts at the first page, in the same view.
        listing = page_at(client, views[1].url).context["listing"]
        assert {chip.url for chip in listing.chips} == {
            "/quotes/?theme=law&sort=oldest&view=speakers",
            "/quotes/?q=words&sort=oldest&view=speakers",
        }
        assert ("view", "speakers") in listing.hidden

    def test_an_unknown_view_is_reported_and_the_list_is_shown(self, client, quotes):
        page = page_at(client, "/quotes/?view=pie&q=judges")
        assert list(page.context["listing"].form.errors) == ["view"]
        assert len(page.context["listing"].rows) == 5
        assert "View: " in page.content.decode()

    def test_other_lists_have_only_one_view(self, client, quotes):
        assert page_at(client, "/timeline/?view=years").context["listing"].views == []

    @pytest.mark.parametrize("view", ["list", "speakers", "years"])
    def test_no_more_queries_for_more_rows(self, client, view):
        source = SourceFactory(public=True)

        def add(number):
            for n in range(number):
                speaker = PersonFactory(public=True, source=source)
                QuoteFactory(public=True, speaker=speaker, source=source, text=f"{speaker} {n}", date="2020-01-01")

        add(3)
        client.get("/quotes/")
        few = count_queries(lambda: client.get(f"/quotes/?view={view}"))
        add(15)
        assert count_queries(lambda: client.get(f"/quotes/?view={view}")) == few


DATES = st.one_of(st.none(), st.tuples(st.sampled_from([2018, 2019, 2020]), st.sampled_from(["day", "month", "year"])))
ITEMS = st.lists(
    st.tuples(st.integers(0, 2), DATES, st.sampled_from(State.values), st.sampled_from([-1, 1])), max_size=7
)


@few_examples
@given(
    items=ITEMS,
    speakers=st.tuples(*[st.sampled_from([State.PUBLISHED, State.PUBLISHED, State.DRAFT])] * 3),
    typed=st.sampled_from(["", "q=words&", "q=even&"]),
)
def test_the_numbers_are_those_of_the_public_quotes(items, speakers, typed, client, db):
    with rolled_back():
        source = SourceFactory(public=True)
        now = timezone.now()
        people = [
            PersonFactory(source=source, state=state, published_at=now if state == State.PUBLISHED else None)
            for state in speakers
        ]
        for number, (place, known, state, hours) in enumerate(items):
            QuoteFactory(
                text=f"words {number} {'even' if number % 2 == 0 else 'odd'}",
                source=source,
                speaker=people[place],
                date=datetime.date(known[0], 1, 1) if known else None,
                date_precision=known[1] if known else "",
                state=state,
                published_at=now + datetime.timedelta(hours=hours),
            )
        public = [quote for quote in Quote.objects.published() if "even" in quote.text or "even" not in typed]

        grouped = client.get(f"/quotes/?{typed}view=years").context.get("grouped")
        by_year: dict = {}
        for quote in public:
            year = quote.date.year if quote.date else None
            by_year[year] = by_year.get(year, 0) + 1
        undated = by_year.pop(None, 0)
        assert {c.year: c.count for c in (grouped.columns if grouped else [])} == by_year
        assert (grouped.undated if grouped else 0) == undated

        grouped = client.get(f"/quotes/?{typed}view=speakers").context.get("grouped")
        for speaker in grouped.speakers if grouped else []:
            own = [quote for quote in public if quote.speaker_id == speaker.person.pk]
            dates = sorted((quote.date, quote.date_precision) for quote in own if quote.date)
            assert speaker.group.count == len(own)
            assert speaker.group.first == (dates[0] if dates else None)
            assert speaker.group.last == (dates[-1] if dates else None)
            assert {row.item for row in speaker.rows} <= set(own)
        assert sum(s.group.count for s in (grouped.speakers if grouped else [])) == len(public)
