"""The row of each quote and translation says how its present words are in the present copies of its present source."""

import io
import threading

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from initiatives.editorial.bulk_edit import BulkEdit
from initiatives.editorial.copies import comparing
from initiatives.editorial.copies.comparing import as_stored, compare_quotes, compare_quotes_of
from initiatives.models import Capture, Found, Quote, QuoteTranslation, SearchChange, SourceText
from initiatives.models.captures import text_hash
from initiatives.text.comparison import Document, Level
from tests.admin.support import account
from tests.editorial.import_support import load
from tests.factories import PersonFactory, QuoteFactory, QuoteTranslationFactory, SourceFactory, copy_of
from tests.helpers import count_queries, rolled_back, very_few_examples

pytestmark = [pytest.mark.database, pytest.mark.django_db]

SAID = "The state must hear its citizens. Growth was 4.5% – not more. Слова сказаны."


def level_of(words) -> str | None:
    row = Found.objects.filter(**{type(words)._meta.model_name.removeprefix("quote") or "quote": words.pk}).first()
    return row and row.level


def expected(words, source) -> dict | None:
    """Compare words without anything that is stored: the most exact of all copies, the newest of equals."""
    texts = list(SourceText.objects.at_hand(source.pk)) if source else []
    compared = [(Document(text.text).compare(words.text), text) for text in texts]
    if not compared:
        return None
    found, text = min(compared, key=lambda pair: pair[0].level.rank)
    missing = texts[0].capture_id if compared[0][0].level == Level.NOT_FOUND else None
    return {
        **as_stored(found),
        "source_text_id": text.pk,
        "missing_in_id": missing,
        "words_sha256": text_hash(words.text),
    }


def stored(words) -> dict | None:
    row = type(words).objects.get(pk=words.pk).comparison
    return row and {name: getattr(row, name) for name in expected_names()}


def expected_names() -> list[str]:
    return [*as_stored(Document("").compare("a")), "source_text_id", "missing_in_id", "words_sha256"]


class TestSaves:
    def test_a_quote_is_compared_when_it_is_saved(self):
        text = copy_of(SourceFactory(), SAID)
        quote = QuoteFactory(source=text.capture.source, text="The state must hear its citizens.")
        assert quote.comparison.level == "letters"
        quote.text = "The state must hear all citizens."
        quote.save()
        assert quote.comparison.level == "not_found"
        assert quote.comparison.missing_in == text.capture

    def test_a_quote_whose_source_changes_is_compared_with_its_translations(self):
        source, other = copy_of(SourceFactory(), SAID).capture.source, copy_of(SourceFactory(), "Else.").capture.source
        quote = QuoteFactory(source=other, text="Growth was 4.5%")
        translation = QuoteTranslationFactory(quote=quote, text="Слова сказаны.")
        assert (level_of(quote), level_of(translation)) == ("not_found", "not_found")
        quote.source = source
        quote.save()
        assert (level_of(quote), level_of(translation)) == ("letters", "letters")
        quote.source = SourceFactory()
        quote.save()
        assert not Found.objects.exists()

    def test_a_save_that_changes_neither_reads_no_copy(self, monkeypatch):
        source = copy_of(SourceFactory(), SAID).capture.source
        quote = QuoteFactory(source=source, text="The state must hear its citizens.")
        monkeypatch.setattr(comparing, "Document", None)
        quote.context = "A speech."
        quote.save()
        assert quote.comparison.level == "letters"

    def test_an_import_is_compared(self):
        source = copy_of(SourceFactory(public=True, title="Speech"), SAID).capture.source
        load({"text": "Growth was 4.5%", "source": "Speech", "source_url": source.url})
        assert level_of(Quote.objects.get()) == "letters"

    def test_quotes_given_another_source_in_bulk_are_compared(self):
        quotes = [QuoteFactory(text="The state must hear its citizens."), QuoteFactory(text="No word of it.")]
        source = copy_of(SourceFactory(), SAID).capture.source
        edit = BulkEdit(Quote, {"source": source})
        for quote in quotes:
            edit.apply(quote)
        edit.store(quotes, user=account("Publisher"), reason="")
        assert list(map(level_of, quotes)) == ["letters", "not_found"]


class TestCopies:
    def test_the_most_exact_of_all_copies_counts_and_the_newest_without_them_is_noted(self):
        source = SourceFactory()
        quote = QuoteFactory(source=source, text="Growth was 4.5% – not more.")
        first = copy_of(source, SAID)
        second = copy_of(source, "All of it was rewritten.")
        row = quote.comparison
        assert (row.level, row.source_text, row.missing_in) == ("letters", first, second.capture)

    def test_what_was_found_in_a_copy_taken_down_outlives_it_but_not_the_words(self):
        source = SourceFactory()
        quote = QuoteFactory(source=source, text="Growth was 4.5%")
        text = copy_of(source, SAID)
        take_down(text)
        newer = copy_of(source, "All of it was rewritten.")
        row = Found.objects.get()
        assert (row.level, row.source_text, row.missing_in) == ("letters", text, newer.capture)
        quote.text = "Growth was 4.6%"
        quote.save()
        row = Found.objects.get()
        assert (row.level, row.source_text) == ("not_found", newer)

    def test_what_was_not_found_in_a_copy_taken_down_is_forgotten(self):
        source = SourceFactory()
        QuoteFactory(source=source, text="No word of it.")
        take_down(copy_of(source, SAID))
        assert not Found.objects.exists()

    def test_pages_of_quotes_change_with_their_rows(self):
        source = SourceFactory()
        quotes = [QuoteFactory(source=source, text=text) for text in ("Growth was 4.5%", "No word of it.")]
        copy_of(source, "Nothing of it.")
        last = SearchChange.objects.latest("pk").pk
        copy_of(source, SAID)
        noted = SearchChange.objects.filter(pk__gt=last, kind="quote").order_by("pk")
        assert list(noted.values_list("object_id", flat=True)) == [quote.pk for quote in quotes]
        compare_quotes_of(source)
        assert noted.count() == 2

    def test_rows_that_stay_the_same_are_not_written(self):
        source = SourceFactory()
        quotes = [QuoteFactory(source=source, text=text) for text in ("Growth was 4.5%", "No word of it.")]
        copy_of(source, SAID)
        before = list(Found.objects.order_by("pk").values())
        compare_quotes_of(source)
        assert list(Found.objects.order_by("pk").values()) == before
        assert compare_quotes([quote.pk for quote in quotes]) == 0

    def test_queries_do_not_grow(self):
        def many(count: int) -> int:
            quotes = []
            for number in range(count):
                source = copy_of(SourceFactory(), SAID).capture.source
                quotes.append(QuoteFactory(source=source, text=f"Growth was 4.5% {number}"))
                QuoteTranslationFactory(quote=quotes[-1])
            Found.objects.all().delete()
            return count_queries(lambda: compare_quotes([quote.pk for quote in quotes]))

        assert many(7) == many(2)


def take_down(text: SourceText) -> None:
    """Empty a text as taking its copy down does."""
    Capture.objects.filter(pk=text.capture_id).update(taken_down_at=timezone.now(), taken_down_because="Asked.")
    SourceText.objects.filter(pk=text.pk).update(text="")
    compare_quotes_of(text.capture.source)


class TestCommand:
    def run(self, *options: str) -> list[str]:
        out = io.StringIO()
        call_command("check_quotes", *options, stdout=out)
        return out.getvalue().splitlines()

    def test_what_is_missing_is_compared_and_counted_once(self):
        source = copy_of(SourceFactory(title="Speech", slug="speech"), SAID).capture.source
        found = QuoteFactory(source=source, text="Growth was 4.5%")
        lost = QuoteFactory(source=source, text="No word of it.")
        other = QuoteFactory(source=copy_of(SourceFactory(), SAID).capture.source, text="Growth was 4.5%")
        QuoteFactory()
        Found.objects.all().delete()
        lines = self.run("--source", "speech")
        assert lines == [
            "2 quotes have a source with copies. Compared now, with translations: 2.",
            "letter for letter: 1",
            "but for typography: 0",
            "with marked omissions, in order: 0",
            "not found: 1",
            f"Not found: quote {lost.pk}, {source}: No word of it.",
        ]
        assert (level_of(found), level_of(other)) == ("letters", None)
        assert self.run()[0] == "3 quotes have a source with copies. Compared now, with translations: 1."
        assert self.run()[0].endswith(": 0.")
        before = list(Found.objects.order_by("pk").values())
        assert self.run("--all")[0].endswith(": 3.")
        assert list(Found.objects.order_by("pk").values()) == before

    def test_changes_by_sql_are_noticed(self):
        source = copy_of(SourceFactory(), SAID).capture.source
        quote = QuoteFactory(source=source, text="Growth was 4.5%")
        Quote.objects.filter(pk=quote.pk).update(text="Growth was 4.5%  –  not more.")
        self.run()
        assert level_of(quote) == "typography"
        Quote.objects.filter(pk=quote.pk).update(source=SourceFactory())
        self.run()
        assert not Found.objects.exists()

    def test_an_unknown_source_is_named(self):
        with pytest.raises(CommandError, match="No source has the slug “nothing”"):
            self.run("--source", "nothing")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("postgres" not in settings.DATABASES["default"]["ENGINE"], reason="SQLite has one writer at a time")
@pytest.mark.parametrize("first", ["quote", "copy"])
def test_a_copy_kept_while_a_quote_is_added_does_not_miss_it(first):
    """Whichever comes second waits for the other."""
    source, speaker = SourceFactory(), PersonFactory()
    steps = {
        "quote": lambda: QuoteFactory(source=source, speaker=speaker, text="Growth was 4.5%"),
        "copy": lambda: copy_of(source, SAID),
    }
    do_first = steps.pop(first)
    (do_second,) = steps.values()

    def second():
        try:
            do_second()
        finally:
            connections.close_all()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        do_first()
        thread.start()
        waits = "SELECT pg_stat_clear_snapshot(), count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        with connection.cursor() as cursor:
            while thread.is_alive():
                cursor.execute(waits)
                if cursor.fetchone()[1]:
                    break
    thread.join()
    assert level_of(Quote.objects.get()) == "letters"


WORDS = st.sampled_from(["We hear all.", "We  hear all.", "We do not hear all.", "We hear … growth was 4%.", "Слова."])
TEXTS = st.sampled_from(["We hear all. Then growth was 4%.", "We do not hear all.", "Слова.", "Nothing of it."])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("copy"), st.integers(0, 1), TEXTS),
        st.tuples(st.just("words"), st.integers(0, 1), WORDS),
        st.tuples(st.just("source"), st.integers(0, 1), st.sampled_from([0, 1, None])),
        st.tuples(st.just("translation"), st.integers(0, 1), WORDS),
        st.tuples(st.just("bulk"), st.integers(0, 1), WORDS),
    ),
    max_size=8,
)


@very_few_examples
@given(STEPS)
def test_after_any_steps_each_row_equals_a_fresh_comparison(steps):
    with rolled_back():
        sources = [SourceFactory(), SourceFactory()]
        quotes = [QuoteFactory(source=sources[0]), QuoteFactory(source=sources[1])]
        for step, number, value in steps:
            quote = Quote.objects.get(pk=quotes[number].pk)
            if step == "copy":
                copy_of(sources[number], value)
            elif step == "words":
                quote.text = f"{value} {number}"[: -2 * (number == 0) or None]
                quote.save()
            elif step == "source":
                quote.source = None if value is None else sources[value]
                quote.save()
            elif step == "translation":
                QuoteTranslation.objects.update_or_create(
                    quote=quote, language="kk", defaults={"text": value, "provenance": "official"}
                )
            else:
                Quote.objects.filter(pk=quote.pk).update(text=f"{value} {number}")
                compare_quotes([quote.pk])
        for quote in Quote.objects.all():
            for words in (quote, *quote.translations.all()):
                assert stored(words) == expected(words, quote.source)
