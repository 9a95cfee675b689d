"""Streamed files: clients notice truncated ones, and slow readers delay no one."""

import csv
import http.client
import io
import re
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager

import pytest

from tests.faults.servers import ROOT, Site, folders
from tests.project.serving import NGINX, behind_nginx

QUOTES = 2000
RECORD = f"""
import django
django.setup()
from initiatives.models import Quote
from initiatives.models.choices import Kind
from initiatives.search.in_step import note
from tests.factories import QuoteFactory
first = QuoteFactory(public=True)
common = dict(speaker=first.speaker, source=first.source, state=first.state, published_at=first.published_at)
texts = (f"Words {{number}} " + "of a long quote " * 200 for number in range({QUOTES - 1}))
made = Quote.objects.bulk_create(Quote(text=text, **common) for text in texts)
note(Kind.QUOTE, [quote.pk for quote in made])
"""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A site with a file of some six megabytes, too large for any buffer."""
    with folders() as folder:
        place = folder("site")
        site = Site(place, DATABASE_URL=f"sqlite:///{place}/site.sqlite3", RATE_LIMITS="true")
        site.manage("migrate", "--verbosity", "0")
        environment = site.environment | {"DJANGO_SETTINGS_MODULE": "reforms_site.settings"}
        subprocess.run([sys.executable, "-c", RECORD], cwd=ROOT, env=environment, check=True)
        site.start()
        try:
            yield site
        finally:
            site.kill()


@contextmanager
def slow_reader(
    site: Site, path: str, *headers: str, version: str = "1.1", method: str = "GET"
) -> Iterator[socket.socket]:
    """Send a request, and read nothing of the response."""
    lines = [f"{method} {path} HTTP/{version}", "Host: 127.0.0.1", "X-Forwarded-Proto: https", *headers, "", ""]
    with closing(socket.socket()) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
        client.settimeout(30)
        client.connect(("127.0.0.1", site.port))
        client.sendall("\r\n".join(lines).encode())
        yield client


def rest_of(client: socket.socket) -> bytes:
    """Return everything received until the connection ends. Raises ConnectionResetError if it is reset."""
    return b"".join(iter(lambda: client.recv(65536), b""))


@contextmanager
def broken(site: Site) -> Iterator[None]:
    """Remove the table of quotes from the database of a running site."""
    with closing(sqlite3.connect(site.folder / "site.sqlite3")) as database:
        database.execute("ALTER TABLE initiatives_quote RENAME TO gone")
        try:
            yield
        finally:
            database.execute("ALTER TABLE gone RENAME TO initiatives_quote")


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_failed_file_does_not_end_like_a_complete_one(site, version):
    with slow_reader(site, "/quotes.csv", version=version) as client:
        assert b" 200 " in client.recv(30)
        with broken(site), pytest.raises(ConnectionResetError):
            rest_of(client)


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_complete_file_ends_normally(site, version):
    with slow_reader(site, "/quotes.csv", version=version) as client:
        assert len(set(re.findall(rb"Words \d+ of", rest_of(client)))) == QUOTES - 1


@pytest.fixture
def nginx(site, tmp_path) -> Iterator[int]:
    """The port of nginx in front of the site."""
    if not NGINX:
        pytest.skip("no nginx: apt-get install nginx")
    with behind_nginx(tmp_path, site.port) as number:
        yield number


def rows_behind(port: int) -> int | None:
    """Return how many rows of a file a client gets once there is a slot; None if it notices missing rows."""
    while True:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as client:
            client.request("GET", "/quotes.csv", headers={"Host": "127.0.0.1"})
            answer = client.getresponse()
            try:
                body = answer.read().decode()
            except (http.client.IncompleteRead, ConnectionError):
                return None
        if answer.status != 503:
            return len(list(csv.DictReader(io.StringIO(body)))) if answer.status == 200 else None
        time.sleep(0.2)


def test_behind_nginx_ten_clients_get_a_complete_file(nginx):
    with ThreadPoolExecutor(10) as clients:
        assert list(clients.map(rows_behind, [nginx] * 10)) == [QUOTES] * 10


def test_behind_nginx_a_failed_file_does_not_end_like_a_complete_one(site, nginx):
    with broken(site):
        assert rows_behind(nginx) is None


def test_a_head_request_generates_nothing(site):
    before = len(site.log())
    with broken(site), slow_reader(site, "/quotes.csv", method="HEAD") as client:
        assert b" 200 OK" in rest_of(client)
    assert site.log()[before:] == ""


@pytest.mark.parametrize(("path", "statuses"), [("/quotes.json", {b"200", b"503"}), ("/quotes/", {b"200"})])
def test_slow_readers_delay_no_one(site, path, statuses):
    """Two workers have eight threads, and each may send two files."""
    with ExitStack() as opened:
        visitors = (f"X-Forwarded-For: 192.0.2.{number}" for number in range(24))
        readers = [opened.enter_context(slow_reader(site, path, visitor)) for visitor in visitors]
        heads = [reader.recv(100) for reader in readers]
        assert {head.split()[1] for head in heads} == statuses
        assert sum(b" 200 " in head for head in heads) in ({2, 3, 4} if b"503" in statuses else {24})
        answers = [site.get("/healthz") for _ in range(30)]
        assert max(answer.seconds for answer in answers) < 5


def test_parallel_requests_of_one_visitor_are_limited(site):
    with ExitStack() as opened:
        visitor = "X-Forwarded-For: 192.0.2.1"
        asked = [opened.enter_context(slow_reader(site, f"/quotes/?q=werds{n}", visitor)) for n in range(24)]
        statuses = [client.recv(100).split()[1] for client in asked]
    assert set(statuses) == {b"200", b"429"}
