"""The import command, and property tests of imports: for any rows, all or nothing, each once."""

import contextlib
import io

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from initiatives.editorial.spreadsheets.csv_reader import CONTROL
from initiatives.management.commands import import_quotes as import_run
from initiatives.models import Person, Quote, Source, Theme
from initiatives.models.choices import State
from initiatives.search.check import check
from tests.editorial.import_support import GOOD, is_empty, load, load_file, reasons, record, table
from tests.factories import PersonFactory, SourceFactory, ThemeFactory
from tests.helpers import few_examples, found, rolled_back

pytestmark = [pytest.mark.database, pytest.mark.django_db]


class TestCommand:
    def run(self, path, *options) -> str:
        out = io.StringIO()
        call_command("import_quotes", path, *options, stdout=out)
        return out.getvalue()

    def test_it_reports_what_it_did(self, tmp_path):
        path = tmp_path / "quotes.csv"
        path.write_bytes(table({}, {}))
        assert self.run(path, "--dry-run").splitlines()[-1].startswith("This was a dry run")
        assert is_empty()
        lines = [
            "1 quote added.",
            "1 row skipped: already on record.",
            "1 speaker added.",
            "1 source added.",
            "2 themes added.",
        ]
        assert self.run(path).splitlines() == [*lines, "0 rows with errors."]

    def test_bad_rows_are_errors(self, tmp_path, capsys):
        path = tmp_path / "quotes.csv"
        path.write_bytes(table({}, {"date": "soon"}))
        for options, kept in ((["--dry-run", "--keep-good"], 0), ([], 0), (["--keep-good"], 1)):
            with pytest.raises(CommandError, match="1 row has errors") as error:
                self.run(path, *options)
            assert error.value.returncode == 1
            assert "Line 3: date: “soon” is not a date" in capsys.readouterr().err
            assert Quote.objects.count() == kept

    def test_a_file_that_cannot_be_opened(self, tmp_path):
        with pytest.raises(CommandError, match="No such file"):
            self.run(tmp_path / "none.csv")
        with pytest.raises(CommandError, match="Cannot read"):
            self.run(tmp_path)


ADDRESSES = {
    "Address": "https://example.org/1",
    "address ": "https://example.org/1",
    "Article": "https://example.org/2",
}

CELLS = st.fixed_dictionaries(
    {
        "text": st.sampled_from(["One.", "Two\nlines.", "Үш сөз.", "Четыре", " One. ", "=5", ""])
        | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8),
        "language": st.sampled_from(["en", "ru", "kk", "KK", "xx"]),
        "speaker": st.sampled_from(["Anna", "ANNA", "Борис", "Draft Speaker", ""]),
        "source": st.sampled_from([*ADDRESSES, "Draft Source"]),
        "date": st.sampled_from(["", "2020", "2020-09", "2020-09-01", "2020-13"]),
        "themes": st.lists(st.sampled_from(["Law", "law", "Сот", "Draft theme", " "]), max_size=3).map(";".join),
        "context": st.sampled_from(["", "@then", "a;b,c"]),
        "status": st.sampled_from(["draft", "in_review", "published", "", "gone"]),
    }
)  # fmt: skip

# Mostly good rows, so that whole files are often good.
GOOD_ROWS = CELLS.map(
    lambda cells: {
        **cells,
        "text": cells["text"] if CONTROL.sub("", cells["text"]).strip() == cells["text"] != "" else "Five.",
        "language": "ru",
        "speaker": "Anna",
        "source": "Article",
        "date": cells["date"].replace("2020-13", ""),
        "status": cells["status"].replace("gone", ""),
    }
)

ROWS = st.lists(GOOD_ROWS, max_size=8) | st.lists(GOOD_ROWS | CELLS, max_size=8)


def generated(rows: list[dict]) -> bytes:
    ThemeFactory(name="Draft theme")
    PersonFactory(name="Draft Speaker")
    SourceFactory(title="Draft Source", url="https://example.org/3")
    return table(*({**row, "source_url": ADDRESSES.get(row["source"], "")} for row in rows))


class TestProperties:
    @few_examples
    @given(rows=ROWS)
    def test_all_or_nothing_and_a_second_import_adds_nothing(self, rows, db):
        with rolled_back():
            content = generated(rows)
            before = record()
            first = load_file(content)
            after = record()
            assert len(after["Quote"]) == first.added
            if first.bad:
                assert after == before
            else:
                assert first.added + first.skipped == len(rows)
            second = load_file(content)
            assert record() == after
            assert (second.added, second.bad) == (0, first.bad)
            assert list(check()) == []

    @few_examples
    @given(rows=ROWS)
    def test_the_good_rows_imported_are_those_a_dry_run_names(self, rows, db):
        with rolled_back():
            content = generated(rows)
            would = load_file(content, keep_good=True, dry_run=True)
            assert Quote.objects.count() == 0
            did = load_file(content, keep_good=True)
            assert (would.added, would.made, would.bad) == (did.added, did.made, did.bad)
            assert did.added + did.skipped + len(did.bad) == len(rows)
            assert Quote.objects.count() == did.added
            assert len(found()) == Quote.objects.published().count()
            published = Quote.objects.filter(state=State.PUBLISHED)
            assert published.count() == Quote.objects.published().count()
            again = load_file(content, keep_good=True)
            assert (again.added, list(reasons(again))) == (0, list(reasons(did)))
            assert list(check()) == []

    @few_examples
    @given(
        content=st.binary(max_size=200)
        | st.binary(max_size=200).map(lambda junk: table({}) + junk)
        | st.tuples(st.binary(max_size=20), st.integers(0, 400)).map(
            lambda cut: table({})[: cut[1]] + cut[0] + table({})[cut[1] :]
        )
        | st.text(st.sampled_from('text,language;\t"\r\n\ufeffё\u2028'), max_size=80).map(str.encode)
    )
    def test_no_file_crashes(self, content, db, tmp_path_factory):
        path = tmp_path_factory.getbasetemp() / "any.csv"
        path.write_bytes(content)
        for options in ((), ("--keep-good",)):
            with rolled_back():
                with contextlib.suppress(CommandError):
                    call_command("import_quotes", path, *options, stdout=io.StringIO(), stderr=io.StringIO())
                assert list(check()) == []


def test_everything_imported_has_versions():
    user = User.objects.create_user("importer")
    load({}, {"text": "Other words.", "themes": ""}, user=user, reason="Imported from quotes.csv.")
    for model, number in ((Quote, 2), (Person, 1), (Source, 1), (Theme, 2)):
        versions = list(model.history.all())
        assert {(v.history_type, v.history_user, v.history_change_reason) for v in versions} == {
            ("+", user, "Imported from quotes.csv.")
        }
        assert len(versions) == number
    first = Quote.history.get(text=GOOD["text"])
    assert {row.theme.name for row in first.themes.all()} == {"Dialogue", "Open government"}


def test_a_dry_run_makes_no_versions():
    load({}, dry_run=True)
    assert not Quote.history.exists()


def test_a_change_by_a_later_chunk_is_another_version(monkeypatch):
    monkeypatch.setattr(import_run, "CHUNK", 1)
    load({"status": "draft"}, {"text": "Other words."})
    assert list(Source.history.values_list("history_type", "state")) == [("~", "published"), ("+", "draft")]
