"""gunicorn for tests, with the site's reforms_site/gunicorn.py."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.faults.servers import free_port, program

ROOT = Path(__file__).resolve().parents[2]
NGINX = program("nginx")


@contextmanager
def serving(folder: Path, log: Path, *options: str, **variables: str) -> Iterator[int]:
    """Serve an empty database as behind a proxy, with one worker; yield the port. `log` gets requests and errors."""
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


@contextmanager
def behind_nginx(folder: Path, port: int) -> Iterator[int]:
    """Put nginx in front of the site at a port, as in docs/deploy; yield nginx's port."""
    documented = (ROOT / "docs/deploy/nginx.conf").read_text()
    location = documented.replace("127.0.0.1:8000", f"127.0.0.1:{port}").replace("$scheme", "https")
    number = free_port()
    kinds = ("client_body", "proxy", "fastcgi", "scgi", "uwsgi")
    folders = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;\n"
        f"events {{}}\nhttp {{ access_log off;\n{folders}server {{ listen 127.0.0.1:{number};\n{location}}} }}\n"
    )
    server = subprocess.Popen([NGINX, "-e", folder / "nginx.log", "-c", folder / "nginx.conf"])
    try:
        for _ in range(100):
            with closing(socket.socket()) as client:
                if not client.connect_ex(("127.0.0.1", number)):
                    break
            time.sleep(0.1)
        yield number
    finally:
        server.terminate()
        server.wait(timeout=30)


def answer_to(
    port: int, path: str, method: str = "GET", body: str | None = None, **headers: str
) -> http.client.HTTPResponse:
    """Return the response to a request as a proxy passes it on, with its body as `text`."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as client:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        client.request(method, path, body, headers={"Host": "127.0.0.1", "X-Forwarded-Proto": "https"} | given)
        answer = client.getresponse()
        answer.text = answer.read().decode()
        return answer
