""" "Did you mean": for mistyped words, suggest words of public texts with their number of results."""

import datetime
import string

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import Quote
from initiatives.models.choices import State
from initiatives.search import parse, search
from initiatives.search.analysis import stem, stems_in_all_languages
from initiatives.search.execution import Run
from initiatives.search.in_step import reader
from initiatives.search.known_words import is_real_word, is_stop_word
from initiatives.search.query import MAX_LENGTH
from initiatives.search.vocabulary import FEW, SHORTEST, in_other_layout, nearest
from tests.factories import InitiativeFactory, PersonFactory, QuoteFactory, SourceFactory, ThemeFactory
from tests.helpers import count_queries, few_examples, found, rolled_back
from tests.search.support import QUOTES

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def record():
    """Quotes about parliament and courts, with two themes, in three languages."""
    law, trade = ThemeFactory(public=True, slug="law"), ThemeFactory(public=True, slug="trade")
    for number in range(4):
        QuoteFactory(public=True, text=f"Parliament decides, {number}.", themes=[law], date="2020-01-01")
    QuoteFactory(public=True, text="The parliament and the court.", themes=[trade], date="2019-01-01")
    QuoteFactory(public=True, text="Реформа началась", language="ru")
    QuoteFactory(public=True, text="Мемлекет қоғаммен бірге", language="kk")


def listing_at(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.context["listing"]


def correction(client, address):
    """Return the correction that a page suggests."""
    return listing_at(client, address).correction


def read_as(client, address):
    """Return the words that a page searched for instead of unknown ones; empty if it searched as typed.

    Assert that the page shows them with the right number of results.
    """
    listing = listing_at(client, address)
    if not listing.results.read_as:
        return ""
    assert listing.reading.words == listing.results.query.typed
    assert listing.results.count == len(found(listing.results.query.typed)) or len(listing.filterset.chosen) > 1
    return listing.results.query.typed


class TestWordsThatNoTextHas:
    """The nearest known words are searched for instead."""

    @pytest.mark.parametrize(
        "typed", ["parliment", "parlaiment", "parliaament", "oarliament", "Parliment", "parlament"]
    )
    def test_one_typing_error(self, client, record, typed):
        listing = listing_at(client, f"/quotes/?q={typed}")
        assert (listing.results.query.typed, listing.results.count) == ("parliament", 5)
        assert listing.results.read_as == ((typed.lower(), "parliament"),)
        assert listing.correction is None

    def test_the_page_says_so_and_links_to_the_original_search(self, client, record):
        html = client.get("/quotes/?q=parliment").content.decode()
        assert html.index("No text contains") < html.index("<strong>parliament</strong>")
        back = listing_at(client, "/quotes/?q=parliment").reading.url
        assert f'href="{back}"' in html
        assert listing_at(client, back).results.count == 0
        assert read_as(client, back) == ""

    @pytest.mark.parametrize("typed", ["zparliamen", "prliamen"])
    def test_two_typing_errors_in_a_long_word(self, client, record, typed):
        assert read_as(client, f"/quotes/?q={typed}") == "parliament"

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("htajhvf", "реформа"),
            ("зфкдшфьуте", "parliament"),
        ],
    )
    def test_the_wrong_keyboard_layout(self, client, record, typed, meant):
        assert read_as(client, f"/quotes/?q={typed}") == meant
        assert f"<strong>{meant}</strong>" in client.get(f"/quotes/?q={typed}").content.decode()

    @pytest.mark.parametrize(
        ("typed", "meant"), [("рефрома", "реформа"), ("мемлекед", "мемлекет"), ("қоғоммен", "қоғаммен")]
    )
    def test_a_word_that_may_be_kazakh_is_only_offered_another_spelling(self, client, record, typed, meant):
        assert read_as(client, f"/quotes/?q={typed}") == ""
        offered = correction(client, f"/quotes/?q={typed}").offer
        assert (offered.label, offered.count) == (meant, 1)

    @pytest.mark.parametrize("typed", ["parlance", "cart", "liament", "sort", "реформе", "форма"])
    def test_a_real_word_means_itself(self, client, record, typed):
        QuoteFactory(public=True, text="Formation")
        listing = listing_at(client, f"/quotes/?q={typed}")
        assert (listing.results.read_as, listing.correction) == ((), None)

    def test_no_word_is_taken_for_a_stop_word(self, client, record):
        for typed in ("thhe", "tthe", "annd"):
            listing = listing_at(client, f"/quotes/?q={typed}")
            assert (listing.results.read_as, listing.correction) == ((), None)

    def test_only_the_mistyped_word_changes(self, client, record):
        listing = listing_at(client, "/quotes/?q=The  COURT parliment -merchants cour*")
        assert listing.results.query.typed == "The  COURT parliament -merchants cour*"
        assert listing.results.count == 1
        # No quote has all the words.
        listing = listing_at(client, '/quotes/?q=COURT parliment "a phrase" pre*')
        assert listing.results.query.typed == 'COURT parliment "a phrase" pre*'
        assert (listing.results.count, listing.correction) == (0, None)

    @pytest.mark.parametrize("typed", ['"parliment"', "parliment*", "court -parliment", "socio-parliment", "parl"])
    def test_phrases_prefixes_excluded_and_short_words_are_not_corrected(self, client, record, typed):
        assert read_as(client, f"/quotes/?q={typed}") == ""
        assert correction(client, f"/quotes/?q={typed}") is None

    def test_several_words_are_corrected_at_once(self, client, record):
        listing = listing_at(client, "/quotes/?q=parliment cuort")
        assert (listing.results.query.typed, listing.results.count) == ("parliament court", 1)
        assert listing.results.read_as == (("parliment", "parliament"), ("cuort", "court"))

    def test_with_filters(self, client, record):
        listing = listing_at(client, "/quotes/?q=parliment&theme=trade&sort=oldest")
        assert (listing.results.query.typed, listing.results.count) == ("parliament", 1)
        offered = correction(client, "/quotes/?q=cuort&theme=law")
        assert (offered.offer.url, offered.offer.count, offered.keeps_filters) == ("/quotes/?q=court", 1, False)
        html = client.get("/quotes/?q=cuort&theme=law").content.decode()
        assert "without filters" in html
        assert html.index("Did you mean") < html.index("No quotes found")

    def test_every_list_and_the_search_across_all_kinds(self, client, record):
        InitiativeFactory(public=True, title="Parliament of students")
        SourceFactory(public=True, title="Parliament gazette", date="2020-01-01", date_precision="day")
        for path in ("/initiatives/", "/sources/", "/timeline/", "/search/"):
            listing = listing_at(client, f"{path}?q=parliment")
            assert listing.results.query.typed == "parliament"
            assert listing.results.hits == listing_at(client, f"{path}?q=parliament").results.hits


class TestRareWords:
    """A rare word is searched for, and a correction is suggested."""

    def test_a_correction_must_be_far_more_common(self, client, record):
        QuoteFactory(public=True, text="Parlament.")
        assert correction(client, "/quotes/?q=parlament") is None
        for number in range(6):
            QuoteFactory(public=True, text=f"Parliament again, {number}.")
        listing = listing_at(client, "/quotes/?q=parlament")
        assert (listing.results.query.typed, listing.results.count) == ("parlament", 1)
        offered = listing.correction
        assert (offered.offer.label, offered.offer.url, offered.offer.count, offered.language) == (
            "parliament",
            "/quotes/?q=parliament",
            11,
            "en",
        )
        assert listing_at(client, offered.offer.url).results.count == offered.offer.count
        html = client.get("/quotes/?q=parlament").content.decode()
        assert '<strong lang="en">parliament</strong>' in html
        assert "(11 results)" in html
        # Nor is it replaced if no item has all the words.
        listing = listing_at(client, "/quotes/?q=parlament court")
        assert (listing.results.read_as, listing.results.count) == ((), 0)


class TestWhatIsNot:
    @pytest.mark.parametrize("typed", ["", "parliament", "parliaments", "zeppelin", "-parliment", "court parliament"])
    def test_known_words_and_words_without_near_ones_are_not_corrected(self, client, record, typed):
        assert correction(client, f"/quotes/?q={typed}") is None
        assert read_as(client, f"/quotes/?q={typed}") == ""

    def test_a_word_found_in_other_kinds_is_not_corrected(self, client, record):
        for number in range(FEW):
            SourceFactory(public=True, title=f"Parlament, report {number}")
        assert correction(client, "/quotes/?q=parlament") is None
        assert read_as(client, "/quotes/?q=parlament") == ""

    def test_searches_with_enough_results_make_no_extra_queries(self, client, record):
        with_enough = count_queries(lambda: client.get("/quotes/?q=parliament"))
        assert correction(client, "/quotes/?q=parliament") is None
        assert count_queries(lambda: client.get("/quotes/?q=parliament")) == with_enough

    def test_words_of_hidden_and_scheduled_items_are_not_suggested(self, client, record):
        quote = QuoteFactory(public=True, text="Zeppelins rise.")
        assert read_as(client, "/quotes/?q=zepelins") == "zeppelins"
        quote.state = State.DRAFT
        quote.save()
        for _state in range(2):
            listing = listing_at(client, "/quotes/?q=zepelins")
            assert (listing.results.read_as, listing.correction, listing.closest) == ((), None, [])
            quote.state, quote.published_at = State.PUBLISHED, timezone.now() + datetime.timedelta(hours=1)
            quote.save()
        quote.published_at = timezone.now() - datetime.timedelta(hours=1)
        quote.save()
        assert read_as(client, "/quotes/?q=zepelins") == "zeppelins"

    def test_words_of_a_scheduled_item_are_suggested_from_its_publication(self, client, record, monkeypatch):
        soon = timezone.now() + datetime.timedelta(hours=1)
        QuoteFactory(text="Zeppelins rise.", public=True, published_at=soon)
        assert read_as(client, "/quotes/?q=zepelins") == ""
        monkeypatch.setattr(timezone, "now", lambda: soon)
        assert read_as(client, "/quotes/?q=zepelins") == "zeppelins"

    @pytest.mark.parametrize("typed", ["%00parliment", "q" * 200, "parliment " * 20, "''''", "ﷺﷺﷺﷺ", "پارلمان مجلس"])
    def test_any_input_is_safe(self, client, record, typed):
        assert client.get("/quotes/", {"q": typed}).status_code == 200

    def test_a_correction_that_would_make_the_query_too_long_is_omitted(self, client, record):
        typed = "parliment " + "x" * (MAX_LENGTH - 10)
        assert search(QUOTES).spellings(parse(typed)) == []


def test_no_more_queries_for_more_rows(client, record):
    client.get("/quotes/?q=parliment")
    few = count_queries(lambda: client.get("/quotes/?q=parliment"))
    for number in range(6):
        QuoteFactory(public=True, text=f"Parliaments of many kinds, {number}; parliamentary ones.")
    assert count_queries(lambda: client.get("/quotes/?q=parliment")) == few


@pytest.mark.parametrize(("typed", "meant"), [("parliment", "parliament"), ("рефрома", "реформа")])
def test_synonyms_are_queried_once(record, typed, meant):
    """Counting the results of suggestions then needs no query."""
    results = search(QUOTES)
    assert count_queries(lambda: results.spellings(parse(typed))) == 1
    offered = QUOTES.with_words(parse(meant))
    assert count_queries(lambda: results.count_each([offered])) == 0


WORDS = ["parliament", "parlament", "court", "count", "мемлекет"]
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True).map(" ".join)
STATES = st.tuples(st.sampled_from(State.values), st.sampled_from([-1, 1]))


@few_examples
@given(
    quotes=st.lists(st.tuples(TEXTS, STATES, STATES), max_size=5, unique_by=lambda quote: quote[0]),
    typed=st.sampled_from(["parliment", "parlament", "coutr", "cont parliment", "мемлекед", "courts"]),
)
def test_only_public_words_are_suggested(quotes, typed, client, db):
    """Quotes change their states: words that are no longer public are not suggested."""
    with rolled_back():
        speaker, source = PersonFactory(public=True), SourceFactory(public=True)
        for text, before, after in quotes:
            quote = Quote(text=text, speaker=speaker, source=source)
            for state, hours in (before, after):
                quote.state, quote.published_at = state, timezone.now() + datetime.timedelta(hours=hours)
                quote.save()
        listing = listing_at(client, f"/quotes/?q={typed}")
        offered = listing.correction
        public = " ".join(
            text for text, _before, (state, hours) in quotes if state == State.PUBLISHED and hours < 0
        ).split()
        assert set(listing.results.query.typed.split()) <= {*public, *typed.split()}
        assert listing.results.count == len(found(listing.results.query.typed))
        if offered:
            assert set(offered.offer.label.split()) <= {*public, *typed.split()}
            assert offered.offer.count == len(found(offered.offer.label)) > listing.results.count
        if typed == "parliment":
            assert bool(listing.results.read_as) == bool({"parliament", "parlament"} & set(public))


# Typing errors.

LETTERS = string.ascii_lowercase[:5]
MISTYPED = st.text(alphabet=LETTERS, min_size=SHORTEST + 1, max_size=9)


@st.composite
def slips(draw) -> tuple[str, str]:
    """Return a word, and the same word with one typing error."""
    word, letter = draw(MISTYPED), draw(st.sampled_from(LETTERS))
    at = draw(st.integers(0, len(word) - 1))
    made = draw(st.sampled_from(["left out", "added", "taken for another", "swapped"]))
    if made == "left out":
        return word, word[:at] + word[at + 1 :]
    if made == "added":
        return word, word[:at] + letter + word[at:]
    if made == "taken for another":
        return word, word[:at] + letter + word[at + 1 :]
    return word, word[:at] + word[at : at + 2][::-1] + word[at + 2 :]


def near(typed: str) -> dict[str, int]:
    """Return the words that may have been meant, with their number of typing errors."""
    return {near.word.form: near.slips for near in nearest(Run(reader(), None), typed, 10)}


@few_examples
@given(slips())
def test_any_single_typing_error_is_recognised(db, pair):
    word, typed = pair
    with rolled_back():
        SourceFactory(title=word)
        # A word with the same stem is found anyway.
        same = stem(word, "en") in {stem for (stem,) in stems_in_all_languages([typed])}
        itself = is_real_word(typed) or is_stop_word(typed) or is_stop_word(word)
        assert near(typed).get(word) == (None if same or itself else 1)


@pytest.mark.parametrize(
    ("typed", "slips"),
    [
        ("abdcfehg", {}),  # three
        ("badcefgh", {"abcdefgh": 2}),
        ("abcdfgeh", {"abcdefgh": 2}),
        ("cdef", {"cedf": 1}),
        ("dcfe", {}),  # two, in a short word
        ("cd", {}),
    ],
)
def test_the_number_of_typing_errors_is_limited(typed, slips):
    SourceFactory(title="abcdefgh, cedf")
    assert near(typed) == slips


def test_the_nearest_word_comes_first_then_the_most_common():
    for title in ("barley", "barely", "barely seen", "barrels"):
        SourceFactory(title=title)
    assert list(near("barlly")) == ["barely", "barley"]
    assert list(near("barlei")) == ["barley"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("cjdtn", "совет"), ("куащкь", "reform"), ("htajhvf", "реформа"), ("қазақ", ""), ("g20", ""), ("реf", "")],
)
def test_the_other_keyboard_layout(typed, meant):
    assert in_other_layout(typed) == meant
