"""Sources, initiatives with milestones and principles in sets are imported and exported on the desk."""

import pytest

from initiatives.models import Initiative, Milestone, OldSlug, Person, Principle, PrincipleSet, Source
from initiatives.models.choices import State
from initiatives.search.check import check
from tests.admin.support import editor, publisher, superuser
from tests.editorial.spreadsheet_support import (
    bring_in,
    colleague,
    confirm,
    csv_file,
    dicts,
    differences,
    effects,
    export,
    fault,
    rows_of,
    upload,
    wrong,
)
from tests.factories import (
    BodyFactory,
    MilestoneFactory,
    PersonFactory,
    PrincipleFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.helpers import count_queries

pytestmark = [pytest.mark.database, pytest.mark.django_db]

SOURCE = {
    "title": "Address",
    "kind": "address",
    "url": "https://example.org/a",
    "date": "2020-09",
    "status": "published",
}
LAW = {
    "slug": "law",
    "title": "Law on assembly",
    "kind": "law",
    "summary": "Assemblies are notified.",
    "status": "draft",
}
STEP = {"slug": "law", "milestone_date": "2020-05", "milestone": "It was signed.", "milestone_status": "adopted"}
COURSE = {"slug": "course", "title": "The course", "status": "draft"}


def look(client, model: str, *rows: dict):
    return upload(client, model, csv_file(*dicts(*rows)))


def take(client, model: str, *rows: dict):
    return bring_in(client, model, csv_file(*dicts(*rows)))


class TestPeople:
    def test_the_parts_of_their_names_are_imported_and_exported(self):
        client, source = publisher(), SourceFactory(public=True)
        shown = PersonFactory(public=True, name="Ursula von der Leyen", source=source)
        added = {"name": "Nazarbayeva Dariga", "given_name": "Dariga", "family_name": "Nazarbayeva"}
        same = {"source": source.slug, "status": "published"}
        rows = [
            {"slug": shown.slug, "name": shown.name, "given_name": "Ursula", "family_name": "von der Leyen", **same},
            {**added, "patronymic": "Nursultankyzy", **same},
        ]
        preview = look(client, "person", *rows)
        assert effects(preview) == {"changed": 1, "new": 1}
        confirm(client, preview)
        shown.refresh_from_db()
        assert (shown.name, shown.family_name, shown.is_public) == ("Ursula von der Leyen", "von der Leyen", True)
        made = Person.objects.get(slug="nazarbayeva-dariga")
        assert (made.filing_name, made.is_public) == ("Nazarbayeva Dariga Nursultankyzy", True)
        columns = ("given_name", "family_name", "patronymic")
        exported = [[row[name] for name in columns] for row in rows_of(export(client, "person"))]
        assert sorted(exported) == [["Dariga", "Nazarbayeva", "Nursultankyzy"], ["Ursula", "von der Leyen", ""]]
        assert effects(look(client, "person", *rows_of(export(client, "person")))) == {"unchanged": 2}
        items = client.get("/api/v1/people").json()["items"]
        assert sorted([item[name] or "" for name in columns] for item in items) == sorted(exported)

    @pytest.mark.parametrize(
        ("cells", "reason"), [({"name": ""}, "name: the cell"), ({"patronymic": "w" * 101}, "100")]
    )
    def test_invalid_cells_are_reported(self, cells, reason):
        preview = look(publisher(), "person", {"slug": "a-person", "name": "A Person", **cells})
        assert reason in wrong(preview)[2]
        assert not Person.objects.exists()


class TestSources:
    def test_they_are_added_changed_or_left_unchanged(self):
        client = publisher()
        take(client, "source", SOURCE, {**SOURCE, "title": "Address!", "slug": "second", "status": ""})
        first = Source.objects.get(slug="address")
        assert (first.iso_date, first.kind, first.is_public) == ("2020-09", "address", True)
        assert Source.objects.get(slug="second").state == State.DRAFT
        preview = look(
            client, "source", {**SOURCE, "accessed_on": "2024-02-03"}, {"slug": "second", **SOURCE, "title": "B"}
        )
        assert effects(preview) == {"changed": 2}
        assert differences(preview)[0] == ("accessed_on", "", "2024-02-03")
        confirm(client, preview)
        assert list(Source.objects.order_by("slug").values_list("slug", "title")) == [
            ("address", "Address"),
            ("second", "B"),
        ]
        assert list(check()) == []

    def test_a_second_import_changes_nothing(self):
        client = publisher()
        take(client, "source", SOURCE)
        assert effects(look(client, "source", SOURCE)) == {"unchanged": 1}

    @pytest.mark.parametrize(
        ("cells", "reason"),
        [
            ({"title": ""}, "slug: Enter the slug or the title."),
            ({"title": "", "slug": "a"}, "title: the cell is empty. Fill it in."),
            ({"slug": "a b"}, "slug: Enter a valid"),
            ({"slug": "x" * 130}, "slug: Ensure this value has at most 120"),
            ({"kind": "book"}, "kind: “book” is not allowed here. Enter one of: address, article"),
            ({"kind": ""}, "kind: the cell is empty. Fill it in."),
            ({"language": "xx"}, "language: “xx” is not allowed here"),
            ({"date": "soon"}, "date: “soon” is not a date"),
            ({"accessed_on": "2020-01"}, "accessed_on: “2020-01” is not a day"),
            ({"url": "example"}, "url: Enter a valid URL."),
            ({"url": ""}, "url: Enter the address. A source cannot be published without one."),
            ({"title": "w" * 301}, "title: Ensure this value has at most 300 characters"),
            (
                {"status": "public"},
                "status: “public” is not allowed here. Enter one of: draft, in_review, published, archived.",
            ),
            ({"description": "a\x0bb"}, "description: the cell contains the control character U+000B"),
            ({"slug": "gone"}, "“gone” is an old address of another item"),
        ],
    )  # fmt: skip
    def test_invalid_cells_are_reported(self, cells, reason):
        OldSlug.objects.create(kind="source", slug="gone", object_id=1)
        client = publisher()
        preview = look(client, "source", {**SOURCE, **cells}, {**SOURCE, "title": "Good", "slug": "good"})
        assert list(wrong(preview)) == [2]
        assert reason in wrong(preview)[2]
        confirm(client, preview)
        assert not Source.objects.exists()

    def test_a_repeated_item_is_refused(self):
        assert wrong(look(publisher(), "source", SOURCE, SOURCE)) == {3: "This item is already in line 2."}

    def test_missing_columns_are_not_changed(self):
        source = SourceFactory(publisher="Akorda", description="A speech.")
        take(publisher(), "source", {"slug": source.slug, "description": ""})
        source.refresh_from_db()
        assert (source.publisher, source.description) == ("Akorda", "")

    def test_an_unknown_column_is_refused(self):
        client = publisher()
        assert "Unknown columns: “note”" in fault(look(client, "source", {**SOURCE, "note": "x"}))
        assert "Missing columns: “title”" in fault(look(client, "source", {"kind": "news"}))

    def test_an_editor_publishes_nothing(self):
        client, source = editor(), SourceFactory(public=True)
        preview = look(client, "source", SOURCE, {**SOURCE, "slug": source.slug, "status": "published"})
        assert list(wrong(preview)) == [2, 3]
        confirm(client, preview)
        assert Source.objects.get().title == source.title
        take(client, "source", {**SOURCE, "status": "in_review"})


class TestInitiatives:
    def test_they_are_imported_with_their_milestones(self):
        source, other = SourceFactory(title="Kazinform", public=True), SourceFactory(slug="gazette")
        ThemeFactory(name="Freedoms")
        BodyFactory(name="Parliament")
        client = publisher()
        preview = look(
            client,
            "initiative",
            {
                **LAW, **STEP, "source": "kazinform", "themes": "freedoms", "institutions": "Parliament",
                "status": "published", "milestone_source": source.slug, "milestone_further_sources": "gazette",
                "milestone_effect": "Contests", "milestone_date_is_report": "yes", "milestone_attributed_to": "Watch",
                "milestone_attributed_kind": "civil_society",
            },
            {
                **STEP, "milestone_date": "2020", "milestone": "It was drafted.", "milestone_status": "",
                "milestone_source": "Kazinform",
            },
        )  # fmt: skip
        assert effects(preview) == {"new": 2}
        confirm(client, preview)
        law = Initiative.objects.with_status().get()
        assert (law.status, law.source, law.is_public) == ("adopted", source, True)
        assert [theme.name for theme in law.themes.all()] == ["Freedoms"]
        assert [body.name for body in law.bodies.all()] == ["Parliament"]
        assert [str(one) for one in law.milestones.all()] == ["2020: It was drafted.", "May 2020: It was signed."]
        first, last = law.milestones.all()
        assert list(last.further_sources.all()) == [other]
        assert (first.effect, first.date_is_report) == ("", False)
        assert (last.effect, last.date_is_report) == ("contests", True)
        assert (last.attributed_to, last.attributed_kind) == ("Watch", "civil_society")
        assert law.milestones.last().history.get().further_sources.get().source == other
        assert list(check()) == []

    def test_a_second_import_changes_nothing(self):
        source = SourceFactory()
        client, rows = publisher(), ({**LAW, **STEP, "milestone_source": source.slug},)
        take(client, "initiative", *rows)
        assert effects(look(client, "initiative", *rows)) == {"unchanged": 1}

    def test_a_milestone_is_changed_by_number_and_added_by_a_new_row(self):
        step = MilestoneFactory(text="It was sined.", initiative__slug="law", initiative__public=True)
        client = publisher()
        # In exported rows that list parts, the item's own cells are blank.
        part = dict.fromkeys(LAW, "") | {"slug": "law"}
        preview = look(
            client,
            "initiative",
            {
                **part,
                "milestone_id": step.pk,
                "milestone_date": "2020-05-25",
                "milestone": "It was signed.",
                "milestone_source": step.source.slug,
            },
            {**part, "milestone_date": "2021", "milestone": "It applies.", "milestone_source": step.source.slug},
        )
        assert effects(preview) == {"changed": 1, "new": 1}
        assert differences(preview) == [
            ("milestone", "It was sined.", "It was signed."),
            ("milestone_date", "", "2021"),
            ("milestone", "", "It applies."),
            ("milestone_source", "", step.source.slug),
        ]
        confirm(client, preview)
        assert list(Milestone.objects.values_list("text", flat=True)) == ["It was signed.", "It applies."]
        assert [version.history_type for version in step.history.all()] == ["~", "+"]
        assert list(check()) == []

    @pytest.mark.parametrize(
        ("cells", "reason"),
        [
            ({"source": "Nowhere"}, "source: “Nowhere” is not in the record. Add it first, or correct the name."),
            ({"source": "Twice"}, "source: “Twice” matches 2 items in the record"),
            ({"themes": "Unknown; Other"}, "themes: “Unknown” is not in the record"),
            ({"summary": ""}, "summary: the cell is empty. Fill it in."),
            ({"kind": "idea"}, "kind: “idea” is not allowed here"),
            ({"milestone_date": ""}, "milestone_date: the cell is empty. Fill it in."),
            ({"milestone": ""}, "milestone: the cell is empty. Fill it in."),
            ({"milestone_source": ""}, "milestone_source: the cell is empty. Fill it in."),
            (
                {"milestone_status": "done"},
                "milestone_status: “done” is not allowed here. Enter one of: announced, in_preparation",
            ),
            ({"kind": "slogan"}, "milestone_status: A slogan has no place in law. Leave the status empty."),
            ({"milestone_date_is_report": "no"}, "milestone_date_is_report: “no” is not allowed here."),
            ({"milestone_attributed_to": "Watch"}, "milestone_attributed_kind: Give both who says so and the kind"),
            ({"milestone_id": "77"}, "milestone_id: “77” is not a milestone of this initiative."),
            ({"status": "published"}, "source: Choose a source. Nothing can be published without one."),
            ({"status": "published", "source": "draft"}, "source: “A draft” is not published. Publish it first."),
        ],
    )  # fmt: skip
    def test_invalid_cells_are_reported(self, cells, reason):
        SourceFactory.create_batch(2, title="Twice")
        SourceFactory(slug="draft", title="A draft")
        row = {**LAW, **STEP, "milestone_source": "draft", **cells}
        preview = look(publisher(), "initiative", row)
        assert reason in wrong(preview)[2]

    def test_an_item_with_several_rows_is_reported_once(self):
        source = SourceFactory()
        step = {**STEP, "milestone_source": source.slug}
        other = {**step, "milestone": "It applies."}
        assert effects(look(publisher(), "initiative", {**LAW, **step}, {**LAW, **other})) == {"new": 2}
        # Blank cells in further rows are not different values.
        blank = dict.fromkeys(LAW, "") | {"slug": "law", "title": LAW["title"]}
        assert effects(look(superuser(), "initiative", {**LAW, **step}, {**blank, **other})) == {"new": 2}
        rows = {**LAW, **step}, {**other, "title": "Else"}, step
        preview = look(colleague("Publisher"), "initiative", *rows)
        assert wrong(preview) == {
            3: "Line 2 has a different value for the same item. Give it only once.",
            4: "The same row is already higher up in the file.",
        }

    def test_an_editor_cannot_change_a_published_initiative_or_its_milestones(self):
        step = MilestoneFactory(initiative__slug="law", initiative__title="Law", text="It was signed.")
        client = editor()
        known = {"milestone_id": step.pk, "milestone_date": "2020-05-25", "milestone_source": step.source.slug}
        preview = look(
            client,
            "initiative",
            {"slug": "law", **known, "milestone": "It was not signed."},
            {"slug": "law", **known, "milestone_id": "", "milestone": "Another step."},
        )
        assert wrong(preview) == dict.fromkeys(
            (2, 3), "This item is published or archived. Only a publisher can change it."
        )
        confirm(client, preview)
        assert Milestone.objects.get().text == "It was signed."
        same = {"slug": "law", **known, "milestone": step.text}
        preview = look(client, "initiative", {"slug": "law", "title": "Other"}, same)
        assert wrong(preview) == {2: "This item is published or archived. Only a publisher can change it."}
        SourceFactory(slug="public", public=True)
        preview = look(client, "initiative", {**LAW, "slug": "new", "source": "public", "status": "published"})
        assert wrong(preview) == {2: "status: Only publishers can publish or archive. Enter draft or in_review."}


class TestPrinciples:
    def test_they_are_imported_in_their_sets(self):
        client = publisher()
        preview = look(
            client,
            "principleset",
            {**COURSE, "number": "1", "principle": "Law first"},
            {"slug": "course", "number": "2", "principle": "Order"},
            {"slug": "course", "principle": "Dialogue"},
        )
        assert effects(preview) == {"new": 3}
        confirm(client, preview)
        assert [str(one) for one in Principle.objects.all()] == ["1. Law first", "2. Order", "3. Dialogue"]
        assert PrincipleSet.objects.get().slug == "course"
        assert list(check()) == []

    def test_a_number_identifies_the_principle_to_change(self):
        first = PrincipleFactory(set__slug="course", title="Law")
        PrincipleFactory(set=first.set, title="Order")
        client = publisher()
        preview = look(client, "principleset", {"slug": "course", "number": "2", "principle": "Peace"})
        assert differences(preview) == [("principle", "Order", "Peace")]
        confirm(client, preview)
        assert [str(one) for one in Principle.objects.all()] == ["1. Law", "2. Peace"]
        assert list(check()) == []

    @pytest.mark.parametrize(
        ("rows", "reasons"),
        [
            ([{"number": "3", "principle": "A"}], {2: "number: Number 2 is missing before it."}),
            ([{"number": "0", "principle": "A"}], {2: "number: Enter a whole number from 1"}),
            ([{"number": "two", "principle": "A"}], {2: "number: Enter a whole number from 1"}),
            ([{"number": "1", "principle": ""}], {2: "principle: the cell is empty. Fill it in."}),
            (
                [{"number": "1", "principle": "A"}, {"number": "1", "principle": "B"}],
                {3: "The same row is already higher up"},
            ),
            (
                [{"number": "1", "principle": "A"}, {"number": "", "principle": "a"}],
                {3: "The same row is already higher up"},
            ),
        ],
    )
    def test_numbers_must_have_no_gaps(self, rows, reasons):
        preview = look(publisher(), "principleset", *({**COURSE, **row} for row in rows))
        assert wrong(preview).keys() == reasons.keys()
        for line, reason in reasons.items():
            assert reason in wrong(preview)[line]


def test_only_queries_of_the_status_log_grow_with_rows():
    source = SourceFactory()
    client = publisher()

    def rows(start: int, number: int, words: str):
        for index in range(start, start + number):
            slug = f"law-{index}"
            yield {**LAW, **STEP, "slug": slug, "title": words, "milestone_source": source.slug}

    def counts(start: int, number: int) -> tuple[int, int]:
        new, again = list(rows(start, number, "Law")), list(rows(start, number, "Other"))
        return (
            count_queries(lambda: take(client, "initiative", *new)),
            count_queries(lambda: take(client, "initiative", *again)),
        )

    # As many at first, because SQLite updates the statistics of tables that have grown tenfold.
    counts(0, 20)
    few, many = counts(100, 3), counts(200, 20)
    # Each initiative reads its status log, and starts one if it is new; each new milestone looks up whether it was
    # removed before.
    assert many[0] - few[0] <= 17 * 7
    assert many[1] - few[1] <= 17 * 3
