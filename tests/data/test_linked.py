"""JSON-LD, read by another parser and checked against the vocabulary (schema_org.json, which includes its date)."""

import json
from pathlib import Path

import extruct
import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import Body, Initiative, Person, PrincipleSet, Quote, Source, Theme
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    QuoteFactory,
    QuoteTranslationFactory,
    SourceFactory,
)
from tests.helpers import count_queries, few_examples, rolled_back
from tests.views.test_pages import PAGES

pytestmark = pytest.mark.django_db

VOCABULARY = json.loads(Path(__file__).with_name("schema_org.json").read_text(encoding="utf-8"))
LITERALS = {"Text", "URL", "Date", "DateTime", "Integer", "Language", "LegalForceStatus"}
# A property of SearchAction that annotates its target, and is not in the vocabulary
ANNOTATIONS = {"query-input"}


def ancestry(kind: str) -> set[str]:
    """Return a type and all its supertypes."""
    return {kind}.union(*(ancestry(parent) for parent in VOCABULARY["types"][kind]))


def check(node: dict) -> None:
    """Check a node and everything in it against the vocabulary."""
    kinds = ancestry(node["@type"])
    for name, values in node.items():
        if name in {"@id", "@type", "@context"} | ANNOTATIONS:
            continue
        known = VOCABULARY["properties"][name]
        assert kinds & set(known["of"]), f"{name} is no property of {node['@type']}"
        for value in values if isinstance(values, list) else [values]:
            assert value not in ("", None)
            if not isinstance(value, dict):
                # An item of another type may be given by its address.
                assert set(known["values"]) & LITERALS or str(value).startswith("http"), name
            elif "@type" in value:
                assert ancestry(value["@type"]) & set(known["values"]), f"{name} takes no {value['@type']}"
                check(value)


def graph(client, address) -> list[dict]:
    html = client.get(address).content.decode()
    (page,) = extruct.extract(html, syntaxes=["json-ld"], errors="strict")["json-ld"]
    assert page["@context"] == "https://schema.org"
    for node in page["@graph"]:
        check(node)
    return page["@graph"]


def one(nodes: list[dict], kind: str) -> dict:
    (node,) = [node for node in nodes if node["@type"] == kind]
    return node


def test_every_page_conforms_to_the_vocabulary(client):
    call_command("load_first_content", verbosity=0)
    models = (Quote, Initiative, PrincipleSet, Theme, Person, Body, Source)
    items = [item.get_absolute_url() for model in models for item in model.objects.published()]
    for address in [*PAGES, *items]:
        nodes = graph(client, address)
        if address != "/":
            steps = one(nodes, "BreadcrumbList")["itemListElement"]
            assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
            assert steps[0]["item"] == "http://testserver/"


def test_a_quote(client):
    source = SourceFactory(public=True, kind="legal_act", publisher="Akorda", date="2020-09-01")
    quote = QuoteFactory(public=True, source=source, text="</script><!-- & words", language="kk")
    QuoteTranslationFactory(quote=quote)
    said = one(graph(client, quote.get_absolute_url()), "Quotation")
    assert said["text"] == quote.text
    assert (said["inLanguage"], said["datePublished"]) == ("kk", "2020-09-01")
    assert said["creator"]["name"] == quote.speaker.name
    assert said["isBasedOn"]["@type"] == "Legislation"
    assert said["isBasedOn"]["publisher"]["name"] == "Akorda"
    assert said["workTranslation"][0]["inLanguage"] == "ru"


def test_a_person_has_the_recorded_parts_of_the_name(client):
    parts = {"given_name": "Dariga", "family_name": "Nazarbayeva", "patronymic": "Nursultankyzy"}
    person = PersonFactory(public=True, name="Nazarbayeva Dariga Nursultankyzy", **parts)
    described = one(graph(client, person.get_absolute_url()), "Person")
    assert [described[name] for name in ("givenName", "familyName", "additionalName")] == list(parts.values())
    plain = one(graph(client, PersonFactory(public=True, name="Ursula von der Leyen").get_absolute_url()), "Person")
    assert plain["name"] == "Ursula von der Leyen"
    assert not {"givenName", "familyName", "additionalName"} & plain.keys()


def test_an_initiative_with_its_milestones(client):
    law = InitiativeFactory(public=True, kind="law")
    MilestoneFactory(initiative=law, status="in_force", text="It applies.")
    nodes = graph(client, law.get_absolute_url())
    assert one(nodes, "Legislation")["legislationLegalForce"] == "https://schema.org/InForce"
    event = one(nodes, "Event")
    assert (event["name"], event["startDate"]) == ("It applies.", "2020-05-25")
    assert event["about"] == {"@id": one(nodes, "Legislation")["@id"]}


def test_the_first_page_offers_search(client):
    action = one(graph(client, "/"), "WebSite")["potentialAction"]
    address = action["target"]["urlTemplate"].replace("{search_term_string}", "law").removeprefix("http://testserver")
    assert client.get(address).status_code == 200


@few_examples
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1))
def test_no_text_breaks_out_of_the_element(client, db, text):
    with rolled_back():
        quote = QuoteFactory(public=True, text=text)
        assert one(graph(client, quote.get_absolute_url()), "Quotation")["text"] == text


def test_missing_pages_have_no_json_ld(client):
    assert b"ld+json" not in client.get("/nothing/").content


def test_queries_do_not_grow_with_milestones(client):
    law = InitiativeFactory(public=True)
    MilestoneFactory(initiative=law)
    few = count_queries(lambda: client.get(law.get_absolute_url()))
    for _number in range(4):
        MilestoneFactory(initiative=law)
    assert count_queries(lambda: client.get(law.get_absolute_url())) == few
