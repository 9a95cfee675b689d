"""Import and export files: formats, limits, no executable content, and unchanged after a round trip."""

import datetime
import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from initiatives.editorial.spreadsheets import formats
from initiatives.editorial.spreadsheets.csv_reader import ImportFault, Layout, bare, guarded
from initiatives.editorial.spreadsheets.formats import read
from initiatives.editorial.spreadsheets.item_import import ItemImport
from initiatives.editorial.spreadsheets.outcomes import Effect
from initiatives.editorial.spreadsheets.permissions import Rights
from initiatives.editorial.spreadsheets.quote_import import QuoteImport
from initiatives.editorial.spreadsheets.tables import INITIATIVES, PRINCIPLES_IN_SETS, QUOTES, SOURCES
from initiatives.editorial.spreadsheets.writers import MAX_CELL, without_formula, write_csv, write_xlsx
from initiatives.models import Initiative, PrincipleSet, Quote, Source
from initiatives.models.choices import State
from tests.admin.support import account, editor, messages_of, publisher
from tests.editorial.import_support import GOOD
from tests.editorial.spreadsheet_support import (
    bring_in,
    csv_file,
    effects,
    export,
    fault,
    rows_of,
    upload,
    url,
    with_part,
    wrong,
    xlsx_file,
)
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    PrincipleFactory,
    PrincipleSetFactory,
    QuoteFactory,
    QuoteTranslationFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.helpers import few_examples, rolled_back

LAYOUT = Layout(("a", "b"), ("a",))
HEADER = list(GOOD)
ROW = list(GOOD.values())

FORMULAS = [
    "=1+1",
    "+7",
    "-1",
    "@SUM(A1)",
    "'=1",
    "''=1",
    "'",
    "'quoted'",
    "＝1",
    '=HYPERLINK("http://x")',
    "-",
    "\t=1",
]


def there_and_back(ending: str, cells: list[list[str]]) -> list[list[str]]:
    """Return the cells of a file written from these cells and read again."""
    if ending == formats.CSV:
        content = b"".join(write_csv(["a", "b"], iter(cells)))
    else:
        with write_xlsx("table", ["a", "b"], iter(cells)) as file:
            content = file.read()
    return [[row.cells["a"], row.cells["b"]] for row in read(f"t.{ending}", content, LAYOUT, "table")]


class TestWriting:
    @pytest.mark.parametrize("ending", ["csv", "xlsx"])
    @pytest.mark.parametrize("cell", [*FORMULAS, "#N/A", "_x0041_", "1", "TRUE", "2020-09", "a\nb", 'a;b,c\t"d"'])
    def test_cells_survive_a_round_trip(self, ending, cell):
        assert there_and_back(ending, [["x", cell]]) == [["x", cell.strip()]]

    @pytest.mark.parametrize("ending", ["csv", "xlsx"])
    @given(st.lists(st.lists(st.text(max_size=30), min_size=2, max_size=2), min_size=1, max_size=5))
    @few_examples
    def test_any_cells_survive_a_round_trip(self, ending, cells):
        cells = [["x", second] for _first, second in cells]
        assert there_and_back(ending, cells) == [[first, without_formula(second)] for first, second in cells]

    @given(st.text(alphabet="'=+-@ \t\r\nab＝", max_size=8))
    def test_no_cell_starts_like_a_formula(self, cell):
        assert not guarded(cell).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
        assert bare(guarded(cell)) == cell

    @pytest.mark.parametrize("cell", ["=1+1", "#N/A", "2020", "TRUE", "1e5"])
    def test_every_cell_of_a_workbook_is_text(self, cell):
        with write_xlsx("table", ["a", "b"], iter([["x", cell]])) as file:
            book = openpyxl.load_workbook(file)
        assert {one.data_type for row in book.active.iter_rows() for one in row} == {"s"}

    def test_values_a_workbook_cannot_contain_are_reported(self):
        with pytest.raises(ImportFault, match="too long for a workbook"):
            write_xlsx("table", ["a", "b"], iter([["x", "w" * (MAX_CELL + 1)]]))

    @pytest.mark.django_db
    def test_a_list_too_long_for_xlsx_is_offered_as_csv(self, monkeypatch):
        monkeypatch.setattr("initiatives.editorial.spreadsheets.writers.MAX_ROWS_XLSX", 1)
        QuoteFactory.create_batch(2)
        client = publisher()
        page = client.post(url("quote", "export"), {"format": "xlsx"}, follow=True)
        assert "choose CSV" in messages_of(page)
        assert len(rows_of(export(client, "quote"))) == 2


@pytest.mark.django_db
class TestReading:
    def test_dates_and_numbers_of_a_workbook_are_read_as_displayed(self):
        rows = [
            ["2020", 2020, datetime.date(2020, 9, 1)],
            ["2020", 2020.0, datetime.datetime(2020, 9, 1)],
            ["x", True, 1.5],
        ]
        content = xlsx_file(["a", "b", "c"], *rows)
        layout = Layout(("a", "b", "c"), ())
        assert [list(row.cells.values()) for row in read("t.xlsx", content, layout, "t")] == [
            ["2020", "2020", "2020-09-01"],
            ["2020", "2020", "2020-09-01"],
            ["x", "TRUE", "1.5"],
        ]

    def test_dates_of_a_workbook_are_imported(self):
        row = {**GOOD, "date": datetime.date(2020, 9, 2)}
        year = {**GOOD, "date": 2019, "text": "Else."}
        content = xlsx_file(HEADER, list(row.values()), list(year.values()))
        bring_in(publisher(), "quote", content, "speech.xlsx")
        assert sorted(quote.iso_date for quote in Quote.objects.all()) == ["2019", "2020-09-02"]

    def test_a_named_sheet_takes_precedence_over_the_first(self):
        book = openpyxl.Workbook()
        book.active.title = "Notes"
        book.active.append(["anything"])
        sheet = book.create_sheet("Quotes")
        sheet.append(HEADER)
        sheet.append(ROW)
        file = io.BytesIO()
        book.save(file)
        assert effects(upload(publisher(), "quote", file.getvalue(), "a.xlsx")) == {"new": 1}

    def test_hidden_sheets_are_skipped(self):
        book = openpyxl.load_workbook(io.BytesIO(xlsx_file(HEADER, ROW)))
        hidden = book.create_sheet("quotes", 0)
        hidden.sheet_state = "hidden"
        file = io.BytesIO()
        book.save(file)
        assert effects(upload(publisher(), "quote", file.getvalue(), "a.xlsx")) == {"new": 1}

    def test_line_numbers_are_those_of_the_sheet(self):
        content = xlsx_file(HEADER, [], [""], [*ROW[:5], "soon"], title="x")
        assert list(wrong(upload(publisher(), "quote", content, "a.XLSX"))) == [4]

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (lambda sheet: sheet.__setitem__("A2", "=1+1"), "Cell A2 contains a formula"),
            (lambda sheet: setattr(sheet["A2"], "value", "#REF!"), "Cell A2 contains the error #REF!"),
        ],
    )
    def test_unreadable_cells_are_named(self, change, reason):
        page = upload(publisher(), "quote", xlsx_file(HEADER, ROW, change=change), "a.xlsx")
        assert reason in wrong(page)[2]

    @pytest.mark.parametrize(
        ("name", "content", "message"),
        [
            ("a.xls", b"\xd0\xcf\x11\xe0", "Only CSV and XLSX"),
            ("a.ods", b"PK\x03\x04", "Only CSV and XLSX"),
            ("a.xlsm", b"PK\x03\x04", "Only CSV and XLSX"),
            ("table", b"text", "Only CSV and XLSX"),
            ("a.xlsx", b"\xd0\xcf\x11\xe0", "in an old format or has a password"),
            ("a.xlsx", b"text,language", "the file is in another format"),
            ("a.csv", xlsx_file(HEADER, ROW), "the file is in another format"),
            ("a.xlsx", b"PK\x03\x04 broken", "is not an XLSX workbook"),
            ("a.xlsx", with_part(xlsx_file(HEADER, ROW), "xl/workbook.xml", b"<a/>"), "has no worksheet"),
            ("a.xlsx", with_part(xlsx_file(HEADER, ROW), "xl/workbook.xml", b"<a"), "cannot be read as a workbook"),
            ("a.xlsx", with_part(xlsx_file(HEADER, ROW), "_rels/.rels", b"<a>"), "cannot be read as a workbook"),
            (
                "a.xlsx",
                with_part(xlsx_file(HEADER, ROW), "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"),
                "cannot be read as a workbook",
            ),
            (
                "a.xlsx",
                with_part(xlsx_file(HEADER, ROW), "xl/workbook.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
                "contains a document type",
            ),
            ("a.xlsx", with_part(xlsx_file(HEADER, ROW), "xl/vbaProject.bin", b"x"), "contains macros"),
            ("a.xlsx", xlsx_file(HEADER, ROW, change=lambda sheet: sheet.merge_cells("A2:B2")), "A2:B2 are merged"),
            ("a.xlsx", xlsx_file([]), "is empty"),
            ("a.xlsx", xlsx_file(HEADER), "no rows below the column names"),
            ("a.csv", csv_file(HEADER), "no rows below the column names"),
            ("a.csv", b"", "empty"),
            ("a.xlsx", xlsx_file(HEADER, ROW, change=lambda sheet: sheet.cell(2, 61, "x")), "more than 60 columns"),
            ("a.xlsx", xlsx_file(["=1", *HEADER], ROW), "Cell A1 contains a formula"),
            ("a.xlsx", xlsx_file(["note", *HEADER], ROW), "Unknown columns: “note”"),
            ("a.csv", "text,language,speaker,source\nСлова,ru,А,Б\n".encode("cp1251"), "is not UTF-8 text"),
            ("a.csv", b"x" * (formats.MAX_BYTES + 1), "larger than 5 MB"),
        ],
    )  # fmt: skip
    def test_a_file_that_cannot_be_read_is_refused_whole(self, name, content, message):
        page = upload(publisher(), "quote", content, name)
        assert message in fault(page), fault(page)
        assert not Quote.objects.exists()

    @pytest.mark.parametrize("ending", ["csv", "xlsx"])
    def test_a_file_with_too_many_rows_is_refused(self, ending, monkeypatch):
        monkeypatch.setattr(formats, "MAX_ROWS", 2)
        make = csv_file if ending == "csv" else xlsx_file
        rows = [[f"Words {number}", *ROW[1:]] for number in range(3)]
        assert "more than 2 rows" in fault(upload(publisher(), "quote", make(HEADER, *rows), f"a.{ending}"))

    def test_a_cell_at_the_far_end_of_a_sheet_is_not_overlooked(self):
        content = xlsx_file(HEADER, ROW, change=lambda sheet: sheet.cell(1_048_576, 1, "far"))
        assert "The sheet continues below line 20,000." in fault(upload(publisher(), "quote", content, "a.xlsx"))

    def test_a_missing_file_is_reported(self):
        page = publisher().post(url("quote", "import"), {})
        assert "This field is required" in fault(page)

    @pytest.mark.parametrize("ending", ["csv", "xlsx"])
    @pytest.mark.parametrize("model", ["quote", "source", "initiative", "principleset"])
    def test_the_template_has_the_columns_and_no_rows(self, model, ending):
        client = publisher()
        content = b"".join(client.get(url(model, "import_template", ending)).streaming_content)
        assert "no rows below the column names" in fault(upload(client, model, content, f"a.{ending}"))
        assert client.get(url(model, "import_template", "xls")).status_code == 404


texts = st.text(max_size=40)
words = st.text(min_size=1, max_size=40).filter(lambda text: without_formula(text))
dates = st.sampled_from([(None, ""), ("2020-01-01", "year"), ("2020-09-01", "month"), ("2020-09-02", "day")])
states = st.sampled_from([State.DRAFT, State.IN_REVIEW, State.ARCHIVED])


def storable(text: str) -> str:
    """Return the characters of a text that PostgreSQL can store."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


@pytest.mark.django_db
class TestThereAndBack:
    """For any record, importing an export changes nothing, in either format."""

    @staticmethod
    def check(table, ending: str, user) -> None:
        rows = table.rows(table.model._default_manager.order_by("pk"))
        if ending == "csv":
            content = b"".join(write_csv(table.header, rows))
        else:
            with write_xlsx(table.name, table.header, rows) as file:
                content = file.read()
        importer = QuoteImport(Rights(user)) if table is QUOTES else ItemImport(table, Rights(user))
        outcomes = importer.examine(read(f"t.{ending}", content, table.layout, table.name)).outcomes
        assert {outcome.effect for outcome in outcomes} == {Effect.UNCHANGED}, outcomes

    @pytest.mark.parametrize("ending", ["csv", "xlsx"])
    @given(words, texts, words, dates, states, st.booleans(), st.lists(words, max_size=3, unique=True))
    @few_examples
    def test_quotes(self, ending, text, context, name, date, state, sourced, themes):
        with rolled_back():
            day, precision = date
            PersonFactory(name=storable(name))
            quote = QuoteFactory(
                text=storable(text) or "x", context=storable(context), date=day, date_precision=precision, state=state,
                editors_note=storable(context),
                source=SourceFactory(title=storable(name)) if sourced else None, speaker__name=storable(name),
            )  # fmt: skip
            names = {storable(theme) for theme in themes}
            quote.themes.set([ThemeFactory(name=theme) for theme in names])
            quote.initiatives.set([InitiativeFactory(title=theme) for theme in names])
            for language in ("ru", "kk"):
                QuoteTranslationFactory(quote=quote, language=language, text=storable(text) or "x")
            self.check(QUOTES, ending, account("Editor"))

    @pytest.mark.parametrize("ending", ["csv", "xlsx"])
    @given(words, texts, texts, dates, states)
    @few_examples
    def test_sources(self, ending, title, aliases, note, date, state):
        with rolled_back():
            day, precision = date
            SourceFactory(
                title=storable(title), aliases=storable(aliases), editors_note=storable(note), date=day,
                date_precision=precision, state=state, accessed_on="2024-01-02", language="",
            )  # fmt: skip
            self.check(SOURCES, ending, account("Editor"))

    @pytest.mark.parametrize("ending", ["csv", "xlsx"])
    @given(words, texts, st.lists(words, max_size=3))
    @few_examples
    def test_initiatives_and_principles(self, ending, title, body, steps):
        with rolled_back():
            initiative = InitiativeFactory(title=storable(title), body=storable(body), summary=storable(title))
            theme = ThemeFactory(name=f"{storable(title)}; and more")
            initiative.themes.set([theme])
            course = PrincipleSetFactory(title=storable(title), introduction=storable(body))
            for step in steps:
                milestone = MilestoneFactory(initiative=initiative, text=storable(step), status="adopted")
                milestone.further_sources.set([SourceFactory(), SourceFactory()])
                PrincipleFactory(set=course, title=storable(step), text=storable(body)).initiatives.set([initiative])
            InitiativeFactory()
            PrincipleSetFactory(source=None)
            user = account("Editor")
            self.check(INITIATIVES, ending, user)
            self.check(PRINCIPLES_IN_SETS, ending, user)

    def test_a_round_trip_through_the_desk_leaves_the_record_unchanged(self):
        MilestoneFactory()
        PrincipleFactory()
        QuoteFactory(text="=1+1", public=True, themes=[ThemeFactory()])
        client = editor()
        for model in ("quote", "source", "initiative", "principleset"):
            for ending in ("csv", "xlsx"):
                page = upload(client, model, export(client, model, ending), f"a.{ending}")
                assert set(effects(page)) == {"unchanged"}, (model, ending)
        assert Quote.objects.get().text == "=1+1"
        assert [Initiative.objects.count(), PrincipleSet.objects.count(), Source.objects.count()]
