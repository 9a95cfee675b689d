"""What citation programs and search engines find in pages: meta tags, COinS, JSON-LD, links in headers."""

import re
from html import unescape
from urllib.parse import parse_qs

import pytest
from bs4 import BeautifulSoup

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
