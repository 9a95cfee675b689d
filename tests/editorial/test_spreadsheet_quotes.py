"""Quotes are imported and exported on the desk: rows that add, change, repeat or are refused."""

import datetime

import pytest
from django.contrib.auth.models import Permission

from initiatives.models import Import, Person, Quote
from initiatives.models.choices import State
from initiatives.search.check import check
from tests.admin.support import account, desk, editor, messages_of, publisher
from tests.editorial.import_support import GOOD, table
from tests.editorial.quote_rows_support import changed, full, state_of_record
from tests.editorial.spreadsheet_support import (
    bring_in,
    colleague,
    confirm,
    csv_file,
    dicts,
    differences,
    effects,
    export,
    upload,
    url,
    wrong,
)
from tests.factories import PersonFactory, QuoteFactory, QuoteTranslationFactory, SourceFactory, ThemeFactory
from tests.helpers import found

pytestmark = [pytest.mark.django_db]


class TestNewRows:
    def test_the_desk_imports_the_same_as_the_command(self):
        client = publisher()
        preview = upload(client, "quote", table({}))
        assert effects(preview) == {"new": 1}
        made = {made.label: len(made.names) for made in preview.context["examined"].made}
        assert made == {"People": 1, "Sources": 1, "Themes": 2}
        assert not Quote.objects.exists(), "a preview writes nothing"
        confirm(client, preview)
        quote = Quote.objects.published().get()
        assert (quote.text, quote.speaker.name, quote.source.url) == (GOOD["text"], GOOD["speaker"], GOOD["source_url"])
        assert found("hearing citizen") == [quote.pk]
        assert list(check()) == []

    def test_a_second_import_changes_nothing(self):
        client = publisher()
        bring_in(client, "quote", table({}, {"text": "Else."}))
        before = state_of_record()
        preview = upload(client, "quote", table({}, {"text": "Else."}))
        assert effects(preview) == {"unchanged": 2}
        assert "There is nothing to import" in preview.content.decode()
        confirm(client, preview)
        assert state_of_record() == before
        assert Import.objects.filter(done_at__isnull=False).count() == 1

    def test_one_wrong_row_stops_the_import(self):
        client = publisher()
        preview = upload(client, "quote", table({}, {"text": "Else.", "date": "9.13.2020", "language": "xx"}))
        assert list(wrong(preview)) == [3]
        assert "date: “9.13.2020” is not a date" in wrong(preview)[3]
        assert "language: “xx” is not allowed here" in wrong(preview)[3]
        page = preview.content.decode()
        assert "Import all" not in page
        confirm(client, preview)
        assert not Quote.objects.exists()
        assert not Person.objects.exists()

    def test_unusual_dates_are_confirmed_for_the_file(self):
        client = publisher()
        known = QuoteFactory(text="Long known", date="2020-01-01")
        new = {"text": "Of old", "language": "en", "speaker": "A", "source": "B", "date": "0826"}
        content = csv_file(*dicts(full(known, date="11.2062"), new))
        preview = upload(client, "quote", content)
        assert wrong(preview) == {
            2: "date: November 2062 is in the future. Correct the date.",
            3: "date: 826 is before 1900. Check the date.",
        }
        assert "2 rows have a date before 1900 or in the future." in " ".join(preview.content.decode().split())
        address = url("quote", "import_preview", preview.context["kept"].pk) + "?dates=confirmed"
        preview = client.get(address)
        assert effects(preview) == {"changed": 1, "new": 1}
        assert preview.context["examined"].outcomes[1].notes[0] == "date: 826 is before 1900. Check the date."
        assert "These dates are right" not in preview.content.decode()
        digest = preview.context["examined"].digest
        client.post(address, {"digest": digest})
        known.refresh_from_db()
        assert (known.iso_date, Quote.objects.get(text="Of old").iso_date) == ("2062-11", "0826")
        # Dates that have not changed since need no confirmation.
        assert effects(upload(client, "quote", csv_file(*dicts(full(known, date="2062-11", context="Then"))))) == {
            "changed": 1
        }

    def test_doubtful_words_are_shown_beside_their_rows(self):
        known = QuoteFactory(text="Words", language="en")
        other = {"translation_language": "ru", "translation_provenance": "official"}
        rows = [full(known, text="“All the words”"), {"id": known.pk, **other, "translation": "«Слова»"}]
        preview = upload(publisher(), "quote", csv_file(*dicts(*rows)))
        assert [outcome.notes[0].split(".")[0] for outcome in preview.context["examined"].outcomes] == [
            f"{column}: The words are in quotation marks" for column in ("text", "translation")
        ]

    def test_a_date_in_another_form_is_no_change(self):
        quote = QuoteFactory(date="2026-02-28", language="en")
        preview = upload(publisher(), "quote", csv_file(*dicts(full(quote, date="28.02.2026"))))
        assert effects(preview) == {"unchanged": 1}
        row = full(quote, date="28 February 2026", id="")
        preview = upload(colleague("Publisher"), "quote", csv_file(*dicts(row)))
        assert (effects(preview), differences(preview)) == ({"unchanged": 1}, [])


class TestKnownRows:
    def test_a_changed_cell_is_a_change(self):
        quote = QuoteFactory(public=True, text="Old words", context="Then.", date="2020-09-01", date_precision="day")
        quote.themes.add(ThemeFactory(name="Law", public=True))
        client = publisher()
        preview = upload(
            client, "quote", changed(quote, text="New words", date="2020-09", themes="Courts; law", context="")
        )
        assert effects(preview) == {"changed": 1}
        assert differences(preview) == [
            ("text", "Old words", "New words"),
            ("date", "2020-09-01", "2020-09"),
            ("themes", "Law", "Courts; Law"),
            ("context", "Then.", ""),
        ]
        page = preview.content.decode()
        # The words that differ are marked; for a date, all of it.
        assert "<del>Old</del>" in page
        assert "<ins>New</ins>" in page
        assert "<del>2020-09-01</del>" in page
        confirm(client, preview)
        before, published_at = quote.updated_at, quote.published_at
        quote.refresh_from_db()
        assert (quote.text, quote.context, quote.iso_date) == ("New words", "", "2020-09")
        assert sorted(theme.name for theme in quote.themes.all()) == ["Courts", "Law"]
        assert quote.updated_at > before
        assert quote.published_at == published_at
        assert found("new") == [quote.pk]
        assert found("old") == []
        assert list(check()) == []

    def test_missing_columns_are_not_changed(self):
        quote = QuoteFactory(context="Then.", locator="p. 3", verification="primary")
        bring_in(publisher(), "quote", changed(quote, status="in_review"))
        quote.refresh_from_db()
        assert (quote.state, quote.context, quote.locator, quote.verification) == (
            "in_review",
            "Then.",
            "p. 3",
            "primary",
        )

    def test_speaker_and_source_change_to_existing_or_new_ones(self):
        quote, source = QuoteFactory(), SourceFactory(title="Minutes")
        client = publisher()
        bring_in(client, "quote", changed(quote, speaker="Nobody Yet", source="minutes", source_url=source.url))
        quote.refresh_from_db()
        assert (quote.speaker.name, quote.source) == ("Nobody Yet", source)
        assert quote.speaker.state == State.DRAFT

    def test_a_draft_without_a_source_can_be_changed_and_given_one(self):
        quote = QuoteFactory(source=None)
        client = publisher()
        bring_in(client, "quote", changed(quote, text="Else.", source="", source_url=""))
        bring_in(client, "quote", changed(quote, source="Notes", source_url="https://example.org/notes"))
        quote.refresh_from_db()
        assert (quote.text, quote.source.title) == ("Else.", "Notes")

    def test_another_name_of_the_same_speaker_is_no_change(self):
        quote = QuoteFactory(speaker=PersonFactory(name="A. Smailov", aliases="Askhat Smailov"))
        assert effects(upload(publisher(), "quote", changed(quote, speaker="askhat smailov"))) == {"unchanged": 1}

    def test_an_empty_status_is_no_change(self):
        assert effects(upload(publisher(), "quote", changed(QuoteFactory(public=True), status=""))) == {"unchanged": 1}

    @pytest.mark.parametrize(
        ("cells", "reason"),
        [
            ({"id": "999999"}, "id: “999999” is not a quote in the record."),
            ({"id": "x"}, "id: “x” is not a quote in the record."),
            ({"id": "9" * 30}, "is not a quote in the record."),
            ({"text": ""}, "text: the cell is empty. Fill it in."),
            ({"speaker": ""}, "speaker: the cell is empty. Fill it in."),
            ({"source": ""}, "source: the cell is empty. Fill it in."),
            ({"language": ""}, "language: the cell is empty. Fill it in."),
            ({"date": "2020-13"}, "date: “2020-13” is not a date"),
            ({"status": "public"}, "status: “public” is not allowed here"),
            ({"source_url": "https://example.org/elsewhere"}, "is already on record with another address"),
            ({"context": "a\x0bb"}, "context: the cell contains the control character U+000B"),
            ({"text": "Twin"}, "text: This quote is already on record"),
            ({"status": "published"}, "speaker: “A. Draft” or its source is not published"),
            ({"language": "kk"}, "language: The quote already has a translation into this language."),
        ],
    )  # fmt: skip
    def test_invalid_cells_are_reported(self, cells, reason):
        quote = QuoteFactory(text="Words", speaker__name="A. Draft")
        QuoteFactory(text="Twin", speaker=quote.speaker, source=quote.source)
        QuoteTranslationFactory(quote=quote, language="kk")
        other = QuoteFactory(text="Good")
        preview = upload(
            publisher(), "quote", csv_file(*dicts({"id": other.pk, "text": "Better", **dict.fromkeys((), "")}))
        )
        assert effects(preview) == {"changed": 1}
        preview = upload(colleague("Publisher"), "quote", changed(quote, **cells))
        assert list(wrong(preview)) == [2]
        assert reason in wrong(preview)[2]

    def test_a_repeated_number_is_refused(self):
        quote = QuoteFactory()
        rows = dicts({"id": quote.pk, "text": "One"}, {"id": quote.pk, "text": "Two"})
        assert wrong(upload(publisher(), "quote", csv_file(*rows))) == {3: "This quote is already in line 2."}

    def test_two_rows_cannot_become_duplicates(self):
        quote = QuoteFactory()
        other = QuoteFactory(speaker=quote.speaker, source=quote.source)
        rows = dicts({"id": quote.pk, "text": "Same"}, {"id": other.pk, "text": "Same"})
        assert list(wrong(upload(publisher(), "quote", csv_file(*rows)))) == [3]

    def test_published_quotes_get_their_time_and_keep_it(self):
        source = SourceFactory(public=True)
        quote = QuoteFactory(source=source, speaker=PersonFactory(public=True))
        client = publisher()
        bring_in(client, "quote", changed(quote, status="published"))
        quote.refresh_from_db()
        since = quote.published_at
        assert quote.is_public
        bring_in(client, "quote", changed(quote, status="archived"), reason="It was said elsewhere.")
        assert not Quote.objects.published().exists()
        bring_in(client, "quote", changed(quote, status="published"))
        quote.refresh_from_db()
        assert quote.published_at == since


class TestEditors:
    def test_an_editor_imports_drafts(self):
        bring_in(editor(), "quote", table({"status": "draft"}, {"status": "in_review", "text": "Else."}))
        assert sorted(Quote.objects.values_list("state", flat=True)) == ["draft", "in_review"]

    @pytest.mark.parametrize("crafted", [False, True])
    def test_an_editor_publishes_nothing_new(self, crafted):
        client = editor()
        preview = upload(client, "quote", table({"status": "draft", "text": "Else."}, {}))
        assert wrong(preview) == {3: "status: Only publishers can publish or archive. Enter draft or in_review."}
        if crafted:
            confirm(client, preview)
        assert not Quote.objects.exists()

    @pytest.mark.parametrize("cells", [{"status": "published"}, {"status": "archived"}])
    def test_an_editor_publishes_no_draft(self, cells):
        quote = QuoteFactory(source=SourceFactory(public=True), speaker=PersonFactory(public=True))
        client = editor()
        preview = upload(client, "quote", changed(quote, **cells))
        assert "Only publishers can publish" in wrong(preview)[2]
        confirm(client, preview)
        quote.refresh_from_db()
        assert quote.state == State.DRAFT

    @pytest.mark.parametrize("cells", [{"text": "Other words"}, {"themes": "Law"}, {"status": "draft"}])
    @pytest.mark.parametrize("state", ["published", "archived"])
    def test_an_editor_changes_no_published_quote(self, cells, state):
        quote = QuoteFactory(public=True, state=state, text="Words")
        client = editor()
        preview = upload(client, "quote", changed(quote, **cells))
        assert wrong(preview) == {2: "This item is published or archived. Only a publisher can change it."}
        confirm(client, preview)
        quote.refresh_from_db()
        assert (quote.text, quote.state, quote.themes.count()) == ("Words", state, 0)

    def test_quotes_published_meanwhile_are_not_changed(self):
        quote = QuoteFactory(public=True, state=State.DRAFT, text="Words")
        client = editor()
        preview = upload(client, "quote", changed(quote, text="Other words"))
        assert effects(preview) == {"changed": 1}
        Quote.objects.update(state=State.PUBLISHED)
        page = confirm(client, preview)
        assert "Nothing was imported" in messages_of(page)
        assert "Only a publisher can change it" in wrong(page)[2]
        assert Quote.objects.get().text == "Words"

    def test_an_editor_exports_and_imports_public_quotes_unchanged(self):
        QuoteFactory(public=True)
        client = editor()
        assert effects(upload(client, "quote", export(client, "quote"))) == {"unchanged": 1}

    def test_items_a_user_may_not_add_are_not_created(self):
        user = account("Editor")
        user.groups.clear()
        user.user_permissions.set(
            Permission.objects.filter(
                codename__in=[
                    "add_quote",
                    "change_quote",
                    "view_quote",
                    "add_quotetranslation",
                    "change_quotetranslation",
                ]
            )
        )
        page = upload(desk(user), "quote", table({"status": "draft"}))
        assert "not allowed to add" in messages_of(page)
        assert not Person.objects.exists()

    def test_pages_are_closed_to_users_without_the_right(self, client):
        user = account("Editor")
        user.groups.clear()
        stranger = desk(user)
        kept = bring_in(colleague("Editor"), "quote", table({"status": "draft"}))
        for page, args in (
            ("import", ()),
            ("import_preview", (kept.pk,)),
            ("import_template", ("csv",)),
            ("export", ()),
        ):
            assert stranger.get(url("quote", page, *args)).status_code == 403
            assert stranger.post(url("quote", page, *args), {"format": "csv"}).status_code == 403
            assert client.get(url("quote", page, *args)).status_code == 302


class TestBetweenLookingAndConfirming:
    def test_a_changed_record_is_previewed_again(self):
        quote = QuoteFactory(text="Words")
        client = publisher()
        preview = upload(client, "quote", changed(quote, text="Better words"))
        Quote.objects.filter(pk=quote.pk).update(text="Changed by somebody")
        page = confirm(client, preview)
        assert "Nothing was imported" in messages_of(page)
        assert differences(page) == [("text", "Changed by somebody", "Better words")]
        assert Quote.objects.get().text == "Changed by somebody"
        confirm(client, page)
        assert Quote.objects.get().text == "Better words"

    def test_a_forged_digest_imports_nothing(self):
        client = publisher()
        preview = upload(client, "quote", table({}))
        kept = preview.context["kept"]
        for digest in ("", "0" * 64):
            client.post(url("quote", "import_preview", kept.pk), {"digest": digest})
        assert not Quote.objects.exists()

    def test_a_file_is_visible_only_to_its_user(self):
        preview = upload(publisher(), "quote", table({}))
        other = colleague("Publisher")
        assert "no longer stored" in messages_of(
            other.get(url("quote", "import_preview", preview.context["kept"].pk), follow=True)
        )
        confirm(other, preview)
        assert not Quote.objects.exists()

    def test_a_file_for_another_table_is_refused(self):
        preview = upload(client := publisher(), "quote", table({}))
        page = client.get(url("source", "import_preview", preview.context["kept"].pk), follow=True)
        assert "no longer stored" in messages_of(page)

    def test_a_form_sent_twice_is_imported_once(self):
        client = publisher()
        preview = upload(client, "quote", table({}))
        confirm(client, preview)
        confirm(client, preview)
        assert Quote.objects.count() == 1
        assert Import.objects.get().added == 1

    def test_a_file_is_kept_for_a_day(self):
        client = publisher()
        preview = upload(client, "quote", table({}))
        kept = preview.context["kept"]
        Import.objects.update(uploaded_at=kept.uploaded_at - datetime.timedelta(days=2))
        assert "no longer stored" in messages_of(confirm(client, preview))
        assert not Quote.objects.exists()
        upload(client, "source", csv_file(["title", "kind"], ["A", "news"]))
        assert not Import.objects.filter(pk=kept.pk).exists()
