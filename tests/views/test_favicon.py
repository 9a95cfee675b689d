"""/favicon.ico, which browsers request on their own."""

import re

import pytest
from django.conf import settings as site_settings
from django.core.management import call_command
from django.test import Client, override_settings

ICON = site_settings.BASE_DIR / "static" / "img" / "favicon.svg"
HASHED = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}


def test_it_redirects_to_the_icon_without_a_cookie_or_the_database(client):
    answer = client.get("/favicon.ico")
    assert answer.status_code == 301
    assert answer["Location"] == "/static/img/favicon.svg"
    assert {part.strip() for part in answer["Cache-Control"].split(",")} == {"public", "max-age=86400"}
    assert not answer.cookies
    assert client.post("/favicon.ico").status_code == 405


def test_the_icon_is_served_under_its_hashed_name(tmp_path):
    with override_settings(STATIC_ROOT=tmp_path, STORAGES={**site_settings.STORAGES, **HASHED}):
        call_command("collectstatic", interactive=False, verbosity=0)
        # WhiteNoise lists the files when it starts.
        answer = Client().get("/favicon.ico", follow=True)
    [(address, status)] = answer.redirect_chain
    assert status == 301
    assert re.fullmatch(r"/static/img/favicon\.[0-9a-f]{12}\.svg", address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert b"".join(answer.streaming_content) == ICON.read_bytes()


@pytest.mark.parametrize("path", ["/favicon.ico/", "/favicon"])
def test_no_other_address_redirects_there(client, db, path):
    assert client.get(path).status_code == 404
