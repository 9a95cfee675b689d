"""script/audit distinguishes a known vulnerability, none, and a service that does not respond."""

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.conf import settings

VULNERABILITY = {
    "id": "PYSEC-0000-1",
    "modified": "2026-01-01T00:00:00Z",
    "affected": [
        {
            "package": {"name": "django", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.9"}]}],
        }
    ],
}


@contextmanager
def service(known: dict[str, list], status: int = 200) -> Iterator[str]:
    """Respond as OSV, the database of vulnerabilities; yield the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps({"vulns": known.get(asked["package"]["name"], [])}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments) -> None:
            """Log nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/query"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("known", "status", "code", "said"),
    [
        ({"django": [VULNERABILITY]}, 200, 1, "has a known vulnerability, PYSEC-0000-1. Fixed in: 99.9."),
        ({}, 200, 0, "No known vulnerabilities in"),
        ({}, 503, 69, "did not answer"),
    ],
)
def test_a_vulnerability_fails_and_a_missing_response_has_another_status(known, status, code, said):
    with service(known, status) as address:
        command = [settings.BASE_DIR / "script" / "audit", "--vulnerability-service", "osv", "--osv-url", address]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code, done
    assert said in done.stdout
