"""The site behind gunicorn, as script/server and script/production serve it."""

import http.client
import socket
import threading
import time
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.project.serving import NGINX, answer_to, behind_nginx, serving


@pytest.fixture
def log(tmp_path) -> Path:
    """The file in which the server writes what it was asked, and its errors."""
    return tmp_path / "log"


@pytest.fixture
def port(tmp_path, log):
    """Serve with one worker, as behind a proxy; give the port."""
    with serving(tmp_path, log) as number:
        yield number


def ask(port: int) -> tuple[int, str | None]:
    """Return the status of /healthz and what the answer says of the connection."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as client:
        client.request("GET", "/healthz", headers={"Host": "127.0.0.1"})
        answer = client.getresponse()
        return answer.status, answer.getheader("Connection")


@pytest.mark.skipif(not hasattr(socket, "TCP_DEFER_ACCEPT"), reason="only Linux holds silent connections back")
def test_connections_that_a_browser_opens_in_advance_hold_nothing_up(port):
    """Each would keep one of four threads for five seconds: the six of each of five browsers, nearly forty in all."""
    with ExitStack() as opened:
        for _ in range(30):
            opened.enter_context(socket.create_connection(("127.0.0.1", port)))
        began = time.monotonic()
        assert ask(port)[0] == 200
        assert time.monotonic() - began < 15


def test_a_connection_is_closed_after_its_answer(port):
    """Kept ones stay with the worker that accepted them, and one core does the work of all."""
    assert ask(port) == (200, "close")


def head_of_post(path: str, length: object) -> bytes:
    """Return what stands before the body of a form that a visitor's browser sends, with a made-up secret."""
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "X-Forwarded-Proto: https",
        "Origin: https://127.0.0.1",
        f"Cookie: __Host-csrf={'a' * 32}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {length}",
    ]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode()


@pytest.mark.parametrize(("path", "status"), [("/", b"405"), ("/quotes/?q=law", b"405"), ("/admin/login/", b"")])
def test_bodies_that_drip_hold_nobody_up(port, path, status):
    """A worker has four threads; twelve visitors announce a body, send a byte of it now and then, and never end."""
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


@pytest.fixture
def nginx(tmp_path, port):
    """Serve the site through nginx, as docs/deploy says; give the port."""
    with behind_nginx(tmp_path, port) as number:
        yield number


@pytest.mark.skipif(not NGINX, reason="no nginx: apt-get install nginx")
@pytest.mark.parametrize("path", ["/", "/admin/login/"])
def test_behind_nginx_slow_senders_hold_nobody_up(nginx, path):
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
def test_a_body_that_no_form_has_is_refused_unread(port, size):
    began = time.monotonic()
    with closing(socket.create_connection(("127.0.0.1", port), timeout=60)) as client:
        client.sendall(head_of_post("/admin/login/", size))
        assert client.recv(100).split()[1] in {b"413", b"400"}
    assert time.monotonic() - began < 5


def test_a_body_that_ends_too_early_is_its_senders_fault(port):
    with closing(socket.create_connection(("127.0.0.1", port), timeout=60)) as client:
        client.sendall(head_of_post("/admin/login/", 7) + b"name")
        client.shutdown(socket.SHUT_WR)
        assert client.recv(100).split()[1] == b"408"


def test_headers_by_which_an_address_could_be_another_are_not_taken(port):
    assert answer_to(port, "/x/admin/login/", SCRIPT_NAME="/x").status == 404
    assert answer_to(port, "/zzz", SCRIPT_NAME="/x").status == 404
    assert answer_to(port, "/healthz", PATH_INFO="/zzz").status == 200


def test_the_log_has_the_visitors_address_and_no_secret(port, log):
    answer_to(port, "/readyz?q=secretword", X_Forwarded_For="192.0.2.1, 198.51.100.7", User_Agent="Browser")
    answer_to(port, "/preview/sealed-token/")
    answer_to(port, "/", Host="elsewhere.example")
    # A wrong name of the host, which robots send, is no fault of the site. Requests are logged once they are answered.
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


def test_a_download_that_was_cut_off_goes_on(tmp_path, log):
    """Of a file of the dataset, as `curl --continue-at -` and browsers do it."""
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
