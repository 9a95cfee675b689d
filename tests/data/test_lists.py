"""Lists as data: the same rows as on the page, in the same order, in every format."""

import csv
import datetime
import gc
import io
import json
import time
from types import SimpleNamespace

import feedparser
import jsonschema
import pytest
from django.utils import timezone

from initiatives.data import items
from initiatives.data.lists import FORMATS, LISTS
from initiatives.models import PrincipleSet, Quote
from initiatives.search.content import KINDS
from reforms_site import kept_pages
from tests.factories import (
    BodyFactory,
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    PrincipleFactory,
    PrincipleSetFactory,
    QuoteFactory,
    SourceFactory,
    ThemeFactory,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]

INDEXED = [known.model for known in KINDS.values()]


def content_of(response) -> str:
    assert response.status_code == 200, response.content
    return b"".join(response).decode()


def read(response):
    """Read a list to its end, so that it releases its slot, and return the response."""
    content_of(response)
    return response


def rows_of(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content_of(response))))


def test_a_list_of_quotes_as_csv_and_json(client):
    theme, draft = ThemeFactory(public=True, name="Courts"), ThemeFactory(name="Not yet")
    quotes = [QuoteFactory(public=True, text=f"Law {n}", date=f"2020-01-{n:02}", themes=[theme, draft]) for n in (1, 2)]
    QuoteFactory(public=True, text="Water")
    QuoteFactory(text="Law of a draft")
    rows = rows_of(client.get("/quotes.csv?q=law&sort=oldest"))
    assert [row["id"] for row in rows] == [str(quote.pk) for quote in quotes]
    assert rows[0]["themes"] == "Courts"
    assert rows[0]["url"] == f"http://testserver{quotes[0].get_absolute_url()}"
    answer = json.loads(content_of(client.get("/quotes.json?q=law&sort=oldest")))
    assert [item["id"] for item in answer["items"]] == [quote.pk for quote in quotes]
    assert answer["items"][0]["themes"] == ["Courts"]
    assert answer["page"] == "http://testserver/quotes/?q=law&sort=oldest"
    assert (list(answer)[-1], answer["count"]) == ("count", 2)
    assert content_of(client.get("/quotes.bib?q=law")).endswith("@comment{Entries: 2}\n")
    assert json.loads(content_of(client.get("/quotes.json?q=zeppelin")))["count"] == 0


@pytest.mark.parametrize("name", ["initiatives", "sources", "timeline", "search"])
def test_other_lists(client, name):
    source = SourceFactory(public=True, date="2020-01-01")
    InitiativeFactory(public=True, source=source)
    rows = rows_of(client.get(f"/{name}.csv"))
    assert rows
    assert len(json.loads(content_of(client.get(f"/{name}.json")))["items"]) == len(rows)


def test_milestones_and_statuses_are_lists_of_their_own(client):
    theme = ThemeFactory(public=True, slug="courts")
    initiative = InitiativeFactory(public=True, title="Law on courts", themes=[theme])
    further = SourceFactory(public=True, title="Report")
    MilestoneFactory(initiative=initiative, status="announced", date="2020-01-01")
    turn = MilestoneFactory(
        initiative=initiative, status="adopted", date="2021-01-01", text="It was signed.", date_is_report=True
    )
    turn.further_sources.add(further, SourceFactory(title="Not public"))
    MilestoneFactory(initiative=initiative, source=SourceFactory(), status="in_force", date="2022-01-01")
    other = InitiativeFactory(public=True, title="Charter")
    of_person = MilestoneFactory(initiative=None, person=PersonFactory(public=True), date="2019-01-01")
    milestones = rows_of(client.get("/milestones.csv?sort=oldest"))
    assert [row["id"] for row in milestones][0::2] == [str(of_person.pk), str(turn.pk)]
    assert milestones[0]["person"] == of_person.person.slug
    assert {milestones[2][name] for name in ("initiative", "initiative_title", "status", "further_sources", "url")} == {
        *(initiative.slug, "Law on courts", "adopted", "Report"),
        f"http://testserver{turn.get_absolute_url()}",
    }
    answer = json.loads(content_of(client.get("/milestones.json?theme=courts&kind=quote")))
    assert {item["initiative"] for item in answer["items"]} == {initiative.slug}
    assert answer["page"] == "http://testserver/timeline/?kind=milestone&theme=courts"
    statuses = {row["id"]: row for row in rows_of(client.get("/statuses.csv"))}
    assert statuses[str(initiative.pk)]["status"] == "adopted"
    assert [statuses[str(initiative.pk)][name] for name in ("status_date", "status_date_is_report")] == [
        "2021-01-01",
        "True",
    ]
    assert statuses[str(initiative.pk)]["milestone"] == str(turn.pk)
    assert statuses[str(initiative.pk)]["source_url"] == turn.source.url
    assert statuses[str(other.pk)]["status"] == statuses[str(other.pk)]["milestone"] == ""
    found = json.loads(content_of(client.get("/statuses.json?status=adopted")))["items"]
    assert [item["title"] for item in found] == ["Law on courts"]


def test_voices_are_counted_by_kind_of_publisher(client):
    initiative = InitiativeFactory(public=True)
    agency = SourceFactory(public=True, publisher_kind="private_media")
    for kind in ("state_body", "state_body", ""):
        source = SourceFactory(public=True, publisher_kind=kind)
        MilestoneFactory(initiative=initiative, effect="confirms", source=source)
    said = {"attributed_to": "Watch", "attributed_kind": "civil_society", "date_is_report": True}
    MilestoneFactory(initiative=initiative, effect="contests", date="2021-01-01", source=agency, **said)
    (row,) = rows_of(client.get("/initiatives.csv"))
    assert (row["confirmed_by"], row["contested_by"], row["mixed_by"]) == (
        "state_body:2;not_recorded:1", "civil_society:1", ""
    )  # fmt: skip
    (item,) = client.get("/api/v1/initiatives").json()["items"]
    assert (item["confirmed_by"], item["mixed_by"]) == ({"state_body": 2, "not_recorded": 1}, {})
    step = json.loads(content_of(client.get("/milestones.json")))["items"][0]
    assert step | said | {"effect": "contests", "publisher_kind": "private_media"} == step
    for name in ("search", "timeline"):
        found = {(row["kind"], row["effect"], row["publisher_kind"]) for row in rows_of(client.get(f"/{name}.csv"))}
        assert found >= {("milestone", "contests", "private_media"), ("milestone", "confirms", "state_body")}
        items = json.loads(content_of(client.get(f"/{name}.json")))["items"]
        assert {(one["publisher_kind"], one["effect"]) for one in items if one["kind"] == "milestone"} == {
            *(("private_media", "contests"), ("state_body", "confirms"), (None, "confirms")),
        }
    assert {row["publisher_kind"] for row in rows_of(client.get("/sources.csv"))} == {
        "state_body",
        "private_media",
        "",
    }


def test_a_list_is_offered_only_in_formats_with_content(client):
    """Principles and milestones cannot be cited on their own: their .bib and .ris would be empty."""
    PrincipleFactory(set=PrincipleSetFactory(public=True))
    source = QuoteFactory(public=True, source__date="2020-01-01").source
    MilestoneFactory(initiative=InitiativeFactory(public=True, source=source), source=source)
    page = client.get("/principles/").content.decode()
    for name, formats in LISTS.items():
        for suffix in FORMATS:
            if suffix in formats:
                assert content_of(client.get(f"/{name}.{suffix}"))
            else:
                assert client.get(f"/{name}.{suffix}").status_code == 404
                assert f"/{name}.{suffix}" not in page + client.get("/data/").content.decode()
    assert "/principles.csv" in page


def test_formulas_are_escaped_and_a_byte_order_mark_is_sent_on_request(client):
    QuoteFactory(public=True, text="=1+1")
    assert rows_of(client.get("/quotes.csv"))[0]["text"] == "'=1+1"
    assert not content_of(client.get("/quotes.csv")).startswith("\ufeff")
    assert content_of(client.get("/quotes.csv?bom=1")).startswith("\ufeff")


def test_sent_rows_do_not_stay_in_memory(client, monkeypatch):
    QuoteFactory.create_batch(30, public=True)
    monkeypatch.setattr(items, "CHUNK", 5)

    def quotes_in_memory():
        return sum(type(item) is Quote for item in gc.get_objects())

    gc.collect()
    # Other tests may have left some. Unreachable objects are collected as rarely as on a server.
    before = quotes_in_memory()
    gc.disable()
    try:
        sent = len(rows_of(client.get("/quotes.csv")))
        more = quotes_in_memory() - before
    finally:
        gc.enable()
    assert sent == 30
    assert more <= 10


def test_values_the_page_would_refuse_are_refused_with_a_reason(client):
    response = client.get("/quotes.csv?from=2020-13")
    assert response.status_code == 400
    assert "from: " in response.content.decode()


# The required members and the types of JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        **{key: {"type": "string", "minLength": 1} for key in ("title", "home_page_url", "feed_url", "language")},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id"],
                "anyOf": [{"required": ["content_text"]}, {"required": ["content_html"]}],
                "properties": {
                    **{key: {"type": "string"} for key in ("id", "url", "title", "content_text", "language")},
                    **{key: {"type": "string", "format": "date-time"} for key in ("date_published", "date_modified")},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "authors": {"type": "array", "items": {"type": "object", "required": ["name"]}},
                },
            },
        },
    },
}


def test_feeds_list_the_latest_additions_whatever_their_date(client):
    now = timezone.now()
    old, new = (
        QuoteFactory(public=True, text=text, date=date, published_at=now - datetime.timedelta(days=days))
        for text, date, days in (("Said of late", "2026-01-01", 9), ("Said long ago", "1999-01-01", 1))
    )
    for quote in (old, new):
        for item in (quote.source, quote.speaker):
            item.published_at = now - datetime.timedelta(days=30)
            item.save()
    feed = json.loads(content_of(client.get("/quotes.feed.json")))
    jsonschema.validate(feed, JSON_FEED, format_checker=jsonschema.FormatChecker())
    assert [item["content_text"] for item in feed["items"]] == ["Said long ago", "Said of late"]
    assert feed["items"][0]["id"] == f"http://testserver/q/{new.pk}"
    atom = feedparser.parse(content_of(client.get("/quotes.atom?q=said")))
    assert [entry.summary for entry in atom.entries] == ["Said long ago", "Said of late"]
    assert atom.feed.links[0].href == "http://testserver/quotes/?q=said"


@pytest.mark.parametrize("suffix", ["atom", "feed.json"])
def test_an_entry_stays_the_same_when_its_address_changes(client, suffix):
    """Otherwise feed readers show it as new."""
    source = SourceFactory(public=True, date="2020-01-01")
    initiative = InitiativeFactory(public=True, source=source)
    milestone = MilestoneFactory(initiative=initiative, source=source)
    of_person = MilestoneFactory(initiative=None, person=PersonFactory(public=True), source=source)
    principle = PrincipleFactory(set=PrincipleSetFactory(public=True))
    quote = QuoteFactory(public=True, themes=[ThemeFactory(public=True)])
    BodyFactory(public=True)

    def ids() -> set[str]:
        content = content_of(client.get(f"/search.{suffix}"))
        if suffix == "atom":
            return {entry.id for entry in feedparser.parse(content).entries}
        return {item["id"] for item in json.loads(content)["items"]}

    before = ids()
    assert len(before) == sum(model.objects.count() for model in INDEXED)
    api = "http://testserver/api/v1"
    assert {
        f"http://testserver/q/{quote.pk}",
        f"{api}/initiatives/{initiative.pk}",
        f"{api}/initiatives/{initiative.pk}#milestone-{milestone.pk}",
        f"{api}/people/{of_person.person_id}#milestone-{of_person.pk}",
        f"{api}/principles/{principle.pk}",
    } <= before
    for model in (*INDEXED, PrincipleSet):
        for item in model.objects.all():
            if model is Quote:
                item.text = "Other words, so another address"
            elif hasattr(item, "slug"):
                item.slug = f"renamed-{item.slug}"
            item.save()
    assert ids() == before


def test_atom_entries_are_text_in_their_language_with_rights(client, settings):
    speaker = PersonFactory(public=True, name="Person")
    quote = QuoteFactory(public=True, text="Слова <b>и</b> & дела", language="ru", speaker=speaker)
    source = SourceFactory(public=True, title="Послание", language="ru", description="A message & more.")
    ThemeFactory(public=True, name="Courts", description="")
    content = content_of(client.get("/search.atom"))
    feed = feedparser.parse(content)
    assert not feed.bozo
    assert settings.DATA_LICENCE in feed.feed.rights
    assert "Quotations belong to those who said them" in feed.feed.rights
    entries = {entry.title: entry for entry in feed.entries}
    words = entries[f"Person: «{quote.text}»"]
    assert (words.summary, words.summary_detail.type, words.summary_detail.language) == (quote.text, "text/plain", "ru")
    assert words.title_detail.language == "ru"
    document = entries[source.title]
    assert (document.title_detail.language, document.summary_detail.language) == ("ru", "en")
    assert document.summary == source.description
    assert "summary" not in entries["Courts"]


@pytest.mark.parametrize("suffix", FORMATS)
def test_clients_with_a_current_list_get_304_until_something_changes(client, suffix):
    quote = QuoteFactory(public=True, text="Law")
    address = f"/quotes.{suffix}?q=law"
    has = {"If-None-Match": read(client.get(address))["ETag"]}
    assert has["If-None-Match"] != read(client.get(f"/quotes.{suffix}"))["ETag"]
    not_modified = client.get(address, headers=has)
    assert (not_modified.status_code, not_modified.content, not_modified["ETag"]) == (304, b"", has["If-None-Match"])
    quote.text = "Law and order"
    quote.save()
    assert "Law and order" in content_of(client.get(address, headers=has))


def test_a_list_was_last_modified_when_its_edition_was_first_seen(client, monkeypatch):
    clock = SimpleNamespace(time=lambda: clock.now, now=time.time())
    monkeypatch.setattr(kept_pages, "time", clock)
    quote = QuoteFactory(public=True)

    def headers() -> dict[str, str]:
        return dict(read(client.get("/quotes.csv")).headers)

    # Another edition may begin within the same second, and a replica may be a second behind.
    assert "Last-Modified" not in headers()
    clock.now += 3
    has = {"If-Modified-Since": headers()["Last-Modified"]}
    # Any number of times: a list that is not sent takes no slot.
    assert [client.get("/quotes.csv", headers=has).status_code for _time in range(4)] == [304] * 4
    quote.text = "Other words"
    quote.save()
    assert "Other words" in content_of(client.get("/quotes.csv", headers=has))
    clock.now += 3
    assert "Other words" in content_of(client.get("/quotes.csv", headers=has))
    assert headers()["Accept-Ranges"] == "none"
