"""The heading of a list describes its contents, and an empty list says what was not found."""

import pytest

from tests.factories import BodyFactory, InitiativeFactory, PersonFactory, QuoteFactory, SourceFactory, ThemeFactory

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def record():
    """A quote, an initiative and a source to filter by."""
    themes = [
        ThemeFactory(public=True, slug="law", name="Rule of law"),
        ThemeFactory(public=True, slug="covid", name="COVID-19"),
    ]
    source = SourceFactory(public=True, slug="address", title="Address")
    PersonFactory(public=True, slug="orator", name="A. Orator")
    BodyFactory(public=True, slug="council", name="Council")
    initiative = InitiativeFactory(public=True, slug="act", title="An act", themes=themes)
    QuoteFactory(public=True, themes=themes, source=source, initiatives=[initiative], date="2020-09-01")


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/quotes/", "Quotes"),
        ("/quotes/?sort=oldest&view=years", "Quotes"),
        ("/quotes/?q=fair+state", "Quotes matching “fair state”"),
        ("/quotes/?theme=law&theme=covid", "Quotes on rule of law or COVID-19"),
        ("/quotes/?theme=covid&exclude_theme=law", "Quotes on COVID-19, except on rule of law"),
        ("/quotes/?speaker=orator&year=2020", "Quotes by A. Orator, 2020"),
        ("/quotes/?year=undated", "Quotes, undated"),
        ("/quotes/?year=2019&year=2020", "Quotes, 2020"),
        ("/quotes/?source=address", "Quotes from “Address”"),
        ("/quotes/?initiative=act", "Quotes about “An act”"),
        ("/quotes/?language=ru", "Quotes in Russian"),
        ("/quotes/?theme=law&from=2020&to=2020", "Quotes on rule of law, 2020"),
        ("/quotes/?from=2019&to=2021-09", "Quotes, 2019 to September 2021"),
        ("/quotes/?from=2020-09-01", "Quotes, from 1 September 2020"),
        ("/quotes/?to=2021", "Quotes, up to 2021"),
        ("/quotes/?from=soon&from=2020", "Quotes, from 2020"),
        ("/quotes/?from=2020-13", "Quotes"),
        ("/quotes/?q=+&from=+", "Quotes"),
        ("/initiatives/?kind=law&body=council", "Initiatives (law) involving Council"),
        ("/initiatives/?status=in_force", "Initiatives with the status “in force”"),
        ("/sources/?q=address", "Sources matching “address”"),
        ("/timeline/", "Timeline"),
        ("/timeline/?year=2020", "Events, 2020"),
        ("/timeline/?kind=milestone&theme=law", "Milestones on rule of law"),
        ("/search/", "Everything in the record"),
        ("/search/?q=law", "Search results for “law”"),
        ("/search/?q=law&kind=quote", "Quotes matching “law”"),
        ("/search/?theme=law", "Results on rule of law"),
        (f"/search/?q={'pasted ' * 100}", f"Search results for “{'pasted ' * 16}pasted…”"),
    ],
)
def test_the_heading_describes_the_list(client, address, heading):
    assert client.get(address).context["listing"].heading == heading


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/quotes/?q=zeppelin&theme=law", "No quotes found for “zeppelin” on rule of law."),
        ("/quotes/?from=2030&to=2031", "No quotes found (2030 to 2031)."),
        ("/quotes/?year=2030&theme=law", "No quotes found on rule of law (2030)."),
        ("/initiatives/?status=withdrawn", "No initiatives found with the status “withdrawn”."),
        ("/initiatives/?effect=mixed", "No initiatives found by effect: mixed."),
        ("/sources/?publisher_kind=party", "No sources found by kind of publisher: party."),
        ("/search/?q=zeppelin", "No results found for “zeppelin”."),
        ("/search/?q=zeppelin&kind=person", "No people found for “zeppelin”."),
        ("/timeline/?q=zeppelin", "No events found for “zeppelin”."),
    ],
)
def test_an_empty_list_says_what_was_not_found(client, address, said):
    html = client.get(address).content.decode()
    assert f'<p class="empty__title">{said}</p>' in html
    assert ("Check the spelling" in html) is ("q=" in address)


def test_chips_show_dates_as_readers_write_them(client):
    chips = client.get("/quotes/?from=2020-09&to=2021-01-02").context["listing"].chips
    assert [chip.label for chip in chips] == ["From: September 2020", "To: 2 January 2021"]
