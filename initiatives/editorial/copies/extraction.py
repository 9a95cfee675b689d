"""Reads the text of a document. Documents are hostile: this happens in a process of its own, with limits."""

import json
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

# Lines of a plain text are wrapped at fewer characters; with a longer one, each line is a paragraph.
LONGEST_LINE = 120
# Characters of a text, seconds that reading may take, and bytes that its process may answer: JSON escapes letters.
LONGEST_TEXT, SECONDS, LONGEST_ANSWER = 5_000_000, 30, 64_000_000

# What the program that reads documents knows.
READER = Path(__file__).with_name("documents.py")
READ = ("html", "pdf", "docx", "subtitles")

# What is wrong with a document that is read: codes of documents.Fault.
FAULTS = {
    "no_text": _("The document has no text."),
    "too_long": _("The document has more than 5 million characters. Bring only the part that you need."),
    "too_deep": _("The page is nested too deeply to be read whole. Save it as PDF, or paste its text."),
    "damaged": _("The file is damaged. Download it or save it again, or paste its text."),
    "document_type": _(
        "The file contains a document type declaration (DTD), which is not allowed. Save it again as DOCX."
    ),
    "unpacked": _("Unpacked, the file is too large. Bring only the part that you need, or paste its text."),
    "locked": _("The document needs a password. Save it without one, or paste its text."),
    "pages": _("The PDF has more than 1,000 pages. Bring only the pages that you need."),
    "scanned": _("The PDF is scanned: it has only pictures of pages. Paste its text, or bring a PDF that has text."),
    "garbled": _("The fonts of this PDF do not say which letters they show. Paste its text."),
    "limits": _("The document is damaged, or takes too much memory or time. Save it again, or paste its text."),
}
NOT_READ = _(
    "This is %(kind)s, which cannot be read. Bring HTML, PDF, DOCX, plain text or subtitles (VTT, SRT), or paste text."
)
KINDS = {
    "picture": _("a picture"),
    "recording": _("a recording"),
    "archive": _("an archive"),
    "program": _("a program"),
    "table": _("a spreadsheet"),
    "slides": _("a presentation"),
    "old_office": _("a file of an old version of Office"),
    "other_text": _("a text of another format"),
    "web_archive": _("a web archive (MHTML)"),
    "xml": _("an XML file"),
    "unknown": _("a file of an unknown kind"),
}


class Unreadable(Exception):
    """A document without a text that can be read. The message says why and what to do."""


@dataclass(frozen=True)
class Extracted:
    """The text of a document: paragraphs, their places ("p. 3", "00:12:05"; or none), and what read them."""

    paragraphs: tuple[str, ...]
    extractor: str
    places: tuple[str, ...] = ()
    # What the document says of itself, for an editor to check; empty if it does not.
    title: str = ""
    language: str = ""
    date: str = ""

    @property
    def text(self) -> str:
        """Its paragraphs with an empty line between them, as models.SourceText has them."""
        return "\n\n".join(self.paragraphs)


def extract(data: bytes, media_type: str, file_name: str = "") -> Extracted:
    """Return the text of a document. `media_type` is what the sender said; the bytes decide. Raises Unreadable."""
    kind, text = _kind(data, media_type, file_name)
    if kind in READ:
        pairs, said = _read_apart(kind, text.encode() if text else data)
    elif kind == "plain":
        pairs, said = [(part, "") for part in paragraphs_of(cleaned(text))], {"extractor": "plain text 1"}
    else:
        raise Unreadable(NOT_READ % {"kind": KINDS[kind]} if kind in KINDS else str(FAULTS[kind]))
    if not pairs:
        raise Unreadable(str(FAULTS["no_text"]))
    if sum(len(paragraph) + 2 for paragraph, _place in pairs) > LONGEST_TEXT:
        raise Unreadable(str(FAULTS["too_long"]))
    paragraphs, places = zip(*pairs, strict=True)
    hints = {name: " ".join(said.get(name, "").split())[:300] for name in ("title", "language", "date")}
    return Extracted(paragraphs, said["extractor"][:100], places if any(places) else (), **hints)


def paragraphs_of(text: str) -> list[str]:
    """Return the paragraphs of a plain text: divided by empty lines, and by lines too long to be wrapped ones."""
    blocks = re.split(r"\n[^\S\n]*\n", text.replace("\r\n", "\n"))
    parts = (block.split("\n") if max(map(len, block.split("\n"))) > LONGEST_LINE else [block] for block in blocks)
    return [part.strip() for some in parts for part in some if part.strip()]


# Control characters, halves of characters, and codes that are no characters: PostgreSQL refuses some of them.
_NO_CHARACTERS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def cleaned(text: str) -> str:
    """Return a text without control characters, and with "\\n" at the end of each line."""
    return _NO_CHARACTERS.sub("", re.sub("\r\n|[\r\x0b\x0c\x85]", "\n", text))


def _tidy(paragraphs: Iterable[Iterable[str]]) -> Iterator[tuple[str, str]]:
    """Yield cleaned paragraphs with their places, none of them empty or with an empty line inside."""
    for text, place in paragraphs:
        for part in re.split(r"\n\s*\n", cleaned(text)):
            if tidy := re.sub(r" *\n *", "\n", re.sub(r" *\t[ \t]*", "\t", re.sub(r" {2,}", " ", part))).strip():
                yield tidy, cleaned(place)


_MARKS = {
    "picture": (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM", b"8BPS"),
    "recording": (b"ID3", b"\xff\xfb", b"OggS", b"fLaC", b"\x1aE\xdf\xa3", b"FLV"),
    "archive": (b"PK", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd"),
    "program": (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe"),
    "old_office": (b"\xd0\xcf\x11\xe0",),
    "other_text": (b"{\\rtf", b"%!PS", b"AT&TFORM"),
}
# Names of parts and types in a ZIP archive are not packed.
_PACKED = {
    "docx": (b"word/document",),
    "table": (b"xl/workbook", b"opendocument.spreadsheet"),
    "slides": (b"ppt/presentation", b"opendocument.presentation"),
    "other_text": (b"mimetypeapplication/vnd.oasis", b"mimetypeapplication/epub"),
}
_SUBTITLES = re.compile(r"\s*(?:WEBVTT\s|(?:\d+[^\S\n]*\n)?(?:\d+:)?\d\d:\d\d[.,]\d+[^\S\n]*-->)")
_HTML = re.compile(r"<(?:!doctype\s+html|(?:html|head|body|title|meta|p|div|span|br|h\d|table|article)[\s/>])", re.I)


def _kind(data: bytes, media_type: str, file_name: str) -> tuple[str, str]:
    """Return what a document is (one of READ, "plain", or a key of KINDS or FAULTS) and, if it is text, that text."""
    if b"%PDF-" in data[:1024]:
        return "pdf", ""
    if data.startswith(b"PK\3\4"):
        return next((kind for kind, names in _PACKED.items() if any(name in data for name in names)), "archive"), ""
    if data.startswith(_MARKS["old_office"]) and "EncryptedPackage".encode("utf-16-le") in data:
        return "locked", ""
    if data[:4] == b"RIFF" or data[4:8] == b"ftyp":
        return "picture" if data[8:12] in (b"WEBP", b"heic", b"heix", b"mif1", b"avif") else "recording", ""
    text = _decoded(data, media_type)
    # Signs that begin files of other kinds may begin a text, too, if they are letters.
    is_binary = len(re.findall("[\x00-\x08\x0e-\x1a\x1c-\x1f]", text)) * 100 > len(text)
    for kind, marks in _MARKS.items():
        if data.startswith(marks) and (is_binary or kind in ("old_office", "other_text")):
            return kind, ""
    if is_binary:
        return "unknown", ""
    beginning = text[:50_000].lstrip("\ufeff \t\r\n\f")
    if _SUBTITLES.match(beginning.replace("\r\n", "\n")):
        return "subtitles", text
    said = re.search(r"\.x?html?\Z", file_name, re.I) or "html" in media_type.lower()
    if _HTML.search(beginning) and (said or beginning.startswith("<")):
        return "html", text
    if "<svg" in beginning and beginning.startswith("<"):
        return "picture", ""
    if re.match(r"<\?xml\s|<!DOCTYPE\s", beginning):
        return "xml", ""
    is_web_archive = re.search(r"^MIME-Version:", beginning, re.I | re.M) and "multipart/related" in beginning
    return ("web_archive", "") if is_web_archive else ("plain", text)


_CHARSET = re.compile(rb"""(?:<meta[^>]{0,300}?charset|<\?xml[^>]{0,100}?encoding)\s*=\s*["']?\s*([\w-]{3,20})""", re.I)
# The single-byte encodings that may be named. Browsers, too, read ISO 8859-1 as windows-1252.
_ENCODING = re.compile(r"(?:windows-|cp)125\d|iso-8859-\d+|koi8-[rut]|(?:cp|ibm)866|kz-?1048|mac-?cyrillic", re.I)


def _decoded(data: bytes, media_type: str) -> str:
    """Return bytes as text: by their mark, as UTF-8 if they are nearly, then as the page or its sender says."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    text = data.decode("utf-8-sig", "replace")
    if text.count("\ufffd") * 20 <= len(text) - len(text.encode("ascii", "ignore")):
        return text
    in_page, by_sender = _CHARSET.search(data[:5000]), re.search(r"charset\s*=\s*[\"']?([\w-]+)", media_type, re.I)
    said = in_page[1].decode() if in_page else by_sender[1] if by_sender else ""
    encoding = said.lower() if _ENCODING.fullmatch(said) else "windows-1251"
    try:
        text = data.decode({"iso-8859-1": "windows-1252"}.get(encoding, encoding), "replace")
    except LookupError:
        text = data.decode("windows-1251", "replace")
    # Kazakh pages call KZ-1048 windows-1251. No language has all three of these letters, which қ, ң and ғ then become.
    return data.decode("kz1048", "replace") if {"ќ", "ѕ", "є"} <= set(text) else text


def _read_apart(kind: str, data: bytes) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """Return the paragraphs with their places, and the rest of what READER says of a document. Raises Unreadable."""
    try:
        found = json.loads(_answer(kind, data))
        if "fault" in found:
            raise Unreadable(str(FAULTS[found["fault"]]))
        pairs = list(_tidy(found.pop("paragraphs")))
        return pairs, {"extractor": kind} | {name: cleaned(said) for name, said in found.items()}
    # Raised for what a process says that died, or that a document has taken over.
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(str(FAULTS["limits"])) from error


def _answer(kind: str, data: bytes) -> bytes:
    """Return what READER writes, in a process of its own, which is killed after some time."""
    command = [sys.executable, "-IB", str(READER), kind]
    with tempfile.TemporaryFile() as document:
        document.write(data)
        document.seek(0)
        with subprocess.Popen(  # noqa: S603 - our own interpreter and program; the document is no argument
            command, stdin=document, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/"
        ) as child:
            clock = threading.Timer(SECONDS, child.kill)
            clock.start()
            try:
                return child.stdout.read(LONGEST_ANSWER) if child.stdout else b""
            finally:
                clock.cancel()
                child.kill()
