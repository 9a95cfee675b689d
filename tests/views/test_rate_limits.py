"""Only clients that send too many requests must wait."""

import socket
import threading
from contextlib import ExitStack, contextmanager

import pytest
from django.http import HttpResponse

from reforms_site.rate_limits import RateLimits
from tests.factories import QuoteFactory

pytestmark = pytest.mark.django_db

ADDRESSES = {
    "search": "/quotes/?q=law",
    "files": "/quotes.csv",
    "suggestions": "/suggest/?q=law",
    "cards": "/card.png",
}


@pytest.fixture
def limits(settings):
    """Limit each kind to two requests a day, because a minute could end during a test."""
    settings.RATE_LIMITS = dict.fromkeys([*ADDRESSES, "log-in"], "2/day")


def statuses(client, address, number=3, **more):
    found = []
    for _ in range(number):
        answer = client.get(address, **more)
        answer.getvalue()  # read a file to its end
        found.append(answer.status_code)
    return found


@pytest.mark.parametrize("kind", ADDRESSES)
def test_too_many_requests_must_wait(client, limits, kind):
    assert statuses(client, ADDRESSES[kind]) == [200, 200, 429]
    refused = client.get(ADDRESSES[kind])
    assert 1 <= int(refused["Retry-After"]) <= 24 * 3600
    assert f"Try again in {refused['Retry-After']} second" in refused.content.decode()
    assert client.get(ADDRESSES[kind], REMOTE_ADDR="192.0.2.7").status_code == 200
    for other in ADDRESSES.keys() - {kind}:
        assert client.get(ADDRESSES[other]).status_code == 200


def test_logging_in_is_limited_but_not_its_page(client, limits):
    assert statuses(client, "/admin/login/", 5) == [200] * 5
    posted = [client.post("/admin/login/", {"username": "a", "password": "b"}).status_code for _ in range(3)]
    assert posted == [200, 200, 429]


def test_pages_of_items_are_not_limited(client, limits):
    quote = QuoteFactory(public=True)
    for address in ("/", "/themes/", quote.get_absolute_url()):
        assert statuses(client, address, 5) == [200] * 5


def test_lists_and_searches_share_a_limit(client, limits):
    assert statuses(client, "/quotes/", 2) == [200, 200]
    for address in ("/quotes/?theme=law", "/initiatives/", "/timeline/?page=1", "/search/", "/?q=law"):
        assert client.get(address).status_code == 429


def test_one_file_at_a_time_per_visitor_and_two_in_total(client, settings):
    settings.RATE_LIMITS = {"files": "100/day"}
    first = client.get("/quotes.csv")
    busy = client.get("/quotes.json")
    assert (busy.status_code, busy["Retry-After"]) == (503, "15")
    assert busy.content.decode() == "Too many files are being sent at the moment. Try again in 15 seconds.\n"
    second = client.get("/quotes.csv", REMOTE_ADDR="192.0.2.7")
    assert client.get("/quotes.csv", REMOTE_ADDR="192.0.2.8").status_code == 503
    assert client.get("/quotes/").status_code == 200
    assert first.getvalue()
    assert client.get("/quotes.json?from=2020-13").status_code == 400
    assert client.get("/quotes.json").status_code == 200
    assert second.getvalue()


@pytest.mark.parametrize(
    ("path", "answers"),
    [("/quotes/?q=law", [200, 200, 429]), ("/api/v1/quotes", [200, 200, 429]), ("/themes/", [200] * 3)],
)
def test_a_visitor_can_run_two_searches_at_once(rf, settings, path, answers):
    settings.RATE_LIMITS = dict.fromkeys(["search", "api", "other"], "100/day")
    asked = []

    def make(request):
        """While one page is rendered, the same visitor requests the next."""
        if len(asked) < len(answers):
            ask()
        return HttpResponse()

    def ask():
        asked.append(None)
        place = len(asked) - 1
        asked[place] = site(rf.get(path)).status_code

    site = RateLimits(make)
    for _again in range(2):
        asked.clear()
        ask()
        assert asked == answers


def test_an_ipv6_network_counts_as_one_visitor(client, limits):
    assert statuses(client, "/search/?q=law", 2, REMOTE_ADDR="2001:db8::1") == [200, 200]
    assert client.get("/search/?q=law", REMOTE_ADDR="2001:db8::2").status_code == 429
    assert client.get("/search/?q=law", REMOTE_ADDR="2001:db8:0:1::1").status_code == 200


def test_cached_pages_are_not_counted(client, limits, settings):
    settings.CACHES = settings.CACHES | {"pages": {"BACKEND": "reforms_site.memory_cache.MemoryCache"}}
    QuoteFactory(public=True, text="The law holds.")
    assert statuses(client, "/quotes/?q=law", 9) == [200] * 9


def test_no_request_is_refused_while_counts_cannot_be_stored(client, limits, settings, caplog):
    """Nothing listens on this port, as if Redis were down."""
    settings.CACHE_URL = "redis://127.0.0.1:1"
    with caplog.at_level("WARNING"):
        assert statuses(client, "/quotes/?q=law") == [200] * 3
    assert caplog.text.count("The count of requests in CACHE_URL failed") == 1


def test_an_unresponsive_redis_delays_only_one_request(client, limits, settings):
    with silent_server() as (silent, closes):
        settings.CACHE_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        assert statuses(client, "/quotes/?q=law", 1) == [200]
        assert not closes.is_set(), "the request waited until the connection was closed"
        assert connections_to(silent) > 0
        assert statuses(client, "/quotes/?q=law", 1) == [200]
        assert connections_to(silent) == 0


def test_a_redis_that_accepts_no_connection_delays_no_request_for_long(client, limits, settings):
    with silent_server(backlog=0) as (silent, closes), ExitStack() as taken:
        address = silent.getsockname()
        for _room_for_one in range(3):
            other = taken.enter_context(socket.socket())
            other.setblocking(False)
            other.connect_ex(address)
        settings.CACHE_URL = f"redis://127.0.0.1:{address[1]}"
        assert statuses(client, "/quotes/?q=law", 1) == [200]
        assert not closes.is_set(), "the request waited until the connection was refused"


@contextmanager
def silent_server(**options):
    """Yield a server that never responds, and an event that is set when it closes, before clients time out."""
    closes = threading.Event()

    def close():
        closes.set()
        silent.close()

    with socket.create_server(("127.0.0.1", 0), **options) as silent:
        silent.setblocking(False)
        gives_up = threading.Timer(4, close)
        gives_up.start()
        try:
            yield silent, closes
        finally:
            gives_up.cancel()


def connections_to(server) -> int:
    """Return the number of connections waiting to be accepted, and close them."""
    number = 0
    while True:
        try:
            server.accept()[0].close()
        except BlockingIOError:
            return number
        number += 1
