"""The style page: for developers, and without a database."""

from pathlib import Path

import pytest
from django.conf import settings as site_settings

from initiatives.models.choices import Status


def test_the_public_has_none(client, db):
    assert client.get("/styleguide/").status_code == 404


def test_it_shows_the_partials_with_samples_and_reads_nothing(client, settings):
    settings.DEBUG = True
    # Without the mark for database access any query fails.
    response = client.get("/styleguide/")
    assert response.status_code == 200
    html = response.content.decode()
    for status in (*Status.values, "none"):
        assert f"status--{status}" in html
    for part in (
        "quote-card",
        "milestone--turn",
        "error-summary",
        "chip",
        "pages__gap",
        "version",
        "neighbour",
        "note",
        "suggestions",
        "did-you-mean",
        "plot__mark",
        "plot__span",
        "coverage__mark",
        "copy",
    ):
        assert f'class="{part}' in html or f" {part}" in html
    assert "<mark>" in html


@pytest.mark.parametrize("letters", ["ӘәҒғҚқҢңӨөҰұҮүҺһІі"])
def test_every_kazakh_letter_is_in_both_cyrillic_fonts(letters):
    css = (Path(site_settings.BASE_DIR) / "static/css/base.css").read_text(encoding="utf-8")
    faces = [face for face in css.split("@font-face") if "cyrillic.woff2" in face]
    assert len(faces) == 2
    for face in faces:
        spans = [span.strip().removeprefix("U+") for span in face.split("unicode-range:")[1].split(";")[0].split(",")]
        covered = set()
        for span in spans:
            first, _dash, last = span.partition("-")
            covered.update(range(int(first, 16), int(last or first, 16) + 1))
        assert {ord(letter) for letter in letters} <= covered
