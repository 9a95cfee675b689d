"""Edge cases of imports: dependencies of published items, values at the limits, and owners of files."""

import datetime
import io
import zipfile

import openpyxl
import pytest
from django.contrib.auth.models import Permission

from initiatives.editorial.spreadsheets import formats, xlsx_archive
from initiatives.editorial.spreadsheets import xlsx_reader as reading_xlsx
from initiatives.editorial.spreadsheets.csv_reader import ImportFault, Layout
from initiatives.editorial.spreadsheets.writers import MAX_CELL, write_xlsx
from initiatives.models import Import, Initiative, Milestone, OldSlug, Principle, Quote, Source
from initiatives.models.choices import State
from tests.admin.support import account, desk, editor, messages_of, publisher
from tests.editorial.import_support import GOOD, load, reasons, table
from tests.editorial.quote_rows_support import changed
from tests.editorial.spreadsheet_support import (
    bring_in,
    colleague,
    csv_file,
    dicts,
    effects,
    fault,
    upload,
    with_part,
    wrong,
    xlsx_file,
)
from tests.editorial.test_spreadsheet_items import LAW, SOURCE, STEP, look, take
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    PrincipleFactory,
    QuoteFactory,
    SourceFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db

NEW_SOURCE = {"source": "Minutes", "source_url": "https://example.org/minutes"}


class TestASourceThatIsNamed:
    def test_a_title_with_the_address_of_another_source_is_a_contradiction(self):
        SourceFactory(public=True, title="Minutes", url="https://example.org/a")
        other = SourceFactory(public=True, title="Notes", url="https://example.org/b")
        row = {"source": "Minutes", "source_url": other.url}
        assert "is already on record with another address" in reasons(load(row))[2]

    def test_a_title_without_an_address_ignores_other_sources(self):
        SourceFactory(title="Minutes", url="")
        other = SourceFactory(public=True, title="Notes", url="https://example.org/b")
        row = {"source": "Minutes", "source_url": other.url, "status": "draft"}
        assert "is already on record with another address" in reasons(load(row))[2]


class TestAnOldAddress:
    def test_an_old_address_of_another_kind_is_free(self):
        OldSlug.objects.create(kind="source", slug="law", object_id=SourceFactory().pk)
        take(publisher(), "initiative", LAW)
        assert Initiative.objects.get().slug == "law"


class TestPublishingAQuoteThatStands:
    @pytest.mark.parametrize("sourced", [False, True])
    def test_a_row_that_adds_its_source_publishes_it(self, sourced):
        draft = {"source": SourceFactory()} if sourced else {"source": None}
        quote = QuoteFactory(**draft, speaker=PersonFactory(public=True))
        bring_in(publisher(), "quote", changed(quote, status="published", **NEW_SOURCE))
        quote.refresh_from_db()
        assert quote.is_public
        assert (quote.source.title, quote.source.url, quote.source.is_public) == (*NEW_SOURCE.values(), True)

    @pytest.mark.parametrize("public", [False, True])
    def test_a_row_that_names_a_new_speaker_publishes_it(self, public):
        """The speaker depends on the source, which the row does not change."""
        quote = QuoteFactory(source=SourceFactory(public=True), speaker__public=public)
        bring_in(publisher(), "quote", changed(quote, status="published", speaker="Nobody Yet"))
        quote.refresh_from_db()
        assert quote.is_public
        assert (quote.speaker.name, quote.speaker.source) == ("Nobody Yet", quote.source)

    def test_a_public_quote_can_be_given_a_new_speaker(self):
        quote = QuoteFactory(public=True)
        bring_in(publisher(), "quote", changed(quote, speaker="Nobody Yet"))
        quote.refresh_from_db()
        assert quote.is_public
        assert quote.speaker.name == "Nobody Yet"

    def test_nothing_is_published_without_a_source_or_with_a_draft_source(self):
        speaker = PersonFactory(public=True)
        bare, on_draft = QuoteFactory(source=None, speaker=speaker), QuoteFactory(speaker=speaker)
        rows = dicts(*({"id": quote.pk, "status": "published"} for quote in (bare, on_draft)))
        said = wrong(upload(publisher(), "quote", csv_file(*rows)))
        assert said[2] == "source: Nothing can be published without a source."
        assert said[3].startswith(f"source: “{on_draft.source}” or its source is not published")

    def test_a_public_quote_is_not_moved_to_a_hidden_speaker_or_source(self):
        quote, speaker, source = QuoteFactory(public=True), PersonFactory(), SourceFactory()
        client = publisher()
        for cells in ({"speaker": speaker.name}, {"source": source.title, "source_url": source.url}):
            assert "is not published" in wrong(upload(client, "quote", changed(quote, **cells)))[2]

    def test_users_who_may_publish_only_quotes_publish_no_source_with_them(self):
        user = account("Editor")
        user.user_permissions.add(Permission.objects.get(codename="publish_quote"))
        page = upload(desk(user), "quote", table({}))
        assert "not allowed to add" in messages_of(page)
        assert not Quote.objects.exists()


class TestTwins:
    def test_changed_words_count_at_once(self):
        quote = QuoteFactory(text="Old")
        client = publisher()
        bring_in(client, "quote", changed(quote, text="New"))
        cells = {"speaker": quote.speaker.name, "source": quote.source.title, "source_url": quote.source.url}
        assert effects(upload(client, "quote", table({**cells, "text": "New", "status": "draft"}))) == {"unchanged": 1}
        assert effects(upload(client, "quote", table({**cells, "text": "Old", "status": "draft"}))) == {"new": 1}

    def test_an_added_row_counts_too(self):
        quote = QuoteFactory(text="Old")
        names = {"speaker": quote.speaker.name, "source": quote.source.title, "source_url": quote.source.url}
        added = {**GOOD, **names, "id": "", "text": "New", "themes": "", "date": "", "context": "", "status": "draft"}
        row = {**added, "id": quote.pk, "status": ""}
        assert list(wrong(upload(publisher(), "quote", csv_file(*dicts(added, row))))) == [3]

    def test_drafts_without_a_source_are_not_duplicates(self):
        quote = QuoteFactory(source=None)
        QuoteFactory(source=None, speaker=quote.speaker, text="Same")
        assert effects(upload(publisher(), "quote", changed(quote, text="Same"))) == {"changed": 1}


class TestItems:
    def test_an_item_to_be_published_needs_a_public_source(self):
        law = InitiativeFactory(slug="law", public=True)
        InitiativeFactory(slug="plan")
        SourceFactory(slug="draft")
        client = publisher()
        assert "is not published" in wrong(look(client, "initiative", {"slug": "law", "source": "draft"}))[2]
        assert "is not published" in wrong(look(client, "initiative", {"slug": "plan", "status": "published"}))[2]
        # If it is hidden already, its words can still be corrected.
        Source.objects.filter(pk=law.source_id).update(state=State.ARCHIVED)
        assert effects(look(client, "initiative", {"slug": "law", "title": "Better"})) == {"changed": 1}

    @pytest.mark.parametrize("state", [State.PUBLISHED, State.ARCHIVED])
    def test_an_editor_cannot_make_it_a_draft_again(self, state):
        InitiativeFactory(slug="law", public=True, state=state)
        said = wrong(look(editor(), "initiative", {"slug": "law", "status": "draft"}))
        assert said == {2: "This item is published or archived. Only a publisher can change it."}

    def test_the_time_of_publication_is_kept(self):
        source = SourceFactory(public=True)
        take(publisher(), "source", {"slug": source.slug, "title": "Better"})
        before = source.published_at
        source.refresh_from_db()
        assert (source.title, source.published_at) == ("Better", before)

    def test_a_slug_from_the_longest_title_fits(self):
        take(publisher(), "source", {**SOURCE, "title": "w" * 300})
        assert Source.objects.get().slug == "w" * 110

    def test_values_may_be_capitalised_and_names_repeated(self):
        ThemeFactory(name="Freedoms")
        SourceFactory(slug="gazette")
        row = {**LAW, **STEP, "kind": "Law", "themes": "Freedoms; freedoms;", "milestone_source": "gazette"}
        take(publisher(), "initiative", row)
        law = Initiative.objects.get()
        assert (law.kind, law.themes.get().name) == ("law", "Freedoms")

    def test_a_slug_takes_precedence_over_a_title(self):
        named, _titled = SourceFactory(slug="gazette"), SourceFactory(title="gazette")
        take(publisher(), "initiative", {**LAW, "source": "gazette"})
        assert Initiative.objects.get().source == named

    @pytest.mark.parametrize("cells", [{"milestone_date": "2020-05-01"}, {"milestone_date": "2021"}])
    def test_the_same_words_with_another_date_are_another_milestone(self, cells):
        step = MilestoneFactory(
            initiative__slug="law", date="2020-05-01", date_precision="month", text=STEP["milestone"]
        )
        row = {**STEP, "milestone_source": step.source.slug, "milestone_status": ""}
        client = publisher()
        assert effects(look(client, "initiative", row)) == {"unchanged": 1}
        take(client, "initiative", {**row, **cells})
        assert Milestone.objects.count() == 2

    def test_principles_are_numbered_after_the_existing_ones(self):
        course = PrincipleFactory(set__slug="course", title="Law").set
        PrincipleFactory(set=course, title="Order")
        client = publisher()
        take(client, "principleset", {"slug": "course", "principle": "Peace"})
        take(client, "principleset", {"slug": "course", "principle": "Trade", "number": "4"})
        assert [str(one) for one in Principle.objects.all()] == ["1. Law", "2. Order", "3. Peace", "4. Trade"]
        assert (
            "Number 5 is missing"
            in wrong(look(client, "principleset", {"slug": "course", "principle": "A", "number": "6"}))[2]
        )


class TestSourcesOfNewRows:
    def test_a_title_and_the_address_of_another_source_are_refused(self):
        SourceFactory(title="Minutes", url="")
        SourceFactory(title="Gazette", url=GOOD["source_url"])
        assert "is already on record with another address" in reasons(load({"source": "Minutes", "status": "draft"}))[2]

    def test_the_address_of_an_item_created_by_the_file_is_kept_without_a_note(self):
        assert load({"status": "draft", "source_url": ""}, {"text": "Else.", "status": "draft"}).notes == []
        assert Source.objects.get().url == GOOD["source_url"]

    def test_a_draft_with_a_draft_theme_is_not_noted(self):
        ThemeFactory(name="Dialogue")
        assert load({"status": "draft"}).notes == []


class TestFiles:
    def test_a_long_name_keeps_its_end(self):
        kept = bring_in(publisher(), "source", csv_file(*dicts(SOURCE)), f"{'x' * 240}-last.csv")
        assert kept.file_name == f"{'x' * 191}-last.csv"
        assert Source.objects.get().history.get().history_change_reason == kept.reason

    def test_each_user_has_one_waiting_file_for_each_table(self):
        mine, other = publisher(), colleague("Publisher")
        for client, model, content in (
            (mine, "quote", table({})),
            (mine, "source", csv_file(*dicts(SOURCE))),
            (other, "source", csv_file(*dicts(SOURCE))),
        ):
            upload(client, model, content)
        last = upload(mine, "source", csv_file(*dicts(SOURCE)), "last.csv").context["kept"]
        waiting = Import.objects.order_by("pk").values_list("table", "file_name")
        assert list(waiting) == [("quote", "table.csv"), ("source", "table.csv"), ("source", "last.csv")]
        assert [kept.user == last.user for kept in Import.objects.order_by("pk")] == [True, False, True]

    def test_the_record_counts_the_effect_of_each_row(self):
        same, other = SourceFactory(title="Same"), SourceFactory(title="Other")
        rows = (
            SOURCE,
            {"slug": same.slug, "title": "Same", "kind": "address", "url": same.url},
            {"slug": other.slug, "title": "Else", "kind": "address", "url": other.url},
        )
        kept = take(publisher(), "source", *({**row, "status": "draft", "date": ""} for row in rows))
        assert (kept.added, kept.changed, kept.unchanged) == (1, 1, 1)

    def test_its_page_links_to_the_owner_of_a_part(self):
        step = MilestoneFactory(initiative__slug="law")
        other = MilestoneFactory()
        client = publisher()
        row = {"slug": "law", "milestone_id": step.pk, "milestone_date": "2020-05-25", "milestone": "It was signed."}
        kept = take(client, "initiative", {**row, "milestone_source": step.source.slug})
        page = client.get(f"/admin/initiatives/import/{kept.pk}/change/").content.decode()
        assert f'/admin/initiatives/initiative/{step.initiative_id}/change/">Milestone: ' in page
        assert f"/admin/initiatives/initiative/{other.initiative_id}/change/" not in page

    def test_its_page_links_to_the_first_and_says_that_there_are_more(self, monkeypatch):
        monkeypatch.setattr("initiatives.admin.imports.LINKED", 2)
        client = publisher()
        for number, more in ((2, False), (3, True)):
            rows = [{**SOURCE, "title": f"Document {number} {row}"} for row in range(number)]
            kept = take(client, "source", *rows)
            page = client.get(f"/admin/initiatives/import/{kept.pk}/change/").content.decode()
            assert page.count('/change/">Source: ') == 2
            assert ("Only the first items are listed" in page) is more


class TestBounds:
    """Values just within a bound are accepted; those beyond are refused in test_exchange_files.py, or here."""

    @pytest.mark.parametrize("ending", ["csv", "xlsx"])
    def test_rows(self, ending, monkeypatch):
        monkeypatch.setattr(formats, "MAX_ROWS", 2)
        monkeypatch.setattr(reading_xlsx, "MAX_LINES", 3)
        make = csv_file if ending == "csv" else xlsx_file
        rows = [list({**GOOD, "text": f"Words {number}"}.values()) for number in range(2)]
        assert effects(upload(publisher(), "quote", make(list(GOOD), *rows), f"a.{ending}")) == {"new": 2}

    def test_bytes(self, monkeypatch):
        content = table({})
        client = publisher()
        monkeypatch.setattr(formats, "MAX_BYTES", len(content))
        assert effects(upload(client, "quote", content)) == {"new": 1}
        monkeypatch.setattr(formats, "MAX_BYTES", len(content) - 1)
        assert "is larger than" in fault(upload(client, "quote", content))

    def test_columns_of_a_workbook(self):
        content = xlsx_file(list(GOOD), list(GOOD.values()), change=lambda sheet: sheet.cell(2, 60, "x"))
        assert wrong(upload(publisher(), "quote", content, "a.xlsx")) == {
            2: "The row has more cells than there are columns."
        }

    def test_parts_of_a_workbook(self, monkeypatch):
        content = xlsx_file(list(GOOD), list(GOOD.values()))
        parts = len(zipfile.ZipFile(io.BytesIO(content)).namelist())
        client = publisher()
        monkeypatch.setattr(xlsx_archive, "MAX_PARTS", parts)
        assert effects(upload(client, "quote", content, "a.xlsx")) == {"new": 1}
        more = with_part(content, "xl/more.xml", b"<a/>")
        assert "is larger than" in fault(upload(client, "quote", more, "a.xlsx"))

    def test_a_written_workbook(self, monkeypatch):
        monkeypatch.setattr("initiatives.editorial.spreadsheets.writers.MAX_ROWS_XLSX", 2)
        rows = [["x", "w" * MAX_CELL], ["y", "z"]]
        with write_xlsx("table", ["a", "b"], iter(rows)) as file:
            book = openpyxl.load_workbook(file)
        assert [[cell.value for cell in row] for row in book.active.iter_rows(min_row=2)] == rows
        with pytest.raises(ImportFault, match="up to 2 rows"):
            write_xlsx("table", ["a", "b"], iter([*rows, ["1", "2"]]))

    def test_a_time_of_day_is_not_read_as_a_day(self):
        content = xlsx_file(["a"], [datetime.datetime(2020, 9, 1, 10, 30)])
        (row,) = formats.read("t.xlsx", content, Layout(("a",), ()), "t")
        assert row.cells == {"a": "2020-09-01 10:30:00"}


def test_an_item_without_a_slug_is_identified_by_its_title_in_any_script():
    client = publisher()
    take(client, "source", {**SOURCE, "title": "Жолдау 2020!"})
    assert Source.objects.get().slug == "zholdau-2020"
    take(client, "source", {**SOURCE, "title": "Жолдау 2020!", "kind": "article"})
    assert Source.objects.get().kind == "article"


def test_an_item_with_a_slug_from_cyrillic_is_found_by_its_title():
    SourceFactory(title="Жолдау 2020!", slug="жолдау-2020")
    take(publisher(), "source", {**SOURCE, "title": "Жолдау 2020!", "kind": "article"})
    source = Source.objects.get()
    assert (source.slug, source.kind) == ("жолдау-2020", "article")
