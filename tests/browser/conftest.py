"""A real Chromium against a live server that shows the first content."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from initiatives.models import Body, Initiative, Person, PrincipleSet, Quote, Source, Theme
from initiatives.pages.previews import preview_url
from tests import factories

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# The sandbox does not work as root. The other options stop the browser's own requests.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Milliseconds to wait for an expected result: long, so that no test fails on a busy machine.
WAIT = 30_000
expect.set_options(timeout=WAIT)
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


class Site:
    """The live site: its address, and the path of one page of every type."""

    def __init__(self, url: str, pages: dict[str, str]):
        self.url = url
        self.pages = pages


class Visit:
    """One visitor's browser: its `page`, and `faults`, such as errors, that no page of ours may cause."""

    def __init__(self, context: BrowserContext, site: Site, viewport: dict[str, int]):
        self.site = site
        self.viewport = viewport
        self.page: Page = context.new_page()
        self.faults: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("request", lambda request: self._requested(request.url))

    def open(self, path: str) -> Page:
        """Go to a path of the site and wait until it has loaded."""
        self.requests.clear()
        self.page.goto(self.site.url + path, wait_until="load")
        return self.page

    def path(self) -> str:
        """The path, with its query, of the current page."""
        return self.page.url.removeprefix(self.site.url)

    def _note(self, kind: str, text: str) -> None:
        # Only tests that expect a 404 open such pages. A font that is unused for three seconds may belong to a
        # page that was left, or be drawn late on a busy machine.
        if kind in {"error", "warning"} and "404 (Not Found)" not in text and "was preloaded" not in text:
            self.faults.append(f"{kind} on {self.path()}: {text}")

    def _requested(self, url: str) -> None:
        self.requests.append(url)
        if not url.startswith((f"{self.site.url}/", "data:")):
            self.faults.append(f"request to another host: {url}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; without one the browser tests are skipped, but fail in CI."""
    if not Path(CHROMIUM).exists():
        reason = f"NO BROWSER TESTS RAN: there is no Chromium at {CHROMIUM}; install it or set CHROMIUM."
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    # Playwright's sync API runs an event loop in this thread, which Django would mistake for async code.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def _database(path: Path) -> Iterator[None]:
    """Use an SQLite file, so that each thread of the live server has its own connection."""
    memory = connections["default"]
    connections.settings["default"] = {**memory.settings_dict, "NAME": path}
    del connections["default"]
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = memory.settings_dict
        connections["default"] = memory


@pytest.fixture(scope="session")
def first_content(browser, django_db_setup, django_db_blocker, tmp_path_factory) -> tuple[Path, dict[str, str]]:
    """A database file with the first content, a draft and a translated quote, and the path of one page of each type."""
    path = tmp_path_factory.mktemp("first-content") / "site.sqlite3"
    with django_db_blocker.unblock():
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as file:
            connection.connection.backup(file)
        with _database(path):
            call_command("load_first_content", verbosity=0, stdout=StringIO())
            return path, _pages()


@pytest.fixture(scope="session")
def live_server(first_content) -> Iterator[LiveServer]:
    """Replaces pytest-django's live server, which it finds by this name."""
    with _database(first_content[0]):
        server = LiveServer("127.0.0.1")
    with override_settings(SITE_PORT=urlsplit(server.url).port):
        yield server
    server.stop()


@pytest.fixture(autouse=True)
def _live_server_helper() -> None:
    """Replaces pytest-django's, which empties the database after each test: here each module has its own."""


@pytest.fixture(scope="module")
def site(first_content, live_server, django_db_blocker, tmp_path_factory) -> Iterator[Site]:
    """The site with a copy of the first content, which the tests of a module may change."""
    path, pages = first_content
    copy = Path(shutil.copy(path, tmp_path_factory.mktemp("site")))
    with django_db_blocker.unblock(), _database(copy):
        yield Site(live_server.url, pages)


def _pages() -> dict[str, str]:
    speaker = Person.objects.published().filter(quotes__isnull=False).first()
    source = Source.objects.published().filter(quote_set__isnull=False).first()
    translated = factories.QuoteFactory(
        public=True, text="Слышащее государство", language="ru", speaker=speaker, source=source, date="2019-09-02"
    )
    factories.QuoteTranslationFactory(quote=translated, language="en", text="A state that listens")
    factories.QuoteTranslationFactory(
        quote=translated,
        language="kk",
        text="Халық үніне құлақ асатын мемлекет",
        provenance="unofficial",
        translator="A",
    )
    translated.locator = "In the opening"
    translated.save()
    draft = factories.QuoteFactory(speaker=speaker, source=source)
    law = Initiative.objects.get(slug="law-on-peaceful-assembly")
    return {
        "home": "/",
        "quotes": "/quotes/",
        "quotes filtered": "/quotes/?q=state&theme=rule-of-law",
        "quotes by speaker": "/quotes/?view=speakers",
        "quotes by year": "/quotes/?view=years",
        "quotes by another name": "/quotes/?q=courts",
        "quotes with errors": "/quotes/?theme=unknown&from=2020-13&q=state",
        "quotes, none found": "/quotes/?q=zeppelin+state&theme=rule-of-law&year=2020",
        "quote": Quote.objects.published().filter(source=source, language="en").first().get_absolute_url(),
        "quote with translations": translated.get_absolute_url(),
        "draft preview": preview_url(draft),
        "initiatives": "/initiatives/",
        "initiatives in figures": "/initiatives/?view=figures",
        "initiative": law.get_absolute_url(),
        "principles": "/principles/",
        "principle set": PrincipleSet.objects.published().first().get_absolute_url(),
        "themes": "/themes/",
        "people": "/people/",
        "people, none found": "/people/?q=zeppelin",
        "about": "/about/",
        "report of an error": f"/report/initiative-{law.pk}/",
        "method": "/method/",
        "check": "/check/",
        "api": "/api/v1/docs",
        "changes": "/changes/",
        "changes, none found": "/changes/?kind=body",
        "theme": Theme.objects.get(slug="rule-of-law").get_absolute_url(),
        "person": speaker.get_absolute_url(),
        "institution": Body.objects.published().first().get_absolute_url(),
        "timeline": "/timeline/",
        "sources": "/sources/",
        "source": source.get_absolute_url(),
        "search": "/search/?q=council",
        "search, none found": "/search/?q=zeppelin",
        "quotes that come close": "/quotes/?q=listening+state+responds+zeppelin",
        "quotes for the nearest words": "/quotes/?q=rulle+of+lau",
        "not found": "/no-such-page/",
    }


@pytest.fixture
def visit(browser, site) -> Iterator:
    """Start visits: `visit()` on a desktop or `visit(viewport=PHONE)`, with any options of a browser context."""
    contexts = []

    def begin(**options) -> Visit:
        options = {"viewport": DESKTOP, **options}
        context = browser.new_context(**options)
        context.set_default_timeout(WAIT)
        contexts.append(context)
        return Visit(context, site, options["viewport"])

    yield begin
    for context in contexts:
        context.close()
