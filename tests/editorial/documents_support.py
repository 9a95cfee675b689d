"""Small documents made by hand, for tests of what reads them."""

import io
import re
import zipfile

DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
# The euro sign is shown as the ligature of f and i.
ENCODING = b"<< /BaseEncoding /WinAnsiEncoding /Differences [128 /fi] >>"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def pdf(*pages: list[tuple[int, int, int, str]], count: int = 0, trailer: bytes = b"") -> bytes:
    """Return a PDF whose pages have texts at x, y in a size; `count` is how many pages it says that it has."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count or len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding %s >>" % ENCODING,
    ]
    for number, texts in enumerate(pages):
        shown = [(size, x, y, re.sub(rb"([()\\])", rb"\\\1", text.encode("cp1252"))) for x, y, size, text in texts]
        content = b"".join(b"BT /F1 %d Tf %d %d Td (%s) Tj ET\n" % one for one in shown)
        resources = b"/Contents %d 0 R /Resources << /Font << /F1 3 0 R >> >>" % (5 + 2 * number)
        objects.append(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] %s >>" % resources)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    made, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(b"%010d 00000 n \n" % len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    size = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, b"".join(offsets))
    return made + table + b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF" % (size, trailer, len(made))


def lines(*texts: str, y: int = 800, x: int = 50, size: int = 12) -> list[tuple[int, int, int, str]]:
    """Return lines of a page below each other, the first at a height."""
    return [(x, y - 14 * number, size, text) for number, text in enumerate(texts)]


LOCK = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O (%s) /U (%s) /P -44 >> /ID [(a)(b)]" % (b"x" * 32, b"y" * 32)


def docx(body: str, start: str = "", **parts: str | bytes) -> bytes:
    """Return a DOCX file with a body in WordprocessingML; `start` precedes its root, `parts` are others by name."""
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{DOCX_MAIN}"/></Types>'
    content = f"{start}<w:document {W}><w:body>{body}</w:body></w:document>"
    return packed({"[Content_Types].xml": types, "word/document.xml": content, **parts})


def packed(parts: dict[str, str | bytes]) -> bytes:
    """Return a ZIP archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()
