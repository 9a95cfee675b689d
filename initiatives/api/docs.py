"""The API's description: for programs as OpenAPI, for readers as a page made from it, without external resources."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from initiatives.api.endpoints import api


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """Return the description of the API (OpenAPI 3.1)."""
    return JsonResponse(_described(), json_dumps_params={"ensure_ascii": False})


class Docs(TemplateView):
    """The description for readers."""

    template_name = "api/docs.html"
    http_method_names = ["get", "head", "options"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the operations, each with its parameters and the members of its answer."""
        described = _described()
        schemas = described["components"]["schemas"]
        operations = [(path, *each.popitem()) for path, each in described["paths"].items()]
        answers = [operation["responses"] for _path, _method, operation in operations]
        return super().get_context_data(
            about=described["info"]["description"],
            operations=[_operation(path, method, each, schemas) for path, method, each in operations],
            errors=dict(sorted({status: answer for some in answers for status, answer in some.items()}.items())),
            site=settings.SITE_URL,
            **kwargs,
        )


def _described() -> dict[str, Any]:
    described = api.get_openapi_schema(path_prefix=reverse("api:api-root"))
    return {**described, "servers": [{"url": settings.SITE_URL}]}


def _operation(path: str, method: str, operation: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    content = operation["responses"]["200"]["content"]["application/json"]
    return {
        "name": operation["operationId"],
        "path": path,
        "method": "" if method == "get" else method.upper(),
        "sent": _members(_body(operation), schemas),
        "summary": operation["summary"],
        "parameters": [{**one, "kind": _kind(one["schema"])} for one in operation["parameters"]],
        "members": _members(content["schema"], schemas),
        "example": json.dumps(content["example"], ensure_ascii=False, indent=2),
    }


def _body(operation: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of what is sent; one without members if nothing is."""
    content = operation.get("requestBody", {}).get("content", {})
    return content["application/json"]["schema"] if content else {"properties": {}}


def _kind(schema: dict[str, Any]) -> str:
    """Return the type of a value, or the values to choose from."""
    if "enum" in schema:
        return ", ".join(schema["enum"])
    return str(schema.get("format") or schema.get("type", ""))


def _members(schema: dict[str, Any], schemas: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the members of the item of an answer, with their descriptions."""
    properties = _resolved(schema, schemas)["properties"]
    if "items" in properties:
        of_item = properties["items"]["items"]
        properties = _resolved(of_item.get("oneOf", [of_item])[0], schemas)["properties"]
    return [{"name": name, "about": about.get("description", "")} for name, about in properties.items()]


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    return schemas[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema
