"""The API does exactly what its description says, and never fails."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import checks
from schemathesis.specs.openapi import checks as of_openapi

from initiatives.views.parameters import PARAMETERS
from tests.api.test_lists import LISTS, make_record
from tests.factories import (
    BodyFactory,
    InitiativeFactory,
    PrincipleFactory,
    QuoteFactory,
    QuoteTranslationFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db

# Lists that support `updated_since`.
WHOLE = ["quotes", "initiatives", "sources", "principles", "themes", "people", "bodies"]
CHECKS = [
    checks.not_a_server_error,
    of_openapi.status_code_conformance,
    of_openapi.content_type_conformance,
    of_openapi.response_schema_conformance,
    of_openapi.response_headers_conformance,
]


@pytest.fixture
def described(client):
    return client.get("/api/v1/openapi.json").json()


@pytest.fixture
def application():
    """The site as servers run it, on the test's connection, which would be closed between requests."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in signals:
        signal.connect(close_old_connections)


def test_the_description_is_valid_and_complete(described):
    OpenAPIV31SpecValidator(described).validate()
    assert described["openapi"] == "3.1.0"
    paths = described["paths"]
    assert {f"/api/v1/{name}" for name in (*LISTS, "changes", "suggestions", "check", "quotes/{id}")} <= set(paths)
    for operations in paths.values():
        (operation,) = operations.values()
        for parameter in operation["parameters"]:
            assert parameter["name"] in PARAMETERS or parameter["in"] == "path"
            assert parameter.get("description") or parameter["in"] == "path", parameter


@pytest.mark.parametrize("name", WHOLE)
def test_a_type_distinguishes_deleted_items_in_generated_clients(client, described, name):
    """Generators use the discriminator, or try each schema in turn: a deleted item must match only one of them."""
    for item in (QuoteFactory(public=True), PrincipleFactory(), InitiativeFactory(public=True)):
        item.delete()
    QuoteFactory(public=True, themes=[ThemeFactory(public=True)])
    BodyFactory(public=True)
    schema = described["paths"][f"/api/v1/{name}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    items = described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]["properties"]["items"]["items"]
    kinds = items["discriminator"]["mapping"]
    assert items["discriminator"]["propertyName"] == "type"
    assert [one["$ref"] for one in items["oneOf"]] == sorted(kinds.values(), key=lambda path: path.endswith("Deleted"))
    answered = client.get(f"/api/v1/{name}?updated_since=2020-01-01&fields=id").json()["items"]
    assert answered
    for item in answered:
        valid = [path for path in kinds.values() if Draft202012Validator({"$ref": path, **described}).is_valid(item)]
        assert valid == [kinds[item["type"]]]
        assert (item["type"] == "deleted") == item.get("deleted", False)


def test_limits_and_errors_are_described(client, described):
    for path, operations in described["paths"].items():
        ((method, operation),) = operations.items()
        expected = {"200", "400", "405", "429", "503"}
        expected |= {"304", "404" if "{" in path else "301"} if method == "get" else set()
        assert expected <= set(operation["responses"])
        for parameter in operation["parameters"]:
            if parameter["name"] == "limit":
                assert (parameter["schema"]["minimum"], parameter["schema"]["maximum"]) == (1, 100)
                assert "1 to 100" in parameter["description"]
    page = client.get("/api/v1/docs").content.decode()
    assert all(f"<dt><code>{status}</code></dt>" in page for status in (301, 304, 400, 404, 405, 429, 503))


def test_examples_match_the_described_responses(described):
    for operations in described["paths"].values():
        (operation,) = operations.values()
        content = operation["responses"]["200"]["content"]["application/json"]
        schema = {**content["schema"], "components": described["components"]}
        Draft202012Validator(schema).validate(content["example"])
        assert content["example"]


def test_requests_of_all_kinds_are_answered_as_described(described, application):
    make_record(3)
    QuoteTranslationFactory(quote=QuoteFactory(public=True))
    quote = QuoteFactory(public=True, text="Before")
    quote.text = "After"
    quote.save()
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    asked = []
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=30,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case):
            case.call_and_validate(checks=CHECKS, headers={"Accept-Encoding": "identity"})

        ask()
        asked.append(operation.path)
    assert set(asked) == set(described["paths"])


@given(name=st.sampled_from([*LISTS, "changes", "suggestions", "quotes/1"]), query=st.text(max_size=20))
@settings(max_examples=30)
def test_no_input_causes_an_error(name, query, db):
    answer = Client(raise_request_exception=False).get(f"/api/v1/{name}", {"q": query, "cursor": query[:3]})
    assert answer.status_code in {200, 400, 404}
