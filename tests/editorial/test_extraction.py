"""The text of documents: HTML, PDF, DOCX, plain text and subtitles."""

import io
import re

import docx as python_docx
import pytest
from docx.enum.text import WD_BREAK

from initiatives.editorial.copies.extraction import Extracted, extract
from initiatives.text.comparison import Document, Level
from tests.editorial.documents_support import docx, lines, pdf

KAZAKH = "Қазақстан Республикасының ғылымы мен өңірлері туралы: әлеуметтік үлгі, ұлттық һәм"
RUSSIAN = "Президент сказал: «Слышащее государство» — это не лозунг. №1"


def paragraphs(data: bytes | str, media_type: str = "", file_name: str = "") -> list[str]:
    return list(extract(data.encode() if isinstance(data, str) else data, media_type, file_name).paragraphs)


def html(body: str, head: str = "") -> list[str]:
    return paragraphs(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>")


# Plain text


def test_plain_text_keeps_its_lines_and_paragraphs():
    long = "x" * 121
    read = extract(f"One  line\n and its next.\r\n\r\n\n{long}\n{long}".encode(), "text/plain")
    assert read == Extracted(("One  line\n and its next.", long, long), "plain text 1")


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (RUSSIAN.encode(), ""),
        (b"\xef\xbb\xbf" + RUSSIAN.encode(), "text/plain; charset=windows-1251"),
        (RUSSIAN.encode("utf-16"), ""),
        (b"\xfe\xff" + RUSSIAN.encode("utf-16-be"), ""),
        (RUSSIAN.encode("cp1251"), ""),
        (RUSSIAN.encode("cp1251"), "text/plain; charset=Windows-1251"),
        (RUSSIAN.encode("cp1251"), "text/plain; charset=unicode_escape"),
        (RUSSIAN.encode("cp1251"), "text/plain; charset=windows-1259"),
        (RUSSIAN.replace("№", "N").encode("iso-8859-5", "replace"), "text/plain; charset=ISO-8859-5"),
    ],
)
def test_encoding_of_plain_text(data, media_type):
    (said,) = paragraphs(data, media_type)
    assert re.sub(r"\W", "", said).startswith("ПрезидентсказалСлышащеегосударствоэтонелозунг")


def test_a_broken_byte_does_not_make_utf8_another_encoding():
    assert paragraphs(RUSSIAN.encode() + b"\xd0") == [RUSSIAN + "\ufffd"]


def test_control_characters_and_halves_of_characters_never_reach_the_text():
    said = "x" * 300 + "a\u0085b\u0000c\u001bd\ufffee\u2028f"
    assert paragraphs(said) == ["x" * 300 + "a", "bcde\u2028f"]
    assert html("<p>a&#0;&#xD800;&#1;b&#xFFFE;c</p>")[0].replace("\ufffd", "") == "abc"


# HTML


def test_all_visible_text_and_nothing_else():
    hidden = (
        "<script>no</script><style>no</style><template><p>no</template><noscript><p>no</noscript><iframe>no</iframe>"
    )
    read = html(
        f"<nav>Menu</nav>{hidden}<main><p>A <b>bold</b>\n word<!-- no -->.</p><div hidden>no<p>no</p></div>after hidden"
        "<p style='color: red;DISPLAY : none'>no</p><span aria-hidden=true>seen</span></main><footer>Foot</footer>",
        "<title>no</title>",
    )
    assert read == ["Menu", "A bold word.", "after hidden", "seen", "Foot"]


def test_blocks_and_double_breaks_divide_and_cells_do_not():
    read = html("one<br>two<br>\n<br>three<ul><li>four<li>five</ul><h2>six</h2>seven<pre>a  b\nc\n\nd</pre>")
    assert read == ["one\ntwo", "three", "four", "five", "six", "seven", "a b\nc", "d"]
    table = "<table><tr><th>Year<th>Courts<tr><td>2020<td> 7 <tr><td><p>p</p><p>q</p></table>"
    assert html(table) == ["Year\tCourts", "2020\t7", "p", "q"]


def test_entities_and_numbers_of_windows_1252():
    assert html("<p>&laquo;Закон&raquo; &#151; &amp;lt; &#1178;азақ&nbsp;1&hellip;") == ["«Закон» — &lt; Қазақ\xa01…"]


@pytest.mark.parametrize(
    ("head", "media_type", "encoding"),
    [
        ("<meta charset='windows-1251'>", "", "cp1251"),
        ("<meta http-equiv=Content-Type content='text/html; charset=windows-1251'>", "charset=utf-8", "cp1251"),
        ("", "text/html; charset=windows-1251", "cp1251"),
        ("<meta charset=koi8-r>", "", "koi8-r"),
        ("<meta charset=windows-1251>", "", "utf-8"),
        ("", "", "utf-16"),
    ],
)
def test_encoding_of_pages(head, media_type, encoding):
    said = "Слышащее государство не лозунг"
    page = f"<html><head>{head}</head><body><p>{said}</p></body></html>"
    assert paragraphs(page.encode(encoding), media_type) == [said]


@pytest.mark.parametrize("encoding", ["kz1048", "utf-8", "entities"])
def test_kazakh_pages(encoding):
    page = f"<html><meta charset=windows-1251><body><p>{KAZAKH}</p></body></html>"
    data = page.encode("cp1251", "xmlcharrefreplace") if encoding == "entities" else page.encode(encoding)
    assert paragraphs(data) == [KAZAKH]


def test_hints_of_a_page():
    published = "<meta property='article:published_time' content='2020-09-01T10:00:00+06:00'>"
    page = (
        f"<html lang=kk><head><title> Жолдау\n 2020 </title>{published}</head><body>x<time datetime=2021-01-01>y</time>"
    )
    read = extract(page.encode(), "text/html")
    assert (read.title, read.language, read.date) == ("Жолдау 2020", "kk", "2020-09-01")
    assert re.fullmatch(r"lxml \d[\d.]+ html 1", read.extractor)
    assert read.places == ()


# PDF


def test_text_of_a_pdf_by_page():
    first = lines("The first line of a paragraph that goes on,", "and its last line.", "A heading")
    first[2] = (50, 740, 18, "A heading")
    second = lines("Indented paragraph that has several lines", x=70)
    second += lines("and goes on for a while (so).", y=786) + lines(
        "Another one, without a gap before it.", y=772, x=70
    )
    read = extract(pdf(first, [], second), "application/pdf")
    assert read.paragraphs == (
        "The first line of a paragraph that goes on, and its last line.",
        "A heading",
        "Indented paragraph that has several lines and goes on for a while (so).",
        "Another one, without a gap before it.",
    )
    assert read.places == ("p. 1", "p. 1", "p. 3", "p. 3")
    assert re.fullmatch(r"pypdfium2 \d[\d.]+ pdf 1", read.extractor)


def test_ligatures_of_a_pdf_are_letters():
    assert paragraphs(pdf(lines("The €rst o€ce"))) == ["The first ofice"]


def test_hyphens_at_the_ends_of_lines_go_only_if_the_document_has_the_word_whole():
    page = lines("The parlia-", "ment is a well-", "known one. A parliament re-", "forms courts.")
    (said,) = paragraphs(pdf(page))
    assert said == "The parliament is a well-\nknown one. A parliament re-\nforms courts."
    for quote in (
        "The parliament is a well-known one.",
        "A parliament re-forms courts.",
        "A parliament reforms courts.",
    ):
        assert Document(said).compare(quote).level != Level.NOT_FOUND


# DOCX


def test_paragraphs_and_cells_of_a_document_by_python_docx():
    document = python_docx.Document()
    document.add_heading("Heading")
    run = document.add_paragraph("One ").add_run("bold")
    run.add_break(WD_BREAK.LINE)
    run.add_text("line")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "a", "b"
    document.add_paragraph("End")
    file = io.BytesIO()
    document.save(file)
    read = extract(file.getvalue(), "application/octet-stream")
    assert read.paragraphs == ("Heading", "One bold\nline", "a", "b", "End")
    assert re.fullmatch(r"lxml \d[\d.]+ docx 1", read.extractor)


def test_deleted_and_hidden_words_are_no_text():
    run = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>".format
    no, seen = (f"<w:r><w:rPr><w:vanish{said}/></w:rPr><w:t>no</w:t></w:r>" for said in ("", " w:val='false'"))
    read = paragraphs(
        docx(
            f"<w:p><w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr>{run('A ')}<w:del>{run('no')}</w:del>"
            f"<w:ins>{run('new')}</w:ins>{no}{seen.replace('no', ' seen')}</w:p>"
            f"<w:tbl><w:tr><w:trPr><w:del w:id='0'/></w:trPr><w:tc><w:p>{run('no')}</w:p></w:tc></w:tr></w:tbl>"
            "<w:p><w:r><w:t>non</w:t><w:noBreakHyphen/><w:t>stop</w:t><w:instrText>no</w:instrText></w:r></w:p>"
        )
    )
    assert read == ["A new seen", "non\u2011stop"]


# Subtitles

VTT = """WEBVTT - of a speech

NOTE
not said

STYLE
::cue { color: red }

1
00:00:01.000 --> 00:00:04.000 align:start
<v.loud Tokayev>We <i>will</i>
listen &amp; act

00:04.000 --> 00:07.000
<v Tokayev>in every region.</v>

00:12.000 --> 00:13.000
<v Tokayev>A new thought.</v>

01:02:05.000 --> 01:02:09.000
<v Reporter>When?</v>
"""


def test_subtitles_become_paragraphs_with_times():
    read = extract(VTT.encode(), "text/vtt")
    assert read.paragraphs == ("Tokayev: We will listen & act in every region.", "A new thought.", "Reporter: When?")
    assert read.places == ("00:00:01", "00:00:12", "01:02:05")


def test_subtitles_of_other_programs():
    srt = "1\n00:00:01,000 --> 00:00:02,500\n{\\an8}<i>Первое</i>\n\n2\n00:00:02,500 --> 00:00:04,000\nслово\n"
    srt = srt.replace("\n", "\r\n")
    read = extract(srt.encode("cp1251"), "application/octet-stream", "speech.srt")
    assert (read.paragraphs, read.places) == (("Первое слово",), ("00:00:01",))
    rolling = "WEBVTT" + "".join(f"\n\n00:0{n}.000 --> 00:0{n + 1}.000\n{said}" for n, said in enumerate(ROLLING))
    assert paragraphs(rolling) == ["we go home now"]


ROLLING = ["we go", "we go\nhome", "home\nnow"]
