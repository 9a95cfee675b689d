"""Reads documents in a process of its own, with limits: `python documents.py html < document > text.json`.

It imports nothing of the project, so that it starts fast. What is wrong with a document is a code, which
extraction.py turns into a sentence.
"""

import io
import json
import re
import resource
import statistics
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from html import unescape
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2
from lxml import etree
from pypdfium2 import raw

# Bytes of memory and seconds of processor time; no file is written, even by a process that dies, and none is started.
LIMITS = {"AS": 1_000_000_000, "CPU": 20, "FSIZE": 0, "CORE": 0, "NPROC": 0}
MOST_PAGES = 1_000
# Bytes of one part of a DOCX file, unpacked: a thousand pages have about 20 MB.
LARGEST_PART = 60_000_000


class Fault(Exception):
    """A document that cannot be read; the message is a key of extraction.FAULTS."""


def read_html(data: bytes) -> dict[str, Any]:
    """Return all visible text of a page in UTF-8: what is the main part is not guessed."""
    parser: Any = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Fault("no_text") from error
    # The parser stops at a limit of its own, and would leave out the rest without a word.
    if any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log):
        raise Fault("too_deep")
    dates = root.xpath("//meta[@property='article:published_time']/@content | //time/@datetime")
    return {
        "extractor": f"lxml {etree.__version__} html 1",
        "paragraphs": [(paragraph, "") for paragraph in "".join(_visible(root)).split("\n\n")],
        "title": root.findtext("head/title") or "",
        "language": root.get("lang") or "",
        "date": next((date[:10] for date in dates if re.match(r"\d{4}-\d\d-\d\d", date)), ""),
    }


_LEFT_OUT = re.compile("audio|canvas|head|iframe|noembed|noframes|noscript|object|script|style|template|title|video")
_BLOCKS = re.compile(
    r"address|article|aside|blockquote|body|caption|center|d[dlt]|details|dialog|dir|div|fieldset|figcaption|figure|footer|"
    r"form|h[1-6r]|header|hgroup|legend|li|main|menu|nav|ol|optgroup|option|p|pre|search|section|summary|table|tbody|"
    r"textarea|tfoot|thead|tr|ul"
)
_UNDISPLAYED = re.compile(r"(?:^|;)\s*display\s*:\s*none", re.IGNORECASE)
# Numbers of characters that browsers read as in windows-1252, such as &#151; for a dash.
_CONTROLS = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}


def _visible(root: Any) -> Iterator[str]:
    """Yield the visible text: blocks end with an empty line, cells with a tab."""
    walk = etree.iterwalk(root, events=("start", "end"))
    kept = 0

    def shown(text: str | None) -> str:
        return re.sub(r"[ \t\r\f]+" if kept else r"[ \t\r\n\f]+", " ", text or "").translate(_CONTROLS)

    for event, element in walk:
        tag, starts = element.tag, event == "start"
        is_hidden = (
            _LEFT_OUT.fullmatch(tag) or "hidden" in element.attrib or _UNDISPLAYED.search(element.get("style", ""))
        )
        if _BLOCKS.fullmatch(tag):
            yield "\n\n"
        if tag in ("pre", "textarea"):
            kept += 1 if starts else -1
        if starts and is_hidden:
            walk.skip_subtree()
        elif starts:
            yield "\n" if tag == "br" else shown(element.text)
        else:
            yield ("\t" if tag in ("td", "th") else "") + (shown(element.tail) if element is not root else "")


def read_docx(data: bytes) -> dict[str, Any]:
    """Return the text of a DOCX file with its notes, without deleted and hidden words."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            types = _xml(archive, "[Content_Types].xml")
            parts = {one.get("ContentType", "").split(".")[-1]: one.get("PartName", "")[1:] for one in types}
            texts = [_text_of(_xml(archive, parts["main+xml"]))]
            texts += [
                _text_of(_xml(archive, parts[kind])) for kind in ("footnotes+xml", "endnotes+xml") if kind in parts
            ]
    # Raised by zipfile for archives that are broken, have false sizes or need a password.
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, LookupError, ValueError) as error:
        raise Fault("damaged") from error
    except etree.XMLSyntaxError as error:
        raise Fault("damaged") from error
    return {
        "extractor": f"lxml {etree.__version__} docx 1",
        "paragraphs": [(paragraph, "") for text in texts for paragraph in text],
    }


def _xml(archive: zipfile.ZipFile, name: str) -> Any:
    """Return the root of a part. Raises Fault if it unpacks to too much, or has a document type."""
    with archive.open(name) as packed:
        content = packed.read(LARGEST_PART + 1)
    if len(content) > LARGEST_PART:
        raise Fault("unpacked")
    # In UTF-16, too. Elsewhere this is written with "&lt;".
    if b"<!DOCTYPE" in content.replace(b"\0", b""):
        raise Fault("document_type")
    parser: Any = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    return etree.fromstring(content, parser)


# Properties, old versions, and what is shown in place of a drawing by programs that cannot draw it.
_NO_TEXT = frozenset(("pPr", "rPr", "sectPr", "tblPr", "tcPr", "del", "moveFrom", "Fallback"))
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}


def _text_of(root: Any) -> list[str]:
    """Return the paragraphs of a part, with those of cells and text boxes."""
    done: list[str] = []
    open_ones: list[list[str]] = [[]]
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = etree.QName(element).localname
        if event == "end":
            if name == "p" and len(open_ones) > 1:
                done.append("".join(open_ones.pop()))
        elif name in _NO_TEXT or (name in ("r", "tr") and _is_left_out(element)):
            walk.skip_subtree()
        elif name == "p":
            open_ones.append([])
        else:
            open_ones[-1].append(_SIGNS.get(name) or (element.text or "" if name == "t" else ""))
    return done


def _is_left_out(element: Any) -> bool:
    """Return whether a run is hidden, or the row of a table deleted."""
    marks = element.xpath(
        "*[local-name()='rPr']/*[local-name()='vanish'] | *[local-name()='trPr']/*[local-name()='del']"
    )
    return any(mark.xpath("string(@*[local-name()='val'])") not in ("0", "false", "off") for mark in marks)


def read_pdf(data: bytes) -> dict[str, Any]:
    """Return the text of a PDF by page, as paragraphs."""
    try:
        document = pypdfium2.PdfDocument(data)
        if len(document) > MOST_PAGES:
            raise Fault("pages")
        pages = [_lines(document[number]) for number in range(len(document))]
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise Fault("locked" if locked else "damaged") from error
    text = "\n".join(line.text for page in pages for line in page)
    letters = sum(map(str.isalnum, text))
    if not letters:
        raise Fault("scanned")
    if letters * 4 < len("".join(text.split())):
        raise Fault("garbled")
    words = frozenset(re.findall(r"\w+(?:-\w+)*", text.lower()))
    return {
        "extractor": f"pypdfium2 {pypdfium2.PYPDFIUM_INFO.version} pdf 1",
        "paragraphs": [
            (_joined(paragraph, words), f"p. {number}")
            for number, lines in enumerate(pages, 1)
            for paragraph in _divided(lines)
        ],
        "title": document.get_metadata_value("Title"),
    }


class Line(NamedTuple):
    """A line of a page: its text and the box around it."""

    text: str
    left: float
    bottom: float
    right: float
    height: float


def _lines(page: Any) -> list[Line]:
    """Return the lines of a page of a PDF, in the order of its content. The library undoes ligatures."""
    reader = page.get_textpage()
    signs = "".join(chr(raw.FPDFText_GetUnicode(reader, place)) for place in range(reader.count_chars()))
    lines = []
    # A hyphen at the end of a line is U+0002, with which the line ends.
    for found in re.finditer(r"[^\r\n\x02]+\x02?", signs):
        if text := found[0].strip():
            first = found.start() + found[0].index(text)
            left, bottom, _right, top = reader.get_charbox(first, loose=True)
            right = reader.get_charbox(first + len(text) - 1, loose=True)[2]
            lines.append(Line(text.replace("\x02", "-"), left, bottom, right, top - bottom))
    reader.close()
    page.close()
    return lines


_SENTENCE_END = re.compile(r"""[.!?…:;]["'»”’)\]]*\Z""")


def _divided(lines: list[Line]) -> Iterator[list[str]]:
    """Yield the lines of each paragraph: gaps, indents, other sizes and short last lines divide them."""
    if not lines:
        return
    steps = [step for one, other in pairwise(lines) if (step := one.bottom - other.bottom) > 0]
    usual = statistics.quantiles(steps, n=4, method="inclusive")[0] if len(steps) > 1 else max(steps, default=0)
    right = max(line.right for line in lines)
    paragraph = [lines[0].text]
    for one, other in pairwise(lines):
        step, height = one.bottom - other.bottom, max(one.height, other.height)
        is_new = (
            step > 1.3 * usual
            or (step < 0 and not other.text[0].islower())
            or abs(one.height - other.height) > 0.15 * height
            or (other.left - one.left > 0.8 * height and step > 0)
            or (one.right < right - 3 * height and _SENTENCE_END.search(one.text) and step > 0)
        )
        if is_new:
            yield paragraph
            paragraph = []
        paragraph.append(other.text)
    yield paragraph


def _joined(lines: list[str], words: frozenset[str]) -> str:
    """Return lines as one. A hyphen at the end of one goes if the document has the word undivided, else both stay."""

    def join(divided: re.Match) -> str:
        one, hyphen, other = divided.groups()
        whole, halves = (one + other).lower(), f"{one}-{other}".lower()
        return one if hyphen == "\u00ad" or (whole in words and halves not in words) else divided[0]

    text = re.sub(r"(?<!\w)(\w+)([-\u2010\u00ad])\n(?=(\w+))", join, "\n".join(lines))
    return re.sub(r"(?<![-\u2010])\n", " ", text)


_TIMES = re.compile(r"(?:(\d{1,3}):)?(\d\d):(\d\d)[.,]\d+\s*-->\s*(?:(\d{1,3}):)?(\d\d):(\d\d)[.,]\d")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
# Sentences go on over cues. A paragraph ends with one if a pause (seconds) follows or if it is long (characters).
_PAUSE, _LONG, _LONGEST = 3, 400, 1_500


def read_subtitles(data: bytes) -> dict[str, Any]:
    """Return the words of subtitles (VTT or SRT in UTF-8) as paragraphs with their times."""
    done: list[tuple[str, str]] = []
    last_line = speaker = ""
    ended = 0
    for block in re.split(r"\n[^\S\n]*\n", data.decode().replace("\r\n", "\n")):
        if (cue := _cue(block)) is None:
            continue
        (start, end), words = cue
        pieces = _VOICE.split(words)
        for name, piece in zip(["", *pieces[1::2]], pieces[::2], strict=True):
            lines = [
                " ".join(unescape(re.sub(r"<[^<>]*>|\{\\[^{}]*\}", "", line)).split()) for line in piece.split("\n")
            ]
            # Subtitles that roll repeat the line before.
            fresh = [
                line for line, previous in zip(lines, [last_line, *lines], strict=False) if line and line != previous
            ]
            last_line = next(filter(None, reversed(lines)), last_line)
            if not fresh:
                continue
            said = " ".join(fresh)
            text, place = done[-1] if done else ("", "")
            changes = bool(name) and name != speaker
            is_end = _SENTENCE_END.search(text) and (start - ended >= _PAUSE or len(text) > _LONG)
            if not text or changes or is_end or len(text) > _LONGEST or said.startswith(("- ", "– ", "— ")):
                label = f"{unescape(name).strip()}: " if changes else ""
                done.append((label + said, f"{start // 3600:02}:{start // 60 % 60:02}:{start % 60:02}"))
            else:
                done[-1] = (f"{text} {said}", place)
            speaker = name or speaker
        ended = end
    return {"extractor": "subtitles 1", "paragraphs": done}


def _cue(block: str) -> tuple[tuple[int, int], str] | None:
    """Return the start and end of a cue in seconds, and its words; None if the block is a note or style."""
    times = _TIMES.search(block)
    if times is None:
        return None
    numbers = [int(number or 0) for number in times.groups()]
    start, end = (60 * (60 * hour + minute) + second for hour, minute, second in (numbers[:3], numbers[3:]))
    return (start, end), block[times.end() :].partition("\n")[2]


READERS: dict[str, Callable[[bytes], dict[str, Any]]] = {
    "html": read_html,
    "docx": read_docx,
    "pdf": read_pdf,
    "subtitles": read_subtitles,
}


def main() -> None:
    """Read a document of the kind named by the argument, from standard input; write its text or a fault as JSON."""
    for name, most in LIMITS.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
    try:
        found = READERS[sys.argv[1]](sys.stdin.buffer.read())
    except Fault as fault:
        found = {"fault": str(fault)}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
