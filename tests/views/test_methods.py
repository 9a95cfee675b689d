"""Public addresses are read-only: methods that change data are refused everywhere."""

import re
from itertools import product

import pytest
from django.urls import URLResolver, get_resolver

from initiatives.urls import data_patterns, urlpatterns
from tests.views.test_pages import make_record

pytestmark = pytest.mark.django_db

ARGUMENTS = {"pk": "1", "slug": "x", "token": "x", "name": "quotes", "suffix": "csv", "cited_as": "bib"}
ARGUMENTS |= {"kind": "theme", "version": "2026-01-01T000000Z", "file": "x.csv", "id": "1"}


def addresses_of(patterns, before="/"):
    """Yield an address for each pattern, including nested ones."""
    for pattern in patterns:
        address = before + re.sub(r"<(?:\w+:)?(\w+)>", lambda match: ARGUMENTS[match[1]], str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from addresses_of(pattern.url_patterns, address)
        else:
            yield address


ADDRESSES = list(addresses_of([*data_patterns, *urlpatterns]))


def test_the_addresses_cover_the_site():
    assert {"/", "/quotes/", "/quotes/1-x/", "/changes.atom", "/suggest/", "/api/v1/quotes", "/api/v1/quotes/1"} <= set(
        ADDRESSES
    )
    for address in ADDRESSES:
        assert get_resolver().resolve(address).func


def test_other_methods_are_refused(client, subtests):
    for method, address in product(["post", "put", "patch", "delete"], [*ADDRESSES, "/healthz"]):
        if method == "post" and address.startswith(("/report/", "/check/", "/api/v1/check")):
            continue  # the only public forms, see tests/views/test_reports.py and test_check.py
        with subtests.test(method=method, address=address):
            response = getattr(client, method)(address)
            assert response.status_code == 405
            assert {"GET", "HEAD"} <= set(response["Allow"].split(", ")) <= {"GET", "HEAD", "OPTIONS"}


def test_get_and_head_work(client):
    for address in [*make_record("one"), "/changes.atom", "/healthz", "/api/v1/quotes", "/api/v1/docs"]:
        assert client.get(address).status_code == client.head(address).status_code == 200
