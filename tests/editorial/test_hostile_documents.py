"""Hostile documents: each ends with a text or a sentence, within the limits, and no process is left."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initiatives.editorial.copies import documents, extraction
from initiatives.editorial.copies.bringing import brought
from initiatives.editorial.copies.extraction import Extracted, Unreadable, extract
from initiatives.models import Capture, SourceText
from tests.editorial.documents_support import LOCK, W, docx, lines, packed, pdf
from tests.factories import SourceFactory

MB = 1_000_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
BOMB = '<!DOCTYPE b [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1 if n else str()};" * 10}">' for n in range(9)
) + "]>"  # fmt: skip
TEXT = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"


def refusal(data: bytes, media_type: str = "application/pdf", file_name: str = "speech.pdf") -> str:
    """Return the sentence with which a document is refused."""
    with pytest.raises(Unreadable) as refused:
        extract(data, media_type, file_name)
    return str(refused.value)


@pytest.mark.parametrize(
    ("data", "is_what"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a picture"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "a picture"),
        (b"RIFF\x10\0\0\0WEBPVP8 " + bytes(100), "a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><text>Words</text></svg>", "a picture"),
        (b"ID3\x03" + bytes(100), "a recording"),
        (b"\0\0\0\x20ftypisom" + bytes(100), "a recording"),
        (packed({"speech.txt": "Words"}), "an archive"),
        (b"PK\5\6" + bytes(18), "an archive"),
        (b"\x1f\x8b\x08\x00" + bytes(100), "an archive"),
        (b"MZ\x90\x00" + bytes(100), "a program"),
        (b"\x7fELF" + bytes(100), "a program"),
        (packed({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}), "a spreadsheet"),
        (packed({"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<p/>"}), "a presentation"),
        (OLE, "a file of an old version of Office"),
        (rb"{\rtf1\ansi Words}", "a text of another format"),
        (b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\r\n", "a web archive"),
        (b"<?xml version='1.0'?><speech>Words</speech>", "an XML file"),
        ((BOMB + "<b>&a8;</b>").encode(), "an XML file"),
        (bytes(range(256)) * 4, "a file of an unknown kind"),
        ("Words".encode("utf-16-le"), "a file of an unknown kind"),
    ],
)
def test_other_kinds_are_named_whatever_the_sender_says(data, is_what):
    for said in [("application/pdf", "a.pdf"), ("text/html", "a.html"), ("", "")]:
        assert re.match(rf"This is {is_what}.*, which cannot be read\. Bring HTML, PDF", refusal(data, *said))


@pytest.mark.parametrize(
    "data", ["MZ is short for Mark.", "BM 1", "PK: words", "ID3 tags are <p>.", "From: me\n\nMIME-Version: of it"]
)
def test_words_that_begin_like_other_files_are_text(data):
    assert extract(data.encode(), "application/octet-stream", "a.exe").extractor == "plain text 1"


def test_the_bytes_decide():
    assert "html" in extract(b"<!DOCTYPE html><p>Words", "application/pdf", "a.pdf").extractor
    assert "html" in extract(b"<!--" + b"x" * 9000 + b"-->\n<html><p>Words", "", "").extractor
    assert "pdf" in extract(pdf(lines("Words")), "text/html", "a.html").extractor
    assert "docx" in extract(docx(TEXT.format("Words")), "application/zip", "a.zip").extractor
    assert "subtitles" in extract(b"WEBVTT\n\n00:01.000 --> 00:02.000\nWords", "text/plain", "a.txt").extractor
    assert "plain" in extract(b"Words, not a PDF", "application/pdf", "a.pdf").extractor
    assert "plain" in extract(b"Words about <p> and <html>", "text/plain", "a.txt").extractor


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pdf(lines("Words"), trailer=LOCK), "needs a password"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "needs a password"),
        (pdf(lines("Words"))[:300], "is damaged"),
        (b"%PDF-1.7 and no more", "is damaged"),
        (pdf([], []), "is scanned: it has only pictures of pages. Paste its text"),
        (pdf(*[[]] * 1_001), "more than 1,000 pages. Bring only the pages"),
        (pdf(lines("Words"), count=10_000), "more than 1,000 pages"),
        (pdf(lines("&%$#+*~" * 5, "&%$#+*~ a")), "do not say which letters they show"),
        (docx(TEXT.format("Words"))[:-40], "is damaged"),
        (packed({"word/document.xml": "<x/>"}), "is damaged"),
        (docx("<w:p>"), "is damaged"),
        (docx(TEXT.format("&a8;"), start=BOMB), "document type declaration (DTD), which is not allowed"),
        (docx("<w:p>" * 3_000 + "</w:p>" * 3_000), "is damaged"),
        (docx(""), "has no text"),
        (b"<html><body><p> &nbsp; <script>x</script>", "has no text"),
        (b"", "has no text"),
        (b"WEBVTT\n\nNOTE x", "has no text"),
        (b"<html><body><a " + b"x" * 9 * MB, "has no text"),
        (b"<html><body>" + b"<div>" * 100_000 + b"Words", "nested too deeply"),
        (b"<html><body>" + b"<b>" * MB + b"Words", "nested too deeply"),
        (b"x" * (5 * MB + 1), "more than 5 million characters"),
        (b"<html><body>" + b"x" * (5 * MB + 1), "more than 5 million characters"),
    ],
)
def test_documents_without_a_text_that_can_be_read(data, reason):
    assert reason in refusal(data)


def test_archives_that_unpack_to_much_are_refused_in_little_memory():
    assert "Unpacked, the file is too large" in refusal(docx(TEXT.format("x" * 70 * MB)))
    # Other parts are not unpacked, nor are macros or linked files.
    media = {"word/media/a.bin": bytes(70 * MB), "word/vbaProject.bin": b"macro"}
    assert extract(docx(TEXT.format("Words"), **media), "").paragraphs == ("Words",)
    outside = f'<w:p {W}><w:r><w:t>Words</w:t></w:r><w:altChunk r:id="x" xmlns:r="r"/></w:p>'
    assert extract(docx(outside), "").paragraphs == ("Words",)


def test_a_document_that_takes_too_long_is_given_up(monkeypatch):
    # The parser compares each attribute with all others.
    endless = b"<html><body><a " + b" ".join(b"x%d" % number for number in range(200_000)) + b">Words"
    monkeypatch.setattr(extraction, "SECONDS", 1)
    began = time.monotonic()
    assert "takes too much memory or time" in refusal(endless)
    assert time.monotonic() - began < 3
    assert not children()


def test_a_child_that_is_killed_is_a_sentence_and_the_next_document_is_read(monkeypatch):
    endless = b"<html><body><a " + b" ".join(b"x%d" % number for number in range(200_000)) + b">Words"
    refused: list[str] = []
    reading = threading.Thread(target=lambda: refused.append(refusal(endless)))
    reading.start()
    while reading.is_alive() and not children():
        time.sleep(0.01)
    os.kill(children()[0], signal.SIGKILL)
    reading.join(5)
    assert "Save it again, or paste its text" in refused[0]
    assert extract(b"<!doctype html><p>Words", "").paragraphs == ("Words",)
    assert not children()


@pytest.mark.parametrize(
    "answer", ["", "[", "[]", "{}", '{"paragraphs": 1}', '{"fault": "x"}', "import os; os.abort()"]
)
def test_a_child_that_was_taken_over_cannot_break_the_parent(answer, monkeypatch, tmp_path):
    (tmp_path / "documents.py").write_text(answer if "import" in answer else f"print({answer!r})")
    monkeypatch.setattr(extraction, "READER", tmp_path / "documents.py")
    assert "is damaged" in refusal(b"<!doctype html><p>Words")


def test_the_child_has_its_limits_no_environment_and_no_django(monkeypatch, tmp_path):
    source = Path(documents.__file__).read_text()
    probe = source + (
        "\n    import os\n"
        "    def tried(use):\n"
        "        try: use()\n"
        "        except (OSError, MemoryError) as error: return type(error).__name__\n"
        "    def write():\n"
        f"        with open({str(tmp_path / 'written')!r}, 'w') as file: file.write('x')\n"
        "    print(json.dumps([tried(write), tried(lambda: bytearray(2 * 10**9)), 'django' in sys.modules,"
        " sorted(os.environ), resource.getrlimit(resource.RLIMIT_CPU)[1]]))\n"
    )
    (tmp_path / "documents.py").write_text(probe)
    command = [sys.executable, "-IB", str(tmp_path / "documents.py"), "html"]
    said = subprocess.run(command, input=b"<p>x", stdout=subprocess.PIPE, env={}, check=True).stdout.decode()
    found = json.loads(said[said.index("}") + 1 :])
    assert found[:3] == ["OSError", "MemoryError", False]
    assert set(found[3]) <= {"LC_CTYPE"}
    assert found[4] == documents.LIMITS["CPU"]


@pytest.mark.django_db
@pytest.mark.database
def test_nothing_is_kept_of_a_refused_document_and_no_nul_of_one_that_is_read(settings, tmp_path):
    source = SourceFactory()
    with pytest.raises(Unreadable):
        brought(pdf([]), "uploaded", "application/pdf", "a.pdf").keep(source, None)
    assert not Capture.objects.exists()
    brought(b"x" * 200 + b"\0y", "pasted", "text/plain").keep(source, None)
    page = b"<!doctype html><title>a</title>" + b" " * 100 + b"<p>a&#0;b\0c"
    brought(page, "uploaded", "text/html", "a.html").keep(source, None)
    assert sorted(map(len, SourceText.objects.values_list("text", flat=True))) == [5, 201]


MARKUP = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<b>", "<br>", "<td>", "<pre>", "<!--", "<script>", "&#1;", "&#x", "\0", "x ", "\n"]
    )
).map(lambda parts: ("<html>" + "".join(parts)).encode())
PDF_PARTS = st.tuples(st.integers(0, 600), st.binary(max_size=4)).map(
    lambda cut: pdf(lines("Words"))[: cut[0]] + cut[1] + pdf(lines("Words"))[cut[0] + len(cut[1]) :]
)
DOCX_PARTS = st.tuples(st.integers(0, 500), st.binary(max_size=4)).map(
    lambda cut: docx(TEXT.format("Words"))[: cut[0]] + cut[1] + docx(TEXT.format("Words"))[cut[0] + len(cut[1]) :]
)


@given(data=st.binary(max_size=300) | st.text().map(str.encode) | MARKUP | PDF_PARTS | DOCX_PARTS, said=st.text())
def test_any_bytes_are_a_text_or_a_sentence(data, said):
    try:
        read: Extracted = extract(data, said, said)
    except Unreadable:
        return
    assert all(read.paragraphs)
    assert read.paragraphs == tuple(read.text.split("\n\n"))
    assert not re.search("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", read.text + "".join(read.places))


def children() -> list[int]:
    """Return the ids of processes that read documents for this one."""
    listed = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(os.getpid())], stdout=subprocess.PIPE, text=True
    )
    return [int(line.split()[0]) for line in listed.stdout.splitlines() if "documents.py" in line]
