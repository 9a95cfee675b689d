"""Any change visible on a page starts a new edition, so that no cached page or ETag outlives it."""

import datetime
import functools
import json
import re
import shutil

import pytest
from django.core.cache import cache, caches
from django.core.management import call_command
from django.utils import timezone

from initiatives import clock
from initiatives.data.dataset.export import export, versions
from initiatives.models import Change, OldSlug, Quote, SynonymSet
from initiatives.models.choices import State
from initiatives.pages.edition import edition, release
from tests.factories import (
    BodyFactory,
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    PrincipleFactory,
    PrincipleSetFactory,
    QuoteFactory,
    QuoteTranslationFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.views.test_kept_pages import later, page_cache  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("page_cache")]

LISTS = (
    *("/", "/quotes/", "/initiatives/", "/principles/", "/themes/", "/people/", "/sources/", "/timeline/", "/changes/"),
    *("/search/?q=words", "/about/", "/method/", "/data/", "/sitemap.xml", "/.well-known/security.txt"),
    *("/suggest/?q=sub", "/opensearch.xml", "/changes.atom", "/quotes.json", "/quotes.atom", "/quotes.feed.json"),
    *("/api/v1/docs", "/api/v1/openapi.json", "/api/v1/changes", "/api/v1/quotes", "/api/v1/timeline"),
    *("/api/v1/search?q=words", "/api/v1/quotes?updated_since=2020-01-01", "/api/v1/quotes?sort=added"),
)
# Times of the response itself: when it was made and, for a feed without entries, the current time.
OF_NOW = rb'"as_of": "[^"]*"|<updated>[^<]*'
OF_AN_ANSWER = ("X-Request-ID", "Cache-Status", "Last-Modified", "RateLimit", "ETag")


@pytest.fixture
def record():
    """An item of each kind, by name."""
    theme, source, body = ThemeFactory(public=True), SourceFactory(public=True), BodyFactory(public=True)
    initiative = InitiativeFactory(public=True, source=source, themes=[theme])
    initiative.bodies.add(body)
    quote = QuoteFactory(public=True, text="Words that hold", source=source, themes=[theme])
    quote.initiatives.add(initiative)
    principles = PrincipleSetFactory(public=True, source=source)
    return {
        "theme": theme,
        "source": source,
        "body": body,
        "initiative": initiative,
        "quote": quote,
        "person": quote.speaker,
        "set": principles,
        "principle": PrincipleFactory(set=principles),
        "milestone": MilestoneFactory(initiative=initiative, source=source),
        "translation": QuoteTranslationFactory(quote=quote),
    }


def of_items(record):
    """Return the pages of items."""
    paged = ("theme", "source", "body", "initiative", "quote", "person", "set")
    own = [record[name].get_absolute_url() for name in paged]
    number = record["quote"].pk
    return [*own, f"/quotes/{number}/embed/", f"/api/v1/quotes/{number}", f"/quotes/{number}/cite.bib"]


def shown(client, address):
    """Return an address's response without its own times: headers, the body and the ETag."""
    answer = client.get(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = {name: value for name, value in answer.headers.items() if name not in OF_AN_ANSWER}
    return (answer.status_code, headers, re.sub(OF_NOW, b"", body)), answer.get("ETag")


def assert_follows(client, addresses, change, *, begins=True, before=None):
    """Cache pages, make a change, and compare the responses with newly rendered pages, which are returned.

    `before` is what such a comparison returned, if the pages are cached already.
    """
    before, code = before or {address: shown(client, address) for address in addresses}, edition().code
    change()
    cache.clear()  # as if it had expired
    at_once = {address: shown(client, address) for address in addresses}
    caches["pages"].clear()
    after = {address: shown(client, address) for address in addresses}
    for address, (was, etag_before) in before.items():
        sent, etag = at_once[address]
        assert (sent, etag) == after[address], address
        assert sent == was or etag is None or etag != etag_before, address
    assert edition().code != code or not begins
    return after


CHANGES = {
    "theme name": lambda item: later(item, name="Another"),
    "theme slug": lambda item: later(item, slug="another"),
    "source title": lambda item: later(item, title="Another"),
    "source archived_url": lambda item: later(item, archived_url="https://archive.example/1"),
    "body name": lambda item: later(item, name="Another"),
    "initiative title": lambda item: later(item, title="Another"),
    "quote text": lambda item: later(item, text="Other words"),
    "quote featured": lambda item: later(item, featured_on=timezone.localdate()),
    "person name": lambda item: later(item, name="Another"),
    "set title": lambda item: later(item, title="Another"),
    "principle title": lambda item: later(item, title="Another"),
    "milestone text": lambda item: later(item, text="Another"),
    "translation text": lambda item: later(item, text="Другие слова"),
    # In this order: each may take others out of the record.
    "translation deleted": lambda item: item.delete(),
    "milestone deleted": lambda item: item.delete(),
    "principle deleted": lambda item: item.delete(),
    "quote deleted": lambda item: item.delete(),
    "source withdrawn": lambda item: later(item, state=State.ARCHIVED),
}


def test_changes_of_each_kind(client, record):
    addresses, before = [*LISTS, *of_items(record)], None
    for what, change in CHANGES.items():
        item = record[what.split()[0]]
        before = assert_follows(client, addresses, lambda change=change, item=item: change(item), before=before)


@pytest.mark.database
def test_changes_outside_items(client, record):
    """Synonyms, old addresses, the public log, and changes made by SQL."""
    later(record["quote"], text="Words that held", published_at=timezone.now() - datetime.timedelta(days=9))
    words = SynonymSet(words="words\ndocument")
    for change in (
        words.save,
        words.delete,
        lambda: OldSlug.objects.create(kind="theme", slug="old", object_id=record["theme"].pk),
        lambda: OldSlug.objects.all().delete(),
        lambda: later(Change.objects.last(), withheld="Unlawful words"),
    ):
        assert_follows(client, ["/", "/changes/", "/search/?q=words", "/themes/old/", "/api/v1/changes"], change)

    def by_sql():
        Quote.objects.filter(pk=record["quote"].pk).update(state=State.ARCHIVED)
        call_command("rebuild_search", verbosity=0)

    assert_follows(client, [*LISTS, *of_items(record)], by_sql)


def test_changes_of_datasets(client, record, settings, tmp_path):
    settings.DATASET_DIR = str(tmp_path)
    made = []
    assert "No version has been made yet" in client.get("/data/").content.decode()
    assert_follows(client, ["/data/"], lambda: made.append(export(tmp_path)))
    assert made[0].name in client.get("/data/").content.decode()
    export(tmp_path)
    assert len(versions(tmp_path)) == 2
    assert_follows(client, ["/data/"], lambda: shutil.rmtree(made[0]))
    assert made[0].name not in client.get("/data/").content.decode()


# A different value for each setting from the environment; None for those that affect no page.
OTHERS = {
    "SECRET_KEY": None,
    "SITE_URL": "https://other.example",
    "DATABASE_URL": None,
    "DATABASE_REPLICA_URLS": None,
    "DATABASE_POOLED": None,
    "CACHE_URL": None,
    "SEARCH_DIR": None,
    "ARCHIVE_DIR": None,
    "ATTEST_MINUTES": None,
    "ARCHIVE_BUCKET": None,
    "ALLOWED_HOSTS": ["testserver", "other.example"],
    "DEBUG": True,
    "LOG_LEVEL": None,
    "LOG_FORMAT": None,
    "METRICS_TOKEN": None,
    "TIME_ZONE": "America/Lima",
    "HSTS_PRELOAD": None,
    "CHANGES_NAME_EDITORS": True,
    "EMAIL_URL": None,
    "DEFAULT_FROM_EMAIL": "other@example.org",
    "SECOND_FACTOR": True,
    "RATE_LIMITS": {"api": "10000/minute"},
    "DATASET_DIR": "elsewhere",
    "DATA_LICENCE": "https://example.org/licence",
    "SITE_OWNER": "Another keeper",
    "SITE_CONTACT": "mailto:other@example.org",
    "SITE_FUNDING": "Another purse.",
    "SECURITY_CONTACT": "https://example.org/holes",
}


# Settings that describe the site itself.
SAID = (
    *("/", "/about/", "/method/", "/data/", "/changes/", "/api/v1/docs", "/api/v1/openapi.json", "/api/v1/quotes"),
    *("/sitemap.xml", "/opensearch.xml", "/changes.atom", "/.well-known/security.txt"),
)


def test_changes_of_settings(client, record, settings, tmp_path):
    export(tmp_path)
    later(record["quote"], text="Words that held")
    named = re.findall(r"^#([A-Z_]+)=", (settings.BASE_DIR / ".env.example").read_text(), re.MULTILINE)
    assert set(named) == set(OTHERS)
    for name, value in OTHERS.items():
        if value is not None:
            value = str(tmp_path) if value == "elsewhere" else value
            change = functools.partial(setattr, settings, name, value)
            assert_follows(client, [*SAID, record["quote"].get_absolute_url()], change, begins=False)


def test_a_new_release(client, record, settings, tmp_path):
    """A client with a page from before a template was fixed gets the new page."""
    etag = client.get("/about/")["ETag"]
    (tmp_path / "requirements.txt").write_text("another")
    before, settings.BASE_DIR = settings.BASE_DIR, tmp_path
    release.cache_clear()
    assert client.get("/about/", headers={"If-None-Match": etag}).status_code == 200
    settings.BASE_DIR = before
    release.cache_clear()
    assert client.get("/about/", headers={"If-None-Match": etag}).status_code == 304


def test_a_new_day(client, record, monkeypatch):
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + datetime.timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: midnight - datetime.timedelta(seconds=1))
    assert_follows(client, LISTS, lambda: monkeypatch.setattr(timezone, "now", lambda: midnight))


QUOTED = (
    *("/", "/quotes/", "/timeline/", "/search/?q=words&kind=quote", "/quotes.csv", "/quotes.json"),
    *(
        "/quotes.atom",
        "/quotes.feed.json",
        "/timeline.json",
        "/api/v1/quotes",
        "/api/v1/quotes?sort=added",
        "/api/v1/search?q=words",
    ),
)


@pytest.mark.database
def test_a_scheduled_item_appears_at_its_time_and_stays(client, monkeypatch):
    """Step through four days. A mere count of publications would be the same for different states."""
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + datetime.timedelta(days=1)
    theme, source = ThemeFactory(public=True, name="Sujet"), SourceFactory(public=True)
    speaker = PersonFactory(public=True, source=source)
    times = {}

    def schedule(word, at, **more):
        quote = QuoteFactory(
            state=State.PUBLISHED,
            published_at=at,
            text=f"Words {word}",
            date=datetime.date(2026, 9, 8),
            **({"speaker": speaker, "source": source, "themes": [theme]} | more),
        )
        times[f"Words {word}"] = at, quote

    ten = start + datetime.timedelta(hours=10)
    schedule("alpha", start - datetime.timedelta(days=2))
    for day, word in enumerate(("beta", "gamma", "delta")):
        schedule(word, ten + datetime.timedelta(days=day))
    late = SourceFactory(state=State.PUBLISHED, published_at=ten + datetime.timedelta(days=2, minutes=20))
    schedule("epsilon", ten, source=late)
    times["Words epsilon"] = late.published_at, times["Words epsilon"][1]
    soon = ThemeFactory(state=State.PUBLISHED, published_at=ten + datetime.timedelta(minutes=31), name="Nouveau")
    times["Words beta"][1].themes.add(soon)
    steps = {start + datetime.timedelta(hours=hours) for hours in range(0, 96, 6)}
    for at, _quote in (*times.values(), (soon.published_at, None)):
        steps |= {at + datetime.timedelta(minutes=minutes) for minutes in (-1, 0, 1, 31)}
    bodies = {}
    for now in sorted(at for at in steps if at >= start):
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        cache.clear()  # as if an hour had passed
        public = {text for text, (at, _quote) in times.items() if at <= now}
        for address in QUOTED:
            for _twice in range(2):
                (_status, _headers, body), etag = shown(client, address)
                text = body.decode().replace("<mark>", "").replace("</mark>", "")
                if "/api/v1/search" in address:
                    text = " ".join(item["text"] for item in json.loads(text)["items"])
                found = {words for words in times if words in text}
                assert (found <= public) if address == "/" else found == public, (address, now)
                assert bodies.setdefault((address, etag), body) == body or etag is None, (address, now)
        for _at, quote in times.values():
            seen = client.get(quote.get_absolute_url()).status_code == 200
            assert seen == (times[quote.text][0] <= now), (quote.text, now)
        assert ("Nouveau" in client.get("/themes/").content.decode()) == (soon.published_at <= now), now
        beta = client.get(f"/api/v1/quotes/{times['Words beta'][1].pk}")
        if beta.status_code == 200:
            assert ("Nouveau" in beta.json()["themes"]) == (soon.published_at <= now), now


def test_setting_the_clock_back_hides_nothing_and_loses_no_correction(client, monkeypatch):
    """Both in a process that saw the later time and in one started since."""
    now = timezone.now()
    quote = QuoteFactory(public=True, text="Words of old")
    soon = QuoteFactory(state=State.PUBLISHED, published_at=now + datetime.timedelta(minutes=5), text="Words of noon")
    for item in (soon.source, soon.speaker.source, soon.speaker):
        later(item, state=State.PUBLISHED)
    later(quote, published_at=timezone.now())
    client.get("/quotes/")

    def at(minutes):
        monkeypatch.setattr(timezone, "now", lambda: now + datetime.timedelta(minutes=minutes))

    at(6)
    assert "Words of noon" in client.get("/quotes/").content.decode()
    at(-60)
    for address in ("/quotes/", "/quotes.json", "/api/v1/quotes"):
        body = shown(client, address)[0][2].decode()
        assert "Words of old" in body, address
        assert "Words of noon" in body, address
    clock.forget()
    assert client.get(quote.get_absolute_url()).status_code == 200
    clock.forget()
    later(quote, text="Words of today")
    assert [change.kind for change in Change.objects.all()] == ["quote"]
    assert "Words of today" in client.get("/changes/").content.decode()
    # A client requests changes since a time before the clock was set back.
    asked = (now - datetime.timedelta(minutes=5)).isoformat()
    items = client.get("/api/v1/quotes", {"updated_since": asked}).json()["items"]
    assert quote.pk in [item["id"] for item in items]


def test_a_clock_set_back_by_more_than_a_day_is_trusted(client, monkeypatch):
    quote = QuoteFactory(public=True)
    assert client.get("/quotes/").status_code == 200
    at = timezone.now() - datetime.timedelta(days=2)
    monkeypatch.setattr(timezone, "now", lambda: at)
    assert client.get(quote.get_absolute_url()).status_code == 404
