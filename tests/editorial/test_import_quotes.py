"""Quotes are imported from a CSV file: all or nothing, each once."""

import datetime

import pytest

from initiatives.editorial.spreadsheets.csv_reader import MAX_CELL, ImportFault, Row
from initiatives.management.commands import import_quotes as import_run
from initiatives.management.commands.import_quotes import import_quotes
from initiatives.models import OldSlug, Person, Quote, Source, Theme
from initiatives.models.choices import Kind, SourceKind, State
from initiatives.search.check import check
from tests.editorial.import_support import GOOD, is_empty, load, load_file, reasons, record, table
from tests.factories import PersonFactory, QuoteFactory, SourceFactory, ThemeFactory
from tests.helpers import found

pytestmark = pytest.mark.django_db


class TestGoodFile:
    def test_a_published_row_is_public_and_found_with_its_dependencies(self):
        report = load({})
        quote = Quote.objects.published().get()
        assert (report.added, report.made) == (1, {Kind.PERSON: 1, Kind.SOURCE: 1, Kind.THEME: 2})
        assert (quote.text, quote.context, quote.language) == (GOOD["text"], GOOD["context"], "en")
        assert (quote.speaker.name, quote.speaker.source) == (GOOD["speaker"], quote.source)
        assert (quote.source.url, quote.source.kind) == (GOOD["source_url"], SourceKind.WEBSITE)
        assert sorted(quote.themes.published().values_list("name", flat=True)) == ["Dialogue", "Open government"]
        assert quote.verification == "secondary"
        assert found("hearing citizen") == [quote.pk]
        assert found("Tokayev") == [quote.pk]
        assert found("nation", Kind.SOURCE) == [quote.source_id]
        assert len(found("", Kind.THEME)) == 2
        assert list(check()) == []

    @pytest.mark.parametrize("status", ["draft", "in_review", "", " Draft "])
    def test_unpublished_rows_are_not_public(self, status):
        load({"status": status, "source_url": ""})
        assert Quote.objects.get().state == (status.strip().lower() or State.DRAFT)
        assert Person.objects.get().state == Source.objects.get().state == Quote.objects.get().state
        assert [found("", kind) for kind in (Kind.QUOTE, Kind.PERSON, Kind.SOURCE, Kind.THEME)] == [[], [], [], []]
        assert list(check()) == []

    @pytest.mark.parametrize(
        ("text", "language", "typed"),
        [
            ("Сильный президент — влиятельный парламент.", "ru", "парламента"),
            ("Халық үніне құлақ асатын мемлекет.", "kk", "мемлекеттің"),
        ],
    )
    def test_russian_and_kazakh_words_are_found_in_other_forms(self, text, language, typed):
        load({"text": text, "language": language, "speaker": "Қасым-Жомарт Тоқаев", "source": "Послание"})
        assert found(typed) == [Quote.objects.get().pk]
        assert Person.objects.get().slug == "kasym-zhomart-tokaev"
        assert Source.objects.get().language == language

    def test_dates_keep_their_precision(self):
        day = (datetime.date(2020, 9, 2), "day")
        dates = {
            "2020": (datetime.date(2020, 1, 1), "year"),
            "2020-09": (datetime.date(2020, 9, 1), "month"),
            **dict.fromkeys(("2020-09-02", "2.9.2020", "2 сентября 2020 г.", "2020-09-02 10:30:00"), day),
            "": (None, ""),
        }
        load(*({"text": f"Said on: {written}", "date": written} for written in dates))
        kept = {quote.text: (quote.date, quote.date_precision) for quote in Quote.objects.all()}
        assert kept == {f"Said on: {written}".strip(): date for written, date in dates.items()}

    def test_an_unusual_date_is_accepted_once_confirmed(self):
        rows = ({"date": "0826"}, {"text": "Else.", "date": "0826"}, {"text": "Now."})
        report = load(*rows)
        assert (list(reasons(report)), report.unusual_dates) == ([2, 3], 2)
        assert is_empty()
        report = load(*rows, dates_confirmed=True)
        assert (report.added, [str(note) for note in report.notes]) == (
            3,
            [f"Line {line}: date: 826 is before 1900. Check the date." for line in (2, 3)],
        )
        # Existing quotes need no confirmation.
        assert load(*rows).skipped == 3

    def test_doubtful_words_are_noted_for_each_row(self):
        rows = [{"text": f"«Наше слово, и это слово номер {number}»", "language": "kk"} for number in (1, 2)]
        report = load(*rows)
        assert report.added == 2
        assert [(note.line, note.texts[0].split(".")[0]) for note in report.notes] == [
            (line, text)
            for line in (2, 3)
            for text in (
                "language: The words look Russian, but the language is Kazakh",
                "text: The words are in quotation marks",
            )
        ]

    @pytest.mark.parametrize(
        ("cell", "kept"),
        [
            *((cell, cell) for cell in ('=HYPERLINK("http://x")', "+7 727", "-1", "@here", "'quoted'", "я" * 10_000)),
            # The apostrophe that exports put before a formula is removed.
            ("'=1", "=1"),
            ("''@here", "'@here"),
        ],
    )
    def test_words_are_stored_exactly(self, cell, kept):
        load({"text": cell})
        assert Quote.objects.get().text == kept

    def test_new_themes_are_created_once_placed_last_and_capitalised(self):
        placed = [ThemeFactory(name=name, position=place) for name, place in (("Zeal", 10), ("Order", 20))]
        load({"themes": " arts ;songs-poems;; ARTS;order;"}, {"text": "Else.", "themes": "Songs-Poems"})
        assert list(Theme.objects.values_list("name", flat=True)) == ["Zeal", "Order", "ARTS", "Songs-poems"]
        assert Quote.objects.filter(themes__name="Songs-poems").count() == 2
        assert Quote.objects.filter(themes=placed[1]).count() == 1
        assert Quote.objects.get(text=GOOD["text"]).themes.count() == 3

    def test_themes_are_imported_when_the_last_position_is_taken(self):
        ThemeFactory(name="Last", position=32_767)
        load({"themes": "arts"})
        assert Theme.objects.get(name="Arts").position == 32_767

    def test_generated_slugs_are_unique(self):
        SourceFactory(slug="speech")
        OldSlug.objects.create(kind="source", slug="speech-2", object_id=1)
        load(
            {"source": "Speech!", "source_url": "https://example.org/1", "text": "One."},
            {"source": "Speech?", "source_url": "https://example.org/2", "text": "Two."},
            {"source": "…", "source_url": "https://example.org/3", "text": "Three."},
            {"source": "w" * 300, "source_url": "https://example.org/4", "text": "Four."},
        )
        slugs = {source.title: source.slug for source in Source.objects.all()}
        assert (slugs["Speech!"], slugs["Speech?"], slugs["…"]) == ("speech-3", "speech-4", "source")
        assert slugs["w" * 300] == "w" * 110


class TestForm:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
    @pytest.mark.parametrize("terminator", ["\n", "\r\n", "\r"])
    def test_cells_as_spreadsheets_write_them_are_read(self, delimiter, mark, terminator):
        text = 'First, "this";\nthen\tthat.'
        report = load_file(mark + table({"text": text}, delimiter=delimiter, lineterminator=terminator))
        quote = Quote.objects.get()
        assert (report.bad, quote.text, quote.themes.count()) == ([], text, 2)

    def test_columns_may_be_reordered_capitalised_spaced_and_if_optional_left_out(self):
        load_file(b"\n source; Text ;LANGUAGE;speaker;;\nB;Words.;en;A;;\n;;;;;\n\nB;More.;en;A\n")
        quotes = Quote.objects.order_by("pk").values_list("text", "state", "date", "source__title")
        assert list(quotes) == [("Words.", State.DRAFT, None, "B"), ("More.", State.DRAFT, None, "B")]

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "empty"),
            (b"\n\r\n", "empty"),
            (b"text,language,speaker\n", "Missing columns: “source”"),
            (b"text,language,speaker,source,note\n", "Unknown columns: “note”"),
            (b"text,language,,speaker,source\n", "Unknown columns: “”"),
            (b"text,text,language,speaker,source\n", "Repeated columns: “text”"),
            (table({}) + b'"open,en,A,B\nmore\n', "Line 3: the row that begins here cannot be read"),
            (table({}) + b'"a" b,en,A,B\n', "Line 3: the row that begins here cannot be read"),
            (table({}) + "Слова,ru,А,Б\n".encode("cp1251"), "Line 3 is not UTF-8 text"),
            (table({"text": "a\nb"}) + b"\0", "Line 4 contains a NUL byte"),
            (table({}).decode().encode("utf-16"), "Line 1 contains a NUL byte"),
            (table({"text": "w" * (MAX_CELL + 1)}), "Line 2: .*field larger than field limit"),
        ],
    )  # fmt: skip
    def test_a_file_that_cannot_be_read_is_refused_whole(self, content, message):
        with pytest.raises(ImportFault, match=message):
            load_file(content, keep_good=True)
        assert is_empty()


class TestMatching:
    def test_existing_items_are_used_whatever_their_case_and_spaces(self):
        person = PersonFactory(public=True, name="Kassym-Jomart  Tokayev", aliases="K. Tokayev\nҚ. Тоқаев")
        source = SourceFactory(public=True, title="Address", aliases="Послание")
        theme = ThemeFactory(public=True, name="Open Government", aliases="Открытость")
        # A name takes precedence over an alternative name.
        ThemeFactory(public=True, name="Justice", aliases="Open Government")
        report = load(
            {"speaker": "KASSYM-JOMART tokayev", "source": "address", "themes": "open  government", "source_url": ""},
            {"speaker": "қ. тоқаев", "source": "ПОСЛАНИЕ", "themes": "открытость", "source_url": "", "text": "Else."},
        )
        assert (report.added, sum(report.made.values()), report.bad) == (2, 0, [])
        for quote in Quote.objects.published():
            assert (quote.speaker, quote.source, quote.themes.get()) == (person, source, theme)

    @pytest.mark.parametrize("address", ["https://example.org/address", "https://archive.example.org/1"])
    def test_a_source_is_recognised_by_its_address(self, address):
        source = SourceFactory(public=True, url=GOOD["source_url"], archived_url="https://archive.example.org/1")
        report = load(
            {"source": "Another title", "source_url": address},
            {"source": "another title", "source_url": "", "text": "Else."},
        )
        assert (Source.objects.get(), report.added) == (source, 2)
        assert [str(note) for note in report.notes] == [
            f"Line 2: The source “Another title” was matched to “{source.title}”, which has the same address."
        ]

    def test_sources_with_the_same_title_are_distinguished_by_address(self):
        SourceFactory(public=True, title="Address to the nation", url="https://example.org/2019")
        source = SourceFactory(public=True, title="Address to the nation", url="https://example.org/2020")
        report = load({"source_url": source.url}, {"source_url": "", "text": "Else."}, keep_good=True)
        assert Quote.objects.get().source == source
        assert "source: “Address to the nation” matches 2 items" in reasons(report)[3]

    def test_an_ambiguous_name_is_refused(self):
        PersonFactory.create_batch(2, name="A. Smailov", public=True)
        SourceFactory.create_batch(2, title="Address", public=True)
        ThemeFactory(name="Law", aliases="Order")
        ThemeFactory(name="Safety", aliases="Order")
        report = load({"speaker": "A. Smailov", "source": "Address", "source_url": "", "themes": "Order"})
        for column in ("speaker", "source", "themes"):
            assert f"{column}: “" in reasons(report)[2]
        assert reasons(report)[2].count("matches 2 items") == 3

    def test_a_title_with_another_address_is_another_document(self):
        SourceFactory(public=True, title=GOOD["source"], url="https://example.org/other")
        assert "is already on record with another address" in reasons(load({}))[2]

    def test_new_items_have_the_highest_state_of_their_rows(self, monkeypatch):
        monkeypatch.setattr(import_run, "CHUNK", 2)
        load(
            {"status": "draft", "source": "Notes", "source_url": "", "text": "1"},
            {"status": "in_review", "source": "Minutes", "source_url": "", "text": "2"},
            {"status": "draft", "source": "Letter", "source_url": "", "themes": "Courts", "text": "3"},
            {"status": "published", "text": "4"},
            {"status": "draft", "text": "5"},
        )
        states = {
            **dict(Source.objects.values_list("title", "state")),
            **dict(Theme.objects.values_list("name", "state")),
        }
        assert states == {
            "Notes": "draft", "Minutes": "in_review", "Letter": "draft", GOOD["source"]: "published",
            "Dialogue": "published", "Open government": "published", "Courts": "draft",
        }  # fmt: skip
        # The speaker depends on the published document: with a draft, the quote would be hidden.
        assert Person.objects.published().get().source.title == GOOD["source"]
        assert [quote.text for quote in Quote.objects.published()] == ["4"]
        assert found() == [Quote.objects.get(text="4").pk]
        assert list(check()) == []

    def test_a_later_row_can_give_the_address_of_a_new_source(self, monkeypatch):
        monkeypatch.setattr(import_run, "CHUNK", 1)
        report = load({"status": "draft", "source_url": ""}, {"text": "Else."}, {"text": "More.", "source_url": ""})
        assert (report.bad, Source.objects.get().url) == ([], GOOD["source_url"])
        assert len(Quote.objects.published()) == 2

    @pytest.mark.parametrize("status", ["draft", "published"])
    def test_existing_items_are_never_changed(self, status):
        theme = ThemeFactory(name="Dialogue", public=False)
        source = SourceFactory(title=GOOD["source"], url="", public=False)
        report = load({"status": status})
        theme.refresh_from_db()
        source.refresh_from_db()
        assert (theme.state, source.state, source.url) == (State.DRAFT, State.DRAFT, "")
        if status == "draft":
            assert "has no address" in str(report.notes[0])

    def test_a_draft_theme_is_used_and_noted_once(self):
        ThemeFactory(name="Dialogue")
        report = load({}, {"text": "Else."})
        assert [str(note) for note in report.notes] == [
            "Line 2: The theme “Dialogue” is not published. Readers will see it on its quotes once it is."
        ]
        assert report.added == 2


class TestBadRows:
    @pytest.mark.parametrize(
        ("row", "message"),
        [
            ({"text": "  \n "}, "text: the cell is empty"),
            ({"text": "я" * 10_001}, "text: A quotation has at most 10000 characters; this one has 10001."),
            ({"language": ""}, "language: the cell is empty"),
            ({"speaker": ""}, "speaker: the cell is empty"),
            ({"source": ""}, "source: the cell is empty"),
            ({"language": "xx"}, "language: “xx” is not allowed here. Enter one of: en, ru, kk"),
            (
                {"status": "archived"},
                "status: “archived” is not allowed here. Enter one of: draft, in_review, published.",
            ),
            ({"date": "9.13.2020"}, "date: “9.13.2020” is not a date. Enter it as 2026, 09.2026 or 08.09.2026"),
            ({"date": "w" * 90_000}, f"date: “{'w' * 59}…” is not a date."),
            ({"date": "0826"}, "date: 826 is before 1900. Check the date."),
            ({"date": "11.2062"}, "date: November 2062 is in the future. Correct the date."),
            ({"date": "2020-02-30"}, "date: “2020-02-30” is not a date"),
            ({"source_url": "example.org"}, "source_url: Enter a valid URL."),
            ({"source_url": "ftp://example.org/a"}, "source_url: Enter a valid URL."),
            ({"source_url": "javascript:alert(1)"}, "source_url: Enter a valid URL."),
            ({"source_url": f"https://example.org/{'a' * 500}"}, "source_url: Ensure this value has at most 500"),
            ({"source_url": ""}, "source_url: Enter the address. A source cannot be published without one."),
            ({"speaker": "w" * 201}, "speaker: Ensure this value has at most 200 characters (it has 201)."),
            ({"source": "w" * 301}, "source: Ensure this value has at most 300 characters (it has 301)."),
            ({"themes": "Law;" + "w" * 121}, "themes: Ensure this value has at most 120 characters (it has 121)."),
            ({"context": "w" * 100_001}, "context: the cell contains more than 100,000 characters. Shorten it."),
            ({"locator": "w" * 101}, "locator: Ensure this value has at most 100 characters (it has 101)."),
            ({"context": "a\x1fb"}, "context: the cell contains the control character U+001F. Remove it."),
        ],
    )  # fmt: skip
    def test_each_is_reported_with_its_line_and_reason(self, row, message):
        other = {"speaker": "Other", "source": "Other", "source_url": "https://example.org/other"}
        report = load({**other, "text": "Two\nlines."}, row, {**other, "text": "Else."})
        assert list(reasons(report)) == [4]
        assert message in reasons(report)[4]
        assert len(report.bad[0].texts) == 1
        assert is_empty()

    def test_all_errors_of_all_rows_are_reported(self):
        PersonFactory(name="Draft Speaker")
        bad = {"language": "xx", "date": "soon", "status": "?", "speaker": "", "themes": "w" * 121}
        report = load(bad, {}, {"speaker": "Draft Speaker", "date": "soon", "source": "New", "source_url": ""})
        assert [len(remark.texts) for remark in report.bad] == [5, 3]
        assert str(report.bad[1]).startswith("Line 4: ")

    def test_more_cells_than_columns(self):
        report = load_file(b"text,language,speaker,source\nWords, with a comma,en,A,B\n")
        assert "The row has more cells than there are columns." in reasons(report)[2]

    @pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.ARCHIVED])
    def test_nothing_is_published_that_depends_on_a_draft(self, state):
        SourceFactory(title=GOOD["source"], url=GOOD["source_url"], state=state)
        PersonFactory(name=GOOD["speaker"], state=state)
        PersonFactory(
            name="On A Draft",
            state=State.PUBLISHED,
            public=False,
            source__public=False,
            published_at="2020-01-01T00:00Z",
        )
        message = "or its source is not published. Publish it first."
        report = load({}, {"speaker": "On A Draft"})
        assert f"source: “{GOOD['source']}” {message}" in reasons(report)[2]
        assert f"speaker: “{GOOD['speaker']}” {message}" in reasons(report)[2]
        assert f"speaker: “On A Draft” {message}" in reasons(report)[3]
        assert load({"status": "in_review"}).added == 1

    def test_rows_need_not_come_from_csv(self):
        report = import_quotes([Row(7, {"text": "Words.", "language": "en", "speaker": "A", "source": "\0"})])
        assert "U+0000" in reasons(report)[7]


class TestKeeping:
    @pytest.mark.parametrize("keep_good", [False, True])
    @pytest.mark.parametrize("chunk", [1, 2])
    def test_one_bad_row_stops_the_import_unless_good_rows_are_kept(self, keep_good, chunk, monkeypatch):
        monkeypatch.setattr(import_run, "CHUNK", chunk)
        bad = {"text": "Bad.", "date": "soon", "speaker": "Nobody", "themes": "Nothing"}
        report = load({}, bad, {"text": "Else."}, keep_good=keep_good)
        assert (list(reasons(report)), report.refused) == ([3], not keep_good)
        assert (report.added, sum(report.made.values())) == ((2, 4) if keep_good else (0, 0))
        assert is_empty() is not keep_good
        assert len(found()) == report.added
        assert not Person.objects.filter(name="Nobody").exists()
        assert not Theme.objects.filter(name="Nothing").exists()
        assert list(check()) == []

    @pytest.mark.parametrize("keep_good", [False, True])
    def test_a_dry_run_reports_the_same_and_writes_nothing(self, keep_good):
        rows = [{}, {}, {"text": "Else.", "themes": "New"}, *([{"date": "soon"}] if keep_good else [])]
        report = load(*rows, dry_run=True, keep_good=keep_good)
        assert is_empty()
        done = load(*rows, keep_good=keep_good)
        assert (report.added, report.skipped, report.made, report.bad) == (2, 1, done.made, done.bad)
        assert (done.added, done.skipped) == (2, 1)

    def test_a_second_import_adds_nothing(self):
        rows = [{}, {"text": "Else.", "status": "draft", "themes": ""}, {"speaker": "Another"}]
        load(*rows)
        before = record()
        report = load(*rows)
        assert (report.added, report.skipped, sum(report.made.values())) == (0, 3, 0)
        assert record() == before

    @pytest.mark.parametrize("chunk", [1, 1000])
    def test_repeated_words_in_a_file_are_skipped(self, chunk, monkeypatch):
        monkeypatch.setattr(import_run, "CHUNK", chunk)
        report = load(
            {"text": "Сөздер  й."},
            {"text": "Сөздер\nй.", "themes": "Never made", "status": "draft"},
            {"text": "Сөздер й.", "speaker": "Another"},
        )
        assert (report.added, report.skipped) == (2, 1)
        assert not Theme.objects.filter(name="Never made").exists()

    def test_a_row_is_skipped_only_for_the_same_speaker_and_source_even_if_neither_is_published(self):
        known = QuoteFactory(text=GOOD["text"], source__url=GOOD["source_url"])
        QuoteFactory(text="Else.", source=None, speaker=known.speaker)
        names = {"speaker": known.speaker.name, "source": known.source.title}
        report = load({**names}, {**names, "text": "Else.", "status": "draft"})
        assert (report.skipped, report.added, report.bad) == (1, 1, [])

    def test_a_collision_with_another_user_is_handled(self, monkeypatch):
        QuoteFactory(text=GOOD["text"], source__url=GOOD["source_url"], speaker__name=GOOD["speaker"])
        monkeypatch.setattr("initiatives.editorial.spreadsheets.quote_import._place", lambda *quote: object())
        with pytest.raises(ImportFault, match="Someone else"):
            load({"status": "draft", "source": Source.objects.get(url=GOOD["source_url"]).title})
        assert Quote.objects.count() == 1
