"""What citation programs and search engines find in pages: meta tags, COinS, JSON-LD, links in headers."""

import re
from html import unescape
from urllib.parse import parse_qs

import pytest
from bs4 import BeautifulSoup

from initiatives.pages.previews import preview_url
from tests.factories import InitiativeFactory, PersonFactory, QuoteFactory, SourceFactory
from tests.helpers import count_queries

pytestmark = pytest.mark.django_db


def tags_of(client, item) -> dict[str, str]:
    soup = BeautifulSoup(client.get(item.get_absolute_url()).content, "html.parser")
    return {tag["name"]: tag["content"] for tag in soup.head.find_all("meta", attrs={"name": True})}


def coins_of(client, address) -> list[dict[str, list[str]]]:
    html = client.get(address).content.decode()
    return [parse_qs(unescape(title)) for title in re.findall(r'<span class="Z3988" title="([^"]*)" hidden>', html)]


@pytest.fixture
def source():
    return SourceFactory(
        public=True, title="Закон & “порядок”", kind="address", publisher="Akorda", date="2020-09-01", language="ru"
    )


def test_a_quote_has_dublin_core(client, source):
    speaker = PersonFactory(public=True, name="Kassym-Jomart Tokayev")
    tags = tags_of(client, QuoteFactory(public=True, source=source, speaker=speaker, text="Words."))
    assert tags["DC.title"] == source.title
    assert tags["DC.creator"] == "Tokayev, Kassym-Jomart"
    assert (tags["DC.publisher"], tags["DC.date"], tags["DC.language"]) == ("Akorda", "2020-09-01", "ru")
    assert tags["DC.identifier"] == tags["citation_public_url"] == source.url
    # These make Zotero take it for something else.
    assert not {"citation_title", "citation_technical_report_institution"} & tags.keys()


def test_an_initiative_is_a_report(client, source):
    tags = tags_of(client, InitiativeFactory(public=True, source=source, title="A listening state"))
    assert tags["citation_title"] == source.title
    assert tags["citation_technical_report_institution"] == "Akorda"
    assert tags["citation_publication_date"] == "2020/09/01"
    assert "[A listening state]. The Reform Record, http" in tags["citation_abstract"]
    assert not [name for name in tags if name.startswith("DC.")]


@pytest.mark.parametrize("address", ["/quotes/", "/initiatives/", "/sources/", "/search/"])
def test_each_card_of_a_list_can_be_picked_up(client, source, address):
    QuoteFactory(public=True, source=source)
    InitiativeFactory(public=True, source=source)
    found = [one for one in coins_of(client, address) if one["rft.title"] == [source.title]]
    assert found
    assert found[0]["rft.date"] == ["2020-09-01"]
    assert found[0]["rft.identifier"] == [source.url]
    assert found[0]["rft_val_fmt"] == ["info:ofi/fmt:kev:mtx:dc"]


def test_no_card_asks_the_database(client):
    QuoteFactory(public=True)
    few = count_queries(lambda: client.get("/quotes/"))
    for _number in range(5):
        QuoteFactory(public=True)
    assert count_queries(lambda: client.get("/quotes/")) == few


def links_of(client, item) -> dict[str, str]:
    header = client.get(item.get_absolute_url())["Link"]
    return {what: target for target, what in re.findall(r"<([^>]*)>; (rel=[^,]*)", header)}


def test_headers_lead_on(client, source):
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


def test_a_header_holds_no_line_of_its_own(client):
    source = SourceFactory(public=True, url="https://example.org/a>; rel=x, <b\r\nSet-Cookie: c", slug="шіркін")
    response = client.get(source.get_absolute_url())
    assert not response.cookies
    assert "<https://example.org/a%3E;%20rel=x,%20%3Cb%0D%0ASet-Cookie:%20c>" in response["Link"]


def test_drafts_tell_nobody_of_themselves(client):
    quote = QuoteFactory(source=SourceFactory())
    response = client.get(preview_url(quote))
    assert response.status_code == 200
    assert "Link" not in response
    for told in (b"ld+json", b"DC.title", b"oembed"):
        assert told not in response.content
