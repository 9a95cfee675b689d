"""What every answer says to browsers, of whatever type it is; and what robots are asked to leave out."""

import urllib.robotparser

import pytest

from tests.admin.support import superuser
from tests.factories import QuoteFactory

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "/",
    "/quotes/",
    "/quotes/?theme=unknown&from=2020-13",
    "/search/?q=law",
    "/suggest/?q=law",
    "/changes.atom",
    "/quotes.bib",
    "/sources.ris",
    "/quotes/1/cite.bib",
    "/oembed/?url=unknown",
    "/card.png",
    "/opensearch.xml",
    "/robots.txt",
    "/.well-known/security.txt",
    "/favicon.ico",
    "/nothing/",
    "/about/",
    "/report/quote-1/",
    "/admin/",
    "/admin/login/",
    "/healthz",
    "/api/v1/quotes",
    "/api/v1/docs",
    "/api/v1/nothing",
]
# What other sites may show or read.
OPEN = ("/card.png", "/api/")


@pytest.mark.parametrize("who", [None, superuser], ids=["visitor", "administrator"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_has_the_headers_that_protect_it(client, address, who):
    QuoteFactory(public=True)
    answer = (who() if who else client).get(address)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == ("cross-origin" if address.startswith(OPEN) else "same-origin")
    assert "camera=()" in answer["Permissions-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "Set-Cookie" not in answer or address.startswith("/admin/")


def test_robots_read_items_and_lists_and_nothing_else(client):
    rules = urllib.robotparser.RobotFileParser()
    rules.parse(client.get("/robots.txt").content.decode().splitlines())
    for address in ("/", "/quotes/", "/quotes/1-words/", "/initiatives/", "/card.png"):
        assert rules.can_fetch("any", address), address
    for address in ("/admin/", "/preview/token/", "/search/", "/suggest/", "/report/quote-1/", "/api/v1/quotes"):
        assert not rules.can_fetch("any", address), address
