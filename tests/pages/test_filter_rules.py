"""Edge cases of filters: date ranges, permitted values, and the order of options."""

import pytest

from initiatives.models import OldSlug
from initiatives.pages.lists import facets
from tests.factories import InitiativeFactory, PersonFactory, QuoteFactory, SourceFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def listing(client, query: str):
    return client.get(f"/quotes/?{query}").context["listing"]


def texts(client, query: str) -> set[str]:
    return {row.item.text for row in listing(client, query).rows}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("from=2020-09-01&to=2020-09-01", {"2020-09-01"}),
        ("from=2020-02-29&to=2020-02-29", {"2020-02-29"}),
        ("to=2020-02", {"2019-12-31", "2020-01-01", "2020-02-29"}),
        ("from=2020-03&to=2020-09", {"2020-03-01", "2020-09-01"}),
        ("from=2020&to=2020", {"2020-01-01", "2020-02-29", "2020-03-01", "2020-09-01", "2020-12-31"}),
        ("to=2019", {"2019-12-31"}),
        ("from=2021", {"2021-01-01"}),
        # If the range is reversed, its start still applies.
        ("from=2020-12&to=2020-11", {"2020-12-31", "2021-01-01"}),
    ],
)
def test_date_ranges_include_their_first_and_last_day(client, query, expected):
    for day in ("2019-12-31", "2020-01-01", "2020-02-29", "2020-03-01", "2020-09-01", "2020-12-31", "2021-01-01"):
        QuoteFactory(public=True, text=day, date=day)
    assert texts(client, query) == expected
    assert list(listing(client, query).form.errors) == (["to"] if query.endswith("2020-11") else [])


@pytest.mark.parametrize("name", ["theme", "exclude_theme", "speaker", "source", "initiative"])
def test_items_that_are_not_public_cannot_be_chosen(client, name):
    """Their names would appear in the heading."""
    factory = {"speaker": PersonFactory, "source": SourceFactory, "initiative": InitiativeFactory}.get(
        name, ThemeFactory
    )
    factory(slug="hidden")
    factory(slug="shown", public=True)
    assert list(listing(client, f"{name}=hidden").form.errors) == [name]
    assert not listing(client, f"{name}=shown").form.errors


def test_any_chosen_theme_matches_and_excluded_themes_do_not(client):
    law, trade, courts = (ThemeFactory(public=True, slug=slug) for slug in ("law", "trade", "courts"))
    QuoteFactory(public=True, text="a", themes=[law])
    QuoteFactory(public=True, text="b", themes=[trade, courts])
    QuoteFactory(public=True, text="c", themes=[courts])
    assert texts(client, "theme=law&theme=trade") == {"a", "b"}
    assert texts(client, "exclude_theme=law&exclude_theme=trade") == {"c"}
    assert texts(client, "theme=courts&exclude_theme=trade") == {"c"}


def test_an_old_slug_redirects_only_within_its_kind(client):
    person = PersonFactory(public=True, slug="new")
    ThemeFactory(public=True, slug="other")
    OldSlug.objects.create(kind="person", slug="old", object_id=person.pk)
    assert client.get("/quotes/?speaker=old")["Location"] == "/quotes/?speaker=new"
    assert list(listing(client, "theme=old").form.errors) == ["theme"]


class TestFacets:
    def options(self, client, name: str, query: str = ""):
        return next(facet for facet in listing(client, query).facets if facet.name == name)

    def test_the_most_frequent_come_first_then_by_name_and_the_rest_on_request(self, client, monkeypatch):
        monkeypatch.setattr(facets, "SHOWN", 2)
        once, again, twice, rare = (ThemeFactory(public=True, slug=slug, name=slug) for slug in "bacd")
        QuoteFactory(public=True, themes=[once, again, twice, rare])
        QuoteFactory(public=True, themes=[twice, rare])
        facet = self.options(client, "theme")
        assert [(one.value, one.count) for one in facet.options] == [("c", 2), ("d", 2)]
        assert [value for value, *_rest in facet.values][2:] == ["a", "b"]
        assert facet.more == 2
        facet = self.options(client, "theme", "theme=b")
        assert [(one.value, one.chosen) for one in facet.options][-1] == ("b", True)
        assert facet.more == 0, "a single further value is shown"

    def test_only_the_most_frequent_and_the_chosen_are_offered(self, client, monkeypatch):
        monkeypatch.setattr(facets, "OFFERED", 1)
        often, rare, rarer = [InitiativeFactory(public=True, slug=slug) for slug in ("often", "rare", "rarer")]
        QuoteFactory(public=True, initiatives=[often, rare, rarer])
        QuoteFactory(public=True, initiatives=[often])
        assert [one.value for one in self.options(client, "initiative").options] == ["often"]
        assert [one.value for one in self.options(client, "initiative", "initiative=rare").options] == ["often", "rare"]

    def test_years_are_sorted_newest_first_and_undated_last(self, client):
        for date in ("2019-01-01", "2021-01-01", "2020-01-01", None):
            QuoteFactory(public=True, date=date)
        years = self.options(client, "year")
        assert [(one.value, one.label) for one in years.options] == [
            ("2021", "2021"), ("2020", "2020"), ("2019", "2019"), ("undated", "Undated"),
        ]  # fmt: skip
        assert texts(client, "year=2020") == texts(client, "from=2020&to=2020") != set()
        assert len(texts(client, "year=undated")) == 1

    def test_an_invalid_value_is_reported_and_nothing_is_chosen(self, client):
        QuoteFactory(public=True, date="2020-01-01", themes=[ThemeFactory(public=True, slug="law")])
        for name, query in (("year", "year=20"), ("theme", "theme=law&theme=nothing")):
            facet = self.options(client, name, query)
            assert facet.errors
            assert [one.chosen for one in facet.options] == [False]
