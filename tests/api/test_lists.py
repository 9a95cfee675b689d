"""Lists of the API: the same items as on the pages, in the same order, part by part, with the requested members."""

import datetime
import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import Quote, Theme
from initiatives.models.choices import State
from initiatives.search import execution
from tests.factories import (
    BodyFactory,
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    PrincipleFactory,
    PrincipleSetFactory,
    QuoteFactory,
    QuoteTranslationFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.helpers import count_queries, few_examples

pytestmark = pytest.mark.django_db

LISTS = ["quotes", "initiatives", "sources", "principles", "themes", "people", "bodies", "timeline", "search"]


def ask(client, path, **parameters):
    answer = client.get(f"/api/v1/{path}", parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()


def refusal(client, path, **parameters):
    """Return the error of each parameter."""
    answer = client.get(f"/api/v1/{path}", parameters)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    problem = answer.json()
    assert problem["status"] == 400
    assert problem["detail"]
    return {error["name"]: error["reason"] for error in problem["errors"]}


def walk(client, path, **parameters):
    """Yield the items of all parts of a list."""
    answer = ask(client, path, **parameters)
    yield from answer["items"]
    while answer["next"]:
        answer = client.get(answer["next"]).json()
        yield from answer["items"]


def ids(items):
    return [(item.get("kind"), item["id"]) for item in items]


def make_record(number=7):
    """Create items of each kind, some of them added at the same time and on the same day."""
    source = SourceFactory(public=True, date="2020-01-01")
    theme = Theme.objects.filter(slug="courts").first() or ThemeFactory(public=True, name="Courts", slug="courts")
    BodyFactory.create_batch(number, public=True, name="Council", source=source)
    PersonFactory.create_batch(number, public=True, name="Speaker", source=source)
    ThemeFactory.create_batch(number, public=True)
    for n in range(number):
        QuoteFactory(public=True, text=f"Law {n}", date=f"2020-01-{n // 2 + 1:02}" if n % 3 else None, themes=[theme])
        MilestoneFactory(
            initiative=InitiativeFactory(public=True, source=source, title="Law"), source=source, text="Law was made."
        )
    for _set in range(2):
        some = PrincipleSetFactory(public=True, title="Course", source=source)
        for _number in range(number // 2):
            PrincipleFactory(set=some, title="Law")


@pytest.mark.parametrize("name", LISTS)
def test_a_walk_returns_each_item_once_in_the_order_of_a_single_response(client, name):
    make_record()
    whole = ask(client, name, limit=100)
    assert whole["next"] is None
    assert whole["count"] == len(whole["items"]) > 5
    assert ids(walk(client, name, limit=2)) == ids(whole["items"])


QUERIES = st.fixed_dictionaries(
    {},
    optional={
        "q": st.sampled_from(["law", "lau", "law 2020", "words", "law or water"]),
        "theme": st.just("courts"),
        "sort": st.sampled_from(["relevance", "newest", "oldest", "added"]),
        "from": st.sampled_from(["2020", "2020-01-02"]),
    },
)


def test_the_api_lists_the_same_items_as_the_files_of_a_page(client):
    make_record(12)

    @few_examples
    @given(QUERIES, st.sampled_from(["quotes", "timeline", "search"]), st.integers(7, 30))
    def compare(query, name, limit):
        if name == "timeline" and query.get("sort") == "relevance":
            return
        in_file = ids(json.loads(b"".join(client.get(f"/{name}.json", query)))["items"])
        assert ids(walk(client, name, limit=limit, **query)) == in_file

    compare()


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_items_added_during_a_walk_shift_no_others(client, order):
    for day in range(1, 7):
        QuoteFactory(public=True, date=f"2020-02-{day:02}")
    before = ids(ask(client, "quotes", sort=order)["items"])
    first = ask(client, "quotes", limit=3, sort=order)
    QuoteFactory(public=True, date="2020-01-01")
    QuoteFactory(public=True, date="2020-03-01")
    assert set(before[3:]) <= set(ids(client.get(first["next"]).json()["items"]))
    assert not set(before[:3]) & set(ids(client.get(first["next"]).json()["items"]))


@pytest.mark.parametrize("sort", ["newest", "oldest", "added"])
def test_items_withdrawn_during_a_walk_hide_no_others(client, sort):
    quotes = [QuoteFactory(public=True, date=f"2020-02-{day:02}") for day in range(1, 7)]
    for number, quote in enumerate(quotes):
        quote.published_at -= datetime.timedelta(hours=number)
        quote.save()
    whole = ids(ask(client, "quotes", sort=sort)["items"])
    first = ask(client, "quotes", limit=3, sort=sort)
    Quote.objects.get(pk=first["items"][0]["id"]).delete()
    assert ids(client.get(first["next"]).json()["items"]) == whole[3:]


def test_a_walk_by_relevance_starts_again_once_the_record_has_changed(client):
    quotes = QuoteFactory.create_batch(5, public=True, text="The law")
    first = ask(client, "quotes", q="law", limit=2)
    second = client.get(first["next"])
    assert len(second.json()["items"]) == 2
    quotes[0].delete()
    for address in (first["next"], second.json()["next"]):
        answer = client.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
        assert "without a cursor" in answer.json()["detail"]
    assert len(list(walk(client, "quotes", q="law", limit=2))) == 4


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest", "added"])
def test_a_walk_goes_further_than_pages(client, sort, monkeypatch):
    QuoteFactory.create_batch(5, public=True, text="The law")
    monkeypatch.setattr(execution, "DEEPEST", 4)
    assert len(list(walk(client, "quotes", q="law", sort=sort, limit=2))) == 5


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("quotes", {"from": "2020-13"}),
        ("quotes", {"theme": "unknown"}),
        ("quotes", {"limit": "0"}),
        ("quotes", {"limit": "101"}),
        ("quotes", {"cursor": "made-up"}),
        ("people", {"cursor": "made:up"}),
        ("quotes", {"fields": "id,secret"}),
        ("initiatives", {"status": "unheard-of"}),
        ("quotes", {"updated_since": "yesterday"}),
        ("themes", {"updated_since": "0.5"}),
        ("quotes", {"updated_since": "1e9"}),
        ("quotes", {"updated_since": "-1"}),
        ("quotes", {"updated_since": "20200101"}),
        ("quotes", {"updated_since": "2020-01-01T99:00"}),
        ("quotes", {"updated_since": "0001-01-01T00:00:00+14:00"}),
        ("changes", {"what": "nothing"}),
        ("changes", {"item": "quote-1"}),
        ("search", {"kind": "nothing"}),
    ],
)
def test_an_invalid_value_is_named_with_a_reason(client, path, parameters):
    assert list(refusal(client, path, **parameters)) == list(parameters)


def test_an_invalid_time_is_refused_with_an_example(client):
    reason = "Enter a time in ISO 8601, for example 2026-01-31T00:00:00Z."
    assert refusal(client, "people", updated_since="0.5") == {"updated_since": reason}
    for written in ("2020-01-01", "2020-01-01T10:00", "2020-01-01T10:00:00+05:00"):
        assert ask(client, "people", updated_since=written)["items"] == []


def test_a_cursor_of_another_order_is_refused(client):
    PersonFactory.create_batch(2, public=True)
    SourceFactory.create_batch(2, public=True)
    cursors = [
        ask(client, name, limit=1, **more)["next"].partition("cursor=")[2].replace("%3A", ":")
        for name, more in [("people", {}), ("sources", {}), ("sources", {"sort": "added"})]
    ]
    for name, cursor in [("bodies", 0), ("sources", 0), ("people", 1), ("principles", 1)]:
        assert list(refusal(client, name, cursor=cursors[cursor])) == ["cursor"]
    assert list(refusal(client, "sources", cursor=cursors[2], sort="oldest")) == ["cursor"]


def test_only_requested_members_are_returned(client):
    quote = QuoteFactory(public=True)
    QuoteTranslationFactory(quote=quote)
    assert ask(client, "quotes", fields="text, id")["items"] == [{"type": "quote", "text": quote.text, "id": quote.pk}]
    assert ask(client, f"quotes/{quote.pk}", fields="id") == {"type": "quote", "id": quote.pk}
    assert ask(client, f"quotes/{quote.pk}")["translations"][0]["translation"] == "Слова."


def test_an_initiative_has_its_milestones_with_their_evidence(client):
    source = SourceFactory(public=True)
    milestone = MilestoneFactory(source=source, status="adopted")
    MilestoneFactory(initiative=milestone.initiative, source=SourceFactory(), text="Not proven.")
    (item,) = ask(client, "initiatives")["items"]
    assert item["status"] == "adopted"
    assert [(one["id"], one["source"]) for one in item["milestones"]] == [(milestone.pk, source.title)]


def test_a_search_has_facets_and_marks_matches(client):
    theme = ThemeFactory(public=True, name="Courts", slug="courts")
    QuoteFactory(public=True, text="The laws hold.", themes=[theme])
    found = ask(client, "search", q="law")
    assert found["facets"]["theme"] == [{"value": "courts", "label": "Courts", "count": 1}]
    assert [one["value"] for one in found["facets"]["kind"]] == ["quote"]
    assert [one["text"] for one in found["items"][0]["highlights"]["text"] if one["marked"]] == ["laws"]


def test_suggestions_have_absolute_addresses(client):
    ThemeFactory(public=True, name="Courts", slug="courts")
    one, *_words = ask(client, "suggestions", q="cou")["suggestions"]
    assert (one["label"], one["url"]) == ("Courts", "http://testserver/quotes/?theme=courts")


def test_the_log_of_changes_continues_where_it_stopped(client):
    quote = QuoteFactory(public=True, text="Before")
    for number in range(3):
        other = QuoteFactory(public=True, text=f"Words {number}")
        other.text = f"Other words {number}"
        other.save()
    items = list(walk(client, "changes", limit=1))
    assert [item["differences"][0]["new"] for item in items] == [f"Other words {n}" for n in (2, 1, 0)]
    assert {item["nature"] for item in items} == {"correction"}
    assert ask(client, "changes", item=f"quote-{quote.pk}")["items"] == []


def test_a_renamed_filter_redirects(client):
    theme = ThemeFactory(public=True, slug="old")
    theme.slug = "new"
    theme.save()
    answer = client.get("/api/v1/quotes?theme=old")
    assert (answer.status_code, answer["Location"]) == (301, "/api/v1/quotes?theme=new")


@pytest.mark.parametrize("name", [*LISTS, "changes"])
def test_queries_do_not_grow_with_items(client, name):
    make_record(3)
    queries = count_queries(lambda: ask(client, name, limit=100))
    make_record(8)
    assert count_queries(lambda: ask(client, name, limit=100)) == queries


def test_a_draft_has_no_address(client):
    for factory, name in [(QuoteFactory, "quotes"), (ThemeFactory, "themes"), (BodyFactory, "bodies")]:
        item = factory()
        assert client.get(f"/api/v1/{name}/{item.pk}").status_code == 404
        public = factory(public=True)
        assert ask(client, f"{name}/{public.pk}")["id"] == public.pk
        public.state = State.ARCHIVED
        public.save()
        assert client.get(f"/api/v1/{name}/{public.pk}").status_code == 410
    assert list(itertools.chain.from_iterable(ask(client, name)["items"] for name in ("quotes", "bodies"))) == []
