"""The operations: one for each list, for one item of each kind, for suggestions and for the log."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query
from ninja.errors import HttpError, ValidationError

from initiatives.api import lists
from initiatives.api.cursors import Outdated, Refused
from initiatives.api.examples import EXAMPLES
from initiatives.api.openapi import Api
from initiatives.api.schemas import (
    TYPED,
    Checked,
    Chosen,
    Highlights,
    Mirrored,
    Paged,
    Sentence,
    Suggestions,
    Value,
    answer,
    item,
    parameter,
    parameters,
)
from initiatives.changes.filters import ChangeFilters
from initiatives.changes.withdrawals import LARGEST_KEY
from initiatives.data.columns import ANYTHING, CHANGES, Column
from initiatives.models.choices import Kind
from initiatives.pages import checking
from initiatives.pages.citations import address
from initiatives.search import Unavailable
from initiatives.views.check import CheckForm
from initiatives.views.errors import not_available, problem
from initiatives.views.lists import Everything, Initiatives, ListPage, Quotes, Sources, Timeline
from initiatives.views.suggest import LISTS, suggested

# Lists with filters, and lists without; each with the kind of its items and its description.
FILTERED: dict[str, tuple[type[ListPage], str, str]] = {
    "quotes": (Quotes, Kind.QUOTE, _("Quotes, word for word, with their sources and translations.")),
    "initiatives": (Initiatives, Kind.INITIATIVE, _("Initiatives, with their milestones and the evidence of each.")),
    "sources": (Sources, Kind.SOURCE, _("The documents behind the record.")),
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
        _("Its title and an excerpt of its text in pieces, with matching pieces marked."),
        type=Highlights,
    ),
)

api = Api(
    title=_("The Reform Record"),
    version="1",
    description=_(
        "The public record as data, read only and without a key. Lists take the filters of the pages of the same names "
        "and give the same items in the same order; follow “next” to read all of a list. An answer has an ETag, by "
        "which a program can check whether anything changed. Unknown parameters are ignored."
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
    def of_list(request: HttpRequest, options: Query[Mirrored]) -> HttpResponse:
        if options.updated_since:
            return lists.updated(request, kind, options, filters)
        return lists.searched(request, page(), TYPED[kind], options)


def _whole(name: str, kind: str, about: str) -> None:
    @get(f"/{name}", name, about, answer(kind.title(), TYPED[kind], count=int, as_of=str))
    def of_list(request: HttpRequest, options: Query[Mirrored]) -> HttpResponse:
        return (lists.updated if options.updated_since else lists.listed)(request, kind, options)


def _one(name: str, kind: str) -> None:
    about = _("One of them, by its number.")

    @get(f"/{name}/{{int:id}}", kind, about, item(kind.title(), TYPED[kind]))
    def of_item(request: HttpRequest, options: Query[Chosen], id: int = Path(..., le=LARGEST_KEY)) -> HttpResponse:
        return lists.one(kind, id, options)


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
def timeline(request: HttpRequest, options: Query[Paged]) -> HttpResponse:
    """Answer with the timeline."""
    return lists.searched(request, Timeline(), ANYTHING, options)


@get(
    "/search",
    "search",
    _("Items of all kinds, with facets and with matching words marked."),
    answer("Found", FOUND, count=int, facets=dict[str, list[Value]]),
    parameters(Everything.filterset_class),
)
def search(request: HttpRequest, options: Query[Paged]) -> HttpResponse:
    """Answer with what a search across all kinds finds."""
    page = Everything()
    return lists.searched(request, page, FOUND, options, facets=["kind", *page.facets])


@get(
    "/suggestions",
    "suggestions",
    _("Suggestions for the beginning of a search."),
    Suggestions,
    [
        parameter("q", _("What was typed.")),
        parameter("in", _("The list to search. Default: the whole record."), enum=list(LISTS)),
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
def changes(request: HttpRequest, options: Query[Paged]) -> HttpResponse:
    """Answer with the public log."""
    return lists.logged(request, options)


@api.api_operation(
    ["POST"],
    "/check",
    operation_id="check",
    url_name="check",
    summary=_("Whether a sentence is on record word for word, and where. It is neither kept nor logged."),
    response=Checked,
    openapi_extra={"parameters": [], **EXAMPLES["check"]},
)
def check(request: HttpRequest, sentence: Sentence) -> HttpResponse:
    """Answer what the page /check/ does."""
    form = CheckForm({"text": sentence.text})
    if not form.is_valid():
        reasons = [("text", str(reason)) for reason in form.errors["text"]]
        return problem(400, _("Correct the sentence, then try again."), reasons)
    response = lists.answered(lists.checked(checking.check(form.cleaned_data["text"])))
    response["Cache-Control"] = "no-store"
    return response


@api.api_operation(["GET", "HEAD"], "/check", include_in_schema=False)
def check_by_address(request: HttpRequest) -> HttpResponse:
    """Answer 405: a sentence in an address would be logged."""
    response = problem(405, _("Send the sentence in the body, by POST."))
    response["Allow"] = "POST, OPTIONS"
    return response


@api.exception_handler(HttpError)
def malformed(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer 400 for a body that is not JSON."""
    return problem(error.status_code, str(error))


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """Answer 400 with the parameters that are wrong, and why."""
    return problem(400, _("Correct the address, then try again."), error.reasons.items())


@api.exception_handler(Outdated)
def outdated(request: HttpRequest, error: Outdated) -> HttpResponse:
    """Answer 409: the client has to start again from the first part."""
    text = _(
        "The record changed since the first part, and with it the order by relevance. Start again without a cursor, or "
        "sort by newest, oldest or added: changes do not disturb these orders."
    )
    return problem(409, text)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer 400 for parameters that are not filters of a page."""
    reasons = ((str(one["loc"][-1]), str(one["msg"])) for one in error.errors)
    return problem(400, _("Correct the address, then try again."), reasons)


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    """Answer 404."""
    return problem(404, _("There is no such public item."))


@api.exception_handler(Unavailable)
def unavailable(request: HttpRequest, error: Unavailable) -> HttpResponse:
    """Answer 503: the search index is briefly unavailable."""
    return not_available()
