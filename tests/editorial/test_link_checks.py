"""check_links: requests from a real server on loopback, stored responses, and no access to private networks."""

import datetime
import itertools
import socket
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from initiatives.editorial import link_checks, web
from initiatives.editorial.link_checks import LinkChecker, LinkResult
from initiatives.editorial.web import is_public, round_robin_hosts
from initiatives.models import LinkCheck
from initiatives.models.choices import State
from initiatives.models.sources import FAILED_DAYS
from tests.factories import SourceFactory


class Handler(BaseHTTPRequestHandler):
    """Answers by path: /200, /404 …; /get-only refuses HEAD; /to/… redirects; /circle redirects to itself."""

    def do_HEAD(self):
        self._answer()

    def do_GET(self):
        self._answer()

    def _answer(self):
        server = self.server
        server.asked.append((self.command, self.path))
        server.agents.add(self.headers["User-Agent"])
        if self.path == "/drip":
            server.drip(self.wfile)
            return
        location = {"/circle": "/circle", "/away": server.away}.get(self.path)
        if self.path.startswith("/to/"):
            location = self.path.removeprefix("/to")
        status = 301 if location else 200
        if self.path[1:4].isdecimal():
            status = int(self.path[1:4])
        if self.path == "/get-only" and self.command == "HEAD":
            status = 405
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str]] = []
        self.agents: set[str] = set()
        self.away = "http://127.0.0.1:1/"
        self.stop = threading.Event()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"

    def drip(self, wfile) -> None:
        """Send a header that never ends, one letter at a time."""
        wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not self.stop.wait(0.05):
            try:
                wfile.write(b"x")
            except OSError:
                return


@pytest.fixture
def server():
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.stop.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def ask(server):
    """Request a path from the server; loopback is allowed."""
    asker = LinkChecker(may_ask=lambda address: True)
    return lambda path: asker.ask(server.url(path))


def closed_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]


class TestOneAddress:
    @pytest.mark.parametrize(
        "path", ["/200", "/204", "/403", "/401", "/429", "/451", "/to/200", "/to/to/200", "/get-only"]
    )
    def test_answers(self, ask, path):
        answer = ask(path)
        assert (answer.answers, answer.heard) == (True, True), answer

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("/404", "404 Not Found"),
            ("/410", "410 Gone"),
            ("/500", "500 Internal Server Error"),
            ("/to/404", "404 Not Found"),
            ("/circle", "redirects in a loop"),
        ],
    )
    def test_does_not_answer(self, ask, path, text):
        assert ask(path) == LinkResult(text, answers=False, heard=True)

    def test_head_first_and_get_only_if_head_is_refused(self, ask, server):
        ask("/200")
        ask("/get-only")
        assert server.asked == [("HEAD", "/200"), ("HEAD", "/get-only"), ("GET", "/get-only")]

    def test_waits_before_the_second_attempt(self, server):
        pauses = []
        LinkChecker(lambda address: True, pause=lambda: pauses.append(len(server.asked))).ask(server.url("/404"))
        assert pauses == [1]

    def test_names_the_site(self, ask, server, settings):
        ask("/200")
        assert server.agents == {f"LinkCheck (+{settings.SITE_URL}/)"}

    def test_letters_of_any_script_are_encoded_as_in_browsers(self, ask, server):
        ask("/200/қаз бет?с=ә")
        assert server.asked == [("HEAD", "/200/%D2%9B%D0%B0%D0%B7%20%D0%B1%D0%B5%D1%82?%D1%81=%D3%99")]

    def test_no_server(self):
        asker = LinkChecker(lambda address: True)
        assert asker.ask(f"http://127.0.0.1:{closed_port()}/") == LinkResult("no answer")
        assert asker.ask("http://no-such-host.invalid/") == LinkResult("no such host")

    def test_a_slow_response_is_cut_off(self, ask, monkeypatch):
        monkeypatch.setattr(link_checks, "PATIENCE", 0.3)
        start = time.monotonic()
        assert ask("/drip").text.startswith("no answer within")
        assert time.monotonic() - start < 5

    @pytest.mark.parametrize(
        "address",
        ["", "nonsense", "ftp://example.org/", "file:///etc/passwd", "http://", "http://[::1", "http://example.org:99999/",
         "javascript:alert(1)", "http://exa mple.invalid/", "http://..invalid/"],
    )  # fmt: skip
    def test_addresses_outside_the_web_are_not_requested(self, address):
        answer = LinkChecker(lambda address: True).ask(address)
        assert (answer.answers, answer.heard) == (False, False)


class TestPrivateNetworks:
    @pytest.mark.parametrize(
        "address",
        ["127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1",
         "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
         "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"],
    )  # fmt: skip
    def test_are_not_public(self, address):
        assert not is_public(address)

    @pytest.mark.parametrize("address", ["8.8.8.8", "195.12.113.1", "2606:4700::1111", "64:ff9b::808:808"])
    def test_others_are(self, address):
        assert is_public(address)

    @pytest.mark.parametrize(
        "host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "0x7f000001", "127.1"]
    )
    def test_are_not_requested(self, server, host):
        answer = LinkChecker().ask(f"http://{host}:{server.server_port}/200")
        assert not answer.answers
        assert not answer.heard
        assert server.asked == []

    def test_are_not_requested_after_a_redirect_either(self, server):
        """The first address is allowed, the one it redirects to is not."""
        other = Server()
        server.away = other.url("/200")
        asked = []

        def only_the_first(address: str) -> bool:
            asked.append(address)
            return len(asked) == 1 or len(asked) == 3

        answer = LinkChecker(only_the_first).ask(server.url("/away"))
        other.server_close()
        assert answer == LinkResult("leads into a private network", heard=True)
        assert len(asked) == 4, "HEAD and GET, each followed once"
        assert other.asked == []


class TestTurns:
    def test_hosts_take_turns_and_no_host_is_requested_twice_within_the_delay(self):
        addresses = [f"https://{host}.example/{n}" for host in "aab" for n in range(2)]
        asked: list[tuple[str, float]] = []
        for address in round_robin_hosts(addresses, delay=0.05):
            asked.append((web._host(address), time.monotonic()))
        assert Counter(host for host, _time in asked) == {"a.example": 4, "b.example": 2}
        assert [host[0] for host, _time in asked][:4] == ["a", "b", "a", "b"]
        for host in ("a.example", "b.example"):
            times = [at for name, at in asked if name == host]
            assert all(later - earlier >= 0.05 for earlier, later in itertools.pairwise(times))

    def test_waits_no_longer_than_necessary(self):
        waits = []
        list(round_robin_hosts(["https://a.example/", "https://b.example/"], delay=60, sleep=waits.append))
        assert waits == []


@pytest.mark.django_db
class TestTheCommand:
    def run(self, **options) -> str:
        from io import StringIO

        out = StringIO()
        call_command("check_links", delay=0, allow_private=True, stdout=out, **options)
        return out.getvalue()

    def days_later(self, days: int) -> None:
        """Move the recorded checks some days into the past."""
        for check in LinkCheck.objects.all():
            check.checked_at -= datetime.timedelta(days=days)
            if check.last_failed_on:
                check.last_failed_on -= datetime.timedelta(days=days)
            check.save()

    def test_stores_the_response_of_every_address(self, server):
        good = SourceFactory(url=server.url("/200"), archived_url=server.url("/404"))
        SourceFactory(url="")
        SourceFactory(url=server.url("/500"), state=State.ARCHIVED)
        assert "Checked 2 addresses: 1 answered, 1 did not." in self.run()
        kept = {check.address: (check.source, check.answer, check.failed_days) for check in LinkCheck.objects.all()}
        assert kept == {
            good.url: (good, "200 OK", 0),
            good.archived_url: (good, "404 Not Found", 1),
        }

    def test_an_address_is_reported_after_failing_for_days_in_a_row(self, server):
        source = SourceFactory(url=server.url("/404"))
        SourceFactory(url=server.url("/200"))
        for day in range(1, FAILED_DAYS + 1):
            for _time in range(2):  # a day counts once
                output = self.run()
            assert LinkCheck.objects.get(source=source).failed_days == day
            assert ("Failed on three days" in output) == (day == FAILED_DAYS)
            self.days_later(1)
        LinkCheck.objects.filter(source=source).update(address=server.url("/200"))
        source.url = server.url("/200")
        source.save()
        self.run()
        assert LinkCheck.objects.get(source=source).failed_days == 0

    def test_an_address_of_two_sources_is_requested_once(self, server):
        SourceFactory.create_batch(2, url=server.url("/200"))
        self.run()
        assert server.asked == [("HEAD", "/200")]
        assert LinkCheck.objects.count() == 2

    def test_addresses_checked_longest_ago_come_first(self, server):
        sources = [SourceFactory(url=server.url(f"/200/{n}")) for n in range(4)]
        now = timezone.now()
        for source, days in zip(sources, (1, None, 5, 3), strict=True):
            if days is not None:
                LinkCheck.objects.create(
                    source=source, address=source.url, checked_at=now - datetime.timedelta(days=days), answer="200 OK"
                )
        self.run()
        assert [path for _method, path in server.asked] == ["/200/1", "/200/2", "/200/3", "/200/0"]

    def test_stops_when_the_time_is_up_and_continues_next_time(self, server):
        for n in range(3):
            SourceFactory(url=server.url(f"/200/{n}"))
        call_command("check_links", delay=0.5, minutes=0.6 / 60, allow_private=True, verbosity=0)
        asked = len(server.asked)
        assert 0 < asked < 3
        self.run()
        assert {path for _method, path in server.asked[:3]} == {"/200/0", "/200/1", "/200/2"}

    def test_offline_it_records_nothing(self):
        source = SourceFactory(url=f"http://127.0.0.1:{closed_port()}/")
        SourceFactory(url="http://no-such-host.invalid/")
        check = LinkCheck.objects.create(
            source=source, address=source.url, checked_at=timezone.now(), answer="200 OK", failed_days=0
        )
        with pytest.raises(CommandError, match="No address answered"):
            self.run()
        check.refresh_from_db()
        assert (check.answer, LinkCheck.objects.count()) == ("200 OK", 1)

    def test_failures_before_the_first_response_are_recorded_with_it(self, server):
        dead = SourceFactory(url=f"http://localhost:{closed_port()}/")
        SourceFactory(url=server.url("/404"))
        self.run()
        assert LinkCheck.objects.get(source=dead).answer == "no answer"
        assert LinkCheck.objects.count() == 2

    def test_former_addresses_are_deleted(self, server):
        source = SourceFactory(url=server.url("/200"))
        LinkCheck.objects.create(
            source=source, address="https://example.org/old", checked_at=timezone.now(), answer="gone", failed_days=9
        )
        self.run()
        assert [check.address for check in LinkCheck.objects.all()] == [source.url]

    def test_private_networks_are_blocked_unless_allowed(self, server):
        SourceFactory(url=server.url("/200"))
        with pytest.raises(CommandError, match="No address answered"):
            call_command("check_links", delay=0)
        assert server.asked == []

    def test_nothing_to_check(self):
        assert "No source has an address" in self.run()

    @pytest.mark.parametrize("options", [{"minutes": 0}, {"minutes": -1}])
    def test_wrong_limits(self, options):
        with pytest.raises(CommandError, match="--minutes"):
            self.run(**options)
