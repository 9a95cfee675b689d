"""What the Internet Archive has of a copy: a server on loopback answers as it does, and only equal bytes count."""

import hashlib
import threading
from collections import deque
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from requests.adapters import HTTPAdapter

from initiatives.editorial.copies import witnesses
from initiatives.editorial.copies.taking_down import take_down
from initiatives.models import Attestation
from tests.factories import SourceFactory, copy_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]

TIME = datetime(2021, 5, 3, 10, 0, tzinfo=UTC)
LAW = "http://act.example/law"


class Archive(ThreadingHTTPServer):
    """Answers searches for copies (CDX) and shows them (mementos), or gives the next of its prepared answers."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.copies: dict[str, tuple[str, bytes]] = {}
        self.refusals: deque[tuple[int, dict[str, str]]] = deque()
        self.asked: list[str] = []

    def add(self, days: float, content: bytes, url: str = LAW) -> str:
        time = f"{TIME + timedelta(days=days):%Y%m%d%H%M%S}"
        self.copies[time] = (url, content)
        return time

    def search(self, query: dict[str, list[str]]) -> bytes:
        (wanted,) = query["url"]
        below = wanted[:-1] if wanted.endswith("/*") and query.get("matchType") != ["exact"] else None
        lines = [
            f"key {time} {url} text/html 200 {hashlib.sha1(content).hexdigest()} {len(content)}\n"
            for time, (url, content) in sorted(self.copies.items())
            if (url.startswith(below) if below else url == wanted) and query["from"][0] <= time <= query["to"][0]
        ]
        return "".join(lines).encode()


class Handler(BaseHTTPRequestHandler):
    server: Archive

    def do_GET(self):
        self.server.asked.append(self.path)
        if self.server.refusals:
            status, headers = self.server.refusals.popleft()
            if not status:
                self.close_connection = True
                return
            self.answer(status, b"Refused.", headers)
        elif self.path.startswith("/cdx/"):
            self.answer(200, self.server.search(parse_qs(urlsplit(self.path).query)), {})
        else:
            time, _slash, _url = self.path.removeprefix("/web/").partition("/")
            _url, content = self.server.copies[time.removesuffix("id_")]
            self.answer(200, content, {"Memento-Datetime": "Mon, 03 May 2021 10:00:00 GMT"})

    def answer(self, status, content, headers):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


class Loopback(HTTPAdapter):
    """Sends what is meant for the Internet Archive to a port of this machine."""

    def __init__(self, port: int):
        super().__init__()
        self.port = port

    def send(self, request, **options):
        meant = request.url
        request.url = meant.replace("https://web.archive.org", f"http://127.0.0.1:{self.port}")
        answer = super().send(request, **options)
        request.url = answer.url = meant
        return answer


@pytest.fixture
def archive(monkeypatch):
    with Archive() as server, serving(server):
        use(monkeypatch, server.server_port)
        yield server


@contextmanager
def serving(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield
    server.shutdown()
    thread.join()


def use(monkeypatch, port: int) -> None:
    class Here(witnesses.Session):
        def __init__(self):
            super().__init__(search_calls_per_second=0, memento_calls_per_second=0)
            self.mount("https://web.archive.org/", Loopback(port))

    monkeypatch.setattr("initiatives.management.commands.attest.witnesses.Session", Here)


def fetched(text: str = "The law.", url: str = LAW):
    return copy_of(SourceFactory(), text, way="fetched", asked_url=url, final_url=url, captured_at=TIME).capture


def attest(capsys, *options: str) -> str:
    call_command("attest", *options)
    return capsys.readouterr().out


def test_the_same_bytes_are_found_among_different_copies(archive, capsys):
    capture = fetched()
    archive.add(0.1, b"The law, with another advertisement.")
    time = archive.add(-2, b"The law.")
    archive.add(3, b"The law.")
    assert "Asked about 1 of 1 copies; 1 are there with the same bytes." in attest(capsys)
    found = Attestation.objects.get(capture=capture)
    assert (found.equal, found.answer, found.tries) == (True, "", 1)
    assert found.address == f"https://web.archive.org/web/{time}/{LAW}"
    assert f"{found.witnessed_at:%Y%m%d%H%M%S}" == time
    asked = len(archive.asked)
    assert "Asked about 0 of 0" in attest(capsys)
    assert len(archive.asked) == asked


def test_other_bytes_are_no_proof(archive, capsys):
    """The nearest copy is named, and it is asked again later, less and less often."""
    capture = fetched()
    time = archive.add(0.1, b"Another law.")
    archive.add(-2, b"A third law.")
    assert "0 are there with the same bytes" in attest(capsys)
    found = Attestation.objects.get(capture=capture)
    assert (found.equal, found.tries) == (False, 1)
    assert time in found.address
    assert "Asked about 0 of 0" in attest(capsys)
    waits = []
    for tries in range(2, witnesses.MOST_TRIES + 3):
        Attestation.objects.update(next_at=timezone.now())
        attest(capsys)
        found.refresh_from_db()
        assert found.tries == min(tries, witnesses.MOST_TRIES)
        waits.append(round((found.next_at - found.asked_at) / witnesses.PAUSE))
    assert waits[:3] == [2, 4, 8]
    assert archive.asked


def test_nothing_is_taken_for_kept_without_a_copy(archive, capsys):
    """A copy long before ours is none of ours, nor is one of another page."""
    capture = fetched()
    archive.add(-100, b"The law.")
    archive.add(0, b"The law.", "http://act.example/other")
    attest(capsys)
    found = Attestation.objects.get(capture=capture)
    assert (found.equal, found.address) == (None, "")
    assert found.answer == "It has no copy from within 30 days of ours."


def test_only_fetched_copies_are_asked_about(archive, capsys):
    """What an editor brought has no address, and what was taken down is not spread."""
    down, other = fetched("Down."), fetched("Other.")
    take_down(down, None, "Asked by the publisher.")
    copy_of(SourceFactory(), "Pasted.")
    assert "Asked about 0 of 0" in attest(capsys, "--source", "x")
    assert "Asked about 1 of 1" in attest(capsys, "--source", other.source.slug)
    assert Attestation.objects.get().capture == other


@pytest.mark.parametrize(("status", "headers", "seconds"), [(429, {"Retry-After": "7200"}, 7200), (503, {}, 60)])
def test_a_pause_is_kept_for_all_copies_and_then_it_goes_on(archive, capsys, status, headers, seconds):
    first, second = fetched("One."), fetched("Two.", f"{LAW}/2")
    archive.add(0, b"One.")
    archive.add(1, b"Two.", f"{LAW}/2")
    archive.refusals.append((status, headers))
    assert "asked for a pause" in attest(capsys)
    waiting = Attestation.objects.get(capture=first)
    assert (waiting.equal, waiting.tries) == (None, 0)
    assert timedelta(seconds=seconds - 60) < waiting.next_at - timezone.now() <= timedelta(seconds=seconds)
    assert "asked for a pause until" in attest(capsys)
    assert len(archive.asked) == 1
    Attestation.objects.update(next_at=timezone.now())
    assert "Asked about 2 of 2 copies; 2 are there" in attest(capsys)
    # Copies that it was never asked about come first.
    assert list(Attestation.objects.order_by("asked_at").values_list("capture", flat=True)) == [second.pk, first.pk]


@pytest.mark.parametrize(("refusal", "answer"), [((500, {}), "could not show"), ((0, {}), "did not answer")])
def test_a_failure_with_one_copy_does_not_stop_the_others(archive, capsys, refusal, answer):
    first, second = fetched("One."), fetched("Two.", f"{LAW}/2")
    archive.add(1, b"Two.", f"{LAW}/2")
    archive.refusals.append(refusal)
    assert "Asked about 2 of 2 copies; 1 are there" in attest(capsys)
    failed = Attestation.objects.get(capture=first)
    assert answer in failed.answer
    assert (failed.equal, failed.tries) == (None, 1)
    assert Attestation.objects.get(capture=second).equal


def test_one_that_cannot_be_shown_does_not_hide_the_next(archive, capsys):
    capture = fetched()
    nearest = archive.add(0.1, b"x" * (witnesses.LARGEST + 1))
    attest(capsys)
    assert "larger than any that is kept here" in Attestation.objects.get(capture=capture).answer
    archive.add(2, b"The law.")
    Attestation.objects.update(next_at=timezone.now())
    attest(capsys)
    assert Attestation.objects.get(capture=capture).equal
    assert sum(nearest in path for path in archive.asked) == 2


def test_an_address_with_an_asterisk_is_no_pattern(archive, capsys):
    capture = fetched(url=f"{LAW}/*")
    archive.add(0, b"The law.", f"{LAW}/2")
    attest(capsys)
    assert Attestation.objects.get(capture=capture).equal is None


def test_without_a_network_it_ends_quietly(monkeypatch, capsys):
    with Archive() as server:
        port = server.server_port
    use(monkeypatch, port)
    fetched()
    assert "cannot be reached: check that this machine is online" in attest(capsys)
    assert not Attestation.objects.exists()


def test_it_stops_when_time_is_up(archive, capsys):
    fetched()
    assert "Time is up." in attest(capsys, "--minutes", "0.0000001")
    assert not archive.asked
    with pytest.raises(CommandError, match="more than 0"):
        call_command("attest", "--minutes", "0")
