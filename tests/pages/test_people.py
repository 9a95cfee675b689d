"""The index of people and institutions, and a person's quotes over time by theme."""

import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import Person
from initiatives.models.choices import State
from initiatives.pages import people, person_themes
from initiatives.pages.people import directory
from initiatives.search import Unavailable
from tests.factories import (
    BodyFactory,
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    QuoteFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.helpers import count_queries, few_examples, rolled_back

pytestmark = pytest.mark.django_db


def names(counted) -> list[str]:
    return [one.item.name for one in counted]


def page_at(client, address: str):
    response = client.get(address)
    assert response.status_code == 200, address
    return response


class TestIndex:
    def test_speakers_with_their_number_of_quotes_and_years(self, client):
        source = SourceFactory(public=True, date="2018-01-01", date_precision="year")
        often = PersonFactory(public=True, name="Often Quoted", role="Minister of Speeches", source=source)
        QuoteFactory(public=True, speaker=often, source=source, date=None)
        QuoteFactory(public=True, speaker=often, source=source, date="2021-05-01")
        QuoteFactory(speaker=often, source=source, date="1990-05-01")
        undated = PersonFactory(public=True, name="Once Undated")
        QuoteFactory(public=True, speaker=undated, source=undated.source)
        acts = PersonFactory(public=True, name="Acts Silently")
        MilestoneFactory(initiative=None, person=acts)
        MilestoneFactory(initiative=None, person=acts, source__state=State.DRAFT)
        PersonFactory(name="A Draft")
        shown = [
            (one.item.name, one.quotes, one.first, one.last, one.milestones)
            for one in page_at(client, "/people/").context["directory"].people
        ]
        assert shown == [
            ("Often Quoted", 2, 2018, 2021, 0),
            ("Once Undated", 1, None, None, 0),
            ("Acts Silently", 0, None, None, 1),
        ]
        html = page_at(client, "/people/").content.decode()
        assert "Minister of Speeches" in html
        assert "2018–2021" in html
        assert page_at(client, f"/quotes/?speaker={often.slug}").context["listing"].results.count == 2

    def test_institutions_are_sorted_by_their_number_of_initiatives(self, client):
        council, agency = BodyFactory(public=True, name="Council"), BodyFactory(public=True, name="Agency")
        BodyFactory(name="A draft")
        InitiativeFactory(public=True).bodies.add(council)
        InitiativeFactory().bodies.add(agency)
        bodies = page_at(client, "/people/").context["directory"].bodies
        assert [(one.item.name, one.initiatives) for one in bodies] == [("Council", 1), ("Agency", 0)]

    def test_people_are_found_by_name_or_role_in_any_script(self, client):
        PersonFactory(public=True, name="Kassym-Jomart Tokayev", aliases="Қасым-Жомарт Тоқаев", role="President")
        PersonFactory(public=True, name="Askar Mamin", role="Prime Minister")
        BodyFactory(public=True, name="Ministry of Justice")
        for typed, found in {
            "toka": ["Kassym-Jomart Tokayev"],
            "ТОҚАЕВ": ["Kassym-Jomart Tokayev"],
            "prime askar": ["Askar Mamin"],
            "minist": ["Askar Mamin", "Ministry of Justice"],
            "zeppelin": [],
        }.items():
            asked = page_at(client, f"/people/?q={typed}").context["directory"]
            assert names([*asked.people, *asked.bodies]) == found, typed
        html = page_at(client, "/people/?q=zeppelin").content.decode()
        assert "No person or institution in the record has this name or role." in html
        assert 'href="/search/?q=zeppelin"' in html

    def test_an_empty_record_says_so(self, client):
        assert "Nothing has been published here yet." in page_at(client, "/people/").content.decode()

    def test_a_long_index_has_links_by_letter(self, client, monkeypatch):
        monkeypatch.setattr(people, "MOST", 2)
        for name in ("Zarina Abish", "Bolat Bek", "Aset Bek", "Әлия Әуезова"):
            given, family = name.split()
            PersonFactory(public=True, name=name, given_name=given, family_name=family)
        quoted = Person.objects.get(name="Bolat Bek")
        QuoteFactory(public=True, speaker=quoted, source=quoted.source)
        first = page_at(client, "/people/").context["directory"]
        assert (names(first.people)[0], len(first.people), first.more_people) == ("Bolat Bek", 2, 2)
        assert [one.letter for one in first.letters] == ["A", "B", "Ә"]
        found = []
        for one in first.letters:
            page = page_at(client, f"/people/?letter={one.letter}")
            found += names(page.context["directory"].people)
            assert [other.letter for other in page.context["directory"].letters if other.current] == [one.letter]
        assert found == ["Zarina Abish", "Aset Bek", "Bolat Bek", "Әлия Әуезова"]
        assert names(directory(letter="b").people) == ["Aset Bek", "Bolat Bek"]
        assert "No name begins with “Q”." in page_at(client, "/people/?letter=q").content.decode()

    def test_people_are_sorted_by_family_name_or_else_by_name_as_shown(self, client, monkeypatch):
        monkeypatch.setattr(people, "MOST", 2)
        PersonFactory(public=True, name="Ursula von der Leyen", given_name="Ursula", family_name="von der Leyen")
        PersonFactory(public=True, name="Абай Тоқаев")
        inverted = {"given_name": "Касым-Жомарт", "family_name": "Токаев", "patronymic": "Кемелевич"}
        PersonFactory(public=True, name="Токаев Касым-Жомарт Кемелевич", **inverted)
        PersonFactory(public=True, name="Анна Ли", given_name="Анна", family_name="Ли")
        filed = page_at(client, "/people/").context["directory"]
        assert [one.letter for one in filed.letters] == ["V", "А", "Л", "Т"]
        assert names(filed.people) == ["Ursula von der Leyen", "Абай Тоқаев"]
        assert names(directory(letter="т").people) == ["Токаев Касым-Жомарт Кемелевич"]

    def test_names_without_a_first_letter_share_one_heading(self, client, monkeypatch):
        monkeypatch.setattr(people, "MOST", 2)
        for name in ("“Amanat” party", "2nd Court", "1st Court", "…"):
            BodyFactory(public=True, name=name)
        assert [one.letter for one in directory().letters] == ["A", "#"]
        page = page_at(client, "/people/?letter=%23")
        assert names(page.context["directory"].bodies) == ["1st Court", "2nd Court", "…"]
        assert '<a href="?letter=%23" aria-current="page" aria-label="Other characters">#</a>' in page.content.decode()

    def test_a_short_index_has_no_letters(self):
        PersonFactory(public=True)
        assert directory().letters == []

    def test_people_are_listed_even_without_search(self, client, monkeypatch):
        def fail(*args):
            raise Unavailable

        PersonFactory(public=True, name="Somebody")
        BodyFactory(public=True)
        monkeypatch.setattr(people, "all_speakers", fail)
        monkeypatch.setattr(people, "facets_of_all", fail)
        page = page_at(client, "/people/")
        assert names(page.context["directory"].people) == ["Somebody"]
        html = page.content.decode()
        assert "cannot be counted at the moment" in html
        assert "Nothing published yet" not in html

    def test_the_number_of_queries_does_not_grow_with_people(self, client):
        def grow():
            person = PersonFactory(public=True)
            QuoteFactory(public=True, speaker=person, source=person.source)
            MilestoneFactory(initiative=None, person=person)
            InitiativeFactory(public=True).bodies.add(BodyFactory(public=True))

        grow()
        few = count_queries(lambda: directory())
        for _number in range(4):
            grow()
        assert count_queries(lambda: directory()) == few

    @few_examples
    @given(st.text(max_size=30), st.text(max_size=3))
    def test_any_input_is_handled(self, client, typed, letter):
        with rolled_back():
            PersonFactory(public=True, name="Somebody Else")
            assert (
                client.get(
                    "/people/", {"q": typed.encode("utf-8", "replace"), "letter": letter.encode("utf-8", "replace")}
                ).status_code
                == 200
            )

    def test_themes_and_speakers_of_quotes_link_to_it(self, client):
        QuoteFactory.create_batch(2, public=True)
        for address in ("/themes/", "/quotes/"):
            assert 'href="/people/"' in page_at(client, address).content.decode(), address

    def test_pages_of_people_and_institutions_link_back(self, client):
        for item in (PersonFactory(public=True), BodyFactory(public=True)):
            response = page_at(client, item.get_absolute_url())
            assert '<p class="trail"><a href="/people/">' in response.content.decode()
            assert '<http://testserver/people/>; rel="collection"' in response["Link"]


class TestSaid:
    @pytest.fixture
    def speaker(self):
        return PersonFactory(public=True, slug="speaker")

    def say(self, speaker, *themes, **options):
        return QuoteFactory(public=True, speaker=speaker, **{"source": speaker.source, **options}, themes=themes)

    def test_each_bar_and_name_links_to_what_it_counts(self, client, speaker, monkeypatch):
        monkeypatch.setattr(person_themes, "SHOWN", 2)
        law, trade, health, plan = (
            ThemeFactory(public=name != "plan", name=name) for name in ("law", "trade", "health", "plan")
        )
        dated = SourceFactory(public=True, date="2019-06-01")
        self.say(speaker, law, trade, date="2020-01-01")
        self.say(speaker, law, date="2020-02-01")
        self.say(speaker, law, source=dated)
        self.say(speaker, trade, health, date="2022-01-01")
        self.say(speaker, trade, date="2022-02-01")
        self.say(speaker, health, date="2022-01-01")
        self.say(speaker, plan, date="2022-01-01")
        self.say(speaker, law)
        QuoteFactory(public=True, themes=[law], date="2020-01-01")
        QuoteFactory(speaker=speaker, themes=[law], date="2020-01-01")
        page = page_at(client, speaker.get_absolute_url())
        shown = page.context["said"]
        assert [(row.name, row.count, {year.year: year.count for year in row.years}) for row in shown.rows] == [
            ("Law", 4, {2019: 1, 2020: 2}),
            ("Trade", 3, {2020: 1, 2022: 2}),
            ("None of these themes", 2, {2022: 2}),
        ]
        html = page.content.decode().replace("&amp;", "&")
        for row in shown.rows:
            for url, count in [(row.url, row.count), *((year.url, year.count) for year in row.years)]:
                assert page_at(client, url).context["listing"].results.count == count, url
                # The links in the chart and in the table.
                assert html.count(f'href="{url}"') == 2
        assert shown.undated == page_at(client, shown.undated_url).context["listing"].results.count == 1

    def test_a_single_year_is_shown_as_a_list(self, client, speaker):
        law = ThemeFactory(public=True, name="Law")
        self.say(speaker, law, date="2020-01-01")
        self.say(speaker, law)
        page = page_at(client, speaker.get_absolute_url())
        assert page.context["said"].plot is None
        assert [(row.name, row.count) for row in page.context["said"].rows] == [("Law", 2)]
        assert "plot--rows" not in page.content.decode()

    def test_without_themes_or_search_it_is_left_out(self, client, speaker, monkeypatch):
        self.say(speaker, ThemeFactory(name="A draft"), date="2020-01-01")
        assert page_at(client, speaker.get_absolute_url()).context["said"] is None

        def fail(*args, **options):
            raise Unavailable

        monkeypatch.setattr("initiatives.views.details.search", fail)
        cache.clear()
        assert page_at(client, speaker.get_absolute_url()).context["said"] is None
