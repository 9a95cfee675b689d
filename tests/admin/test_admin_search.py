"""The desk's search boxes and pick lists use the site's own search; hostile input does no harm."""

import pytest
from django.urls import reverse

from initiatives.models import Initiative, Milestone, Principle, PrincipleSet, Quote
from initiatives.models.choices import Kind
from tests.admin.support import add_url, editor, list_url, messages_of, publisher
from tests.factories import (
    BodyFactory,
    InitiativeFactory,
    PersonFactory,
    PrincipleSetFactory,
    QuoteFactory,
    SourceFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db

HOSTILE = [
    "'",
    '"',
    '"unfinished phrase',
    "a' OR 1=1 --",
    "%",
    "_",
    "\\",
    "-",
    "*",
    "or",
    "or or or",
    "-or",
    "NEAR(a b)",
    "names:x",
    "{names} : x",
    "a AND (b",
    "#kind:quote",
    "&|!():*<->",
    "\x00",
    "a\x00b",
    "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "🙂",
    "x" * 5000,
    "word " * 100,
    "()" * 99,
]


def results(client, model: str, term: str, **more) -> list[int]:
    page = client.get(list_url(model), {"q": term, **more})
    assert page.status_code == 200
    return sorted(item.pk for item in page.context["cl"].result_list)


def offered(client, model, field: str, term: str) -> list[str]:
    response = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "initiatives", "model_name": model._meta.model_name, "field_name": field, "term": term},
    )
    assert response.status_code == 200
    return [choice["text"] for choice in response.json()["results"]]


def test_search_box_finds_stems_beginnings_phrases_and_drafts():
    client = editor()
    quote = QuoteFactory(text="A state that hears its citizens")
    other = QuoteFactory(text="Fair courts for everybody", public=True)
    assert results(client, "quote", "hearing") == [quote.pk]
    assert results(client, "quote", "citi") == [quote.pk]
    assert results(client, "quote", "a state hearing") == [quote.pk]
    assert results(client, "quote", '"fair courts"') == [other.pk]
    assert results(client, "quote", '"courts fair"') == []
    assert results(client, "quote", "-hears") == [other.pk]
    assert results(client, "quote", "hears or courts") == sorted([quote.pk, other.pk])
    assert results(client, "quote", "") == sorted([quote.pk, other.pk])
    assert results(client, "quote", "hears", state__exact="published") == []


@pytest.mark.parametrize(
    ("model", "factory", "field"),
    [
        ("initiative", InitiativeFactory, "title"),
        ("theme", ThemeFactory, "name"),
        ("person", PersonFactory, "name"),
        ("body", BodyFactory, "name"),
        ("source", SourceFactory, "title"),
        ("principleset", PrincipleSetFactory, "title"),
    ],
)
def test_every_list_is_searched(model, factory, field):
    item = factory(**{field: "Quarterly hearings"})
    factory(**{field: "Something else"})
    assert results(editor(), model, "hearings") == [item.pk]


@pytest.mark.parametrize("model", ["quote", "principleset", "oldslug"])
def test_hostile_terms_are_harmless(model, subtests):
    client = publisher()
    QuoteFactory()
    for term in HOSTILE:
        with subtests.test(term):
            assert client.get(list_url(model), {"q": term}).status_code == 200


def test_hostile_terms_are_harmless_in_pick_lists(subtests):
    client = editor()
    SourceFactory(title="The address")
    for term in HOSTILE:
        with subtests.test(term):
            offered(client, Quote, "source", term)
    assert "at most" not in client.get(list_url("quote")).content.decode(), "no message waits for the next page"


def test_refused_query_shows_the_reason_once_and_finds_nothing():
    QuoteFactory(text="word")
    page = editor().get(list_url("quote"), {"q": "word " * 500})
    assert list(page.context["cl"].result_list) == []
    assert messages_of(page) == "Enter no more than 2000 characters."


@pytest.mark.parametrize(
    ("model", "field", "factory", "name"),
    [
        (Quote, "speaker", PersonFactory, "name"),
        (Quote, "source", SourceFactory, "title"),
        (Quote, "themes", ThemeFactory, "name"),
        (Quote, "initiatives", InitiativeFactory, "title"),
        (Initiative, "source", SourceFactory, "title"),
        (Initiative, "themes", ThemeFactory, "name"),
        (Initiative, "bodies", BodyFactory, "name"),
        (Milestone, "source", SourceFactory, "title"),
        (Milestone, "further_sources", SourceFactory, "title"),
        (Principle, "themes", ThemeFactory, "name"),
        (Principle, "initiatives", InitiativeFactory, "title"),
        (PrincipleSet, "source", SourceFactory, "title"),
    ],
)
def test_every_relation_has_a_pick_list(model, field, factory, name):
    client = editor()
    factory(**{name: "Hearing of citizens"})
    factory(**{name: "Something else"})
    assert offered(client, model, field, "citiz") == ["Hearing of citizens"]
    assert offered(client, model, field, "hears") == ["Hearing of citizens"]
    assert len(offered(client, model, field, "")) == 2
    owner = {"milestone": "initiative", "principle": "principleset"}.get(model._meta.model_name, model._meta.model_name)
    assert f'data-field-name="{field}"' in client.get(add_url(owner)).content.decode()


def test_pick_list_has_the_best_match_first():
    SourceFactory(title="A report", description="It mentions the address.")
    SourceFactory(title="The address")
    assert offered(editor(), Quote, "source", "address") == ["The address", "A report"]


def test_kinds_with_a_search_document_are_all_searched_by_it():
    from django.contrib import admin

    from initiatives.admin.base import DeskAdmin

    for kind in Kind:
        for model, model_admin in admin.site._registry.items():
            if model._meta.model_name == kind and model._meta.app_label == "initiatives":
                assert isinstance(model_admin, DeskAdmin)
