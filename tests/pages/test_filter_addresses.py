"""Addresses of lists: each option's link, repeated values, and invalid values."""

import pytest

from tests.factories import PersonFactory, QuoteFactory, SourceFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def quotes():
    """Create quotes with two themes, two speakers and two years."""
    themes = [ThemeFactory(public=True, slug=slug, name=slug) for slug in ("law", "trade")]
    for number, speaker in enumerate(PersonFactory(public=True, slug=slug) for slug in ("ann", "bek")):
        QuoteFactory(public=True, speaker=speaker, themes=themes, date=f"202{number}-01-01", text=f"quote {number}")


def listing(client, query: str = ""):
    return client.get(f"/quotes/?{query}").context["listing"]


def links(client, name: str, query: str = "") -> dict[str, str]:
    """Return the link of each value of a facet."""
    facet = next(facet for facet in listing(client, query).facets if facet.name == name)
    return {option.value: option.url for option in facet.options}


@pytest.mark.parametrize(
    ("name", "query", "expected"),
    [
        ("theme", "", {"law": "?theme=law", "trade": "?theme=trade"}),
        ("theme", "theme=law", {"law": "", "trade": "?theme=law&theme=trade"}),
        ("theme", "theme=law&theme=trade", {"law": "?theme=trade", "trade": "?theme=law"}),
        ("year", "", {"2020": "?year=2020", "2021": "?year=2021"}),
        ("year", "year=2020", {"2020": "", "2021": "?year=2021"}),
        ("year", "year=2020&theme=law", {"2020": "?theme=law", "2021": "?theme=law&year=2021"}),
    ],
)
def test_each_option_links_to_adding_or_removing_it(client, quotes, name, query, expected):
    assert links(client, name, query) == {value: f"/quotes/{end}" for value, end in expected.items()}


@pytest.mark.parametrize(
    ("query", "given", "count"),
    [
        ("year=2020&year=2021", {"year": ["2021"]}, 1),
        ("theme=law&theme=trade&theme=law", {"theme": ["law", "trade"]}, 2),
        ("year=&theme=%20", {}, 2),
        ("speaker=ann&speaker=bek", {"speaker": ["bek"]}, 1),
        ("view=list&sort=oldest", {"view": ["list"], "sort": ["oldest"]}, 2),
    ],
)
def test_single_values_use_the_last_and_multiple_values_use_each_once(client, quotes, query, given, count):
    page = listing(client, query)
    filled = {name: values for name, values in page.filterset.given.items() if values}
    assert (filled, page.results.count) == (given, count)
    assert page.filterset.chosen == [name for name in given if name not in {"view", "sort"}]


@pytest.mark.parametrize("written", ["no-such", "no%20slug", "%3Cb%3E", "x" * 300, "%00", "law%2Ftrade"])
@pytest.mark.parametrize("name", ["theme", "exclude_theme", "speaker", "source"])
def test_an_invalid_slug_is_reported_at_its_field_and_ignored(client, quotes, name, written):
    page = listing(client, f"{name}={written}")
    assert list(page.form.errors) == [name]
    assert page.form.errors[name][0].startswith("There is no “"), "it names what is wrong"
    assert page.results.count == 2


@pytest.mark.parametrize(
    ("name", "written", "message"),
    [
        ("year", "20", "such as 2020"),
        ("year", "20200", "such as 2020"),
        ("from", "soon", "soon"),
        ("to", "2020-13", "2020-13"),
    ],
)
def test_an_invalid_date_is_reported_at_its_field_and_ignored(client, quotes, name, written, message):
    page = listing(client, f"{name}={written}")
    assert list(page.form.errors) == [name]
    assert message in page.form.errors[name][0]
    assert page.results.count == 2


def test_facets_are_named_after_their_filters(client, quotes):
    facets = {facet.name: facet for facet in listing(client, "theme=nothing").facets}
    assert {name: facet.label for name, facet in facets.items() if name in {"theme", "year"}} == {
        "theme": "Theme", "year": "Year",
    }  # fmt: skip
    assert facets["theme"].errors
    assert facets["year"].errors == []


def test_titles_of_documents_are_marked_with_their_language(client):
    for language, title in (("kk", "Жолдау"), ("", "Address")):
        QuoteFactory(public=True, source=SourceFactory(public=True, title=title, language=language))
    facet = next(facet for facet in listing(client).facets if facet.name == "source")
    assert {option.label: option.language for option in facet.options} == {"Жолдау": "kk", "Address": ""}


@pytest.mark.parametrize("words", ["quote+2020", "2020+quote"])
def test_a_year_among_the_words_is_removed_with_them(client, quotes, words):
    page = listing(client, f"q={words}&theme=law")
    assert (page.results.year, page.results.count) == ("2020", 1)
    assert {chip.label: chip.url for chip in page.chips} == {
        f"Words: {words.replace('+', ' ')}": "/quotes/?theme=law",
        "Theme: law": "/quotes/?q=quote&year=2020",
    }
