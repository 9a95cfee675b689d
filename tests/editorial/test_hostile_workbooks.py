"""Hand-made malicious workbooks: each is refused with a reason, and in little memory."""

import io
import json
import re
import subprocess
import sys
import threading
import warnings
import zipfile
import zlib

import pytest

from initiatives.editorial.spreadsheets import formats
from initiatives.editorial.spreadsheets.csv_reader import ImportFault
from initiatives.editorial.spreadsheets.formats import MAX_BYTES
from initiatives.editorial.spreadsheets.tables import QUOTES
from initiatives.editorial.spreadsheets.xlsx_reader import read_xlsx
from initiatives.models import Import
from tests.admin.support import messages_of, publisher
from tests.editorial.import_support import GOOD
from tests.editorial.spreadsheet_support import fault, upload, url, with_part, xlsx_file

SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
PARTS = ["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHEET, STRINGS, STYLES]
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
COMMENT = b"<!--" + b"x" * 20_000 + b"-->"
MB = 1_000_000
# Limits of memory and seconds for a process: before they existed, a worker took 2.3 GB and 19 s.
MEMORY, SECONDS = 300 * MB, 5

NO_DTD, NO_WORKBOOK, TOO_MUCH = "contains a document type", "is not an XLSX workbook", "is larger than 60 MB"
MORE_THAN_NEEDED, UNREADABLE = "contains more than a table needs", "cannot be read as a workbook"


def part_of(name: str, content: bytes = b"") -> bytes:
    """Return a part of a workbook, by default a valid one, without its XML declaration."""
    with zipfile.ZipFile(io.BytesIO(content or GOOD_FILE)) as archive:
        return re.sub(rb"^<\?xml[^>]*\?>\s*", b"", archive.read(name))


def with_strings(content: bytes) -> bytes:
    """Return a workbook by openpyxl, which writes texts into the cells, with shared strings as Excel writes them."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/{STRINGS}" ContentType="{kind}"/></Types>'.encode()
    types = part_of("[Content_Types].xml", content)
    if b"sharedStrings" not in types:
        content = with_part(content, "[Content_Types].xml", types.replace(b"</Types>", override))
    leads = part_of("xl/_rels/workbook.xml.rels", content)
    if b"sharedStrings" not in leads:
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
        lead = f'<Relationship Id="rId99" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'.encode()
        content = with_part(content, "xl/_rels/workbook.xml.rels", leads.replace(b"</Relationships>", lead))
    return with_part(content, STRINGS, b"<sst %s><si><t>text</t></si></sst>" % MAIN)


GOOD_FILE = with_strings(xlsx_file(list(GOOD), list(GOOD.values())))


def with_dtd(name: str, encoding: str = "utf-8", comment: bytes = COMMENT) -> bytes:
    """Return a workbook with a document type in one part, behind a comment."""
    text = (comment + b'<!DOCTYPE a [<!ENTITY b "c">]>' + part_of(name)).decode()
    return with_part(GOOD_FILE, name, f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding))


def strings(dtd: bytes, text: bytes) -> bytes:
    """Return a workbook whose only shared string needs a document type."""
    part = b"<!DOCTYPE sst [%s]><sst %s><si><t>%s</t></si></sst>" % (dtd, MAIN, text)
    return with_part(GOOD_FILE, STRINGS, COMMENT + part)


def billion_laughs() -> bytes:
    dtd = b'<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10) for letter in b"bcdefghij"
    )
    return strings(dtd, b"&j;")


def grown_entity() -> bytes:
    """Return a workbook whose entity grows no more than the parser itself allows: 4 MB become 360."""
    return strings(b'<!ENTITY a "%s">' % (b"a" * 4 * MB), b"&a;" * 90)


def bomb(name: str, megabytes: int, *, lie: bool = False, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a workbook with a highly compressed part; with `lie`, its directory claims ten bytes, with their sum."""
    file = io.BytesIO(GOOD_FILE)
    with zipfile.ZipFile(file, "a", method, compresslevel=1 if lie else None) as archive:
        with archive.open(name, "w") as part:
            part.write(b"<a>")
            for _number in range(megabytes):
                part.write(b" " * MB)
        if lie:
            info = archive.getinfo(name)
            info.file_size, info.CRC = 10, zlib.crc32(b"<a>       ")
    return file.getvalue()


def twice() -> bytes:
    """Return a workbook with two sheets of the same name: which of them is read depends on the reader."""
    file = io.BytesIO(GOOD_FILE)
    with warnings.catch_warnings(), zipfile.ZipFile(file, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(SHEET, part_of(SHEET))
    return file.getvalue()


def renamed_sheet() -> bytes:
    """Return a workbook whose sheet, with a document type, has a name that is not valid in XML."""
    content = with_part(with_dtd(SHEET), "xl/worksheets/sheet1.bin", part_of(SHEET))
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        content = with_part(content, name, part_of(name).replace(b"sheet1.xml", b"sheet1.bin"))
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        kept = {info.filename: old.read(info) for info in old.infolist()}
    kept["xl/worksheets/sheet1.bin"] = kept.pop(SHEET)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in kept.items():
            new.writestr(name, part)
    return file.getvalue()


def sheet_of(row: bytes) -> bytes:
    return with_part(GOOD_FILE, SHEET, b"<worksheet %s><sheetData><row>%s</row></sheetData></worksheet>" % (MAIN, row))


def many_parts() -> bytes:
    """Return a workbook with a hundred small parts."""
    file = io.BytesIO(GOOD_FILE)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(100):
            archive.writestr(f"xl/{number}.xml", b"<a>%s</a>" % (b" " * MB))
    return file.getvalue()


def shared(*texts: str) -> bytes:
    """Return a workbook with these shared strings, the last of them in a cell."""
    strings = b"".join(b"<si><t>%s</t></si>" % text.encode() for text in texts)
    content = with_part(GOOD_FILE, STRINGS, b"<sst %s>%s</sst>" % (MAIN, strings))
    cell = b'<c t="s"><v>%d</v></c>' % (len(texts) - 1)
    return with_part(content, SHEET, b"<worksheet %s><sheetData><row>%s</row></sheetData></worksheet>" % (MAIN, cell))


def repeated_string() -> bytes:
    """Return a workbook in which all cells repeat the longest string, which is copied on reading."""
    header = b"".join(b'<c t="inlineStr"><is><t>%s</t></is></c>' % name.encode() for name in QUOTES.header)
    cells = b'<c t="s"><v>0</v></c>' * len(QUOTES.header)
    rows = b"<row>%s</row>" % header + b"<row>%s</row>" % cells * 4000
    sheet = b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (MAIN, rows)
    return with_part(shared(f" {'😀' * 49_000}_x0041_"), SHEET, sheet)


def hundred_to_one() -> bytes:
    """Return a workbook whose sheet is 65 MB of varied comments."""
    piece = b"".join(b"<!--%s-->" % (b"%d" % number * 200) for number in range(5_000))
    return with_part(GOOD_FILE, SHEET, b"<a>" + piece * 20)


def nested() -> bytes:
    """Return a workbook with a bomb in nested archives under the name of a part."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xlsx", bomb("xl/a.xml", 100))
    return with_part(GOOD_FILE, "xl/worksheets/sheet1.xml", file.getvalue())


# What is refused, how it is made, and part of the message
HOSTILE = {
    **{f"a document type in {name}": (lambda name=name: with_dtd(name), NO_DTD) for name in PARTS},
    "a document type in UTF-16": (lambda: with_dtd(STRINGS, "utf-16"), NO_DTD),
    "a document type at once in UTF-16": (lambda: with_dtd(STYLES, "utf-16", b""), NO_DTD),
    "a document type in UTF-16 without its mark": (lambda: with_dtd(SHEET, "utf-16-be"), UNREADABLE),
    "a document type in a part of another name": (renamed_sheet, "has no worksheet"),
    "a document type after 2 MB": (lambda: with_dtd(SHEET, comment=b"<!--%s-->" % (b"x" * 2 * MB)), UNREADABLE),
    "a billion laughs": (billion_laughs, NO_DTD),
    "an entity that grows": (grown_entity, NO_DTD),
    "a bomb": (lambda: bomb("xl/a.xml", 100), MORE_THAN_NEEDED),
    "a bomb that lies": (lambda: bomb("xl/a.xml", 600, lie=True), MORE_THAN_NEEDED),
    "100 to 1": (lambda: hundred_to_one(), TOO_MUCH),
    "1,000 to 1": (lambda: with_part(GOOD_FILE, SHEET, b"<a>" + (b"<!--%s-->" % (b" " * MB)) * 100), TOO_MUCH),
    "a tag without an end": (lambda: sheet_of(b'<c a="%s"/>' % (b"x" * 50 * MB)), MORE_THAN_NEEDED),
    "a row of empty cells": (lambda: sheet_of(b"<c/>" * 1_490_000), "is empty"),
    "rows of empty cells": (lambda: sheet_of((b"<c/>" * 60 + b"</row><row>") * 23_000), "continues below line"),
    "shared strings of 58 MB": (lambda: shared("я" * 29 * MB), MORE_THAN_NEEDED),
    "shared strings of wide characters": (lambda: shared(*["a" * 99_000 + "😀"] * 580), "million characters"),
    "one string in all cells": (lambda: repeated_string(), "million characters"),
    "a bomb of another method": (lambda: bomb("xl/a.xml", 20, method=zipfile.ZIP_BZIP2), NO_WORKBOOK),
    "a nested bomb": (nested, UNREADABLE),
    "many parts": (many_parts, TOO_MUCH),
    "two parts of one name": (twice, NO_WORKBOOK),
    "millions of cells in a row": (lambda: sheet_of(b"<c/>" * 8 * MB), MORE_THAN_NEEDED),
    "millions of attributes": (
        lambda: sheet_of(b"<c %s/>" % b" ".join(b'a%d=""' % number for number in range(1_700_000))),
        MORE_THAN_NEEDED,
    ),
    "millions of lines in a cell": (lambda: sheet_of(b"<c><v>%s</v></c>" % (b"ab\n" * 15 * MB)), MORE_THAN_NEEDED),
    "millions of styles": (
        lambda: with_part(GOOD_FILE, STYLES, b"<a %s><cellXfs>%s</cellXfs></a>" % (MAIN, b"<xf/>" * 4 * MB)),
        MORE_THAN_NEEDED,
    ),
    "one cell of 59 MB": (
        lambda: sheet_of(b'<c t="str"><v>%s</v></c>' % ("я".encode() * 29 * MB)),
        MORE_THAN_NEEDED,
    ),
}

READER = """
import json, pathlib, re, resource, sys, time
import django
django.setup()
from initiatives.editorial.spreadsheets.csv_reader import ImportFault
from initiatives.editorial.spreadsheets.formats import read
from initiatives.editorial.spreadsheets.tables import QUOTES

# Address space is more than memory: what is mapped and never touched counts too.
base = int(pathlib.Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (base + int(sys.argv[1]),) * 2)
said = {}
for path in sys.argv[2:]:
    pathlib.Path("/proc/self/clear_refs").write_text("5")  # forgets the peak
    began = time.process_time()
    try:
        text = f"{len(read('a.xlsx', pathlib.Path(path).read_bytes(), QUOTES.layout, QUOTES.name))} rows"
    except (ImportFault, MemoryError) as error:
        text = f"{type(error).__name__}: {error}"
    peak = re.search("VmHWM:[^0-9]*([0-9]+)", pathlib.Path("/proc/self/status").read_text())
    said[path] = text, int(peak[1]) * 1024, time.process_time() - began
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Return the files, by name."""
    folder = tmp_path_factory.mktemp("hostile")
    paths = {}
    for number, (name, (make, _said)) in enumerate(HOSTILE.items()):
        paths[name] = folder / f"{number}.xlsx"
        paths[name].write_bytes(make())
    return paths


@pytest.fixture(scope="module")
def results(hostile):
    """Return the outcome of each file in a separate process with little memory, with the memory and seconds it took."""
    command = [sys.executable, "-c", READER, str(MEMORY), *map(str, hostile.values())]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answers = json.loads(done.stdout)
    return {name: answers[str(path)] for name, path in hostile.items()}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux bounds the memory of a process")
def test_each_is_refused_in_little_memory_and_time(results, subtests):
    for name, (text, peak, seconds) in results.items():
        with subtests.test(name):
            assert text.startswith("ImportFault"), text
            assert HOSTILE[name][1] in text
            assert peak <= MEMORY
            assert seconds <= SECONDS


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux bounds the memory of a process")
def test_the_largest_table_is_read_in_little_memory_and_time(tmp_path):
    path = tmp_path / "full.xlsx"
    filled = [["" if name == "id" else f"{name} of {number} " * 4 for name in QUOTES.header] for number in range(5000)]
    path.write_bytes(xlsx_file(QUOTES.header, *filled))
    command = [sys.executable, "-c", READER, str(MEMORY), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    text, peak, seconds = json.loads(done.stdout)[str(path)]
    assert text == "5000 rows"
    assert peak <= MEMORY
    assert seconds <= SECONDS


def at_once(number: int, monkeypatch) -> tuple[list[str], int]:
    """Return the outcomes of files read in parallel, and the maximum number read at once."""
    content = xlsx_file(list(GOOD), *[list(GOOD.values())] * 1000)
    began, most, outcomes = [], [], []

    def watched(file, layout, sheet):
        began.append(file)
        most.append(len(began))
        yield from read_xlsx(file, layout, sheet)
        began.pop()

    def read_one():
        try:
            outcomes.append(f"{len(formats.read('a.xlsx', content, QUOTES.layout, QUOTES.name))} rows")
        except ImportFault as fault:
            outcomes.append(str(fault))

    monkeypatch.setattr(formats, "read_xlsx", watched)
    readers = [threading.Thread(target=read_one) for _ in range(number)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return outcomes, max(most)


def test_a_process_reads_one_file_at_a_time(monkeypatch):
    monkeypatch.setattr(formats, "TURN", 120)
    assert at_once(4, monkeypatch) == (["1000 rows"] * 4, 1)


def test_users_who_would_wait_too_long_are_asked_to_try_again(monkeypatch):
    monkeypatch.setattr(formats, "TURN", 0)
    outcomes, most = at_once(4, monkeypatch)
    assert set(outcomes) == {"1000 rows", "Other files are being read. Try again in a minute."}
    assert most == 1


@pytest.mark.django_db
def test_the_desk_shows_the_reason(hostile):
    assert all(path.stat().st_size <= MAX_BYTES for path in hostile.values())
    client = publisher()
    # All are tried above, in a process with little memory.
    for name in list(HOSTILE)[:4]:
        assert HOSTILE[name][1] in fault(upload(client, "quote", hostile[name].read_bytes(), "a.xlsx")), name
    assert not Import.objects.exists()


@pytest.mark.django_db
def test_a_stored_file_is_checked_again(hostile):
    """A stored file may be older than the check."""
    client = publisher()
    kept = upload(client, "quote", GOOD_FILE, "a.xlsx").context["kept"]
    Import.objects.filter(pk=kept.pk).update(content=hostile["an entity that grows"].read_bytes())
    page = client.get(url("quote", "import_preview", kept.pk), follow=True)
    assert NO_DTD in messages_of(page)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [
        xlsx_file(list(GOOD), ["<!DOCTYPE a [<!ENTITY b>]>", *list(GOOD.values())[1:]]),
        with_part(GOOD_FILE, "xl/media/image1.png", b"<!DOCTYPE"),
        with_part(GOOD_FILE, "xl/worksheets/sheet1.xml", b"\xef\xbb\xbf" + COMMENT + part_of(SHEET)),
        with_part(GOOD_FILE, STRINGS, COMMENT + part_of(STRINGS).replace(b"</sst>", b"<!-- <!DOCTYPE a> --></sst>")),
    ],
    ids=["in a cell", "in a picture", "mark and comment", "in a comment"],
)
def test_harmless_lookalikes_are_accepted(content):
    assert "examined" in upload(publisher(), "quote", content, "a.xlsx").context
