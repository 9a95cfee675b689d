"""Web archives of copies are read back: each entry of the index leads to a record with the bytes that were kept."""

import gzip
import hashlib
import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from warcio.archiveiterator import ArchiveIterator

from initiatives.editorial.copies.taking_down import take_down
from initiatives.editorial.copies.wacz import _key
from initiatives.models.captures import archive_path
from tests.factories import SourceFactory, copy_of

pytestmark = pytest.mark.django_db

FETCHED = {"way": "fetched", "asked_url": "http://act.example/law", "http_status": 200}


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "copies.wacz"


def exported(file: Path, *options: str) -> dict[str, bytes]:
    """Return the members of an exported package by name. None is compressed again."""
    call_command("export_wacz", str(file), *options)
    with zipfile.ZipFile(file) as package:
        assert package.testzip() is None
        assert {member.compress_type for member in package.infolist()} == {zipfile.ZIP_STORED}
        return {name: package.read(name) for name in package.namelist()}


def entries(members: dict[str, bytes]) -> list[tuple[str, str, dict]]:
    lines = members["indexes/index.cdx"].decode().splitlines()
    assert lines == sorted(lines)
    return [(key, time, json.loads(entry)) for key, time, entry in (line.split(" ", 2) for line in lines)]


def test_every_entry_of_the_index_leads_to_its_record(file):
    texts = {}
    for number in range(5):
        address = f"https://www.act.example/law?b={number}&a=1"
        capture = copy_of(SourceFactory(), f"Law {number}.", **FETCHED, final_url=address).capture
        texts[address] = (capture, f"Law {number}.")
    pasted = copy_of(SourceFactory(title="Речь"), "Слова.").capture
    texts[f"urn:sha256:{pasted.sha256}"] = (pasted, "Слова.")
    members = exported(file)
    warc = members["archive/data.warc.gz"]
    assert len(entries(members)) == len(texts)
    for _urlkey, time, entry in entries(members):
        begin, length = int(entry["offset"]), int(entry["length"])
        record = next(ArchiveIterator(BytesIO(warc[begin : begin + length]), check_digests="raise"))
        capture, text = texts.pop(entry["url"])
        assert record.rec_headers["WARC-Target-URI"] == entry["url"]
        assert record.content_stream().read().decode() == text
        assert record.rec_headers["WARC-Payload-Digest"] == entry["digest"]
        assert time == f"{capture.captured_at:%Y%m%d%H%M%S}"
        if capture == pasted:
            assert (record.rec_type, record.rec_headers["Content-Type"]) == ("resource", "text/plain; charset=utf-8")
        else:
            assert (record.rec_type, record.http_headers.statusline) == ("response", "200 OK")
            assert record.http_headers["Content-Type"] == "text/plain"
    assert not texts


def test_the_package_describes_itself(file):
    """As WACZ 1.1.1 asks."""
    capture = copy_of(SourceFactory(title="Речь"), "Слова.").capture
    members = exported(file)
    described = json.loads(members["datapackage.json"])
    assert (described["profile"], described["wacz_version"]) == ("data-package", "1.1.1")
    assert {resource["path"] for resource in described["resources"]} == {
        name for name in members if not name.startswith("datapackage")
    }
    for resource in described["resources"]:
        content = members[resource["path"]]
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    digest = json.loads(members["datapackage-digest.json"])
    assert digest["path"] == "datapackage.json"
    assert digest["hash"] == f"sha256:{hashlib.sha256(members['datapackage.json']).hexdigest()}"
    head, page = map(json.loads, members["pages/pages.jsonl"].decode().splitlines())
    assert head["format"] == "json-pages-1.0"
    assert page["url"] == f"urn:sha256:{capture.sha256}"
    assert (page["title"], page["ts"]) == ("Речь", f"{capture.captured_at:%Y-%m-%dT%H:%M:%SZ}")
    assert b"not received" in gzip.decompress(members["archive/data.warc.gz"]).split(b"WARC/1.1")[1]


def test_copies_taken_down_and_of_other_sources_are_left_out(file):
    kept, other, down = (copy_of(SourceFactory(), f"Text {number}.").capture for number in range(3))
    take_down(down, None, "Asked by the publisher.")
    members = exported(file, "--source", kept.source.slug)
    assert [entry["url"] for *_rest, entry in entries(members)] == [f"urn:sha256:{kept.sha256}"]
    file.unlink()
    assert {entry["url"] for *_rest, entry in entries(exported(file))} == {
        f"urn:sha256:{capture.sha256}" for capture in (kept, other)
    }


def test_nothing_is_written_if_a_file_is_damaged(file):
    copies = [copy_of(SourceFactory(), f"Text {number}.").capture for number in range(3)]
    Path(storages["archive"].path(archive_path(copies[1].sha256))).write_text("Test 1.")
    with pytest.raises(CommandError, match=r"damaged\. Run check_archive\. Nothing was written"):
        call_command("export_wacz", str(file))
    assert not list(file.parent.iterdir())
    copy_of(SourceFactory(), "Text 1.")


def test_wrong_arguments_are_explained(file):
    for name, options, complaint in (
        ("copies.zip", (), "must end in .wacz"),
        ("none.wacz", (), "no copy"),
        ("none.wacz", ("--source", "x"), "x has no copy"),
    ):
        with pytest.raises(CommandError, match=complaint):
            call_command("export_wacz", str(file.with_name(name)), *options)
    file.touch()
    with pytest.raises(CommandError, match="there already"):
        call_command("export_wacz", str(file))


def test_keys_are_sorted_by_host():
    assert _key("https://WWW.Act.Example:8080/Law?b=2&a=1") == "example,act:8080)/law?a=1&b=2"
    assert _key("https://act.example") == "example,act)/"
    assert _key("urn:sha256:ab") == "urn:sha256:ab"
