"""gunicorn in tests, with the site's reforms_site/gunicorn.py."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.faults.servers import free_port

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def serving(folder: Path, log: Path, *options: str, **variables: str) -> Iterator[int]:
    """Serve an empty database as behind a proxy, by one worker; give the port. `log` gets requests and errors."""
    number = free_port()
    public = {"DATABASE_URL": f"sqlite:///{folder}/site.sqlite3", "SITE_URL": "https://127.0.0.1"}
    command = [sys.executable, "-m", "gunicorn", "reforms_site.wsgi", "--config", "python:reforms_site.gunicorn"]
    command += ["--bind", f"127.0.0.1:{number}", "--access-logfile", str(log), *options]
    with log.open("a") as errors:
        server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **public, **variables}, stderr=errors)
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", number)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        answer_to(number, "/healthz")
        yield number
    finally:
        server.terminate()
        server.wait(timeout=30)


def answer_to(port: int, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    """Return the answer to a request as a proxy passes it on; its body as `text`."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as client:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        client.request(method, path, headers={"Host": "127.0.0.1", "X-Forwarded-Proto": "https"} | given)
        answer = client.getresponse()
        answer.text = answer.read().decode()
        return answer
