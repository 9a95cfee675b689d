"""Searches without results are counted for editors: words only, with limits, and without delaying pages."""

import contextlib
import datetime
import sqlite3

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from initiatives.models import EmptySearch
from initiatives.pages import empty_searches
from tests.admin.support import change_url, editor, list_url, publisher
from tests.factories import QuoteFactory, ThemeFactory
from tests.helpers import count_queries

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def visitor(db) -> Client:
    return Client(headers={"user-agent": BROWSER})


def counted() -> dict[tuple[str, str], int]:
    return {(row.words, row.searched): row.count for row in EmptySearch.objects.all()}


class TestWhatIsCounted:
    @pytest.fixture(autouse=True)
    def record(self, db):
        QuoteFactory(public=True, text="Judges decide.", themes=[ThemeFactory(public=True, slug="law")])

    @pytest.mark.parametrize(
        ("address", "row"),
        [
            ("/quotes/?q=Zeppelin", ("zeppelin", "quote")),
            ("/quotes/?q=ZEPPELIN++«fair+state»", ('zeppelin "fair state"', "quote")),
            ("/quotes/?q=zeppelin+-judges", ("zeppelin", "quote")),
            ("/quotes/?q=zepp*+or+airship", ("zepp* or airship", "quote")),
            ("/initiatives/?q=zeppelin&kind=law", ("zeppelin", "initiative")),
            ("/timeline/?q=zeppelin", ("zeppelin", "timeline")),
            ("/timeline/?q=zeppelin&kind=milestone", ("zeppelin", "milestone")),
            ("/search/?q=zeppelin", ("zeppelin", "everything")),
            ("/search/?q=zeppelin&kind=person", ("zeppelin", "person")),
            ("/quotes/?q=zeppelin&theme=law", ("zeppelin", "quote")),
            ("/quotes/?q=Казахстан+2050", ("казахстан 2050", "quote")),
        ],
    )
    def test_normalised_words_and_the_kind_searched_are_counted(self, visitor, address, row):
        for _time in range(2):
            assert visitor.get(address).status_code == 200
        assert counted() == {row: 2}
        assert EmptySearch.objects.get().day == timezone.localdate()

    @pytest.mark.parametrize(
        "address",
        [
            "/quotes/?q=judges",
            "/quotes/?year=1900",
            # The filter is the cause, not the words.
            "/quotes/?q=judges&year=1900",
            "/quotes/?q=zeppelin&page=2",
            "/quotes/?q=" + "a" * 101,
            "/quotes/?q=someone%40example.org",
            "/quotes/?q=https://example.org/x",
            "/quotes/?q=example.kz+zeppelin",
            "/quotes/?q=%2B7+701+234-56-78",
            "/quotes/?q=zeppelin+850101300123",
            "/quotes/?q=12+Abai+street+zeppelin",
            "/quotes/?q=ул.+Абая,+12",
            "/quotes/?q=Абай+көшесі+12",
            "/quotes/?q=" + "+".join(f"%EF%B7%BA{letter}" for letter in "abcdefghijkl"),
        ],
    )
    def test_other_searches_are_not_counted(self, visitor, address):
        visitor.get(address)
        assert counted() == {}

    @pytest.mark.parametrize(
        "agent",
        ["", "Googlebot/2.1 (+http://www.google.com/bot.html)", "curl/8.5.0", "Mozilla/5.0 (compatible; YandexBot)"],
    )
    def test_searches_by_robots_are_not_counted(self, agent):
        Client(headers={"user-agent": agent}).get("/quotes/?q=zeppelin")
        assert counted() == {}

    def test_head_requests_are_not_counted(self, visitor):
        visitor.head("/quotes/?q=zeppelin")
        assert counted() == {}


class TestBounds:
    def test_rows_per_day_are_limited(self, visitor, monkeypatch):
        monkeypatch.setattr(empty_searches, "MOST_A_DAY", 3)
        for number in range(5):
            visitor.get(f"/quotes/?q=zeppelin{number}")
        assert len(counted()) == 3
        # Existing rows are still counted, and the next day starts again.
        visitor.get("/quotes/?q=zeppelin0")
        assert counted()["zeppelin0", "quote"] == 2
        EmptySearch.objects.update(day=timezone.localdate() - datetime.timedelta(days=1))
        visitor.get("/quotes/?q=zeppelin9")
        assert len(counted()) == 4

    def test_old_days_are_deleted_when_a_day_begins(self, visitor):
        today = timezone.localdate()
        for age in (empty_searches.DAYS, empty_searches.DAYS + 1):
            EmptySearch.objects.create(day=today - datetime.timedelta(days=age), words=f"{age}", searched="quote")
        visitor.get("/quotes/?q=zeppelin")
        assert {words for words, _searched in counted()} == {str(empty_searches.DAYS), "zeppelin"}

    def test_its_cost_does_not_grow(self, visitor):
        counts = []
        for rows in (1, 50):
            for number in range(rows):
                EmptySearch.objects.create(day=timezone.localdate(), words=f"{rows}-{number}", searched="quote")
            # A new search, and the same again.
            address = f"/quotes/?q=zeppelin{rows}"
            counts.append([count_queries(lambda address=address: visitor.get(address)) for _time in range(2)])
        assert counts[0] == counts[1]


@pytest.fixture
def nothing_rolled_back(django_db_setup, django_db_blocker):
    """A database whose writes are visible to other connections; counted searches are deleted afterwards."""
    with django_db_blocker.unblock():
        yield
        EmptySearch.objects.all().delete()


def test_a_page_does_not_wait_for_another_writer(nothing_rolled_back):
    visitor = Client(headers={"user-agent": BROWSER})
    visitor.get("/quotes/?q=zeppelin")
    with another_writer() as hold:
        hold()
        start = timezone.now()
        assert visitor.get("/quotes/?q=zeppelin").status_code == 200
        assert timezone.now() - start < datetime.timedelta(seconds=5)
    assert counted() == {("zeppelin", "quote"): 1}
    # The connection is unchanged.
    visitor.get("/quotes/?q=zeppelin")
    assert counted() == {("zeppelin", "quote"): 2}
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout")
            assert cursor.fetchone() != (empty_searches.PATIENCE,)


@contextlib.contextmanager
def another_writer():
    """Yield a function that lets a second connection lock the row until the end."""
    statement = "UPDATE initiatives_emptysearch SET count = count"
    if connection.vendor == "sqlite":
        name = connection.settings_dict["NAME"]
        other = sqlite3.connect(name, uri=str(name).startswith("file:"), timeout=0)
    else:
        other = connection.copy()
    try:
        if connection.vendor == "sqlite":
            yield lambda: other.execute(statement)
            other.rollback()
        else:
            other.set_autocommit(False)
            yield lambda: other.cursor().execute(statement)
            other.rollback()
    finally:
        other.close()


@pytest.mark.parametrize("who", [editor, publisher])
def test_the_desk_lists_them_by_number_without_editing(db, who):
    today = timezone.localdate()
    rows = [
        EmptySearch.objects.create(day=day, words=words, searched=searched, count=count)
        for day, words, searched, count in (
            (today, "airship", "quote", 3),
            (today, "zeppelin", "timeline", 9),
            (today - datetime.timedelta(days=40), "balloon", "everything", 5),
        )
    ]
    client = who()
    page = client.get(list_url("emptysearch"))
    assert [row.words for row in page.context["cl"].result_list] == ["zeppelin", "balloon", "airship"]
    html = page.content.decode()
    assert 'href="/search/?q=airship&amp;kind=quote"' in html
    assert 'href="/timeline/?q=zeppelin"' in html
    of_today = client.get(list_url("emptysearch"), {"day__gte": str(today)})
    assert [row.words for row in of_today.context["cl"].result_list] == ["zeppelin", "airship"]
    assert client.get(f"{list_url('emptysearch')}add/").status_code == 403
    assert client.post(change_url(rows[0]), {"count": 1}).status_code == 403
    assert client.post(f"{list_url('emptysearch')}{rows[0].pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(list_url("emptysearch"), {"action": "delete_selected", "_selected_action": [rows[0].pk], "post": "yes"})
    assert EmptySearch.objects.count() == 3
