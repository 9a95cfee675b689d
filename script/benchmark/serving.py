"""Serves with gunicorn on a free local port while something is measured."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

# The options of script/server and script/production.
AS_SERVED = ("--config", "python:reforms_site.gunicorn")


def free_port() -> int:
    """Return the number of an unused port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def served(
    application: str, *options: str, port: int, python: str = sys.executable, **environment: str
) -> Iterator[subprocess.Popen]:
    """Serve a WSGI application within the block. Raises OSError if it does not respond."""
    command = [python, "-m", "gunicorn", application, *options, "--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    own = {"MALLOC_ARENA_MAX": "2", "SITE_URL": f"http://127.0.0.1:{port}"}
    server = subprocess.Popen(command, env=os.environ | own | environment)  # noqa: S603
    try:
        _wait_for(f"http://127.0.0.1:{port}/")
        yield server
    finally:
        # Requests in progress have 30 seconds to finish.
        server.terminate()
        server.wait(timeout=60)


def _wait_for(url: str, seconds: int = 30) -> None:
    for _try in range(seconds * 5):
        try:
            with urllib.request.urlopen(url):  # noqa: S310
                return
        except OSError:
            time.sleep(0.2)
    raise OSError(f"{url} does not return a page")
