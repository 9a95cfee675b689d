"""A list without results suggests searches that have some, with correct numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models.choices import State
from initiatives.pages.lists.alternatives import MOST_TRIALS, SHOWN
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    QuoteFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.helpers import count_queries, few_examples, rolled_back

pytestmark = [pytest.mark.django_db]


def listing_at(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.context["listing"]


def offers_of(listing):
    """Return all suggestions of an empty list."""
    other = listing.alternatives
    only = [other.only_words] if other.only_words else []
    return [*other.without, *only, *other.single_words, *other.elsewhere]


def assert_numbers_hold(client, offers):
    for offer in offers:
        assert offer.count > 0
        results = listing_at(client, offer.url).results
        assert results.count == offer.count, offer.url


@pytest.fixture
def record():
    """Quotes about law by A and about trade by B, an initiative and a source."""
    law, trade = ThemeFactory(public=True, slug="law"), ThemeFactory(public=True, slug="trade")
    one, two = PersonFactory(public=True, slug="a", name="Orator"), PersonFactory(public=True, slug="b", name="Rhetor")
    for number in range(4):
        QuoteFactory(public=True, text=f"Judges decide, {number}.", themes=[law], speaker=one, date="2020-01-01")
    for number in range(2):
        QuoteFactory(public=True, text=f"Merchants decide, {number}.", themes=[trade], speaker=two, date="2019-01-01")
    QuoteFactory(text="Judges decide in secret.", themes=[trade], speaker=one)
    InitiativeFactory(public=True, title="Court for merchants", themes=[trade])
    SourceFactory(public=True, title="Judges and merchants")


def test_close_matches_with_the_rarer_word_come_first(client, record):
    for number in range(5):
        QuoteFactory(public=True, text=f"Merchants trade, {number}.")
    words = [close.row.item.text for close in listing_at(client, "/quotes/?q=merchants judges").closest]
    # The commoner word alone is less than half of what was searched for.
    assert ["Judges" in text for text in words] == [True] * 4


class TestWhatIsOffered:
    def test_removing_one_filter(self, client, record):
        listing = listing_at(client, "/quotes/?q=judges&theme=trade&speaker=a")
        assert [(offer.label, offer.count) for offer in listing.alternatives.without] == [
            ("“Theme: " + listing.form.cleaned_data["theme"][0].name + "”", 4),
        ]
        assert listing.alternatives.without[0].url == "/quotes/?q=judges&speaker=a"
        only = listing.alternatives.only_words
        assert (only.url, only.count) == ("/quotes/?q=judges", 4)
        assert_numbers_hold(client, offers_of(listing))

    def test_the_values_of_a_filter_are_removed_together(self, client, record):
        ThemeFactory(public=True, slug="health")
        (offer,) = listing_at(client, "/quotes/?theme=trade&theme=health&speaker=a&q=decide").alternatives.without[:1]
        assert (offer.url, offer.count) == ("/quotes/?q=decide&speaker=a", 4)
        assert " or " in offer.label

    def test_single_words_if_no_item_has_all_of_them(self, client, record):
        listing = listing_at(client, "/quotes/?q=judges+merchants+zeppelin&year=2020")
        offered = {offer.label: (offer.url, offer.count) for offer in listing.alternatives.single_words}
        assert offered == {"judges": ("/quotes/?q=judges", 4), "merchants": ("/quotes/?q=merchants", 2)}
        assert [offer.url for offer in listing.alternatives.without] == ["/quotes/?year=2020"]
        assert_numbers_hold(client, offers_of(listing))

    def test_no_single_words_if_a_filter_is_the_cause(self, client, record):
        listing = listing_at(client, "/quotes/?q=judges+decide&year=2019")
        assert listing.alternatives.single_words == []
        assert not listing.alternatives.words_find_nothing

    def test_the_status_is_kept_when_another_filter_is_removed(self, client, record):
        MilestoneFactory(initiative=InitiativeFactory(public=True, title="Court of appeal"), status="adopted")
        listing = listing_at(client, "/initiatives/?q=court&status=adopted&theme=trade")
        offers = {offer.url: offer.count for offer in listing.alternatives.without}
        assert offers["/initiatives/?q=court&status=adopted"] == 1
        assert_numbers_hold(client, offers_of(listing))

    def test_words_read_as_kazakh_are_counted_as_such(self, client, record):
        QuoteFactory(public=True, text="Қазақстанда", language="kk")
        listing = listing_at(client, "/quotes/?q=казакстан&theme=trade")
        offers = {offer.label: offer.count for offer in listing.alternatives.without}
        assert sorted(offers.values()) == [1, 2]  # without the theme, and without the words
        assert not listing.alternatives.words_find_nothing
        assert_numbers_hold(client, offers_of(listing))

    def test_the_same_search_in_other_kinds(self, client, record):
        listing = listing_at(client, "/quotes/?q=court&theme=trade&speaker=b")
        assert [(offer.url, offer.count) for offer in listing.alternatives.elsewhere] == [
            ("/search/?q=court&kind=initiative", 1)
        ]
        filters_only = listing_at(client, "/quotes/?theme=trade&year=2018").alternatives.elsewhere
        assert filters_only == []
        filters_only = listing_at(client, "/quotes/?theme=trade&year=undated").alternatives.elsewhere
        assert [offer.url for offer in filters_only] == ["/search/?theme=trade&year=undated&kind=initiative"]
        assert_numbers_hold(client, offers_of(listing))
        timeline = listing_at(client, "/timeline/?q=court")
        assert [offer.url for offer in timeline.alternatives.elsewhere] == ["/search/?q=court&kind=initiative"]

    def test_the_page_shows_the_suggestions(self, client, record):
        html = client.get("/quotes/?q=judges&theme=trade").content.decode()
        assert '<a href="/quotes/?q=judges">Without “Theme:' in html
        assert "4<span> results</span>" in html
        html = client.get("/quotes/?q=zeppelin").content.decode()
        assert "Clear all filters and start again" in html
        assert "Without" not in html

    @pytest.mark.parametrize(
        "query",
        [
            "q=%22judges+merchants%22+%22or%22+x",
            "q=judges+-judges",
            "q=judges+zep*+or+merch*",
            "q=socio-judges+merchants",
            "from=2019&to=2018&q=judges+zeppelin&theme=trade",
            "from=2030&q=judges&sort=oldest&view=years",
            "to=garbage&from=2030&q=judges",
            "theme=unknown&q=merchants&speaker=a",
            "exclude_theme=law&q=judges",
            "year=undated&q=judges",
            "q=%22" + "%EF%B7%BA+" * 20 + "%22+zeppelin",
        ],
    )
    def test_numbers_are_correct_for_unusual_searches(self, client, record, query):
        listing = listing_at(client, f"/quotes/?{query}")
        assert listing.results.count == 0
        assert_numbers_hold(client, offers_of(listing))

    def test_the_number_of_trials_is_limited(self, client, record):
        query = (
            "q=judges+merchants+c+d+e+f+g+h&theme=trade&exclude_theme=law&year=2019&from=2019&to=2019"
            "&speaker=a&language=ru"
        )
        many = listing_at(client, f"/quotes/?{query}").alternatives
        assert len(many.without) <= SHOWN
        assert len(many.single_words) <= MOST_TRIALS

    @pytest.mark.parametrize("address", ["/quotes/?q=judges+merchants+x&theme=trade&speaker=a", "/search/?q=x+judges"])
    def test_no_more_queries_for_more_rows_or_words(self, client, record, address):
        def add(numbers):
            for number in numbers:
                QuoteFactory(public=True, text=f"Judges and more of them, {number}.")
                InitiativeFactory(public=True, title=f"Merchants {number}")

        add(range(2))
        client.get(address)
        few = count_queries(lambda: client.get(address))
        add(range(2, 10))
        assert count_queries(lambda: client.get(address)) <= few
        assert count_queries(lambda: client.get(address.replace("q=", "q=aaaaa+bbbbb+ccccc+"))) <= few


@pytest.mark.parametrize("words", ["to be or not to be", "the K."])
def test_stop_words_alone_come_close_to_nothing(client, record, words):
    for number in range(5):
        QuoteFactory(public=True, text=f"To be the {number}.")
    assert listing_at(client, f"/quotes/?q={words}").closest == []


@pytest.mark.parametrize("words", ["merchants", "merchnts", "merchants 2019", "2019 merchants", "mercahnts 2019"])
@pytest.mark.parametrize("address", ["/search/", "/quotes/", "/sources/", "/timeline/"])
def test_all_numbers_are_of_the_search_that_is_shown(client, record, address, words):
    for number in range(3):
        SourceFactory(public=True, title=f"Merchants in the press, 2019, {number}", date="2021-01-01", kind="article")
    page = client.get(address, {"q": words})
    listing = page.context["listing"]
    tabs = [offer for offer in page.context.get("kinds", []) if offer.count]
    options = [option for facet in listing.facets for option in facet.options if not option.chosen]
    others = [listing.correction.offer] if listing.correction else []
    elsewhere = listing.alternatives.elsewhere if listing.alternatives else []
    assert_numbers_hold(client, [*tabs, *options, *others, *listing.groups, *elsewhere])
    if address == "/search/":
        assert {group.counted for group in listing.groups} == set(page.context["found"])
        assert sum(group.count for group in listing.groups) == listing.results.count


def test_what_is_elsewhere_for_other_words_says_so(client, record):
    SourceFactory(public=True, title="Parliament")
    html = client.get("/quotes/?q=parliment").content.decode()
    assert "Showing results for <strong>parliament</strong>." in html
    assert "Showing results" not in client.get("/quotes/?q=parliament").content.decode()


class TestKinds:
    def test_every_kind_is_listed_with_its_number(self, client, record):
        page = client.get("/search/?q=merchants")
        kinds = {offer.label: offer for offer in page.context["kinds"]}
        assert {label: offer.count for label, offer in kinds.items() if offer.count} == {
            "quotes": 2,
            "initiatives": 1,
            "sources": 1,
        }
        assert len(kinds) == 9
        assert kinds["all"].current
        assert_numbers_hold(client, [offer for offer in kinds.values() if offer.count])
        html = page.content.decode()
        assert 'href="/search/?q=merchants&amp;kind=source"' in html
        assert "kind=person" not in html

    def test_choosing_a_kind_does_not_change_the_numbers(self, client, record):
        before = client.get("/search/?q=merchants").context["kinds"]
        after = client.get("/search/?q=merchants&kind=quote").context["kinds"]
        assert [offer.count for offer in before] == [offer.count for offer in after]
        assert [offer.label for offer in after if offer.current] == ["quotes"]


WORDS = ["judges", "merchants", "decide"]
QUOTES = st.lists(
    st.tuples(
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True).map(" ".join),
        st.sampled_from(["law", "trade"]),
        st.sampled_from(["2019-01-01", "2020-01-01", None]),
        st.sampled_from([*State.values, State.PUBLISHED]),
    ),
    max_size=6,
    unique_by=lambda quote: quote[0],
)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "q": st.lists(st.sampled_from([*WORDS, "zeppelin"]), min_size=1, max_size=3).map(" ".join),
        "theme": st.sampled_from(["law", "trade"]),
        "year": st.sampled_from(["2019", "2020", "undated"]),
        "language": st.sampled_from(["en", "ru"]),
    },
)


@few_examples
@given(quotes=QUOTES, query=FILTERS)
def test_every_number_matches_its_page_and_excludes_drafts(quotes, query, client, db):
    with rolled_back():
        themes = {slug: ThemeFactory(public=True, slug=slug) for slug in ("law", "trade")}
        speaker, source = PersonFactory(public=True), SourceFactory(public=True)
        for text, theme, date, state in quotes:
            QuoteFactory(text=text, themes=[themes[theme]], date=date, state=state, speaker=speaker, source=source)
        listing = client.get("/quotes/", query).context["listing"]
        if listing.alternatives:
            assert_numbers_hold(client, offers_of(listing))
        page = client.get("/search/", {name: value for name, value in query.items() if name != "language"})
        assert_numbers_hold(client, [offer for offer in page.context["kinds"] if offer.count])
        everything = {offer.label: offer.count for offer in client.get("/search/").context["kinds"]}
        assert everything["quotes"] == sum(state == State.PUBLISHED for *_rest, state in quotes)


@pytest.mark.parametrize(
    ("typed", "dates", "number"),
    [
        ("01.01.2020", "from=2020-01-01&to=2020-01-01", 4),
        ("2020-01-01", "from=2020-01-01&to=2020-01-01", 4),
        ("1 January 2020", "from=2020-01-01&to=2020-01-01", 4),
        ("1 января 2020 года", "from=2020-01-01&to=2020-01-01", 4),
        ("January 2019", "from=2019-01&to=2019-01", 2),
        # Nothing is dated then, or it is no date.
        *(
            (typed, "", 0)
            for typed in ("02.01.2020", "31.02.2020", "99.99.9999", "00.00.0000", "9" * 300, '"2020-01-01"')
        ),
    ],
)
def test_a_date_leads_to_what_is_dated_then(client, record, typed, dates, number):
    listing = listing_at(client, f"/quotes/?q={typed}&theme=law")
    offer = listing.dated
    assert (offer.url if offer else "") == (f"/quotes/?{dates}" if dates else "")
    if offer:
        assert_numbers_hold(client, [offer])
        assert offer.count == number
        assert f"Show items dated {offer.label}" in client.get(f"/search/?q={typed}").content.decode()


def test_a_date_among_the_words_of_a_text_is_not_read_as_its_year(client):
    QuoteFactory(public=True, text="1 or 2 in July.", date="2026-02-01")
    QuoteFactory(public=True, text="On 1 July 2026 it began.", date="2026-01-01")
    QuoteFactory(public=True, text="That day.", date="2026-07-01")
    listing = listing_at(client, "/quotes/?q=1 July 2026")
    assert ([row.item.text for row in listing.rows], listing.results.year) == (["On 1 July 2026 it began."], "")
    assert (listing.dated.count, listing.dated.label) == (1, "1 July 2026")
    assert listing.closest == []
