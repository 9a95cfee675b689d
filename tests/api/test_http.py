"""Requests to the API: from scripts of other sites, repeated, too many, and for missing items."""

import pytest
from django.core.cache import caches
from django.db import OperationalError

from initiatives.search import Unavailable
from tests.factories import QuoteFactory

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"


@pytest.fixture
def page_cache(settings):
    """Cache pages as the site does."""
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "answers of tests"}
    settings.CACHES = settings.CACHES | {"pages": memory}
    caches["pages"].clear()
    yield
    caches["pages"].clear()


@pytest.mark.parametrize("header", [("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")])
def test_clients_with_a_current_copy_get_304_until_something_changes(client, page_cache, header):
    name, question = header
    quote = QuoteFactory(public=True)
    has = {question: client.get("/api/v1/quotes")[name]}
    not_modified = client.get("/api/v1/quotes", headers=has)
    assert (not_modified.status_code, not_modified.content) == (304, b"")
    assert not_modified["Access-Control-Allow-Origin"] == "*"
    if name == "ETag":
        quote.text = "Other words"
        quote.save()
        assert client.get("/api/v1/quotes", headers=has).status_code == 200
    else:
        assert client.get("/api/v1/quotes", headers={question: "Sat, 01 Feb 2020 00:00:00 GMT"}).status_code == 200


def test_pages_of_a_walk_are_not_cached_but_have_etags(client, page_cache):
    quotes = QuoteFactory.create_batch(2, public=True)
    path = client.get("/api/v1/quotes?limit=1").json()["next"]
    etag = client.get(path)["ETag"]
    assert "Cache-Status" not in client.get(path)
    not_modified = client.get(path, headers={"If-None-Match": etag})
    assert (not_modified.status_code, not_modified.content) == (304, b"")
    quotes[0].text = "Other words"
    quotes[0].save()
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("path", ["quotes", "quotes?limit=x", "nothing", "openapi.json", "docs", ""])
def test_scripts_of_any_site_may_read_it_without_credentials(client, path):
    answer = client.get(f"/api/v1/{path}", headers={"Origin": "https://other.example"})
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "ETag" in answer["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer
    assert "Cookie" not in answer.get("Vary", "")


def test_missing_items_and_forbidden_methods_return_a_problem(client):
    for answer, status in [
        (client.get("/api/v1/nothing"), 404),
        (client.get("/api/v2/quotes"), 404),
        (client.get("/api/v1/quotes/1"), 404),
        (client.post("/api/v1/quotes"), 405),
    ]:
        assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM)
        assert answer.json()["status"] == status
        assert answer.json()["detail"]
    assert client.post("/api/v1/quotes")["Allow"] == "GET, HEAD, OPTIONS"


def test_without_an_index_or_a_database_it_says_when_to_retry(client, monkeypatch):
    client.raise_request_exception = False
    for error in (Unavailable(), OperationalError()):

        def fails(*args, error=error, **kwargs):
            raise error

        monkeypatch.setattr("initiatives.search.Results.part", fails)
        answer = client.get("/api/v1/quotes")
        assert (answer.status_code, answer["Content-Type"]) == (503, PROBLEM)
        assert answer["Retry-After"] == "60"


def test_limits_are_reported_and_enforced(client, settings):
    settings.RATE_LIMITS = {"api": "2/minute"}
    answers = [client.get("/api/v1/quotes") for _time in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["RateLimit"].split(";")[:2] for answer in answers] == [['"api"', f"r={left}"] for left in (1, 0, 0)]
    assert {answer["RateLimit-Policy"] for answer in answers} == {'"api";q=2;w=60'}
    assert answers[2]["Content-Type"] == PROBLEM
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
    assert client.get("/quotes/").status_code == 200
    assert "RateLimit" not in client.get("/quotes/")


def test_a_cached_response_does_not_have_the_limit_of_another_client(client, page_cache, settings):
    settings.RATE_LIMITS = {"api": "2/minute"}
    QuoteFactory(public=True)
    assert "RateLimit" in client.get("/api/v1/quotes")
    again = client.get("/api/v1/quotes")
    assert "RateLimit" not in again
    assert again["RateLimit-Policy"]


def test_the_first_address_redirects_to_the_description(client):
    answer = client.get("/api/v1/", follow=True)
    assert answer.redirect_chain == [("/api/v1/docs", 302)]
    assert "/api/v1/quotes" in answer.content.decode()
