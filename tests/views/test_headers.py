"""The headers of all responses, and the addresses that robots must not read."""

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
    "/quotes.csv",
    "/quotes.bib",
    "/sources.ris",
    "/themes/x.feed.json",
    "/data/",
    "/data/versions.json",
    "/data/latest/quotes.csv",
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
# Addresses that other sites may embed or read.
OPEN = ("/card.png", "/api/", "/data/")
DATA = (".csv", ".json", ".bib", ".ris", ".atom")


@pytest.mark.parametrize("who", [None, superuser], ids=["visitor", "administrator"])
def test_every_response_has_security_headers(client, who, subtests):
    QuoteFactory(public=True)
    visitor = who() if who else client
    for address in ADDRESSES:
        with subtests.test(address):
            answer = visitor.get(address)
            answer.getvalue()  # a file that is not read to its end would make others wait
            protects(answer, address)


def protects(answer, address):
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    is_open = address.startswith(OPEN) or address.endswith(DATA)
    assert answer["Cross-Origin-Resource-Policy"] == ("cross-origin" if is_open else "same-origin")
    is_data = is_open and address != "/card.png"
    assert answer.get("Access-Control-Allow-Origin") == ("*" if is_data else None) or address.startswith("/oembed/")
    assert "Access-Control-Allow-Credentials" not in answer
    assert "camera=()" in answer["Permissions-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "Set-Cookie" not in answer or address.startswith("/admin/")


@pytest.mark.parametrize("address", ["/quotes.csv?q=law", "/changes.atom", "/data/latest/quotes.csv", "/api/v1/quotes"])
def test_scripts_of_other_sites_may_make_conditional_and_range_requests(client, address):
    answer = client.options(address, headers={"Access-Control-Request-Headers": "if-none-match, range"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert {"If-None-Match", "Range", "If-Range"} <= set(answer["Access-Control-Allow-Headers"].split(", "))
    assert {"ETag", "Content-Range"} <= set(answer["Access-Control-Expose-Headers"].split(", "))


@pytest.mark.parametrize("address", ["/admin/", "/admin/x.csv", "/admin/initiatives/quote/export.json", "/quotes/"])
def test_scripts_of_other_sites_may_not_read_pages_or_the_desk(client, address):
    answer = client.options(address, headers={"Access-Control-Request-Headers": "range"})
    assert answer.status_code != 204
    assert "Access-Control-Allow-Origin" not in answer
    assert "Access-Control-Allow-Origin" not in superuser().get(address)


@pytest.mark.parametrize("https", [False, True])
@pytest.mark.parametrize("address", ["/", "/quotes/", "/admin/login/", "/api/v1/quotes", "/healthz", "/nothing/"])
def test_responses_to_a_wrong_host_have_security_headers(client, settings, address, https):
    settings.SECURE_SSL_REDIRECT = https
    answer = client.get(address, headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    right = client.get(address, secure=https)
    names = ["X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Permissions-Policy"]
    names += ["Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"]
    assert {name: answer[name] for name in names} == {name: right[name] for name in names}
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_robots_may_read_only_items_and_lists(client):
    rules = urllib.robotparser.RobotFileParser()
    rules.parse(client.get("/robots.txt").content.decode().splitlines())
    for address in ("/", "/quotes/", "/quotes/1-words/", "/initiatives/", "/card.png"):
        assert rules.can_fetch("any", address), address
    for address in ("/admin/", "/preview/token/", "/search/", "/suggest/", "/report/quote-1/", "/api/v1/quotes"):
        assert not rules.can_fetch("any", address), address
