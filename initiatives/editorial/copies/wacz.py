"""Writes copies as a web archive: WARC 1.1 (ISO 28500) in a WACZ 1.1.1 package, which ReplayWeb.page opens."""

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterable
from datetime import UTC
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import storages
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from initiatives.models import Capture
from initiatives.models.captures import archive_path
from initiatives.models.choices import CaptureWay

WARC = "data.warc.gz"
HEADERS_MADE = (
    "Of HTTP responses the record keeps the bytes, status, media type and time. The status line and headers of response"
    " records were made from these, not received. Documents that an editor brought are resource records."
)


class CannotExport(Exception):
    """A file cannot be read or is damaged. The message says what to do."""


def export(target: Path, captures: Iterable[Capture], done: Callable[[], object] = lambda: None) -> None:
    """Write copies that were not taken down to a new file, whole or not at all. Raises CannotExport, OSError."""
    part = target.with_name(f".{target.name}.part")
    try:
        part.touch(0o600)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as package:
            _write(package, captures, done)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _write(package: zipfile.ZipFile, captures: Iterable[Capture], done: Callable[[], object]) -> None:
    pages: list[dict[str, Any]] = [{"format": "json-pages-1.0", "id": "pages", "title": "Copies"}]
    index, resources = [], []
    with package.open(f"archive/{WARC}", "w", force_zip64=True) as opened:
        out = _Measured(opened)
        writer = WARCWriter(out, gzip=True, warc_version="1.1")
        about = {"software": "warcio", "format": "WARC File Format 1.1", "description": HEADERS_MADE}
        writer.write_record(writer.create_warcinfo_record(WARC, about))
        for capture in captures:
            begin, record = out.size, _record(writer, capture)
            writer.write_record(record)
            url, time = record.rec_headers.get_header("WARC-Target-URI"), _time(capture)
            entry = {
                "url": url,
                "mime": capture.media_type.partition(";")[0],
                "status": str(capture.http_status or 200),
                "digest": record.rec_headers.get_header("WARC-Payload-Digest"),
                "length": str(out.size - begin),
                "offset": str(begin),
                "filename": WARC,
            }
            index.append(f"{_key(url)} {''.join(filter(str.isdigit, time))} {json.dumps(entry)}\n")
            page = {"id": str(capture.pk), "url": url, "ts": time, "title": capture.source.title}
            pages.append({**page, "size": capture.size, "sha256": capture.sha256})
            done()
    resources.append(out.resource(f"archive/{WARC}"))
    lines = "".join(f"{json.dumps(page, ensure_ascii=False)}\n" for page in pages)
    for path, text in (("indexes/index.cdx", "".join(sorted(index))), ("pages/pages.jsonl", lines)):
        resources.append(_add(package, path, text))
    described = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": f"Copies of documents, {settings.SITE_URL}",
        "description": HEADERS_MADE,
        "created": timezone.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "software": "warcio",
        "resources": resources,
    }
    whole = _add(package, "datapackage.json", json.dumps(described, indent=2))
    _add(package, "datapackage-digest.json", json.dumps({"path": whole["path"], "hash": whole["hash"]}))


def _record(writer: WARCWriter, capture: Capture) -> Any:
    """Return the record of a copy: a response if it was fetched, else a resource named by its hash."""
    try:
        with storages["archive"].open(archive_path(capture.sha256)) as file:
            content = file.read()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != capture.sha256:
        raise CannotExport(f"{archive_path(capture.sha256)} is missing or damaged. Run check_archive.")
    given: dict[str, Any] = {
        "payload": BytesIO(content),
        "length": len(content),
        "warc_headers_dict": {"WARC-Date": _time(capture)},
    }
    url = iri_to_uri(capture.final_url or capture.asked_url)
    if capture.way == CaptureWay.FETCHED and url and capture.http_status:
        headers = [("Content-Type", capture.media_type), ("Content-Length", str(len(content)))]
        phrase = HTTPStatus(capture.http_status).phrase if capture.http_status in {*HTTPStatus} else ""
        http = StatusAndHeaders(f"{capture.http_status} {phrase}".strip(), headers, protocol="HTTP/1.1")
        return writer.create_warc_record(url, "response", http_headers=http, **given)
    # The desk keeps pasted text in UTF-8.
    charset = "; charset=utf-8" if capture.way == CaptureWay.PASTED else ""
    kind = f"{capture.media_type}{charset}"
    return writer.create_warc_record(f"urn:sha256:{capture.sha256}", "resource", warc_content_type=kind, **given)


def _time(capture: Capture) -> str:
    return capture.captured_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _key(url: str) -> str:
    """Return the key by which indexes are sorted (SURT): com,example)/path?query."""
    parts = urlsplit(url.lower())
    if not parts.hostname:
        return url
    host = ",".join(reversed(parts.hostname.removeprefix("www.").split(".")))
    port = f":{parts.port}" if parts.port else ""
    query = f"?{'&'.join(sorted(parts.query.split('&')))}" if parts.query else ""
    return f"{host}{port}){parts.path or '/'}{query}"


class _Measured:
    """A file that is being written, with its size and hash so far."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.size, self.digest = file, 0, hashlib.sha256()

    def write(self, content: bytes) -> None:
        self.file.write(content)
        self.size += len(content)
        self.digest.update(content)

    def flush(self) -> None:
        self.file.flush()

    def resource(self, path: str) -> dict[str, Any]:
        name = path.rpartition("/")[2]
        return {"name": name, "path": path, "hash": f"sha256:{self.digest.hexdigest()}", "bytes": self.size}


def _add(package: zipfile.ZipFile, path: str, text: str) -> dict[str, Any]:
    with package.open(path, "w") as opened:
        out = _Measured(opened)
        out.write(text.encode())
    return out.resource(path)
