"""The site behind gunicorn, as script/server and script/production serve it."""

import http.client
import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def port(tmp_path):
    """Serve with one worker and the site's reforms_site/gunicorn.py; give the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    number = listener.getsockname()[1]
    listener.close()
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "reforms_site.wsgi",
            "--config",
            "python:reforms_site.gunicorn",
            "--bind",
            f"127.0.0.1:{number}",
        ],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/site.sqlite3", "SITE_URL": "http://127.0.0.1"},
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", number)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        ask(number)
        yield number
    finally:
        server.terminate()
        server.wait(timeout=30)


def ask(port: int) -> tuple[int, str | None]:
    """Return the status of /healthz and what the answer says of the connection."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as client:
        client.request("GET", "/healthz")
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
