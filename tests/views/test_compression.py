"""Public pages are compressed; pages that vary by cookie are not (BREACH)."""

import gzip

import brotli
import pytest
from django.contrib.auth import get_user_model

from tests.factories import QuoteFactory

pytestmark = pytest.mark.django_db

GZIP = {"HTTP_ACCEPT_ENCODING": "gzip"}
# As browsers send it over https.
BROTLI = {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br, zstd"}


@pytest.mark.parametrize(
    ("asked", "encoding", "unpack"), [(GZIP, "gzip", gzip.decompress), (BROTLI, "br", brotli.decompress)]
)
@pytest.mark.parametrize("address", ["/", "/quotes/", "/quotes/?q=words", "/themes/", "/method/", "/nothing/"])
def test_public_pages_are_compressed(client, address, asked, encoding, unpack):
    QuoteFactory(public=True)
    plain = client.get(address)
    packed = client.get(address, **asked)
    assert packed["Content-Encoding"] == encoding
    assert int(packed["Content-Length"]) == len(packed.content)
    assert unpack(packed.content) == plain.content
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) < len(plain.content) / 2
    # Headers that would prevent compression, and caching by proxies.
    assert "Cookie" not in plain["Vary"]


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("br;q=0", None),
        ("gzip;q=0", None),
        ("br; Q = 0.000 , gzip;q=0.0", None),
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=0,br;q=0.001", "br"),
    ],
)
@pytest.mark.parametrize("address", ["/method/", "/nothing/"])
def test_encodings_that_the_client_refuses_are_not_used(client, address, accepted, encoding):
    response = client.get(address, headers={"Accept-Encoding": accepted})
    assert response.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in response["Vary"]


@pytest.mark.parametrize("asked", [GZIP, BROTLI])
def test_the_admin_is_not_compressed(client, asked):
    assert "Content-Encoding" not in client.get("/admin/login/", **asked)
    client.force_login(get_user_model().objects.create_superuser("editor"))
    response = client.get("/admin/", **asked)
    assert response.status_code == 200
    assert "Content-Encoding" not in response


def test_logged_in_users_get_public_pages_compressed_too(client):
    client.force_login(get_user_model().objects.create_superuser("editor"))
    assert client.get("/quotes/", **GZIP)["Content-Encoding"] == "gzip"
