"""The public pages work, link to each other, and handle any address that a visitor can type."""

import re
from functools import partial

import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import Body, Initiative, Person, PrincipleSet, Source, Theme
from initiatives.search.vocabulary import FEW
from tests.factories import (
    BodyFactory,
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    PrincipleFactory,
    QuoteFactory,
    QuoteTranslationFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.helpers import count_queries

pytestmark = pytest.mark.django_db

LISTS = ["/quotes/", "/initiatives/", "/sources/", "/timeline/", "/search/"]
PAGES = ["/", "/principles/", "/themes/", "/people/", "/about/", "/method/", "/check/", "/data/", *LISTS]


@pytest.fixture
def record():
    """One public item of each kind, all related to each other."""
    return make_record("one")


def make_record(name):
    """Create one public item of each kind, related to each other, with distinct names; return their addresses."""
    theme = ThemeFactory(public=True, slug=f"theme-{name}")
    source = SourceFactory(public=True, slug=f"source-{name}", date="2020-09-01")
    person = PersonFactory(public=True, slug=f"person-{name}", source=source)
    body = BodyFactory(public=True, slug=f"body-{name}", source=source)
    initiative = InitiativeFactory(public=True, slug=f"initiative-{name}", source=source, themes=[theme])
    initiative.bodies.add(body)
    milestone = MilestoneFactory(initiative=initiative, source=source, status="adopted")
    milestone.further_sources.add(SourceFactory(public=True))
    MilestoneFactory(initiative=None, person=person, source=source)
    principle = PrincipleFactory(set__slug=f"set-{name}")
    principle.themes.add(theme)
    principle.initiatives.add(initiative)
    quote = QuoteFactory(
        public=True,
        text=f"Words on law, {name}.",
        date="2020-09-01",
        speaker=person,
        source=source,
        themes=[theme],
        initiatives=[initiative],
    )
    QuoteTranslationFactory(quote=quote)
    items = (theme, source, person, body, initiative, quote, principle.set)
    return [item.get_absolute_url() for item in items]


@pytest.mark.parametrize("address", [*PAGES, "/search/?q=law", "/healthz"])
def test_pages_work_with_an_empty_record(client, address):
    assert client.get(address).status_code == 200


def test_every_page_works_and_has_no_broken_links(client, record):
    seen, waiting = set(), [*PAGES, *record]
    while waiting:
        address = waiting.pop()
        seen.add(address)
        response = client.get(address)
        assert response.status_code in {200, 301}, address
        for link in re.findall(r'href="(/[^"#]*)', response.getvalue().decode("utf-8", "replace")):
            link = link.replace("&amp;", "&")
            # Filters can be combined endlessly: one step from a list is enough.
            if link not in seen and not link.startswith("/static/") and "?" not in address:
                waiting.append(link)
    assert len(seen) > 30


@pytest.mark.parametrize(
    "address", ["/nothing/", "/quotes/999999/", "/themes/none/", "/quotes/?page=7", "/quotes/?page=x"]
)
def test_the_not_found_page_has_the_design_of_the_site(client, address):
    response = client.get(address)
    assert response.status_code == 404
    assert 'action="/search/"' in response.content.decode()


def test_a_missing_page_of_a_list_links_back_to_the_list(client):
    for number in range(3):
        QuoteFactory(public=True, text="A state that hears", date=f"2020-01-0{number + 1}")
    response = client.get("/quotes/?q=hears&page=7&sort=oldest")
    page = response.content.decode()
    assert response.status_code == 404
    assert "Page not found in this list" in page
    assert 'href="/quotes/?q=hears&amp;sort=oldest"' in page
    assert 'href="/quotes/"' in client.get("/quotes/?page=x").content.decode()


def test_the_last_page_of_a_longer_list_says_so(client, monkeypatch, settings):
    for module in ("initiatives.search.execution", "initiatives.pages.lists.listing"):
        monkeypatch.setattr(f"{module}.DEEPEST", 4)
    settings.PAGE_SIZE = 2
    for number in range(5):
        QuoteFactory(public=True, text="A state that hears", date=f"2020-01-0{number + 1}")
    first, last = (client.get(f"/quotes/?page={page}").content.decode() for page in (1, 2))
    assert "Pages end after" in last
    assert "5 quotes" in last, "all of them are counted"
    assert "Pages end after" not in first
    assert client.get("/quotes/?page=3").status_code == 404


def test_a_server_error_shows_the_error_page_and_is_logged(client, monkeypatch, caplog):
    client.raise_request_exception = False
    monkeypatch.setattr("initiatives.views.lists.ListPage.get_context_data", lambda *a, **k: 1 / 0)
    response = client.get("/quotes/", headers={"X-Request-ID": "chosen"})
    assert response.status_code == 500
    assert "<h1" in response.content.decode()
    assert f"quote this reference: {response['X-Request-ID']}<" in response.content.decode()
    assert "Traceback" not in response.content.decode()


def test_a_quote_has_one_address_and_others_redirect_to_it(client):
    quote = QuoteFactory(public=True, text="A state that hears")
    assert quote.get_absolute_url() == f"/quotes/{quote.pk}-a-state-that-hears/"
    for address in (f"/q/{quote.pk}", f"/quotes/{quote.pk}/", f"/quotes/{quote.pk}-other-words/"):
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (301, quote.get_absolute_url())
        # Browsers would cache it for ever, and loop once the text, and with it the address, is restored.
        assert response["Cache-Control"] == "no-cache"


class TestLists:
    def test_the_heading_describes_the_list(self, client):
        law, trade = ThemeFactory(public=True, name="Rule of law"), ThemeFactory(public=True, name="COVID-19")
        speaker = PersonFactory(public=True, slug="kt", name="Kassym-Jomart Tokayev")
        QuoteFactory(public=True, themes=[law, trade], speaker=speaker, date="2020-01-01")

        def heading(query):
            return client.get(f"/quotes/?{query}").context["listing"].heading

        assert heading("") == "Quotes"
        assert (
            heading(f"theme={law.slug}&speaker=kt&year=2020") == "Quotes on rule of law by Kassym-Jomart Tokayev, 2020"
        )
        assert heading(f"theme={law.slug}&theme={trade.slug}") == "Quotes on rule of law or COVID-19"
        assert heading("q=fair+state") == "Quotes matching “fair state”"

    def test_links_keep_filters_and_chips_remove_them_one_by_one(self, client):
        law, trade = ThemeFactory(public=True, slug="law"), ThemeFactory(public=True, slug="trade")
        for number in range(25):
            QuoteFactory(public=True, themes=[law, trade], text=f"words {number}")
        listing = client.get("/quotes/?theme=law&q=words&page=2&theme=trade&utm=x").context["listing"]
        assert {chip.url for chip in listing.chips} == {
            "/quotes/?theme=law&theme=trade",
            "/quotes/?q=words&theme=law",
            "/quotes/?q=words&theme=trade",
        }
        assert listing.previous_url == "/quotes/?q=words&theme=law&theme=trade"
        assert {option.url for option in listing.facets[0].options} == {
            "/quotes/?q=words&theme=law",
            "/quotes/?q=words&theme=trade",
        }
        assert all("page" not in sort.url for sort in listing.sorts)

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("theme=nothing", "theme"),
            ("theme=%00", "theme"),
            ("exclude_theme=nothing", "exclude_theme"),
            ("speaker=nobody", "speaker"),
            ("speaker=%00", "speaker"),
            ("source=x", "source"),
            ("initiative=x", "initiative"),
            ("language=xx", "language"),
            ("year=20", "year"),
            ("year=２０２０", "year"),
            ("from=yesterday", "from"),
            ("to=2020-99", "to"),
            ("from=2019&to=2018", "to"),
            ("sort=best", "sort"),
            ("view=pie", "view"),
            ("q=" + "a" * 3000, "q"),
            ("q=%00", "q"),
        ],
    )
    def test_an_unknown_value_is_reported_at_its_field_and_other_filters_apply(self, client, query, field):
        kept = QuoteFactory(public=True, text="kept", language="ru", date="2020-01-01")
        QuoteFactory(public=True, text="kept too", language="en", date="2020-01-01")
        language = "" if "language" in query else "&language=ru"
        response = client.get(f"/quotes/?{query}{language}")
        assert response.status_code == 200
        listing = response.context["listing"]
        assert list(listing.form.errors) == [field]
        if language:
            assert [row.item for row in listing.rows] == [kept]
        assert str(listing.form.errors[field][0]).split("“")[0] in response.content.decode()

    def test_old_slugs_of_filters_redirect_to_the_new_ones(self, client):
        theme, other = ThemeFactory(public=True, slug="courts"), ThemeFactory(public=True, slug="trade")
        theme.slug = "rule-of-law"
        theme.save()
        draft = ThemeFactory(slug="plan")
        draft.slug = "secret"
        draft.save()
        response = client.get("/quotes/?q=a&theme=trade&theme=courts")
        assert (response.status_code, response["Location"]) == (301, "/quotes/?q=a&theme=trade&theme=rule-of-law")
        assert response["Cache-Control"] == "no-cache"
        assert client.get("/quotes/?theme=plan").context["listing"].form.errors
        assert other.slug == "trade"

    def test_years_and_months_are_read_as_ranges(self, client):
        QuoteFactory(public=True, date="2020-09-17")
        for query, count in (("from=2020&to=2020", 1), ("from=2020-09&to=2020-09", 1), ("to=2020-08", 0)):
            assert client.get(f"/quotes/?{query}").context["listing"].results.count == count

    def test_no_more_queries_for_more_rows(self, client, record, settings):
        settings.PAGE_SIZE = 500  # so that every kind is on the page before and after
        for number in range(FEW):  # so that no search is checked for typing errors
            make_record(f"some-{number}")
        addresses = [*PAGES, "/quotes/?q=words&theme=theme-one", "/search/?q=words"]

        def counts() -> dict[str, int]:
            numbers = {}
            for address in addresses:
                cache.clear()  # totals are cached for a minute, which may end at any time
                numbers[address] = count_queries(partial(client.get, address))
            return numbers

        counts()  # values cached for longer are queried once
        few = counts()
        for number in range(6):
            make_record(f"more-{number}")
        assert counts() == few


@pytest.mark.parametrize(
    ("address", "first", "again"),
    [
        ("/", 41, 23),
        ("/quotes/", 5, 4),
        ("/quotes/?q=words", 7, 6),
        ("/quotes/?q=words&theme=theme-one", 8, 7),
        ("/initiatives/", 9, 7),
        ("/search/?q=words", 8, 8),
        ("/initiatives/initiative-one/", 21, 20),
        ("a quote", 18, 18),
    ],
)
def test_each_page_makes_few_queries(client, record, address, first, again):
    """Corrections take fifteen of the queries on the home page, and ten on the page of an item."""
    address = next(one for one in record if one.startswith("/quotes/")) if address == "a quote" else address
    assert count_queries(lambda: client.get(address)) <= first
    # Values shared by pages are now cached: totals and the axis of tracks.
    assert count_queries(lambda: client.get(address)) <= again


def test_a_quote_found_by_its_translation_shows_the_matching_words(client):
    QuoteTranslationFactory(
        quote__text="Сильное государство", quote__language="ru", language="en", text="A strong state"
    )
    html = client.get("/quotes/?q=strong").content.decode()
    assert "Сильное государство" in html
    assert "A <mark>strong</mark> state" in html
    assert "<mark>" not in client.get("/quotes/").content.decode()


def test_chosen_values_can_be_removed_even_without_results(client):
    theme = ThemeFactory(public=True, slug="law")
    QuoteFactory(public=True, themes=[theme], date="2020-01-01")
    facets = client.get("/quotes/?theme=law&year=1999&q=absent").context["listing"].facets
    chosen = {facet.name: [(o.value, o.count) for o in facet.options if o.chosen] for facet in facets}
    assert chosen == {"theme": [("law", 0)], "year": [("1999", 0)]}


def grow(number):
    """Relate one more item of each kind to those made by make_record("one")."""
    theme, source, person, body = (model.objects.get(slug__endswith="-one") for model in (Theme, Source, Person, Body))
    initiative, principle_set = (model.objects.get(slug__endswith="-one") for model in (Initiative, PrincipleSet))
    InitiativeFactory(public=True, source=source, themes=[theme]).bodies.add(body)
    for owner in ({"initiative": initiative}, {"initiative": None, "person": person}):
        MilestoneFactory(**owner, source=source).further_sources.add(SourceFactory(public=True))
    principle = PrincipleFactory(set=principle_set)
    principle.themes.add(theme)
    principle.initiatives.add(initiative)
    quote = QuoteFactory(
        public=True,
        text=f"More words on law, {number}.",
        speaker=person,
        source=source,
        themes=[theme],
        initiatives=[initiative],
    )
    QuoteTranslationFactory(quote=quote)


def test_the_number_of_queries_of_item_pages_does_not_grow_with_rows(client):
    addresses = make_record("one")
    grow(1)
    counts = {address: count_queries(lambda address=address: client.get(address)) for address in addresses}
    for number in range(2, 7):
        grow(number)
    for address, few in counts.items():
        # Fewer if the newest corrections, made by the new relations, are of fewer kinds than before.
        assert count_queries(lambda address=address: client.get(address)) <= few, address


NAMES = [
    "q", "theme", "exclude_theme", "speaker", "source", "initiative", "body", "language", "year", "from", "to",
    "status", "kind", "sort", "view", "page", "x",
]  # fmt: skip
TYPED = [
    "", "0", "-1", "2020", "2020-02-30", "9" * 30, "theme-one", "law", "none", "speakers", "years", "%00", "null", "[]",
    "\0",
]  # fmt: skip
VALUES = st.one_of(st.text(max_size=40), st.sampled_from(TYPED))


@given(
    place=st.integers(0, 99),
    query=st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=6),
)
def test_no_query_string_breaks_a_page(place, query, client, record):
    data = {}
    for name, value in query:
        data.setdefault(name, []).append(value.encode("utf-8", "replace").decode())
    pages = [*LISTS, *LISTS, *PAGES, *record, "/healthz", "/q/1", "/nothing/"]
    assert client.get(pages[place % len(pages)], data).status_code in {200, 301, 404}


@given(
    before=st.sampled_from(["/", "/quotes/", "/q/", "/themes/", "/people/", "/sources/", "/preview/", "/initiatives/"]),
    rest=st.one_of(st.text(max_size=30), st.integers().map(str), st.integers().map(lambda n: f"{n}-x/")),
)
def test_no_path_breaks_the_site(before, rest, client, db):
    assert client.get(before + rest.encode("utf-8", "replace").decode()).status_code in {200, 301, 404}


def test_pages_have_the_policy_and_no_inline_code(client, record):
    for address in [*PAGES, *record, "/nothing/"]:
        response = client.get(address)
        policy = response["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        html = response.content.decode()
        # Linked data is not executed.
        html = html.replace('<script type="application/ld+json">', "")
        assert not re.search(r"<style|<[^>]+\s(style|on[a-z]+)=|<script(?![^>]*\ssrc=)", html), address
        assert not re.search(r'(src|href)="(https?:)?//[^"]*\.(js|css|woff2|png|svg)', html), address
