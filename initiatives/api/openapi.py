"""The API's own description, OpenAPI 3.1: django-ninja's, with what all operations have in common."""

from typing import Any

from django.utils.translation import gettext as _
from ninja import NinjaAPI

from initiatives.api.schemas import Problem

_PROBLEM = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
_WAIT = {"Retry-After": {"description": "The seconds to wait.", "schema": {"type": "integer"}}}
_ERRORS: dict[str, dict[str, Any]] = {
    "400": {"description": _("A parameter is wrong: “errors” names it."), **_PROBLEM},
    "404": {"description": _("There is no such public item."), **_PROBLEM},
    "405": {
        "description": _("The record can only be read: by GET, HEAD or OPTIONS."),
        "headers": {"Allow": {"description": _("The methods that are answered."), "schema": {"type": "string"}}},
        **_PROBLEM,
    },
    "409": {"description": _("The record changed during a walk by relevance: start again."), **_PROBLEM},
    "410": {"description": _("The item was withdrawn: “detail” has its name, the day and the reason."), **_PROBLEM},
    "429": {"description": _("Too many requests from one address."), "headers": _WAIT, **_PROBLEM},
    "503": {"description": _("The record is not available for a moment."), "headers": _WAIT, **_PROBLEM},
}
_UNCHANGED = {"description": _("Nothing has changed since the answer with this ETag.")}
_RENAMED = {"description": _("A filter names something that was renamed: ask at the address in Location.")}
_HEADERS = {
    "ETag": _("Another one as soon as anything public changes. Send it as If-None-Match."),
    "Last-Modified": _("When this answer was made."),
    "RateLimit-Policy": _("How many requests (q) one address may make in how many seconds (w)."),
    "RateLimit": _("How many requests are left (r), and the seconds until more are (t)."),
}


class Api(NinjaAPI):
    """An API that adds to each operation what all have in common."""

    def get_openapi_schema(self, **options: Any) -> Any:
        """Return the description, with what all operations have in common."""
        described: Any = super().get_openapi_schema(**options)
        schemas = described["components"]["schemas"]
        schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schemas["Problem"].pop("$defs", {})
        for path, operations in described["paths"].items():
            described["paths"][path] = {"get": operations["get"]}
            _complete(operations["get"], has_item="{" in path)
        return described


def _complete(operation: dict[str, Any], *, has_item: bool) -> None:
    """Add to an operation the answers that any may give, and the headers of all."""
    answers = {str(status): answer for status, answer in operation["responses"].items()}
    string = {"type": "string"}
    answers["200"]["headers"] = {name: {"description": about, "schema": string} for name, about in _HEADERS.items()}
    answers["200"]["description"] = operation["summary"]
    answers |= {"304": _UNCHANGED, **({} if has_item else {"301": _RENAMED})}
    answers |= {status: answer for status, answer in _ERRORS.items() if has_item or status not in {"404", "410"}}
    for parameter in operation["parameters"]:
        # Its schema has them; OpenAPI wants them named on the parameter itself.
        parameter.pop("examples", None)
    operation["responses"] = dict(sorted(answers.items()))
    if example := operation.pop("x-example", None):
        answers["200"]["content"]["application/json"]["example"] = example
