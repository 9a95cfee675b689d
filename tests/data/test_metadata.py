"""Metadata for citation programs and search engines: meta tags, JSON-LD, Link headers."""

import re
from urllib.parse import parse_qs

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command

from initiatives.data.citations.files import csl
from initiatives.data.citations.reference import reference
from initiatives.models import Quote
from initiatives.models.choices import SourceKind
from initiatives.pages.previews import preview_url
from tests.factories import (
    BodyFactory,
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    PrincipleFactory,
    QuoteFactory,
    SourceFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


def soup_of(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return BeautifulSoup(response.content, "html.parser")


def tags_of(client, item) -> dict[str, str]:
    soup = soup_of(client, item.get_absolute_url())
    return {tag["name"]: tag["content"] for tag in soup.head.find_all("meta", attrs={"name": True})}


def by_coins(soup) -> list[dict[str, list[str]]]:
    """Return a page's items as ContextObjects in Spans (COinS), which take precedence over its meta tags."""
    return [parse_qs(span.get("title", "")) for span in soup.select('[class~="Z3988"]')]


def by_meta_tags(soup) -> dict[str, str | list[dict[str, str]]]:
    """Return the item that Zotero's translator "Embedded Metadata" (June 2026) makes from the page's meta tags."""
    tags: dict[str, list[str]] = {}
    for tag in soup.find_all("meta"):
        name = tag.get("name") or tag.get("property") or ""
        name = name[:3].lower() + name[3:] if name.lower().startswith("dc.") else name
        tags.setdefault(name, []).append(tag.get("content", ""))

    def first(*names):
        return next((value for name in names for value in tags.get(name, []) if value), "")

    kind = "journalArticle" if "citation_title" in tags else "webpage"
    if "citation_technical_report_institution" in tags:
        kind = "report"
    if "citation_book_title" in tags:
        kind = "bookSection"
    creators = [_creator(name) for name in tags.get("citation_author") or tags.get("dc.creator", [])]
    if not creators:
        # It then searches the whole page for bylines.
        lines = soup.select('meta[name="author"], [class*="byline" i], [class*="vcard" i], a[rel="author"]')
        creators = [_creator(line.get_text()) for line in lines]
    site = first("og:site_name") if kind == "webpage" else ""
    found = {
        "type": kind,
        "title": first("citation_title", "dc.title", "og:title"),
        "creators": creators,
        "container": first("citation_book_title", "dc.source") or site,
        "publisher": first("citation_technical_report_institution", "dc.publisher"),
        "date": first("citation_publication_date", "dc.date").replace("/", "-"),
        "language": first("citation_language", "dc.language"),
        "abstract": first("citation_abstract", "dc.description"),
        "url": first("citation_public_url") or soup.select_one('link[rel="canonical"]')["href"],
    }
    assert all(len(values) == 1 for name, values in tags.items() if name.startswith(("dc.", "citation_")))
    return found


def _creator(name: str) -> dict[str, str]:
    """Return a name as Zotero's cleanAuthor does, which treats what precedes a comma as the family name."""
    family, comma, given = name.partition(", ")
    if comma:
        return {"family": family, "given": given}
    *given, family = name.split()
    return {"family": family, "given": " ".join(given)}


def check(found, item) -> None:
    """Compare the item that a citation program makes from a page with the item's own citation as CSL-JSON."""
    cited = reference(type(item).objects.for_card().get(pk=item.pk))
    expected = csl(cited)
    assert found["title"] == expected["title"]
    names = [one if "family" in one else _creator(one["literal"]) for one in expected.get("author", [])]
    assert found["creators"] == names
    if expected["type"] == "chapter":
        assert (found["type"], found["container"]) == ("bookSection", expected["container-title"])
    assert found["publisher"] == cited.publisher
    assert (found["date"], found["language"], found["url"]) == (cited.date, cited.language, cited.url)
    assert not cited.words or found["abstract"] == cited.words


@pytest.fixture
def source():
    return SourceFactory(
        public=True, title="Закон & “порядок”", kind="address", publisher="Akorda", date="2020-09-01", language="ru"
    )


def test_a_speakers_own_quote_has_dublin_core(client, source):
    speaker = PersonFactory(public=True, name="Kassym-Jomart Tokayev", family_name="Tokayev", given_name="K.-J.")
    tags = tags_of(client, QuoteFactory(public=True, source=source, speaker=speaker, text="Words."))
    assert tags["DC.title"] == source.title
    assert tags["DC.creator"] == "Tokayev, K.-J."
    assert (tags["DC.publisher"], tags["DC.date"], tags["DC.language"]) == ("Akorda", "2020-09-01", "ru")
    assert tags["DC.identifier"] == tags["citation_public_url"] == source.url
    # These would make Zotero treat it as another kind.
    assert not {"citation_title", "citation_technical_report_institution", "citation_book_title"} & tags.keys()


def test_an_initiative_is_a_report(client, source):
    tags = tags_of(client, InitiativeFactory(public=True, source=source, title="A listening state"))
    assert tags["citation_title"] == "A listening state"
    assert tags["citation_technical_report_institution"] == "The Reform Record"
    assert f"Source: {source.title}, Akorda, 2020-09-01, http" in tags["citation_abstract"]
    assert not [name for name in tags if name.startswith("DC.")]


@pytest.mark.parametrize("kind", SourceKind.values)
@pytest.mark.parametrize("family", ["von der Leyen", ""])
def test_citation_programs_find_only_the_pages_own_item(client, kind, family):
    """Even if the page shows cards of others."""
    given = "Ursula Gertrud" if family else ""
    speaker = PersonFactory(public=True, name="Ursula von der Leyen", family_name=family, given_name=given)
    source = SourceFactory(public=True, kind=kind, title="Report", publisher="The Times", date="2020-09-01")
    initiative, theme = InitiativeFactory(public=True, source=source), ThemeFactory(public=True)
    quotes = [
        QuoteFactory(public=True, source=source, speaker=speaker, text=f"Words {n}", themes=[theme]) for n in (1, 2)
    ]
    quotes[0].initiatives.add(initiative)
    for item in (*quotes, initiative, source):
        soup = soup_of(client, item.get_absolute_url())
        assert by_coins(soup) == []
        check(by_meta_tags(soup), item)


def test_pages_without_a_citable_item_offer_no_citation(client):
    quote = QuoteFactory(public=True, themes=[ThemeFactory(public=True)])
    principle = PrincipleFactory()
    MilestoneFactory(source=quote.source)
    items = (quote.speaker, quote.themes.get(), BodyFactory(public=True), principle.set)
    lists = ["quotes", "initiatives", "principles", "themes", "people", "sources", "timeline", "search", "changes"]
    others = ["/", "/about/", "/method/", "/data/", "/search/?q=words", "/quotes/?view=speakers"]
    for address in (*others, *(f"/{name}/" for name in lists), *(item.get_absolute_url() for item in items)):
        soup = soup_of(client, address)
        assert by_coins(soup) == []
        found = by_meta_tags(soup)
        assert (found["type"], found["creators"], found["container"]) == ("webpage", [], "The Reform Record"), address
        assert found["url"].startswith("http://testserver/")


def test_every_quote_of_the_first_content_names_its_speaker(client):
    call_command("load_first_content", verbosity=0)
    quotes = Quote.objects.published().for_data()
    assert len(quotes) == 9
    tokayev = {"family": "Tokayev", "given": "Kassym-Jomart"}
    for quote in quotes:
        soup = soup_of(client, quote.get_absolute_url())
        found = by_meta_tags(soup)
        check(found, quote)
        assert (found["creators"], found["publisher"]) == ([tokayev], "Diplomat Magazine")
        assert found["container"] == f"[{quote.source.title}]"
        # In every style, and once by name in each file
        printed = [one.get_text() for one in soup.select(".citation")]
        assert len(printed) == 8
        assert all("Tokayev" in text and "“[" not in text for text in printed)
        for suffix in ("bib", "ris", "json"):
            assert "Tokayev" in client.get(f"/quotes/{quote.pk}/cite.{suffix}").content.decode()


def links_of(client, item) -> dict[str, str]:
    header = client.get(item.get_absolute_url())["Link"]
    return {what: target for target, what in re.findall(r"<([^>]*)>; (rel=[^,]*)", header)}


def test_link_headers_refer_to_related_pages(client, source):
    quote = QuoteFactory(public=True, source=source)
    links = links_of(client, quote)
    assert links['rel="cite-as"'] == f"http://testserver/q/{quote.pk}"
    assert links['rel="collection"'] == "http://testserver/quotes/"
    described = links['rel="describedby"; type="application/vnd.citationstyles.csl+json"']
    assert client.get(described.removeprefix("http://testserver")).json()[0]["title"] == source.title
    assert links_of(client, source)['rel="item"'] == source.url
    assert links_of(client, quote.speaker) == {
        'rel="cite-as"': f"http://testserver{quote.speaker.get_absolute_url()}",
        'rel="collection"': "http://testserver/people/",
        'rel="license"': "https://creativecommons.org/licenses/by/4.0/",
    }


def test_an_address_cannot_add_lines_to_a_header(client):
    source = SourceFactory(public=True, url="https://example.org/a>; rel=x, <b\r\nSet-Cookie: c", slug="шіркін")
    response = client.get(source.get_absolute_url())
    assert not response.cookies
    assert "<https://example.org/a%3E;%20rel=x,%20%3Cb%0D%0ASet-Cookie:%20c>" in response["Link"]


def test_drafts_have_no_metadata(client):
    quote = QuoteFactory(source=SourceFactory())
    response = client.get(preview_url(quote))
    assert response.status_code == 200
    assert "Link" not in response
    for part in (b"ld+json", b"DC.title", b"oembed"):
        assert part not in response.content
