"""Every field of a quote is exported and imported, including its translations."""

import datetime

import pytest

from initiatives.models import Quote, QuoteTranslation
from initiatives.search.check import check
from tests.admin.support import editor, publisher
from tests.editorial.import_support import GOOD, load_file, reasons
from tests.editorial.quote_rows_support import changed
from tests.editorial.spreadsheet_support import (
    bring_in,
    csv_file,
    dicts,
    differences,
    effects,
    export,
    rows_of,
    upload,
    wrong,
)
from tests.factories import InitiativeFactory, QuoteFactory, QuoteTranslationFactory, copy_of
from tests.helpers import count_queries, found

pytestmark = pytest.mark.django_db

MORE = {
    "locator": "p. 3",
    "verification": "disputed",
    "editors_note": "*Checked.*",
    "featured_on": "2026-01-02",
    "translation_language": "ru",
    "translation": "Государство, которое слышит.",
    "translation_provenance": "official",
}
KAZAKH = {
    "translation_language": "kk",
    "translation": "Халық үніне құлақ асатын мемлекет.",
    "translation_provenance": "unofficial",
    "translator": "A. Translator",
}


def translations(quote) -> list[tuple]:
    return list(quote.translations.values_list("language", "text", "provenance", "translator"))


@pytest.mark.parametrize("way", ["desk", "command"])
def test_a_new_quote_has_all_columns(way):
    initiative = InitiativeFactory(title="Law on X")
    content = csv_file(*dicts({**GOOD, **MORE, "initiatives": "law on x"}, KAZAKH, {**GOOD, "text": "Another."}))
    if way == "desk":
        bring_in(publisher(), "quote", content)
    else:
        assert load_file(content).added == 2
    quote = Quote.objects.get(text=GOOD["text"])
    assert (quote.locator, quote.verification, quote.editors_note) == ("p. 3", "disputed", "*Checked.*")
    assert quote.featured_on == datetime.date(2026, 1, 2)
    assert list(quote.initiatives.all()) == [initiative]
    assert translations(quote) == [("kk", *list(KAZAKH.values())[1:]), ("ru", MORE["translation"], "official", "")]
    assert [version.history_type for one in QuoteTranslation.objects.all() for version in one.history.all()] == [
        "+"
    ] * 2
    assert found("слышит") == [quote.pk]
    assert list(check()) == []
    assert Quote.objects.get(text="Another.").verification == "secondary"
    # A second import changes nothing, and ignored cells are not reported as differences.
    page = upload(editor(), "quote", content)
    assert effects(page) == {"unchanged": 3}
    assert differences(page) == []


def test_an_export_has_all_columns_and_changes_nothing():
    quote = QuoteFactory(locator="p. 3", verification="disputed", editors_note="=1", featured_on="2026-01-02")
    quote.initiatives.set([InitiativeFactory(), InitiativeFactory()])
    QuoteTranslationFactory(quote=quote, language="ru", text="Слова.\n\nЕщё.")
    QuoteTranslationFactory(quote=quote, language="kk", provenance="unofficial", translator="A. T.")
    QuoteFactory()
    client = publisher()
    for ending in ("csv", "xlsx"):
        page = upload(client, "quote", export(client, "quote", ending), f"a.{ending}")
        assert effects(page) == {"unchanged": 3}
    rows = [row for row in rows_of(export(client, "quote")) if row["id"] == str(quote.pk)]
    assert [row["translation_language"] for row in rows] == ["kk", "ru"]
    assert [bool(row["text"]) for row in rows] == [True, False]
    assert (rows[0]["locator"], rows[0]["verification"], rows[0]["featured_on"]) == ("p. 3", "disputed", "2026-01-02")


def test_the_level_of_a_comparison_is_exported_and_never_imported():
    quote = QuoteFactory(text="The law is the same")
    copy_of(quote.source, "The law is the same for all.")
    client = publisher()
    (row,) = rows_of(export(client, "quote"))
    assert row["compared"] == "letters"
    page = upload(client, "quote", csv_file(*dicts({**row, "compared": "not_found"})))
    assert effects(page) == {"unchanged": 1}
    bring_in(client, "quote", csv_file(*dicts({**GOOD, "compared": "letters"})))
    assert not hasattr(Quote.objects.get(text=GOOD["text"]), "found")


def test_cells_and_translations_of_an_existing_quote_change():
    quote = QuoteFactory(locator="p. 3", editors_note="Old.")
    quote.initiatives.set([InitiativeFactory()])
    law = InitiativeFactory(slug="law-x")
    QuoteTranslationFactory(quote=quote, language="ru", text="Слово.")
    rows = dicts(
        {
            "id": quote.pk,
            "locator": "p. 4",
            "editors_note": "",
            "verification": "disputed",
            "initiatives": "law-x",
            "featured_on": "2026-02-03",
            "translation_language": "ru",
            "translation": "Слова.",
            "translation_provenance": "official",
        },
        {"id": quote.pk, **KAZAKH},
    )
    client = editor()
    page = upload(client, "quote", csv_file(*rows))
    assert effects(page) == {"changed": 1, "new": 1}
    assert ("translation", "Слово.", "Слова.") in differences(page)
    bring_in(client, "quote", csv_file(*rows))
    quote.refresh_from_db()
    assert (quote.locator, quote.editors_note, quote.verification) == ("p. 4", "", "disputed")
    assert quote.featured_on == datetime.date(2026, 2, 3)
    assert list(quote.initiatives.all()) == [law]
    assert [one[:2] for one in translations(quote)] == [("kk", KAZAKH["translation"]), ("ru", "Слова.")]
    assert quote.translations.get(language="ru").history.first().history_type == "~"
    assert list(check()) == []
    assert effects(upload(client, "quote", export(client, "quote"))) == {"unchanged": 2}


def test_a_translation_alone_is_added_to_an_existing_quote():
    quote = QuoteFactory(context="Then.")
    bring_in(editor(), "quote", changed(quote, **KAZAKH))
    quote.refresh_from_db()
    assert (quote.context, quote.translations.count(), quote.history.count()) == ("Then.", 1, 1)


def test_translations_left_empty_are_kept():
    translation = QuoteTranslationFactory()
    empty = dict.fromkeys(KAZAKH, "")
    assert effects(upload(publisher(), "quote", changed(translation.quote, **empty))) == {"unchanged": 1}


def test_an_editor_cannot_change_translations_of_published_quotes():
    translation = QuoteTranslationFactory()
    page = upload(editor(), "quote", changed(translation.quote, **KAZAKH))
    assert wrong(page) == {2: "This item is published or archived. Only a publisher can change it."}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"verification": "sure"}, "verification: “sure” is not allowed here. Enter one of: primary"),
        ({"featured_on": "2026-01"}, "featured_on: “2026-01” is not a day"),
        ({"locator": "x" * 101}, "locator: "),
        ({"initiatives": "Nothing known"}, "initiatives: “Nothing known” is not in the record. Add it first"),
        ({**KAZAKH, "translation_language": "xx"}, "translation_language: “xx” is not allowed here"),
        ({**KAZAKH, "translation_language": "en"}, "translation_language: The quote itself is in this language"),
        ({**KAZAKH, "translation": ""}, "translation: the cell is empty"),
        ({**KAZAKH, "translation_provenance": ""}, "translation_provenance: the cell is empty"),
        ({**KAZAKH, "translator": ""}, "translator: Say who made this unofficial translation."),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_invalid_cells_are_reported(cells, reason, known):
    if known:
        content = changed(QuoteFactory(), **cells)
    else:
        content = csv_file(*dicts({**GOOD, **cells}))
    assert reason in wrong(upload(publisher(), "quote", content))[2]


def test_a_repeated_translation_language_is_refused():
    page = upload(publisher(), "quote", csv_file(*dicts({**GOOD, **KAZAKH}, KAZAKH)))
    assert wrong(page) == {3: "translation_language: The quote already has a translation into this language."}


def test_a_translation_below_a_wrong_row_is_not_imported():
    content = csv_file(*dicts({**GOOD, "date": "soon"}, KAZAKH, {**GOOD, "text": "Another."}, KAZAKH))
    report = load_file(content, keep_good=True)
    assert list(reasons(report)) == [2, 3]
    assert "The row of its quote" in reasons(report)[3]
    assert QuoteTranslation.objects.get().quote.text == "Another."


def test_queries_do_not_grow_with_translations():
    client = publisher()

    def bring(number: int) -> int:
        rows = [{**GOOD, **KAZAKH, "text": f"{number} and {one} said"} for one in range(number)]
        return count_queries(lambda: bring_in(client, "quote", csv_file(*dicts(*rows))))

    bring(25)
    assert bring(20) == bring(4)


def test_a_translation_may_be_in_the_next_chunk(monkeypatch):
    monkeypatch.setattr("initiatives.management.commands.import_quotes.CHUNK", 1)
    rows = [{**GOOD, "text": f"{number} said", **KAZAKH} for number in range(40)]
    further = {**KAZAKH, "translation_language": "ru"}
    report = load_file(csv_file(*dicts(*rows, further, KAZAKH)), keep_good=True)
    assert list(reasons(report)) == [43]
    assert QuoteTranslation.objects.count() == 41
    assert list(check()) == []
