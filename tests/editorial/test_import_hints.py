"""Hints in a preview: names and quotes that may already exist, and cells that are ignored."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initiatives.editorial.spreadsheets.hints import nearest
from initiatives.editorial.spreadsheets.named_items import fold
from tests.admin.support import publisher
from tests.editorial.import_support import GOOD, table
from tests.editorial.spreadsheet_support import bring_in, confirm, csv_file, dicts, effects, upload
from tests.factories import PersonFactory, QuoteFactory, SourceFactory, ThemeFactory
from tests.helpers import few_examples

TEXT = "The law is one for all, and nobody, whatever the office, stands above the court of the country."


def close(names, known):
    return nearest(names, {fold(name): name for name in known})


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("Rule of Low", "Rule of law", True),
        ("rule  of law.", "Rule of law", True),
        ("Tokayev Kassym-Jomart", "Kassym-Jomart Tokayev", True),
        ("Касым-Жомарт Такаев", "Касым-Жомарт Токаев", True),
        ("Address to the nation 2019", "Address to the nation 2020", False),
        ("Courts", "Rule of law", False),
        ("", "Rule of law", False),
    ],
)
def test_a_name_is_close_to_the_intended_one(name, known, meant):
    assert close([name], [known, "Something else"]) == ({name: known} if meant else {})


@given(st.text("абвгabc", min_size=12, max_size=40), st.integers(0, 11))
@few_examples
def test_one_extra_letter_is_always_close(name, place):
    mistyped = f"{name[:place]}z{name[place:]}"
    assert close([mistyped], [name, "Something else entirely"]) == {mistyped: name}


def test_the_work_is_bounded():
    # Without digits, so that every name is compared with every other.
    letters = str.maketrans("0123456789", "ghijklmnop")
    known = {
        f"programme for the reform of {n:x} in region {n * 7919:x}".translate(letters): str(n) for n in range(100_000)
    }
    names = [f"programme for the reform of {n:x} in regions {n * 7919:x}".translate(letters) for n in range(5_000)]
    began = time.process_time()
    assert nearest(names, known)[names[0]] == "0"
    assert time.process_time() - began < 20


@pytest.mark.django_db
class TestPreview:
    def test_the_preview_lists_new_names_and_similar_existing_ones(self):
        ThemeFactory(name="Rule of law", aliases="Legality")
        PersonFactory(name="Kassym-Jomart Tokayev")
        page = upload(publisher(), "quote", table({"themes": "Rule of Low; Legalty; Courts", "status": "draft"}))
        made = {made.label: (made.names, made.close) for made in page.context["examined"].made}
        assert made == {
            "Sources": (["Address to the nation"], {}),
            "Themes": (
                ["Rule of Low", "Legalty", "Courts"],
                {"Rule of Low": "Rule of law", "Legalty": "Rule of law (also Legality)"},
            ),
        }
        shown = page.content.decode()
        assert "“Rule of Low”: did you mean “Rule of law”, which is on record?" in shown
        assert "<li>Address to the nation</li>" in shown

    def test_rows_similar_to_an_existing_quote_or_another_row_are_flagged(self):
        stands = QuoteFactory(text=TEXT)
        rows = [
            {"text": TEXT.replace("the office", "his office")},
            {"text": "Something that nobody has said before about anything."},
            {"text": "Something that nobody has said before about everything."},
        ]
        page = upload(publisher(), "quote", table(*rows))
        by_line = {row.line: row for row in page.context["examined"].outcomes}
        assert [[twin.quote for twin in by_line[line].twins] for line in (2, 3, 4)] == [[stands], [], []]
        assert [by_line[line].notes for line in (2, 3, 4)] == [(), (), ("Nearly the same as line 3.",)]
        assert f"/admin/initiatives/quote/{stands.pk}/change/" in page.content.decode()
        assert effects(page) == {"new": 3}

    def test_hints_do_not_prevent_the_import(self):
        client = publisher()
        page = upload(client, "quote", table({"text": TEXT}))
        QuoteFactory(text=TEXT.replace("the office", "his office"))
        assert "Imported." in confirm(client, page).content.decode()

    def test_ignored_cells_of_a_row_that_already_exists_are_named(self):
        client = publisher()
        bring_in(client, "quote", table({}))
        rows = [
            {"context": "Another occasion.", "date": "2020", "themes": "open government;dialogue"},
            {"context": "", "themes": "", "date": "", "status": ""},
            {"themes": "Dialogue"},
        ]
        page = upload(client, "quote", table(*rows))
        assert effects(page) == {"unchanged": 3}
        by_line = {row.line: row for row in page.context["examined"].outcomes}
        ignored = {line: [(one.column, one.after) for one in row.differences] for line, row in by_line.items()}
        assert ignored == {2: [("date", "2020"), ("context", "Another occasion.")], 3: [], 4: [("themes", "Dialogue")]}
        assert "enter its number in the column id" in by_line[2].notes[0]
        assert "In the file, ignored" in page.content.decode()
        assert by_line[3].notes == ()

    def test_a_row_that_repeats_another_says_so(self):
        page = upload(publisher(), "quote", csv_file(*dicts(GOOD, GOOD)))
        assert [row.notes for row in page.context["examined"].outcomes][1] == (
            "The same quote is higher up in the file.",
        )

    def test_a_new_source_similar_to_an_existing_one_is_noted(self):
        SourceFactory(title="Address to the nation")
        page = upload(publisher(), "source", csv_file(["title", "kind"], ["Adress to the nation", "news"]))
        assert page.context["examined"].outcomes[0].notes == ("Close to “Address to the nation”, which is on record.",)
