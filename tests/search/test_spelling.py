"""Did you mean: words that were mistyped are offered as they stand in public texts, with the number they give."""

import datetime

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import Quote
from initiatives.models.choices import Kind, State
from initiatives.search import Counter, Criteria, counting, parse, spellings
from initiatives.search.documents import rebuild
from initiatives.search.query import MAX_LENGTH
from initiatives.search.spelling import FEW
from tests.factories import InitiativeFactory, PersonFactory, QuoteFactory, SourceFactory, ThemeFactory
from tests.helpers import count_queries, few_examples, found, rolled_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def record():
    """Quotes on parliament and courts, on two themes, in three languages."""
    law, trade = ThemeFactory(public=True, slug="law"), ThemeFactory(public=True, slug="trade")
    for number in range(4):
        QuoteFactory(public=True, text=f"Parliament decides, {number}.", themes=[law], date="2020-01-01")
    QuoteFactory(public=True, text="The parliament and the court.", themes=[trade], date="2019-01-01")
    QuoteFactory(public=True, text="Реформа началась", language="ru")
    QuoteFactory(public=True, text="Мемлекет қоғаммен бірге", language="kk")


def correction(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.context["listing"].correction


def assert_number_holds(client, offered):
    results = client.get(offered.offer.url).context["listing"].results
    assert (results.count, results.capped) == (offered.offer.count.number, offered.offer.count.capped)


class TestWhatIsOffered:
    @pytest.mark.parametrize(
        "typed", ["parliment", "parlaiment", "parliaament", "oarliament", "Parliment", "parlament"]
    )
    def test_one_slip(self, client, record, typed):
        offered = correction(client, f"/quotes/?q={typed}")
        assert (offered.offer.label, offered.offer.count.number) == ("parliament", 5)
        assert offered.offer.url == "/quotes/?q=parliament"
        assert_number_holds(client, offered)

    def test_two_slips_in_a_long_word_where_its_keys_tell(self, client, record):
        # A letter too many and one too few.
        assert correction(client, "/quotes/?q=zparliamen").offer.label == "parliament"
        # Two too few.
        assert correction(client, "/quotes/?q=prliamen") is None

    @pytest.mark.parametrize(
        ("typed", "meant", "language"),
        [
            ("рефрома", "реформа", "ru"),
            ("htajhvf", "реформа", "ru"),
            ("зфкдшфьуте", "parliament", "en"),
            ("мемлекед", "мемлекет", "kk"),
            ("қоғоммен", "қоғаммен", "kk"),
        ],
    )
    def test_in_each_language_and_with_the_keyboard_in_the_other_one(self, client, record, typed, meant, language):
        offered = correction(client, f"/quotes/?q={typed}")
        assert (offered.offer.label, offered.language) == (meant, language)
        assert f'<strong lang="{language}">{meant}</strong>' in client.get(f"/quotes/?q={typed}").content.decode()

    def test_only_the_wrong_word_changes_and_all_else_stays_as_typed(self, client, record):
        # Nothing has all of it.
        assert correction(client, '/quotes/?q=COURT parliment "a phrase" pre*') is None
        offered = correction(client, "/quotes/?q=The  COURT parliment -merchants cour*")
        assert offered.offer.label == "The  COURT parliament -merchants cour*"
        assert_number_holds(client, offered)

    @pytest.mark.parametrize("typed", ['"parliment"', "parliment*", "court -parliment", "socio-parliment", "parl"])
    def test_phrases_beginnings_excluded_and_short_words_are_left_alone(self, client, record, typed):
        assert correction(client, f"/quotes/?q={typed}") is None

    def test_several_wrong_words_at_once(self, client, record):
        offered = correction(client, "/quotes/?q=parliment cuort")
        assert (offered.offer.label, offered.offer.count.number) == ("parliament court", 1)

    def test_filters_are_kept_where_anything_is_found_with_them(self, client, record):
        offered = correction(client, "/quotes/?q=parliment&theme=trade&sort=oldest")
        assert offered.offer.url == "/quotes/?q=parliament&theme=trade&sort=oldest"
        assert (offered.offer.count.number, offered.keeps_filters) == (1, True)
        assert_number_holds(client, offered)
        offered = correction(client, "/quotes/?q=cuort&theme=law")
        assert (offered.offer.url, offered.offer.count.number, offered.keeps_filters) == ("/quotes/?q=court", 1, False)
        assert "without filters" in client.get("/quotes/?q=cuort&theme=law").content.decode()
        assert_number_holds(client, offered)

    def test_a_number_that_is_too_large_to_count_says_so(self, client, record, monkeypatch):
        monkeypatch.setattr(counting, "ENOUGH", 3)
        offered = correction(client, "/quotes/?q=parliment")
        assert offered.offer.count.capped
        assert "(3+ results)" in client.get("/quotes/?q=parliment").content.decode()

    def test_it_stands_before_all_other_ways_on(self, client, record):
        html = client.get("/quotes/?q=parliment&theme=trade").content.decode()
        assert html.index("0 quotes") < html.index("Did you mean") < html.index("No quotes found")

    def test_every_list_and_the_search_of_everything(self, client, record):
        InitiativeFactory(public=True, title="Parliament of students")
        SourceFactory(public=True, title="Parliament gazette", date="2020-01-01", date_precision="day")
        for path in ("/initiatives/", "/sources/", "/timeline/", "/search/"):
            offered = correction(client, f"{path}?q=parliment")
            assert offered.offer.url == f"{path}?q=parliament"
            assert_number_holds(client, offered)


class TestWhatIsNot:
    @pytest.mark.parametrize("typed", ["", "parliament", "parliaments", "zeppelin", "-parliment", "court parliament"])
    def test_where_nothing_is_wrong_or_nothing_is_near(self, client, record, typed):
        assert correction(client, f"/quotes/?q={typed}") is None

    def test_a_word_that_is_known_elsewhere_in_the_record_is_no_slip(self, client, record):
        for number in range(FEW):
            SourceFactory(public=True, title=f"Parlament, report {number}")
        assert correction(client, "/quotes/?q=parlament") is None

    def test_a_rare_word_is_one_only_beside_a_far_more_common_neighbour(self, client, record):
        QuoteFactory(public=True, text="Parlament.")
        assert correction(client, "/quotes/?q=parlament") is None
        for number in range(6):
            QuoteFactory(public=True, text=f"Parliament again, {number}.")
        assert correction(client, "/quotes/?q=parlament").offer.label == "parliament"

    def test_searches_that_find_enough_are_asked_nothing_more(self, client, record):
        with_enough = count_queries(lambda: client.get("/quotes/?q=parliament"))
        assert correction(client, "/quotes/?q=parliament") is None
        assert count_queries(lambda: client.get("/quotes/?q=parliament")) == with_enough

    def test_what_is_no_longer_public_is_not_offered_though_it_is_still_known(self, client, record):
        quote = QuoteFactory(public=True, text="Zeppelins rise.")
        assert correction(client, "/quotes/?q=zepelins").offer.label == "zeppelins"
        quote.state = State.DRAFT
        quote.save()
        assert correction(client, "/quotes/?q=zepelins") is None
        quote.state, quote.published_at = State.PUBLISHED, timezone.now() + datetime.timedelta(hours=1)
        quote.save()
        assert correction(client, "/quotes/?q=zepelins") is None
        rebuild()
        assert correction(client, "/quotes/?q=zepelins") is None

    def test_what_comes_out_at_its_time_is_offered_without_anything_being_saved(self, client, record, monkeypatch):
        soon = timezone.now() + datetime.timedelta(hours=1)
        QuoteFactory(text="Zeppelins rise.", public=True, published_at=soon)
        assert correction(client, "/quotes/?q=zepelins") is None
        monkeypatch.setattr(timezone, "now", lambda: soon)
        assert correction(client, "/quotes/?q=zepelins").offer.label == "zeppelins"

    @pytest.mark.parametrize("typed", ["%00parliment", "q" * 200, "parliment " * 20, "''''", "ﷺﷺﷺﷺ", "پارلمان مجلس"])
    def test_any_input_is_safe(self, client, record, typed):
        assert client.get("/quotes/", {"q": typed}).status_code == 200

    def test_a_correction_that_makes_the_query_too_long_is_left_out(self, client, record):
        typed = "parliment " + "x" * (MAX_LENGTH - 10)
        assert spellings(parse(typed)) == []
        long = " ".join(["the"] * 23) + " parliment"
        offered = spellings(parse(long))
        assert [spelling.query.typed for spelling in offered] == [long.replace("parliment", "parliament")]


def test_no_more_queries_for_more_rows(client, record):
    client.get("/quotes/?q=parliment")
    few = count_queries(lambda: client.get("/quotes/?q=parliment"))
    for number in range(6):
        QuoteFactory(public=True, text=f"Parliaments of many kinds, {number}; parliamentary ones.")
    assert count_queries(lambda: client.get("/quotes/?q=parliment")) == few


@pytest.mark.parametrize(("typed", "meant", "statements"), [("parliment", "parliament", 4), ("рефрома", "реформа", 5)])
def test_what_words_mean_is_asked_once(record, typed, meant, statements):
    """The look-up, names, synonyms, counts (of Cyrillic words, as Kazakh too); then one count of what is offered."""
    counter = Counter()
    assert count_queries(lambda: spellings(parse(typed), counter)) == statements
    offered = Criteria(frozenset({Kind.QUOTE}), parse(meant))
    assert count_queries(lambda: counter.count_each([offered], counting.ENOUGH)) == 1


WORDS = ["parliament", "parlament", "court", "count", "мемлекет"]
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True).map(" ".join)
STATES = st.tuples(st.sampled_from(State.values), st.sampled_from([-1, 1]))


@few_examples
@given(
    quotes=st.lists(st.tuples(TEXTS, STATES, STATES), max_size=5, unique_by=lambda quote: quote[0]),
    typed=st.sampled_from(["parliment", "parlament", "coutr", "cont parliment", "мемлекед", "courts"]),
)
def test_nothing_is_offered_but_what_the_public_finds(quotes, typed, client, db):
    """Each quote in one state and then in another: what it leaves behind is never offered."""
    with rolled_back():
        speaker, source = PersonFactory(public=True), SourceFactory(public=True)
        for text, before, after in quotes:
            quote = Quote(text=text, speaker=speaker, source=source)
            for state, hours in (before, after):
                quote.state, quote.published_at = state, timezone.now() + datetime.timedelta(hours=hours)
                quote.save()
        offered = correction(client, f"/quotes/?q={typed}")
        public = " ".join(
            text for text, _before, (state, hours) in quotes if state == State.PUBLISHED and hours < 0
        ).split()
        if offered:
            assert set(offered.offer.label.split()) <= {*public, *typed.split()}
            assert found(offered.offer.label)
            assert offered.offer.count.number == len(found(offered.offer.label)) > len(found(typed))
        if typed == "parliment":
            assert bool(offered) == bool({"parliament", "parlament"} & set(public))
