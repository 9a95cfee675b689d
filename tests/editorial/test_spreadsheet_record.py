"""The record of an import; exports; numbers of queries."""

import pytest
from django.contrib.admin.models import LogEntry

from initiatives.models import Person, Quote, Theme
from tests.admin.support import account, desk, publisher
from tests.editorial.import_support import GOOD, table
from tests.editorial.quote_rows_support import full
from tests.editorial.spreadsheet_support import (
    bring_in,
    csv_file,
    dicts,
    effects,
    export,
    rows_of,
    upload,
    url,
    wrong,
    xlsx_file,
)
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    PrincipleFactory,
    PrincipleSetFactory,
    QuoteFactory,
    ThemeFactory,
)
from tests.helpers import count_queries

pytestmark = [pytest.mark.database, pytest.mark.django_db]


class TestRecord:
    def test_the_user_and_file_of_an_import_are_recorded(self):
        user = account("Publisher")
        stands = QuoteFactory()
        kept = bring_in(desk(user), "quote", csv_file(*dicts(GOOD, full(stands, text="Else."))), "speech.csv")
        assert (kept.user, kept.file_name, kept.added, kept.changed, kept.unchanged) == (user, "speech.csv", 1, 1, 0)
        assert kept.content is None
        assert LogEntry.objects.get(user=user).object_repr == "speech.csv"
        for item in (*Quote.objects.all(), *Person.objects.exclude(pk=stands.speaker_id), *Theme.objects.all()):
            version = item.history.first()
            assert (version.history_user, version.history_change_reason) == (user, kept.reason)
        newest = Quote.objects.exclude(pk=stands.pk).get().history.get()
        assert newest.history_type == "+"
        assert sorted(row.theme.name for row in newest.themes.all()) == ["Dialogue", "Open government"]
        assert [version.history_type for version in stands.history.all()] == ["~", "+"]

    def test_its_page_links_to_the_imported_items(self):
        client = publisher()
        stands = QuoteFactory(text="Words")
        kept = bring_in(client, "quote", csv_file(*dicts(GOOD, full(stands, text="Else."))))
        page = client.get(f"/admin/initiatives/import/{kept.pk}/change/").content.decode()
        for item in (Quote.objects.get(text=GOOD["text"]), stands, Person.objects.get(name=GOOD["speaker"])):
            assert f"/admin/initiatives/{item._meta.model_name}/{item.pk}/change/" in page
        listed = client.get("/admin/initiatives/import/").content.decode()
        assert "table.csv" in listed
        assert client.get("/admin/initiatives/import/add/").status_code == 403
        assert client.post(f"/admin/initiatives/import/{kept.pk}/delete/", {"post": "yes"}).status_code == 403

    def test_waiting_files_are_not_listed(self):
        client = publisher()
        upload(client, "quote", table({}), "waiting.csv")
        assert "waiting.csv" not in client.get("/admin/initiatives/import/").content.decode().split("messagelist")[-1]


def test_queries_do_not_grow_with_rows():
    client = publisher()
    texts = iter(range(10_000))

    def look(rows: int, stands: list[Quote]):
        file = table(*({"text": f"{next(texts)} said"} for _ in range(rows)))
        new = count_queries(lambda: bring_in(client, "quote", file))
        quotes = csv_file(*dicts(*({"id": quote.pk, "text": f"{quote.text}!", "themes": "Law"} for quote in stands)))
        return new, count_queries(lambda: bring_in(client, "quote", quotes))

    # As many at first, because SQLite updates the statistics of tables that have grown tenfold.
    look(25, [QuoteFactory() for _ in range(25)])
    few = look(3, [QuoteFactory() for _ in range(3)])
    # SQLite accepts this many rows in one statement.
    assert look(25, [QuoteFactory() for _ in range(25)]) == few


def test_an_export_keeps_filters_and_search():
    client = publisher()
    QuoteFactory(text="Law and order", public=True)
    QuoteFactory(text="Law alone")
    QuoteFactory(text="Order alone")
    assert len(rows_of(export(client, "quote"))) == 3
    assert [row["text"] for row in rows_of(export(client, "quote", query="?state__exact=draft&q=law"))] == ["Law alone"]
    assert client.get(url("quote", "export") + "?state__exact=draft&p=1").status_code == 200
    assert client.get(url("quote", "export") + "?date__year=x").status_code == 302
    page = client.get("/admin/initiatives/quote/?state__exact=draft&p=1").content.decode()
    assert f'href="{url("quote", "export")}?state__exact=draft"' in page


def test_an_export_takes_a_fixed_number_of_queries():
    client = publisher()
    QuoteFactory(themes=[ThemeFactory()])
    few = count_queries(lambda: export(client, "quote"))
    for _ in range(30):
        QuoteFactory(themes=[ThemeFactory(), ThemeFactory()])
    assert count_queries(lambda: export(client, "quote")) == few


def test_many_rows_with_five_wrong_ones_are_refused_then_imported_once_corrected():
    client = publisher()
    rows = [{**GOOD, "text": f"Sentence number {number}."} for number in range(200)]
    faults = {
        7: {"date": "soon"},
        20: {"language": "xx"},
        100: {"speaker": ""},
        101: {"status": "?"},
        199: {"text": ""},
    }
    bad = [{**row, **faults.get(number, {})} for number, row in enumerate(rows)]
    preview = upload(client, "quote", xlsx_file(*dicts(*bad)), "speech.xlsx")
    assert effects(preview) == {"new": 195, "wrong": 5}
    assert sorted(wrong(preview)) == [number + 2 for number in faults]
    assert not Quote.objects.exists()
    corrected = xlsx_file(*dicts(*rows))
    assert bring_in(client, "quote", corrected, "speech.xlsx").added == 200
    assert effects(upload(client, "quote", corrected, "speech.xlsx")) == {"unchanged": 200}
    assert effects(upload(client, "quote", export(client, "quote", "xlsx"), "quotes.xlsx")) == {"unchanged": 200}


def test_exports_take_a_fixed_number_of_queries():
    client = publisher()
    few = {}
    for round_ in range(2):
        for model, make in (("initiative", MilestoneFactory), ("principleset", PrincipleFactory)):
            for _ in range(1 + 5 * round_):
                make()
            number = count_queries(lambda model=model: export(client, model))
            assert few.setdefault(model, number) == number


def test_parts_are_listed_below_their_owner():
    step = MilestoneFactory(initiative__slug="law")
    MilestoneFactory(initiative=step.initiative, source=step.source)
    InitiativeFactory(slug="alone")
    PrincipleSetFactory()
    client = publisher()
    rows = rows_of(export(client, "initiative"))
    assert sorted((row["slug"], bool(row["title"]), bool(row["milestone"])) for row in rows) == [
        ("alone", True, False), ("law", False, True), ("law", True, True),
    ]  # fmt: skip
