"""What a comparison means: the level in words, the mark as verified, reasons to publish, queues and imports."""

import datetime

import pytest
from django.utils import timezone

from initiatives.editorial.bulk_edit import BulkEdit
from initiatives.editorial.checklist import check_item
from initiatives.editorial.copies.levels import difference, in_words, judge, unfound
from initiatives.editorial.facts import facts_of
from initiatives.editorial.queues import QUEUES
from initiatives.models import Quote, SourceText
from initiatives.models.choices import SourceKind, State, Verification
from initiatives.text.comparison import Document
from tests.editorial.import_support import load
from tests.factories import QuoteFactory, SourceFactory, copy_of
from tests.helpers import count_queries

pytestmark = [pytest.mark.django_db, pytest.mark.database]

SAID = "The state must hear its citizens. Growth was 4.5% – not more."
DAY = datetime.datetime(2021, 5, 3, 12, tzinfo=datetime.UTC)
PRIMARY = Verification.PRIMARY


@pytest.fixture
def source():
    """A source with a copy."""
    return copy_of(SourceFactory(public=True, title="Speech"), SAID, captured_at=DAY).capture.source


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("The state must hear its citizens.", "Found letter for letter in the copy of May 3, 2021."),
        ("Growth was 4.5% - not  more.", "Found in the copy of May 3, 2021, but for typography: dashes, spaces"),
        ("The state must … Growth was 4.5%", "Found with marked omissions, in order, in the copy of May 3, 2021."),
        ("The state must not hear.", "Not found in the copy at hand, of May 3, 2021."),
        ("Growth was 4.5% –", "Found letter for letter in the copy of May 3, 2021."),
        ("more.", "The words are there, but beside a negation that the quote leaves out."),
    ],
)
def test_the_level_in_words(source, words, said):
    assert said.replace("May 3, 2021", "3 May 2021") in in_words(QuoteFactory(source=source, text=words))


def test_no_copy_and_a_newer_copy_without_the_words_are_said(source):
    assert in_words(QuoteFactory()) == "No copy of the source yet."
    quote = QuoteFactory(source=source, text="The state must hear its citizens.")
    copy_of(source, "All of it was rewritten.", captured_at=DAY + datetime.timedelta(days=1))
    assert in_words(quote).endswith("in the copy of 3 May 2021. Not found in the newest copy, of 4 May 2021.")


def test_the_difference_shows_what_the_quote_changes():
    quote = "The state must hear all citizens."
    (span,) = Document(SAID).compare(quote).spans
    passage, words = difference(quote, SAID, *span)
    assert [piece.text for piece in passage if piece.marked] == ["its"]
    assert [piece.text for piece in words if piece.marked] == ["all"]


def test_the_difference_shows_a_negation_that_the_quote_leaves_out():
    (span,) = Document(SAID).compare("more.").spans
    passage, _words = difference("more.", SAID, *span, beside_negation=True)
    assert passage[0] == ("not ", True)


class TestVerified:
    def refusal(self, quote: Quote) -> str:
        return judge([quote])[0].refusal

    def test_words_must_be_found_in_a_copy_of_the_source_as_they_will_be_stored(self, source):
        quote = QuoteFactory.build(source=source, text="Growth was 4.5%", verification=PRIMARY)
        assert self.refusal(quote) == ""
        quote.text = "Growth was 4.6%"
        assert "not in any copy of the source" in self.refusal(quote)
        quote.source = SourceFactory()
        assert "“Read and quote”" in self.refusal(quote)
        quote.source = None
        assert "“Read and quote”" in self.refusal(quote)
        quote.verification = Verification.DISPUTED
        assert self.refusal(quote) == ""

    def test_a_news_report_is_not_primary(self):
        news = copy_of(SourceFactory(kind=SourceKind.NEWS), SAID).capture.source
        quote = QuoteFactory(source=news, text="Growth was 4.5%")
        quote.verification = PRIMARY
        assert "secondary source" in self.refusal(quote)

    def test_what_is_marked_already_stays_until_its_words_or_source_change(self, source):
        quote = QuoteFactory(text="No word of it.", verification=PRIMARY)
        quote.context = "At the opening."
        assert self.refusal(quote) == ""
        quote.source = source
        assert "not in any copy" in self.refusal(quote)
        quote.refresh_from_db()
        quote.text = "Not one word of it."
        assert "have not been compared" in self.refusal(quote)

    def test_what_was_found_in_a_copy_taken_down_counts(self, source):
        quote = QuoteFactory(source=source, text="Growth was 4.5%")
        SourceText.objects.update(text="")
        quote.verification = PRIMARY
        assert self.refusal(quote) == ""

    def test_an_import_is_refused(self, source):
        row = {"source": "Speech", "source_url": source.url, "status": "draft", "verification": "primary"}
        (bad,) = load({**row, "text": "No word of it."}).bad
        assert "verification: The words are not in any copy" in " ".join(bad.texts)
        load({**row, "text": "Growth was 4.5%"})
        assert Quote.objects.get().verification == PRIMARY
        (bad,) = load({"id": Quote.objects.get().pk, **row, "text": "Growth was 4.6%"}).bad
        assert "verification: " in " ".join(bad.texts)

    def test_a_bulk_edit_is_refused(self, source):
        found, lost = (QuoteFactory(source=source, text=text) for text in ("Growth was 4.5%", "No word of it."))
        edit = BulkEdit(Quote, {"verification": PRIMARY})
        for quote in (found, lost):
            edit.apply(quote)
        refusals = edit.refusals([found, lost])
        assert list(refusals) == [lost.pk]
        assert "not in any copy" in refusals[lost.pk]


class TestPublished:
    def test_words_that_are_not_found_need_a_reason_once(self, source):
        found, lost, other = (
            QuoteFactory(source=source, text=text, state=State.DRAFT)
            for text in ("Growth was 4.5%", "No word of it.", "Nor of this.")
        )
        without = QuoteFactory(text="No copy.")
        quotes = [found, lost, other, without]
        for quote in (found, lost, without):
            quote.state = State.PUBLISHED
        assert [judged.needs_reason for judged in judge(quotes)] == [False, True, False, False]
        assert unfound([quote.pk for quote in quotes]) == {lost.pk, other.pk}
        lost.save()
        assert not judge([lost])[0].needs_reason
        assert unfound([lost.pk]) == set()
        lost.text = "Not one word of it."
        assert judge([lost])[0].needs_reason

    def test_an_import_is_refused(self, source):
        (bad,) = load({"text": "No word of it.", "source": "Speech", "source_url": source.url}).bad
        assert "status: The words are not in the copy of the source." in " ".join(bad.texts)

    def test_published_quotes_do_not_get_a_source_without_their_words(self, source):
        quote = QuoteFactory(public=True)
        edit = BulkEdit(Quote, {"source": source})
        edit.apply(quote)
        assert "which asks why" in edit.refusals([quote])[quote.pk]


def test_queries_do_not_grow(source):
    def many(count: int) -> int:
        sources = [copy_of(SourceFactory(), SAID).capture.source for _number in range(count)]
        quotes = [QuoteFactory(source=one, text=f"{number} is not there") for number, one in enumerate(sources)]
        for quote in quotes:
            quote.verification, quote.state, quote.text = PRIMARY, State.PUBLISHED, f"{quote.text}."
        return count_queries(lambda: judge(quotes))

    assert many(7) == many(2)


def test_the_checklist_and_the_page_that_confirms_publishing_show_the_level(source):
    found, lost = (QuoteFactory(source=source, text=text) for text in ("Growth was 4.5%", "No word of it."))
    without = QuoteFactory()

    def wishes(quote: Quote) -> list[tuple[str, str]]:
        return [(one.field, one.text) for one in check_item(Quote.objects.get(pk=quote.pk)) if "cop" in one.text]

    assert wishes(found) == []
    assert wishes(lost) == [("text", "Not found in the copy at hand, of 3 May 2021.")]
    assert wishes(without) == [("source", "No copy of the source yet.")]
    facts = facts_of(list(Quote.objects.all()))
    shown = {key: [(one.value, one.warns) for one in some if one.label == "Compared"] for key, some in facts.items()}
    assert shown == {
        found.pk: [("Found letter for letter in the copy of 3 May 2021.", False)],
        lost.pk: [("Not found in the copy at hand, of 3 May 2021.", True)],
        without.pk: [("No copy of the source yet.", True)],
    }


def test_queues(source, django_user_model):
    queues = {queue.key: queue for queue in QUEUES}
    user = django_user_model()

    def keys(name: str) -> set[int]:
        return {quote.pk for quote in queues[name].find(Quote.objects.all(), user)}

    found, lost = (QuoteFactory(source=source, text=text) for text in ("Growth was 4.5%", "No word of it."))
    QuoteFactory(source=source, text="Nor of this.", state=State.ARCHIVED, published_at=timezone.now())
    marked = QuoteFactory(verification=PRIMARY)
    Quote.objects.filter(pk=found.pk).update(verification=PRIMARY)
    assert keys("not-found") == {lost.pk}
    assert keys("not-compared") == {marked.pk}
