"""Public pages travel compressed; what varies by cookie does not (BREACH)."""

import gzip

import pytest
from django.contrib.auth import get_user_model

from tests.factories import QuoteFactory

pytestmark = pytest.mark.django_db

GZIP = {"HTTP_ACCEPT_ENCODING": "gzip"}


@pytest.mark.parametrize("address", ["/", "/quotes/", "/quotes/?q=words", "/themes/", "/method/", "/nothing/"])
def test_public_pages_are_compressed(client, address):
    QuoteFactory(public=True)
    plain = client.get(address)
    packed = client.get(address, **GZIP)
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) < len(plain.content) / 2
    # What would keep it from being compressed, and from being cached by others.
    assert "Cookie" not in plain["Vary"]


def test_the_admin_is_not(client):
    assert "Content-Encoding" not in client.get("/admin/login/", **GZIP)
    client.force_login(get_user_model().objects.create_superuser("editor"))
    response = client.get("/admin/", **GZIP)
    assert response.status_code == 200
    assert "Content-Encoding" not in response


def test_who_is_logged_in_gets_public_pages_compressed_too(client):
    client.force_login(get_user_model().objects.create_superuser("editor"))
    assert client.get("/quotes/", **GZIP)["Content-Encoding"] == "gzip"
