"""Only pages with Cyrillic text preload the fonts for it."""

import re
from pathlib import Path

import pytest

from tests.factories import (
    BodyFactory,
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    QuoteFactory,
    QuoteTranslationFactory,
    SourceFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db

WORDS, TITLES = "literata-cyrillic", "record-sans-cyrillic"


def awaited(client, address: str) -> set[str]:
    """Return the fonts that a page preloads."""
    html = client.get(address).content.decode()
    return set(re.findall(r"fonts/([a-z-]+)\.woff2\"[^>]* data-waits", html))


@pytest.mark.parametrize("address", ["/quotes/", "/quotes/?view=speakers", "/search/", "/timeline/"])
def test_lists_preload_by_the_script_of_quotations(client, address):
    QuoteFactory(public=True, text="Words.", language="kk", date="2020-01-01")
    assert awaited(client, address) == set()
    QuoteFactory(public=True, text="Сөз.", language="kk", date="2020-01-01", source=SourceFactory(public=True))
    assert awaited(client, address) == {WORDS}


def test_titles_and_queries_need_the_other_font(client):
    QuoteFactory(public=True, date="2020-01-01", source=SourceFactory(public=True, title="Послание"))
    assert awaited(client, "/sources/") == {TITLES}
    assert awaited(client, "/quotes/") == {TITLES}
    assert awaited(client, "/quotes/?q=халық") == {TITLES}


def test_aliases_on_pages_of_items_count(client):
    aliases = "Қасым"
    for item in (
        PersonFactory(public=True, aliases=aliases),
        BodyFactory(public=True, aliases=aliases),
        ThemeFactory(public=True, aliases=aliases),
        SourceFactory(public=True, aliases=aliases),
        InitiativeFactory(public=True, aliases=aliases),
    ):
        assert awaited(client, item.get_absolute_url()) == {TITLES}, item
    assert awaited(client, BodyFactory(public=True).get_absolute_url()) == set()
    assert awaited(client, "/search/?q=Қасым") == {TITLES}


def test_evidence_with_a_cyrillic_title_counts(client):
    initiative, evidence = InitiativeFactory(public=True), SourceFactory(public=True, title="Послание")
    assert awaited(client, initiative.get_absolute_url()) == awaited(client, "/") == set()
    MilestoneFactory(initiative=initiative, source=evidence, date="2020-01-01")
    assert awaited(client, initiative.get_absolute_url()) == awaited(client, "/") == {TITLES}


def test_translations_of_a_quote_count(client):
    quote = QuoteFactory(public=True, text="Words.")
    assert awaited(client, quote.get_absolute_url()) == set()
    QuoteTranslationFactory(quote=quote, language="ru", text="Слова.")
    assert awaited(client, quote.get_absolute_url()) == {WORDS}


@pytest.mark.parametrize("letters", ["ӘәҒғҚқҢңӨөҰұҮүҺһІі"])
def test_every_kazakh_letter_is_in_both_cyrillic_fonts(letters, settings):
    css = (Path(settings.BASE_DIR) / "static/css/base.css").read_text(encoding="utf-8")
    faces = [face for face in css.split("@font-face") if "cyrillic.woff2" in face]
    assert len(faces) == 2
    for face in faces:
        spans = [span.strip().removeprefix("U+") for span in face.split("unicode-range:")[1].split(";")[0].split(",")]
        covered = set()
        for span in spans:
            first, _dash, last = span.partition("-")
            covered.update(range(int(first, 16), int(last or first, 16) + 1))
        assert {ord(letter) for letter in letters} <= covered
