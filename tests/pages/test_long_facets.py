"""Short facets list every value, long ones the most frequent, and a box finds the others by name."""

import pytest

from initiatives.pages.lists import facets
from tests.factories import PersonFactory, QuoteFactory, SourceFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def facet(client, address: str, name: str):
    return next(facet for facet in client.get(address).context["listing"].facets if facet.name == name)


def labels(shown) -> list[str]:
    return [option.label for option in [*shown.options, *shown.more]]


@pytest.fixture
def speakers(monkeypatch):
    monkeypatch.setattr(facets, "OFFERED", 2)
    source = SourceFactory(public=True)
    for name, quotes in (("Aliya", 3), ("Bolat", 2), ("Dana", 1), ("Darkhan", 1)):
        speaker = PersonFactory(public=True, name=name, source=source)
        for number in range(quotes):
            QuoteFactory(public=True, speaker=speaker, source=source, text=f"Words of law, {number}")
    PersonFactory(public=True, name="Dauren", source=source)


def test_a_theme_of_one_quote_is_offered_however_many_themes_there_are(client):
    themes = ThemeFactory.create_batch(45, public=True)
    QuoteFactory(public=True, themes=themes)
    shown = facet(client, "/quotes/", "theme")
    assert len(labels(shown)) == 45
    assert len(shown.options) == facets.SHOWN
    assert shown.find == ""


def test_the_most_frequent_speakers_are_offered_and_the_others_found(client, speakers):
    shown = facet(client, "/quotes/?q=law", "speaker")
    assert labels(shown) == ["Aliya", "Bolat"]
    assert shown.find == "find_speaker"
    found = facet(client, "/quotes/?q=law&find_speaker=da", "speaker")
    assert labels(found) == ["Dana", "Darkhan"]
    assert [option.count for option in found.options] == [1, 1]
    assert "q=law" in found.options[0].url
    assert "speaker=" in found.options[0].url
    assert "find_" not in found.options[0].url


def test_speakers_quoted_equally_often_are_in_the_order_of_their_family_names(client):
    for name, family in (("Aset Zhunus", "Zhunus"), ("Bolat Bek", "Bek"), ("Dana", ""), ("Токаев К.-Ж.", "Токаев")):
        QuoteFactory(public=True, speaker=PersonFactory(public=True, name=name, family_name=family))
    assert labels(facet(client, "/quotes/", "speaker")) == ["Bolat Bek", "Dana", "Aset Zhunus", "Токаев К.-Ж."]


def test_the_box_works_without_script_and_keeps_the_filters(client, speakers):
    page = client.get("/quotes/?q=law&year=undated&find_speaker=da").content.decode()
    form = page[page.index('class="facet__find"') : page.index("</form>", page.index('class="facet__find"'))]
    assert '<input type="hidden" name="q" value="law">' in form
    assert '<input type="hidden" name="year" value="undated">' in form
    assert 'value="da"' in form


def test_a_name_without_matches_keeps_the_box(client, speakers):
    shown = facet(client, "/quotes/?find_speaker=zeppelin", "speaker")
    assert (labels(shown), shown.find) == ([], "find_speaker")
    assert client.get("/quotes/?find_speaker=%00%ff").status_code == 200


@pytest.mark.parametrize(("number", "folded"), [(facets.SHOWN, 0), (facets.SHOWN + 1, 0), (facets.SHOWN + 2, 2)])
def test_a_single_further_value_is_shown(client, number, folded):
    QuoteFactory(public=True, themes=ThemeFactory.create_batch(number, public=True))
    shown = facet(client, "/quotes/", "theme")
    assert (len(shown.more), len(labels(shown))) == (folded, number)


def test_a_theme_is_written_as_on_its_tag(client):
    QuoteFactory(public=True, themes=[ThemeFactory(public=True, name="eGov and songs")], language="ru")
    assert labels(facet(client, "/quotes/", "theme")) == ["eGov and songs"]
    # Our own labels are not names.
    assert labels(facet(client, "/quotes/", "language")) == ["Russian"]
    assert labels(facet(client, "/quotes/", "year")) == ["Undated"]
