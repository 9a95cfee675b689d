"""The desk has the site's colours and typefaces: desk.css repeats exactly what it cannot link."""

import re
from pathlib import Path

import pytest
from django.test import Client

from tests.admin.support import add_url, change_url, list_url, superuser
from tests.factories import SourceFactory

STATIC = Path(__file__).resolve().parents[2] / "static"
BASE = (STATIC / "css/base.css").read_text()
SHEETS = sorted((STATIC / "admin_site").glob("*.css"))
DESK = (STATIC / "admin_site/desk.css").read_text()


def pairs(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (light-dark\(#\w+, #\w+\));", css))


def test_colours_are_those_of_the_site_in_light_and_dark():
    assert pairs(DESK) == pairs(BASE)
    assert len(pairs(DESK)) > 15


def test_faces_are_those_of_the_site():
    def faces(css: str) -> set[str]:
        found = re.findall(r"@font-face \{(.*?)\}", css, re.DOTALL)
        return {re.sub(r"font-display: \w+;", "", " ".join(face.split())) for face in found if "woff2" in face}

    assert faces(DESK) == faces(BASE)
    assert len(faces(DESK)) == 4


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_nothing_is_loaded_from_elsewhere(sheet):
    assert not re.search(r"https?:|//|@import", re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL))


@pytest.mark.django_db
def test_pages_load_the_style_sheets_they_need():
    def sheets(client: Client, url: str) -> list[str]:
        return re.findall(r'href="/static/admin_site/([\w.]+\.css)"', client.get(url).content.decode())

    client, source = superuser(), SourceFactory()
    assert sheets(Client(), "/admin/login/") == ["desk.css", "accounts.css"]
    assert sorted(sheets(client, add_url("quote"))) == ["dashboard.css", "desk.css", "item.css"]
    assert sorted(sheets(client, list_url("quote"))) == ["dashboard.css", "desk.css", "lists.css"]
    reading = change_url(source).replace("/change/", "/read/")
    assert sorted(sheets(client, reading)) == ["copies.css", "dashboard.css", "desk.css", "item.css", "reading.css"]
    for url in ("/admin/", add_url("quote"), list_url("quote"), reading):
        assert len(sheets(client, url)) == len(set(sheets(client, url))), "none twice"
