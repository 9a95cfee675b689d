"""The sitemap lists every public page and nothing else."""

import re

import pytest

from initiatives.views import sitemaps
from tests.factories import QuoteFactory, ThemeFactory
from tests.helpers import count_queries
from tests.views.test_pages import make_record

pytestmark = pytest.mark.django_db


def locations(client, address: str) -> list[str]:
    response = client.get(address)
    assert response.status_code == 200
    return re.findall("<loc>http://testserver(.*?)</loc>", response.content.decode())


def test_it_lists_every_public_page_and_no_draft(client):
    public = make_record("one")
    draft = QuoteFactory()
    listed = [path for part in locations(client, "/sitemap.xml") for path in locations(client, part)]
    assert len(listed) == len(set(listed))
    assert draft.get_absolute_url() not in listed
    for path in listed:
        assert client.get(path).status_code == 200, path
    assert {"/", "/quotes/", "/themes/", *public} <= set(listed)


def test_long_lists_are_split_without_more_queries(client, monkeypatch):
    monkeypatch.setattr(sitemaps._OfSite, "limit", 2)
    ThemeFactory.create_batch(2, public=True)
    few = [count_queries(lambda: client.get("/sitemap.xml")), count_queries(lambda: client.get("/sitemap-theme.xml"))]
    ThemeFactory.create_batch(3, public=True)
    parts = [part for part in locations(client, "/sitemap.xml") if "theme" in part]
    assert [len(locations(client, part)) for part in parts] == [2, 2, 1]
    assert [count_queries(lambda: client.get("/sitemap.xml")), count_queries(lambda: client.get(parts[0]))] == few


@pytest.mark.parametrize("address", ["/sitemap-nothing.xml", "/sitemap-theme.xml?p=99", "/sitemap-theme.xml?p=x"])
def test_a_missing_part(client, address):
    assert client.get(address).status_code == 404
