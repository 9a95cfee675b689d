"""Metadata of the page and feed of changes, and of each entry: addresses, times, languages."""

import xml.etree.ElementTree as ET

import pytest

from initiatives.changes.log import changes, entries
from initiatives.models import Change
from tests.changes.support import ATOM, save
from tests.factories import InitiativeFactory, MilestoneFactory, QuoteFactory, QuoteTranslationFactory, SourceFactory

pytestmark = pytest.mark.django_db

SITE = "http://testserver"


def changed(clock, item, **values) -> Change:
    """Change an item an hour later; return the resulting entry."""
    clock.forward(hours=1)
    save(item, **values)
    return Change.objects.latest("pk")


def feed(client, query: str = "") -> ET.Element:
    return ET.fromstring(client.get(f"/changes.atom{query}").content)


def text(element: ET.Element, path: str) -> str | None:
    found = element.find(path, ATOM)
    return None if found is None else found.text


def links(element: ET.Element) -> dict[str, str]:
    return {link.get("rel"): link.get("href") for link in element.findall("a:link", ATOM)}


@pytest.mark.parametrize("query", ["", "?kind=quote"])
def test_the_feed_names_its_addresses_and_author(client, query):
    whole = feed(client, query)
    assert links(whole) == {"alternate": f"{SITE}/changes/{query}", "self": f"{SITE}/changes.atom{query}"}
    assert text(whole, "a:id") == f"{SITE}/changes/{query}"
    assert text(whole, "a:title")
    assert text(whole, "a:subtitle")
    assert text(whole, "a:author/a:name")


def test_an_entry_of_the_feed_has_its_time_and_address(client, clock):
    quote = QuoteFactory(public=True)
    change = changed(clock, quote, text="Other words")
    (entry,) = feed(client).findall("a:entry", ATOM)
    assert text(entry, "a:published") == text(entry, "a:updated") == "2026-03-01T13:00:00+00:00"
    assert links(entry) == {"alternate": f"{SITE}/changes/?item=quote-{quote.pk}#change-{change.pk}"}
    assert text(entry, "a:title") == "Correction: Other words (Words)"


def test_a_change_of_status_in_the_feed_names_both_statuses(client, clock):
    milestone = MilestoneFactory(initiative=InitiativeFactory(public=True, title="Law"), status="announced")
    clock.forward(hours=1)
    MilestoneFactory(initiative=milestone.initiative, status="adopted", date="2026-02-01")
    assert "Status: Law (announced → adopted)" in [
        text(entry, "a:title") for entry in feed(client).findall("a:entry", ATOM)
    ]


def test_the_feed_has_the_newest_thirty_entries(client, clock):
    quotes = [QuoteFactory(public=True) for _number in range(31)]
    for quote in quotes:
        change = changed(clock, quote, text="Other words")
    found = feed(client).findall("a:entry", ATOM)
    assert len(found) == 30
    assert text(found[0], "a:id").endswith(f"#change-{change.pk}")


def test_characters_not_allowed_in_xml_are_left_out(client, clock):
    changed(clock, QuoteFactory(public=True, text="Old \x0b words"), text="New \x0b words")
    (entry,) = feed(client).findall("a:entry", ATOM)
    assert "words" in text(entry, "a:content")


@pytest.mark.parametrize("query", ["", "?kind=quote"])
def test_a_page_of_changes_names_itself_and_its_feed(client, query):
    context = client.get(f"/changes/{query}").context
    assert (context["canonical_path"], context["feed_url"]) == (f"/changes/{query}", f"/changes.atom{query}")


def test_pages_of_changes_are_linked_and_keep_the_filters(client, clock, settings):
    settings.PAGE_SIZE = 2
    for number in range(5):
        last = changed(clock, QuoteFactory(public=True), text=f"Words {number}")
    first = client.get("/changes/?kind=quote").context
    assert [entry.change.pk for entry in first["entries"]] == [last.pk, last.pk - 1]
    assert (first["newest_url"], first["older_url"]) == ("", f"/changes/?kind=quote&before={last.pk - 1}")
    second = client.get(first["older_url"]).context
    assert [entry.change.pk for entry in second["entries"]] == [last.pk - 2, last.pk - 3]
    assert (second["newest_url"], second["canonical_path"]) == ("/changes/?kind=quote", first["older_url"])
    third = client.get(second["older_url"]).context
    assert ([entry.change.pk for entry in third["entries"]], third["older_url"]) == ([last.pk - 4], "")


def test_a_changed_wording_is_in_its_own_language(clock):
    public = SourceFactory(public=True, title="Жолдау", language="kk")
    translation = QuoteTranslationFactory(quote=QuoteFactory(public=True, language="kk"), language="ru")
    for item, values in (
        (public, {"title": "Жаңа жолдау"}),
        (public, {"publisher": "Aqorda"}),
        (SourceFactory(public=True, language=""), {"title": "Address"}),
        (translation.quote, {"text": "Сөздер"}),
        (translation.quote, {"context": "Said in Almaty"}),
        (translation, {"text": "Слова"}),
    ):
        changed(clock, item, **values)
    found = [difference.language for entry in entries(changes()) for difference in entry.differences]
    assert found == ["ru", "en", "kk", "en", "en", "kk"]
