"""Facets show a few values and the others on request; long ones have a box to find values by name."""

import pytest

from initiatives.pages.lists import facets
from tests.factories import PersonFactory, QuoteFactory, SourceFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def facet(client, address: str, name: str):
    return next(facet for facet in client.get(address).context["listing"].facets if facet.name == name)


def labels(shown) -> list[str]:
    """Return the labels of all values of a facet, shown or not."""
    return [label for _value, label, _count, _language in shown.values]


@pytest.fixture
def speakers(monkeypatch):
    monkeypatch.setattr(facets, "OFFERED", 2)
    source = SourceFactory(public=True)
    for name, quotes in (("Aliya", 3), ("Bolat", 2), ("Dana", 1), ("Darkhan", 1)):
        speaker = PersonFactory(public=True, name=name, source=source)
        for number in range(quotes):
            QuoteFactory(public=True, speaker=speaker, source=source, text=f"Words of law, {number}")
    PersonFactory(public=True, name="Dauren", source=source)


def test_every_theme_is_available_however_many_there_are(client):
    themes = ThemeFactory.create_batch(45, public=True)
    QuoteFactory(public=True, themes=themes)
    shown = facet(client, "/quotes/", "theme")
    assert len(labels(shown)) == 45
    assert (len(shown.options), shown.more) == (facets.SHOWN, 45 - facets.SHOWN)
    assert shown.find == ""
    assert len(facet(client, shown.more_url, "theme").options) == 45


def test_the_link_to_all_values_keeps_filters_order_and_page(client, settings):
    settings.PAGE_SIZE = 2
    themes = ThemeFactory.create_batch(12, public=True)
    for number in range(3):
        QuoteFactory(public=True, themes=themes, text=f"Words of law, {number}", language="en")
    address = "/quotes/?q=law&language=en&sort=oldest&page=2"
    shown = facet(client, address, "theme")
    assert shown.more_url == f"{address}&all=theme#facet-theme"
    page = client.get(shown.more_url)
    whole = next(facet for facet in page.context["listing"].facets if facet.name == "theme")
    assert (len(whole.options), whole.more, whole.more_url) == (12, 0, f"{address}#facet-theme")
    # It expands only this facet, choosing a value collapses it, and search engines do not index it.
    assert all("all=" not in option.url for option in whole.options)
    assert page.context["listing"].results.page == 2
    assert '<meta name="robots" content="noindex, follow">' in page.content.decode()
    assert '<details class="filters" open>' in page.content.decode()
    assert "noindex" not in client.get(address).content.decode()
    assert client.get("/quotes/?all=%00&all=nothing&all=theme").status_code == 200


def test_values_that_are_not_public_are_not_counted(client):
    themes = [*ThemeFactory.create_batch(10, public=True), *ThemeFactory.create_batch(3)]
    QuoteFactory(public=True, themes=themes)
    shown = facet(client, "/quotes/", "theme")
    assert (len(shown.options), shown.more) == (8, 2)


def test_a_changed_label_is_shown_at_once(client):
    theme = ThemeFactory(public=True, name="Courts")
    QuoteFactory(public=True, themes=[theme])
    assert labels(facet(client, "/quotes/", "theme")) == ["Courts"]
    theme.name = "Justice"
    theme.save()
    assert labels(facet(client, "/quotes/", "theme")) == ["Justice"]
    theme.state = "draft"
    theme.save()
    QuoteFactory(public=True, themes=[theme, ThemeFactory(public=True, name="Trade")])
    assert labels(facet(client, "/quotes/", "theme")) == ["Trade"]


def test_the_most_frequent_speakers_are_listed_and_the_others_can_be_found(client, speakers):
    shown = facet(client, "/quotes/?q=law", "speaker")
    assert labels(shown) == ["Aliya", "Bolat"]
    assert shown.find == "find_speaker"
    found = facet(client, "/quotes/?q=law&find_speaker=da", "speaker")
    assert labels(found) == ["Dana", "Darkhan"]
    assert [option.count for option in found.options] == [1, 1]
    assert "q=law" in found.options[0].url
    assert "speaker=" in found.options[0].url
    assert "find_" not in found.options[0].url


def test_speakers_quoted_equally_often_are_sorted_by_family_name(client):
    for name, family in (("Aset Zhunus", "Zhunus"), ("Bolat Bek", "Bek"), ("Dana", ""), ("Токаев К.-Ж.", "Токаев")):
        QuoteFactory(public=True, speaker=PersonFactory(public=True, name=name, family_name=family))
    assert labels(facet(client, "/quotes/", "speaker")) == ["Bolat Bek", "Dana", "Aset Zhunus", "Токаев К.-Ж."]


def test_the_box_works_without_script_and_keeps_the_filters(client, speakers):
    page = client.get("/quotes/?q=law&year=undated&find_speaker=da").content.decode()
    form = page[page.index('class="facet__find"') : page.index("</form>", page.index('class="facet__find"'))]
    assert '<input type="hidden" name="q" value="law">' in form
    assert '<input type="hidden" name="year" value="undated">' in form
    assert 'value="da"' in form


def test_the_box_stays_when_no_name_matches(client, speakers):
    shown = facet(client, "/quotes/?find_speaker=zeppelin", "speaker")
    assert (labels(shown), shown.find) == ([], "find_speaker")
    assert client.get("/quotes/?find_speaker=%00%ff").status_code == 200


@pytest.mark.parametrize(("number", "folded"), [(facets.SHOWN, 0), (facets.SHOWN + 1, 0), (facets.SHOWN + 2, 2)])
def test_a_single_remaining_value_is_shown(client, number, folded):
    QuoteFactory(public=True, themes=ThemeFactory.create_batch(number, public=True))
    shown = facet(client, "/quotes/", "theme")
    assert (shown.more, len(labels(shown))) == (folded, number)
    assert bool(shown.more_url) == bool(folded)


def test_a_single_result_offers_only_what_is_chosen(client):
    QuoteFactory(public=True, themes=[ThemeFactory(public=True, slug="law")], date="2020-01-01")
    assert client.get("/quotes/").context["listing"].offered == []
    assert [facet.name for facet in client.get("/quotes/?theme=law").context["listing"].offered] == ["theme"]


def test_names_of_themes_keep_their_case(client):
    QuoteFactory(public=True, themes=[ThemeFactory(public=True, name="eGov and songs")], language="ru")
    assert labels(facet(client, "/quotes/", "theme")) == ["eGov and songs"]
    # Other labels are not names, so they are capitalised.
    assert labels(facet(client, "/quotes/", "language")) == ["Russian"]
    assert labels(facet(client, "/quotes/", "year")) == ["Undated"]
