"""Copies in a bucket: a small S3 server on loopback, and the site's settings for one."""

import json
import os
import subprocess
import sys
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest
from django.conf import settings as site_settings
from django.core.files.storage import storages
from django.core.management import CommandError, call_command

from initiatives.editorial.copies.archive import condition
from initiatives.editorial.copies.taking_down import take_down
from initiatives.models.captures import archive_path
from tests.factories import SourceFactory, copy_of

pytestmark = pytest.mark.django_db
BUCKET = "reforms-archive"


class Bucket(ThreadingHTTPServer):
    """Objects by key, with the time at which they were stored, if not just now."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.objects: dict[str, bytes] = {}
        self.stored: dict[str, float] = {}
        self.down = False


class Handler(BaseHTTPRequestHandler):
    server: Bucket
    protocol_version = "HTTP/1.1"

    @property
    def key(self) -> str:
        return unquote(urlsplit(self.path).path).removeprefix(f"/{BUCKET}").removeprefix("/")

    def do_PUT(self):
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            content = unchunked(content)
        self.server.objects[self.key] = content
        self.answer(200)

    def do_GET(self):
        if self.server.down:
            self.answer(403, b"<Error><Code>AccessDenied</Code></Error>")
        elif not self.key:
            self.answer(200, self.listing(parse_qs(urlsplit(self.path).query)))
        elif self.key in self.server.objects:
            self.answer(200, self.server.objects[self.key])
        else:
            self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    do_HEAD = do_GET

    def do_DELETE(self):
        self.server.objects.pop(self.key, None)
        self.answer(204)

    def listing(self, query: dict[str, list[str]]) -> bytes:
        prefix = query.get("prefix", [""])[0]
        rest = sorted(key.removeprefix(prefix) for key in self.server.objects if key.startswith(prefix))
        files = "".join(f"<Contents><Key>{escape(prefix + key)}</Key></Contents>" for key in rest if "/" not in key)
        folders = sorted({key.partition("/")[0] for key in rest if "/" in key})
        inner = "".join(
            f"<CommonPrefixes><Prefix>{prefix}{name}/</Prefix></CommonPrefixes>" for name in sorted(folders)
        )
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{files}{inner}</ListBucketResult>".encode()

    def answer(self, status: int, content: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Last-Modified", formatdate(self.server.stored.get(self.key), usegmt=True))
        self.send_header("ETag", '"0"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *arguments):
        pass


def unchunked(content: bytes) -> bytes:
    """Return what was sent in signed chunks: size in hexadecimal, ";" and signature, the bytes; a trailer ends it."""
    whole = b""
    while True:
        head, _, content = content.partition(b"\r\n")
        if not (size := int(head.partition(b";")[0], 16)):
            return whole
        whole, content = whole + content[:size], content[size + 2 :]


@pytest.fixture
def bucket(settings, monkeypatch):
    with Bucket() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        for name, value in environment(server).items():
            monkeypatch.setenv(name, value)
        settings.STORAGES = {**settings.STORAGES, "archive": of_settings(environment(server))}
        yield server
        server.shutdown()
        thread.join()


def environment(server: Bucket) -> dict[str, str]:
    return {
        "ARCHIVE_BUCKET": BUCKET,
        "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{server.server_port}",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",
    }


def of_settings(variables: dict[str, str]) -> dict:
    """Return the storage that the settings make of these variables."""
    program = "import json\nfrom reforms_site import settings\nprint(json.dumps(settings.STORAGES['archive']))"
    command = [sys.executable, "-c", program]
    environ = {**os.environ, **variables}
    done = subprocess.run(command, cwd=site_settings.BASE_DIR, env=environ, capture_output=True, check=True)
    return json.loads(done.stdout)


def test_copies_are_saved_read_checked_and_taken_down(bucket, capsys, django_capture_on_commit_callbacks):
    kept, down = (copy_of(SourceFactory(), f"Text {number}.").capture for number in range(2))
    files = storages["archive"]
    assert bucket.objects == {archive_path(kept.sha256): b"Text 0.", archive_path(down.sha256): b"Text 1."}
    assert files.exists(archive_path(kept.sha256))
    assert not files.exists(archive_path("ab" * 32))
    with files.open(archive_path(kept.sha256)) as file:
        assert file.read() == b"Text 0."
    call_command("check_archive")
    assert "Files: 2." in capsys.readouterr().out
    assert condition() == "not checked"
    with django_capture_on_commit_callbacks(execute=True):
        take_down(down, None, "Asked by the publisher.")
    assert list(bucket.objects) == [archive_path(kept.sha256)]


def test_faults_are_named(bucket, capsys):
    damaged, missing = (copy_of(SourceFactory(), f"Text {number}.").capture for number in range(2))
    bucket.objects[archive_path(damaged.sha256)] = b"Test 0."
    del bucket.objects[archive_path(missing.sha256)]
    stray = archive_path("ab" * 32)
    bucket.objects |= {stray: b"Words.", "readme.txt": b"Words."}
    bucket.stored[stray] = 1_600_000_000
    with pytest.raises(CommandError, match="Files with a fault: 3"):
        call_command("check_archive", "--delete-superfluous", "--no-input")
    said = capsys.readouterr().out
    for path, fault in (
        (archive_path(damaged.sha256), "is damaged"),
        (archive_path(missing.sha256), "is missing"),
        (stray, "is superfluous"),
        ("readme.txt", "has a name"),
    ):
        assert f"{path}: {fault}" in said
    assert stray not in bucket.objects


def test_a_bucket_that_refuses_is_explained(bucket):
    bucket.down = True
    with pytest.raises(CommandError, match=r"The archive cannot be read or changed: .*AccessDenied"):
        call_command("check_archive")
