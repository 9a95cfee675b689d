"""Undoing an import: additions are deleted, changes reverted, and items that others have used since are kept."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from initiatives.editorial.spreadsheets import uploads
from initiatives.editorial.spreadsheets.tables import QUOTES
from initiatives.editorial.spreadsheets.undo import plan_undo, undo
from initiatives.models import Change, Import, Milestone, Person, Quote, Source, Theme
from initiatives.models.choices import State
from initiatives.search.check import check
from tests.admin.support import change_url, desk, editor, list_url, messages_of, publisher, save
from tests.editorial.import_support import DRAFT, GOOD, table
from tests.editorial.quote_rows_support import changed, full
from tests.editorial.spreadsheet_support import bring_in, csv_file, dicts
from tests.editorial.undo_support import confirm, look, reasons_of, record, take_back, undo_url
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    QuoteFactory,
    QuoteTranslationFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.helpers import count_queries, few_examples, found, rolled_back

pytestmark = [pytest.mark.database, pytest.mark.django_db]

FAULTS = [{"date": "soon"}, {"language": "xx"}, {"speaker": ""}, {"status": "?"}, {"text": ""}]


class TestAll:
    def test_additions_are_deleted_and_changes_reverted(self):
        stands = QuoteFactory(text="Old words", context="Then.", date="2020-09-01", date_precision="day")
        stands.themes.set([ThemeFactory(name="Law")])
        QuoteTranslationFactory(quote=stands, language="ru", text="Старые слова.")
        before = record()
        client = editor()
        cells = {
            **full(stands), "text": "New words", "context": "", "date": "2021", "themes": "Courts; Law",
            "speaker": "Somebody New", "status": "in_review", "translation_language": "ru",
            "translation": "Новые слова.", "translation_provenance": "official",
        }  # fmt: skip
        more = {
            "id": stands.pk,
            "translation_language": "kk",
            "translation": "С.",
            "translation_provenance": "official",
        }
        kept = bring_in(client, "quote", csv_file(*dicts({**GOOD, **DRAFT}, cells, more)))
        assert found_by_desk(client, "New words") == [stands.pk]
        page = look(client, kept)
        shown = page.content.decode()
        assert "These will be deleted" in shown
        assert GOOD["text"][:20] in shown
        assert record() != before
        page = confirm(client, page)
        assert "Import undone. Deleted: 8, as before: 2, left as they are: 0." in messages_of(page)
        assert record() == before
        assert list(check()) == []
        kept.refresh_from_db()
        assert (kept.undone_by.username, kept.undone_at is not None) == ("editor", True)
        newest = stands.history.first()
        assert (newest.history_type, newest.history_change_reason) == ("~", f"Import {kept.pk} undone: table.csv")
        assert newest.history_user == kept.undone_by
        assert [theme.theme.name for theme in newest.themes.all()] == ["Law"]
        gone = Quote.history.filter(history_type="-").get()
        assert (gone.history_change_reason, gone.history_user) == (newest.history_change_reason, kept.undone_by)
        assert LogEntry.objects.filter(change_message__contains="Undone").count() == 1
        assert "Undo this import" not in client.get(change_url(kept)).content.decode()

    @pytest.mark.parametrize("model", ["source", "initiative", "principleset"])
    def test_other_tables_too(self, model):
        SourceFactory(slug="minutes", title="Minutes")
        initiative = InitiativeFactory(slug="law-x", title="Law on X", summary="Old.")
        milestone = MilestoneFactory(initiative=initiative, text="It was signed.")
        files = {
            "source": dicts({"title": "New", "kind": "news"}, {"slug": "minutes", "title": "Notes", "kind": "news"}),
            "initiative": dicts(
                {"slug": "law-x", "title": "Law on X", "kind": "law", "summary": "New.", "milestone_id": milestone.pk,
                 "milestone_date": "2021", "milestone": "It applies.", "milestone_source": milestone.source.slug},
                {"slug": "law-x", "milestone_date": "2022", "milestone": "Added.", "milestone_source": "minutes"},
                {"slug": "law-y", "title": "Law on Y", "kind": "law", "summary": "New.", "milestone_date": "2022",
                 "milestone": "Added.", "milestone_source": "minutes"},
            ),
            "principleset": dicts({"title": "Course", "source": "minutes", "principle": "One"},
                                  {"slug": "course", "principle": "Two"}),
        }  # fmt: skip
        before = record()
        client = publisher()
        kept = bring_in(client, model, csv_file(*files[model]))
        assert "left as they are: 0" in messages_of(take_back(client, kept))
        assert record() == before
        assert list(check()) == []

    def test_it_is_undone_once(self):
        client = publisher()
        kept = bring_in(client, "quote", table(DRAFT))
        page = look(client, kept)
        confirm(client, page)
        assert "already been undone" in messages_of(confirm(client, page))
        # Afterwards the file can be imported again.
        again = bring_in(client, "quote", table(DRAFT))
        assert again.added == 1

    def test_notes_made_by_programs_are_deleted_with_it(self):
        client = publisher()
        kept = bring_in(client, "quote", table(DRAFT))
        source = Source.objects.get()
        source.link_checks.create(address=source.url, checked_at=source.updated_at, answer="404 Not Found")
        take_back(client, kept)
        assert not Source.objects.exists()

    @pytest.mark.parametrize("status", ["draft", "published"])
    def test_deleted_items_can_be_recovered(self, status):
        client = publisher()
        kept = bring_in(client, "quote", table({"status": status}))
        take_back(client, kept)
        for model in ("source", "person", "theme", "quote"):
            listed = client.get(f"{list_url(model)}deleted/")
            for address in re.findall(rf"/admin/initiatives/{model}/deleted/[0-9]+/", listed.content.decode()):
                client.post(address, follow=True)
        quote = Quote.objects.get()
        assert (quote.text, quote.state) == (GOOD["text"], "draft")
        assert sorted(quote.themes.values_list("name", flat=True)) == ["Dialogue", "Open government"]
        assert list(check()) == []

    def test_items_it_published_are_hidden_again(self):
        quote = QuoteFactory(public=True, state=State.DRAFT, published_at=None)
        client = publisher()
        kept = bring_in(client, "quote", changed(quote, status="published"))
        assert found() == [quote.pk]
        page = look(client, kept)
        # Undoing shows items it publishes or adds in full, and only the differences here.
        assert [line["made"] for line in page.context["groups"][2]["lines"]] == [False]
        client.post(undo_url(kept), {"digest": page.context["plan"].digest})
        assert found() == [quote.pk], "readers are given a reason"
        take_back(client, kept)
        assert found() == []
        quote.refresh_from_db()
        assert (quote.state, quote.published_at) == ("draft", None)

    def test_items_it_hid_are_shown_in_full_and_published_again(self):
        hidden, corrected = QuoteFactory.create_batch(2, public=True)
        client = publisher()
        rows = dicts(full(hidden, status="draft"), full(corrected, text="Other words."))
        kept = bring_in(client, "quote", csv_file(*rows), reason="To be checked.")
        made = {line["name"]: line["made"] for line in look(client, kept).context["groups"][2]["lines"]}
        assert made == {str(hidden): True, "Other words.": False}
        take_back(client, kept)
        assert sorted(found()) == [hidden.pk, corrected.pk]

    def test_a_part_that_readers_saw_is_logged_as_removed(self):
        initiative, source = InitiativeFactory(public=True), SourceFactory(public=True)
        row = {
            "slug": initiative.slug,
            "milestone": "Signed.",
            "milestone_date": "2020",
            "milestone_source": source.slug,
        }
        client = publisher()
        kept = bring_in(client, "initiative", csv_file(*dicts(row)))
        for state in (State.DRAFT, State.PUBLISHED):
            initiative.state = state
            initiative.save()
            if state == State.DRAFT:
                take_back(client, kept)
        assert not Milestone.objects.exists()
        assert [change.kind for change in Change.objects.filter(nature="removal")] == ["milestone"]


def found_by_desk(client, words: str) -> list[int]:
    page = client.get(list_url("quote"), {"q": f'"{words}"'})
    return [quote.pk for quote in page.context["cl"].result_list]


class TestWhatStays:
    def test_items_changed_since_are_named_and_kept(self):
        stands = QuoteFactory(text="Words")
        client = editor()
        rows = dicts({**GOOD, **DRAFT}, {**GOOD, **DRAFT, "text": "Another."}, full(stands, text="X"))
        kept = bring_in(client, "quote", csv_file(*rows))
        other = desk(User.objects.create_superuser("olga"))
        for quote in (Quote.objects.get(text="Another."), stands):
            save(other, change_url(quote), context="Since.")
        page = look(client, kept)
        since = "Changed since by olga."
        assert {one: reason for one, reason in reasons_of(page).items() if reason == since} == {
            "Another.": since,
            "X": since,
        }
        # Items that these need are kept too.
        assert reasons_of(page)[GOOD["speaker"]].startswith("Used by: Quote “")
        confirm(client, page)
        assert sorted(Quote.objects.values_list("text", flat=True)) == ["Another.", "X"]
        assert Person.objects.filter(name=GOOD["speaker"]).exists()
        assert list(check()) == []

    def test_items_that_others_refer_to_are_kept_with_their_dependencies(self):
        client = editor()
        kept = bring_in(client, "quote", table({**DRAFT, "themes": "Dialogue; Courts"}))
        QuoteFactory(source=Source.objects.get(title=GOOD["source"]), text="Built on it").themes.set(
            [Theme.objects.get(name="Courts")]
        )
        page = look(client, kept)
        kept_back = reasons_of(page)
        assert list(kept_back) == [GOOD["source"], "Courts"]
        assert kept_back["Courts"] == "Used by: Quote “Built on it”."
        confirm(client, page)
        assert [*Theme.objects.values_list("name", flat=True)] == ["Courts"]
        assert [*Quote.objects.values_list("text", flat=True)] == ["Built on it"]

    def test_a_translation_added_by_another_user_keeps_its_quote(self):
        client = editor()
        kept = bring_in(client, "quote", table(DRAFT))
        QuoteTranslationFactory(quote=Quote.objects.get())
        page = look(client, kept)
        assert reasons_of(page)[str(Quote.objects.get())].startswith("Used by: Translation")
        assert "can be undone any more" in page.content.decode()
        confirm(client, page)
        assert Quote.objects.exists()

    def test_items_that_cannot_be_reverted_are_kept(self):
        law = ThemeFactory(name="Law")
        one, two = QuoteFactory(text="One"), QuoteFactory(text="Two")
        one.themes.set([law])
        client = publisher()
        one.record_version("~")
        rows = dicts(full(one, themes="Courts"), full(two, text="Three"))
        kept = bring_in(client, "quote", csv_file(*rows))
        law.delete()
        QuoteFactory(text="Two", speaker=two.speaker, source=two.source)
        page = look(client, kept)
        assert reasons_of(page) == {
            "One": "Its earlier version names an item that has since been deleted.",
            "Three": "Another quote now has its earlier words.",
            "Courts": "Used by: Quote “One”.",
        }
        assert "can be undone any more" in page.content.decode()
        confirm(client, page)
        assert Import.objects.get().undone_at is None

    def test_quotes_without_a_source_or_with_other_speakers_may_have_the_same_words(self):
        one, two = QuoteFactory(text="One", source=None), QuoteFactory(text="Two")
        client = publisher()
        kept = bring_in(
            client, "quote", csv_file(*dicts({"id": one.pk, "text": "Three"}, {"id": two.pk, "text": "Four"}))
        )
        QuoteFactory(text="One", speaker=one.speaker, source=None)
        QuoteFactory(text="Two", source=two.source)
        assert "left as they are: 0" in messages_of(take_back(client, kept))
        assert sorted(Quote.objects.values_list("text", flat=True)) == ["One", "One", "Two", "Two"]

    @pytest.mark.parametrize("what", ["added", "changed"])
    def test_changes_after_the_preview_are_previewed_again(self, what):
        stands = QuoteFactory(text="Words")
        client = publisher()
        kept = bring_in(client, "quote", csv_file(*dicts({**GOOD, **DRAFT}, full(stands, text="X"))))
        page = look(client, kept)
        if what == "added":
            QuoteFactory(source=Source.objects.get(title=GOOD["source"]))
        else:
            stands.refresh_from_db()
            stands.context = "Since."
            stands.save()
        before = record()
        page = confirm(client, page)
        assert "Nothing was undone" in messages_of(page)
        assert record() == before
        assert page.context["plan"].kept


class TestLists:
    def test_lists_can_be_filtered_by_what_an_import_added_or_changed(self):
        client = publisher()
        changed_one = QuoteFactory(text="Words")
        QuoteFactory(text="Not touched")
        kept = bring_in(client, "quote", csv_file(*dicts(GOOD, {"id": changed_one.pk, **GOOD, "text": "X"})))
        page = client.get(change_url(kept)).content.decode()
        for model, number in (("quote", 2), ("person", 1), ("source", 1), ("theme", 2)):
            address = f"{list_url(model)}?import={kept.pk}"
            assert f'href="{address}"' in page
            listed = client.get(address)
            assert len(listed.context["cl"].result_list) == number
            assert "table.csv" in listed.content.decode()
        for chosen in ("0", "x", "9" * 30):
            assert client.get(f"{list_url('quote')}?import={chosen}").context["cl"].result_count == 0

    def test_an_initiative_is_listed_if_only_a_part_of_it_was_imported(self):
        client, initiative = publisher(), InitiativeFactory(slug="law-x")
        rows = {"slug": "law-x", "milestone_date": "2022", "milestone": "A.", "milestone_source": SourceFactory().slug}
        kept = bring_in(client, "initiative", csv_file(*dicts(rows)))
        listed = client.get(f"{list_url('initiative')}?import={kept.pk}")
        assert list(listed.context["cl"].result_list) == [initiative]


class TestProperties:
    @few_examples
    @given(
        rows=st.lists(
            st.fixed_dictionaries(
                {
                    "id": st.sampled_from([0, 1, 2, None]),
                    "text": st.sampled_from(["A", "B", "C", "Stands 1"]),
                    "speaker": st.sampled_from(["X", "Y"]),
                    "themes": st.sampled_from(["", "Law", "Courts; Law"]),
                    "status": st.sampled_from(["draft", "in_review", ""]),
                }
            ),
            min_size=1,
            max_size=5,
        )
    )
    def test_an_import_undone_at_once_changes_nothing(self, rows, db):
        with rolled_back():
            quotes = [QuoteFactory(text=f"Stands {number}") for number in range(3)]
            quotes[0].themes.set([ThemeFactory(name="Law")])
            quotes[0].record_version("~")
            before = record()
            filled = [{**GOOD, **row, "id": "" if row["id"] is None else quotes[row["id"]].pk} for row in rows]
            user = User.objects.create_superuser("root")
            kept = apply_quietly(user, csv_file(*dicts(*filled)))
            if kept is None:
                assert record() == before
                return
            undo(kept, user, plan_undo(kept, user).digest)
            assert record() == before
            assert list(check()) == []


def apply_quietly(user, content: bytes) -> Import | None:
    """Import a file without the pages; return None if it has a wrong row or changes nothing."""
    kept = uploads.store_upload(QUOTES, user, "a.csv", content)
    examined = uploads.examine(kept)
    if examined.wrong or examined.idle:
        return None
    uploads.apply(kept, examined.digest)
    return kept


def test_the_page_takes_a_fixed_number_of_queries():
    client = publisher()

    def ask(number: int) -> int:
        rows = [{**GOOD, "text": f"{number} of {one}"} for one in range(number)]
        kept = bring_in(client, "quote", csv_file(*dicts(*rows)))
        return count_queries(lambda: look(client, kept))

    ask(2)
    assert ask(20) == ask(3)
