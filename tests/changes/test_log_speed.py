"""Texts are compared once, when a version is made, in bounded time; pages of the log only show the result."""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from initiatives.changes import log as public_log
from initiatives.models import Change
from initiatives.models.choices import State
from tests.changes.support import save, words
from tests.factories import (
    InitiativeFactory,
    QuoteFactory,
    SourceFactory,
    ThemeFactory,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def text(characters: int, seed: int) -> str:
    """Return a text with word frequencies as in a natural language: a few words make up half of it."""
    chosen = random.Random(seed)
    vocabulary = ["the", "of", "and", "to", "in", "law"] * 8 + [f"word{number}" for number in range(2000)]
    return " ".join(chosen.choices(vocabulary, k=characters // 6))[:characters]


def reworded(old: str, *, within: int = 900, each: int = 45) -> str:
    """Return a text with some words in its middle replaced."""
    parts = old.split(" ")
    middle = len(parts) // 2
    for place in range(middle, min(middle + within, len(parts)), each):
        parts[place] = f"other{place}"
    return " ".join(parts)


@pytest.mark.parametrize(
    "rewrite", [reworded, lambda old: text(len(old), 99), lambda old: old[::-1]], ids=["some", "all", "letters"]
)
def test_pages_of_thirty_long_corrections_load_no_text_and_are_bounded(client, clock, rewrite):
    initiatives = [InitiativeFactory(public=True, body=text(30_000, number)) for number in range(30)]
    clock.forward(hours=1)
    for initiative in initiatives:
        save(initiative, body=rewrite(initiative.body))
    longest = max(Change.objects.values_list("size", flat=True))
    assert longest < 30_000 * 2 + 10_000 * 20, "both wordings, and what marks the words in them"
    for address in ("/changes/", "/changes.atom", f"/changes/?item=initiative-{initiatives[0].pk}", "/"):
        with CaptureQueriesContext(connection) as queries:
            content = client.get(address).content
        versions = [query["sql"] for query in queries if "historicalinitiative" in query["sql"]]
        assert versions
        assert not [sql for sql in versions if '"body"' in sql], "no text is compared"
        assert len(content) < 4 * (public_log.FULL_PAGE + longest)


def test_pages_of_very_long_wordings_have_fewer_entries_and_lose_none(client, clock, monkeypatch):
    monkeypatch.setattr(public_log, "FULL_PAGE", 2_500)
    quotes = [QuoteFactory(public=True, text=f"{number} {'old ' * 250}") for number in range(4)]
    clock.forward(hours=1)
    for quote in quotes:
        save(quote, text=f"{quote.pk} {'new ' * 250}")
    assert len(client.get("/changes.atom").content.decode().split("<entry>")) == 3
    seen, address = [], "/changes/"
    while address:
        page = client.get(address)
        seen += [entry.item for entry in page.context["entries"]]
        address = page.context["older_url"]
    assert seen == quotes[::-1]


def test_names_of_other_items_are_looked_up_when_shown(client, clock):
    source = SourceFactory(public=True, title="First name")
    quote, theme = QuoteFactory(public=True), ThemeFactory(public=True, name="Courts")
    clock.forward(hours=1)
    quote.themes.add(theme)
    save(quote, source=source, text="Other words")
    assert "First name" in words(client)
    save(source, title="Second name")
    save(theme, state=State.DRAFT)
    page = client.get("/changes/?kind=quote").content.decode()
    assert "Second name" in page
    assert "Courts" not in page
    for change in Change.objects.filter(kind="quote"):
        assert set(change.words) <= {"text"}
