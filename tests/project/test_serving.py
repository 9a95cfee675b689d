"""The site behind gunicorn, as script/server and script/production serve it."""

import http.client
import re
import shutil
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from tests.faults.servers import free_port, program
from tests.project.serving import NGINX, ROOT, answer_to, behind_nginx, serving

HAPROXY = program("haproxy")


@pytest.fixture
def log(tmp_path) -> Path:
    """The file for the server's requests and errors."""
    return tmp_path / "log"


@pytest.fixture
def port(tmp_path, log):
    """Serve with one worker, as behind a proxy; yield the port."""
    with serving(tmp_path, log) as number:
        yield number


def ask(port: int) -> tuple[int, str | None]:
    """Return the status of /healthz and the response's Connection header."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as client:
        client.request("GET", "/healthz", headers={"Host": "127.0.0.1"})
        answer = client.getresponse()
        return answer.status, answer.getheader("Connection")


@pytest.mark.skipif(not hasattr(socket, "TCP_DEFER_ACCEPT"), reason="only Linux holds silent connections back")
def test_connections_opened_in_advance_block_nothing(port):
    """Each would occupy one of four threads for five seconds: six for each of five browsers, nearly forty in all."""
    with ExitStack() as opened:
        for _ in range(30):
            opened.enter_context(socket.create_connection(("127.0.0.1", port)))
        began = time.monotonic()
        assert ask(port)[0] == 200
        assert time.monotonic() - began < 15


def test_a_connection_is_closed_after_its_response(port):
    """Open ones would stay with the worker that accepted them, so that one core would do all the work."""
    assert ask(port) == (200, "close")


SECRET = "a" * 32
FORM = {"Origin": "https://127.0.0.1", "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": SECRET}


def head_of_post(path: str, length: object, session: str = "") -> bytes:
    """Return the headers of a form that a visitor's browser sends, with an invented CSRF token."""
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "X-Forwarded-Proto: https",
        *(f"{name}: {value}" for name, value in FORM.items()),
        f"Cookie: __Host-csrf={SECRET}; __Host-session={session}",
        f"Content-Length: {length}",
    ]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode()


@pytest.mark.parametrize(("path", "status"), [("/", b"405"), ("/quotes/?q=law", b"405"), ("/admin/login/", b"")])
def test_slow_bodies_block_no_one(port, path, status):
    """A worker has four threads; twelve visitors announce a body, send a byte now and then, and never finish."""
    with ExitStack() as opened:
        drips = []
        for _ in range(12):
            drip = opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
            drip.sendall(head_of_post(path, 100_000) + b"a")
            drips.append(drip)
        began = time.monotonic()
        if status:
            assert all(status in drip.recv(100) for drip in drips)
        assert ask(port)[0] == 200
        assert time.monotonic() - began < 5


def until(answers: Callable[[], bool]) -> None:
    """Wait for a proxy to respond."""
    for _ in range(100):
        with suppress(ConnectionRefusedError):
            if answers():
                return
        time.sleep(0.1)
    pytest.fail("the proxy does not answer")


@pytest.fixture
def desk(tmp_path, log, db, kept_database):
    """Serve a database with one editor, with one worker; yield the port."""
    if kept_database is None:
        pytest.skip("the server of this test is on SQLite")
    shutil.copy(kept_database, tmp_path / "site.sqlite3")
    with closing(sqlite3.connect(tmp_path / "site.sqlite3")) as database, database:
        columns = "username, password, is_active, is_staff, is_superuser, first_name, last_name, email, date_joined"
        password = PBKDF2PasswordHasher().encode("correct horse", "salt", iterations=1000)
        values = ("aigul", password, 1, 1, 1, "", "", "", "2020-01-01 00:00:00")
        database.execute(f"INSERT INTO auth_user ({columns}) VALUES ({', '.join('?' * len(values))})", values)
    with serving(tmp_path, log, SECOND_FACTOR="false", RATE_LIMITS="false") as number:
        yield number


def log_in(port: int) -> str:
    """Send the log-in form, and return the key of the new session."""
    cookie = {"Cookie": f"__Host-csrf={SECRET}"}
    answer = answer_to(port, "/admin/login/", "POST", "username=aigul&password=correct+horse", **FORM, **cookie)
    assert answer.status == 302, answer.text
    return re.search(r"__Host-session=(\w+)", str(answer.headers))[1]


@contextmanager
def dripping(port: int, path: str, length: int) -> Iterator[list[socket.socket]]:
    """Let fourteen anonymous visitors announce a body, which HAProxy passes on after 16 kB, and drip the rest."""
    over = threading.Event()
    with ExitStack() as opened:
        senders = [opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60)) for _ in range(14)]
        for sender in senders:
            sender.sendall(head_of_post(path, length) + b"a" * 16_000)

        def drip():
            while not over.wait(0.2):
                for sender in senders:
                    with suppress(OSError):
                        sender.sendall(b"a")

        slow = threading.Thread(target=drip)
        slow.start()
        try:
            yield senders
        finally:
            over.set()
            slow.join()


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "length"), [
    ("/admin/initiatives/quote/import/", 10_900_000),
    ("/admin/login/", 99_000),
    ("/report/quote-1/", 99_000),
])  # fmt: skip
def test_slow_senders_do_not_stop_editors_from_logging_in_and_saving(desk, path, length):
    text = f"wants_mail=on&more={'b' * 30_000}".encode()
    with dripping(desk, path, length):
        time.sleep(0.5)
        began = time.monotonic()
        session = log_in(desk)
        # More than HAProxy buffers, so the rest arrives later.
        with closing(socket.create_connection(("127.0.0.1", desk), timeout=60)) as editor:
            editor.sendall(head_of_post("/admin/mail/", len(text), session) + text[:16_000])
            time.sleep(0.3)
            editor.sendall(text[16_000:])
            assert editor.recv(100).split()[1] == b"302"
        assert time.monotonic() - began < 10


@pytest.mark.django_db
@pytest.mark.skipif(not HAPROXY, reason="no haproxy: apt-get install haproxy")
def test_behind_haproxy_slow_senders_do_not_block_log_in(tmp_path, desk):
    documented = (ROOT / "docs/deploy/haproxy.cfg").read_text().replace("127.0.0.1:8000", f"127.0.0.1:{desk}")
    number = free_port()
    public = re.sub("bind .*", f"bind 127.0.0.1:{number}", documented)
    (tmp_path / "haproxy.cfg").write_text(f"defaults\n    mode http\n    timeout connect 5s\n{public}")
    server = subprocess.Popen([HAPROXY, "-q", "-f", tmp_path / "haproxy.cfg"])
    try:
        until(lambda: answer_to(number, "/healthz").status == 200)
        with dripping(number, "/admin/initiatives/quote/import/", 10_900_000) as senders:
            assert all(sender.recv(100).split()[1] == b"413" for sender in senders)
        with dripping(number, "/admin/login/", 99_000):
            time.sleep(0.5)
            began = time.monotonic()
            log_in(number)
            assert time.monotonic() - began < 10
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.mark.django_db
def test_only_logged_in_users_may_send_large_bodies(desk):
    """A body too large for an anonymous visitor is refused before it arrives, whatever session is claimed."""
    session = log_in(desk)
    for key, path, length, status in (
        ("", "/admin/initiatives/quote/import/", 10_900_000, b"413"),
        ("x" * 32, "/admin/initiatives/quote/import/", 10_900_000, b"413"),
        (session, "/admin/initiatives/quote/import/", 11_000_001, b"413"),
        ("", "/admin/login/", 100_001, b"413"),
        (session, "/admin/mail/", 1_000_001, b"413"),
    ):
        with closing(socket.create_connection(("127.0.0.1", desk), timeout=60)) as client:
            client.sendall(head_of_post(path, length, key))
            assert client.recv(100).split()[1] == status
    much = f"wants_mail=on&more={'b' * 900_000}"
    cookie = {"Cookie": f"__Host-csrf={SECRET}; __Host-session={session}"}
    assert answer_to(desk, "/admin/mail/", "POST", much, **FORM, **cookie).status == 302


@pytest.fixture
def nginx(tmp_path, port):
    """Serve the site through nginx, as in docs/deploy; yield the port."""
    with behind_nginx(tmp_path, port) as number:
        yield number


@pytest.mark.skipif(not NGINX, reason="no nginx: apt-get install nginx")
@pytest.mark.parametrize("path", ["/", "/admin/login/"])
def test_behind_nginx_slow_senders_block_no_one(nginx, path):
    """Twelve visitors send a byte of their form now and then, while others read."""
    over = threading.Event()
    with ExitStack() as opened:
        senders = [opened.enter_context(socket.create_connection(("127.0.0.1", nginx), timeout=60)) for _ in range(12)]
        for sender in senders:
            sender.sendall(head_of_post(path, 100_000))

        def send_slowly():
            while not over.wait(0.05):
                for sender in senders:
                    sender.sendall(b"a")

        slow = threading.Thread(target=send_slowly)
        slow.start()
        try:
            began = time.monotonic()
            assert [ask(nginx)[0] for _ in range(50)] == [200] * 50
            assert time.monotonic() - began < 15
        finally:
            over.set()
            slow.join()


@pytest.mark.parametrize("size", ["2000000", "many", "-1"])
def test_an_oversized_body_is_refused_unread(port, size):
    began = time.monotonic()
    with closing(socket.create_connection(("127.0.0.1", port), timeout=60)) as client:
        client.sendall(head_of_post("/admin/login/", size))
        assert client.recv(100).split()[1] in {b"413", b"400"}
    assert time.monotonic() - began < 5


def test_a_truncated_body_is_the_senders_error(port):
    with closing(socket.create_connection(("127.0.0.1", port), timeout=60)) as client:
        client.sendall(head_of_post("/admin/login/", 7) + b"name")
        client.shutdown(socket.SHUT_WR)
        assert client.recv(100).split()[1] == b"408"


def test_headers_that_could_change_the_address_are_ignored(port):
    assert answer_to(port, "/x/admin/login/", SCRIPT_NAME="/x").status == 404
    assert answer_to(port, "/zzz", SCRIPT_NAME="/x").status == 404
    assert answer_to(port, "/healthz", PATH_INFO="/zzz").status == 200


def test_the_log_has_the_visitors_address_and_no_secret(port, log):
    answer_to(port, "/readyz?q=secretword", X_Forwarded_For="192.0.2.1, 198.51.100.7", User_Agent="Browser")
    answer_to(port, "/preview/sealed-token/")
    answer_to(port, "/", Host="elsewhere.example")
    # A wrong host name, which robots send, is not an error of the site. Requests are logged after the response.
    for _ in range(100):
        written = log.read_text()
        if all(line in written for line in ('"GET /readyz"', '"GET /preview/…"', '"GET /" 400')):
            break
        time.sleep(0.1)
    else:
        pytest.fail(written)
    line = next(line for line in written.splitlines() if '"GET /readyz"' in line)
    assert line.startswith("198.51.100.7 [")
    assert line.endswith('"Browser"')
    assert "secretword" not in written
    assert "sealed-token" not in written
    assert "Traceback" not in written


def test_an_interrupted_download_can_resume(tmp_path, log):
    """For a file of the dataset, as `curl --continue-at -` and browsers request it."""
    version = tmp_path / "2026-01-01T000000Z"
    version.mkdir()
    (version / "record.sqlite3").write_bytes(b"0123456789" * 100_000)
    with serving(tmp_path, log, DATASET_DIR=str(tmp_path)) as port:
        path = f"/data/{version.name}/record.sqlite3"
        whole = answer_to(port, path)
        assert (whole.status, len(whole.text)) == (200, 1_000_000)
        rest = answer_to(port, path, Range="bytes=400005-", If_Range=whole.getheader("ETag"))
        assert (rest.status, rest.text) == (206, whole.text[400_005:])
        part = answer_to(port, path, Range="bytes=400005-400010")
        assert (part.text, part.getheader("Content-Length")) == ("567890", "6")
        assert answer_to(port, path, Range="bytes=1000000-").status == 416
        assert answer_to(port, path, "HEAD", Range="bytes=0-1").status == 200
