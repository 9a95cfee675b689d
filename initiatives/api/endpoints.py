"""What can be asked: an operation for each list, for one item of each kind, for suggestions and for the log."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query
from ninja.errors import ValidationError

from initiatives.api import lists
from initiatives.api.cursors import Outdated, Refused
from initiatives.api.examples import EXAMPLES
from initiatives.api.openapi import Api
from initiatives.api.schemas import (
    TYPED,
    Chosen,
    Highlights,
    Mirrored,
    Paged,
    Suggestions,
    Value,
    answer,
    item,
    parameters,
)
from initiatives.changes.filters import ChangeFilters
from initiatives.data.columns import ANYTHING, CHANGES, Column
from initiatives.models.choices import Kind
from initiatives.pages.citations import address
from initiatives.search import Unavailable
from initiatives.views.errors import not_available, problem
from initiatives.views.lists import Everything, Initiatives, ListPage, Quotes, Sources, Timeline
from initiatives.views.suggest import LISTS, suggested

# Lists with filters, and lists without; each with the kind of its items and what is said of it.
FILTERED: dict[str, tuple[type[ListPage], str, str]] = {
    "quotes": (Quotes, Kind.QUOTE, _("Quotes, word for word, with their sources and translations.")),
    "initiatives": (Initiatives, Kind.INITIATIVE, _("Initiatives, with their milestones and the evidence of each.")),
    "sources": (Sources, Kind.SOURCE, _("The documents on which everything rests.")),
}
WHOLE: dict[str, tuple[str, str]] = {
    "principles": (Kind.PRINCIPLE, _("Principles, set by set.")),
    "themes": (Kind.THEME, _("Themes, in the order of the page of themes.")),
    "people": (Kind.PERSON, _("People who are quoted or play a part, by name.")),
    "bodies": (Kind.BODY, _("Institutions, by name.")),
}
FOUND = (
    *ANYTHING,
    Column(
        "highlights",
        lambda item: item.highlights,
        _("Its title and an excerpt of its text in pieces, those marked that match the words."),
        type=Highlights,
    ),
)

api = Api(
    title=_("The Reform Record"),
    version="1",
    description=_(
        "The public record as data, read only and without a key. Lists take the filters of the pages of the same names "
        "and give the same items in the same order; follow “next” to read all of a list. An answer has an ETag, by "
        "which a program can ask whether anything changed. Unknown parameters are ignored."
    ),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)


def get(path: str, name: str, summary: str, response: Any, more: list[dict[str, Any]] | None = None) -> Any:
    """Return the decorator of an operation. HEAD is answered as GET."""
    return api.api_operation(
        ["GET", "HEAD"],
        path,
        operation_id=name,
        url_name=name,
        summary=summary,
        response=response,
        openapi_extra={"parameters": more or [], **EXAMPLES.get(name, {})},
    )


def _filtered(name: str, page: type[ListPage], kind: str, about: str) -> None:
    filters = page.filterset_class.base_filters

    @get(
        f"/{name}",
        name,
        about,
        answer(kind.title(), TYPED[kind], count=int, as_of=str),
        parameters(page.filterset_class),
    )
    def of_list(request: HttpRequest, asked: Query[Mirrored]) -> HttpResponse:
        if asked.updated_since:
            return lists.updated(request, kind, asked, filters)
        return lists.searched(request, page(), TYPED[kind], asked)


def _whole(name: str, kind: str, about: str) -> None:
    @get(f"/{name}", name, about, answer(kind.title(), TYPED[kind], count=int, as_of=str))
    def of_list(request: HttpRequest, asked: Query[Mirrored]) -> HttpResponse:
        return (lists.updated if asked.updated_since else lists.listed)(request, kind, asked)


def _one(name: str, kind: str) -> None:
    about = _("One of them, by its number.")

    @get(f"/{name}/{{int:id}}", kind, about, item(kind.title(), TYPED[kind]))
    def of_item(request: HttpRequest, asked: Query[Chosen], id: int = Path(..., le=2**63 - 1)) -> HttpResponse:
        return lists.one(kind, id, asked)


for _name, (_page, _kind, _about) in FILTERED.items():
    _filtered(_name, _page, _kind, _about)
    _one(_name, _kind)
for _name, (_kind, _about) in WHOLE.items():
    _whole(_name, _kind, _about)
    _one(_name, _kind)


@get(
    "/timeline",
    "timeline",
    _("Everything that has a date: quotes, milestones and sources, newest first."),
    answer("Event", ANYTHING, count=int),
    parameters(Timeline.filterset_class),
)
def timeline(request: HttpRequest, asked: Query[Paged]) -> HttpResponse:
    """Answer with the timeline."""
    return lists.searched(request, Timeline(), ANYTHING, asked)


@get(
    "/search",
    "search",
    _("Items of all kinds, with what narrows the search further, and the words that were found marked."),
    answer("Found", FOUND, count=int, facets=dict[str, list[Value]]),
    parameters(Everything.filterset_class),
)
def search(request: HttpRequest, asked: Query[Paged]) -> HttpResponse:
    """Answer with what a search across all kinds finds."""
    page = Everything()
    return lists.searched(request, page, FOUND, asked, facets=["kind", *page.facets])


@get(
    "/suggestions",
    "suggestions",
    _("What may have been meant by the beginning of a search."),
    Suggestions,
    [
        {
            "name": "q",
            "in": "query",
            "required": False,
            "schema": {"type": "string"},
            "description": _("What was typed."),
        },
        {
            "name": "in",
            "in": "query",
            "required": False,
            "schema": {"type": "string", "enum": list(LISTS)},
            "description": _("The list in which words are looked for. Left out: all of the record."),
        },
    ],
)
def suggestions(request: HttpRequest) -> HttpResponse:
    """Answer with names of items and words that begin as what was typed."""
    typed = request.GET.get("q", "")
    found = [{**row, "url": address(row["url"])} for row in suggested(typed, request.GET.get("in", ""))]
    return lists.answered({"query": typed, "suggestions": found})


@get(
    "/changes",
    "changes",
    _("The public log: corrections and changes of status, newest first."),
    answer("Change", CHANGES),
    parameters(ChangeFilters),
)
def changes(request: HttpRequest, asked: Query[Paged]) -> HttpResponse:
    """Answer with the public log."""
    return lists.logged(request, asked)


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """Say which parameters are wrong, and why."""
    return problem(400, _("Correct the address, then try again."), error.reasons.items())


@api.exception_handler(Outdated)
def outdated(request: HttpRequest, error: Outdated) -> HttpResponse:
    """Say that a walk has to start again."""
    told = _(
        "The record changed since the first part, and with it the order by relevance. Start again without a cursor, or "
        "sort by newest, oldest or added: changes do not disturb these orders."
    )
    return problem(409, told)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Say the same of parameters that are none of a page's filters."""
    reasons = ((str(one["loc"][-1]), str(one["msg"])) for one in error.errors)
    return problem(400, _("Correct the address, then try again."), reasons)


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    """Say that there is no such item."""
    return problem(404, _("There is no such public item."))


@api.exception_handler(Unavailable)
def unavailable(request: HttpRequest, error: Unavailable) -> HttpResponse:
    """Say that there is nothing to search for a moment."""
    return not_available()
