"""Answers with lists: filters, members, cursors."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from initiatives import clock
from initiatives.api import cursors
from initiatives.api.cursors import Outdated, Refused
from initiatives.api.schemas import TYPE, TYPED, Chosen, Mirrored, Paged
from initiatives.changes.filters import ChangeFilters
from initiatives.changes.log import changes, entries, first_page
from initiatives.changes.withdrawals import withdrawn
from initiatives.data.columns import CHANGES, Column, record
from initiatives.data.items import catalogue, load
from initiatives.data.updates import updates
from initiatives.models import Change
from initiatives.pages.checking import Checked, Match
from initiatives.pages.citations import address, citation_text
from initiatives.pages.edition import edition
from initiatives.pages.lists.facets import facets_of
from initiatives.pages.lists.filtersets import CriteriaFilterSet
from initiatives.pages.lists.rows import rows_of
from initiatives.search import Hit, Results, search
from initiatives.search.content import KINDS
from initiatives.search.execution import RANKED
from initiatives.search.results import Part
from initiatives.views.errors import moved, problem
from initiatives.views.lists import ListPage

# A change has the time at which it was saved, but is visible only once its transaction ends.
MARGIN = datetime.timedelta(minutes=10)
# The orders of cursors, apart from those of searches.
BY_CHANGE, BY_NAME, OF_LOG = "change", "name", "log"


def one(kind: str, number: int, options: Chosen) -> HttpResponse:
    """Answer with one item, or 410 if it was withdrawn. Raises Http404 if it never was public."""
    columns = members(TYPED[kind], options)
    found = next(load([Hit(kind, number)]), None)
    if found is None:
        withdrawal = withdrawn(KINDS[kind].model, pk=number)
        if withdrawal is None:
            raise Http404
        return problem(410, str(withdrawal))
    return answered(record(columns, found.item))


def searched(
    request: HttpRequest, page: ListPage, columns: Iterable[Column], options: Paged, facets: Iterable[str] = ()
) -> HttpResponse:
    """Answer with what the page of a list shows for the same filters.

    `facets` are names of filters: with them the answer has their values, and highlights in each item.
    """
    chosen = members(columns, options)
    filterset = page.filterset_class(request.GET, page.criteria(), request=request)
    if (renamed := filterset.with_new_slugs()) is not None:
        return moved(f"{request.path}?{renamed.urlencode()}")
    names, state = list(facets), _state()
    results, some = _part(filterset, options, [filterset.filters[name].facet for name in names])
    items = [item for _kind, item in load(some.hits)]
    content: dict[str, Any] = {"count": results.count}
    if names:
        content["facets"] = _facets(filterset, names, results)
        _highlight(items, some.hits, results)
    content["items"] = [record(chosen, item) for item in items]
    place = some.next if some.order != RANKED or some.next is None else [some.next, state]
    return answered({**content, "next": _next(request, some.order, place)})


def listed(request: HttpRequest, kind: str, options: Mirrored) -> HttpResponse:
    """Answer with items of a kind whose page has no filters."""
    columns = members(TYPED[kind], options)
    order = f"{BY_NAME} of {kind}"
    hits, count, place = catalogue(kind, cursors.read(options.cursor, order), options.limit)
    items = [record(columns, found.item) for found in load(hits)]
    return answered({"count": count, "items": items, "next": _next(request, order, place)})


def updated(request: HttpRequest, kind: str, options: Mirrored, filters: Iterable[str] = ()) -> HttpResponse:
    """Answer with the items of a kind that changed or were removed since a time."""
    columns = members(TYPED[kind], options)
    if given := [name for name in filters if request.GET.get(name)]:
        text = _("Leave this out. “updated_since” returns all changes and takes no filter.")
        raise Refused(dict.fromkeys(given, text))
    if options.updated_since is None:
        raise ValueError("There is no time to ask from.")
    now = clock.now()
    some = updates(kind, options.updated_since, cursors.read(options.cursor, BY_CHANGE) or 0, options.limit)
    items = {found.item.pk: record(columns, found.item) for found in load(some.public)}
    items |= {number: {TYPE: "deleted", "id": number, "deleted": True} for number in some.gone}
    items |= {number: items[number] | {"merged_into": became} for number, became in some.became.items()}
    in_order = [items[number] for number in sorted(items)]
    as_of = f"{now - MARGIN:%Y-%m-%dT%H:%M:%S.%fZ}"
    return answered({"as_of": as_of, "items": in_order, "next": _next(request, BY_CHANGE, some.next)})


def logged(request: HttpRequest, options: Paged) -> HttpResponse:
    """Answer with the public log of corrections and changes of status, newest first."""
    columns = members(CHANGES, options)
    filters = ChangeFilters(request.GET, changes())
    _refuse(filters.form.errors)
    shown = filters.qs
    if place := cursors.read(options.cursor, OF_LOG):
        at, number = place
        shown = shown.before(Change(at=datetime.datetime.fromisoformat(at), pk=number))
    page, more = first_page(shown, options.limit)
    items = [record(columns, entry) for entry in entries(page)]
    last = [page[-1].at.isoformat(), page[-1].pk] if more else None
    return answered({"items": items, "next": _next(request, OF_LOG, last)})


def members(columns: Iterable[Column], options: Chosen) -> list[Column]:
    """Return the requested columns. Raises Refused for unknown ones."""
    known = {column.name: column for column in columns}
    names = [name.strip() for name in options.fields.split(",") if name.strip()]
    if unknown := [name for name in names if name not in known]:
        text = _("There is no member “%(name)s”. Choose from: %(known)s.")
        raise Refused({"fields": text % {"name": unknown[0][:50], "known": ", ".join(known)}})
    always = [TYPE] if TYPE in known else []
    return [known[name] for name in dict.fromkeys([*always, *names])] if names else list(known.values())


def checked(found: Checked) -> dict[str, Any]:
    """Return whether a sentence is on record, as data (schemas.Checked)."""
    return {
        "answer": found.answer.value,
        "explanation": str(found.answer.label),
        "quotes": [_compared(match) for match in found.matches],
        "more_quotes": found.more,
        "documents": [
            {
                "title": passage.source.title,
                "page": address(passage.source.get_absolute_url()),
                "url": passage.source.url,
                "place": passage.place,
                "copied_at": passage.text.capture.captured_at.isoformat(),
                "exactness": passage.exactness,
                "before": passage.before,
                "words": passage.words,
                "after": passage.after,
            }
            for passage in found.passages
        ],
        "documents_searched": found.texts,
        "all_documents_searched": found.all_texts,
    }


def _compared(match: Match) -> dict[str, Any]:
    quote, translation = match.quote, match.translation
    pieces = {"quote": match.words, "sentence": match.sentence}
    return {
        "id": quote.pk,
        "url": address(quote.get_absolute_url()),
        "text": (translation or quote).text,
        "language": match.language,
        "translated_by": translation.origin if translation else None,
        "speaker": quote.speaker.name,
        "citation": citation_text(quote, (translation or quote).text),
        "source_url": quote.source.url if quote.source else None,
        "level": str(match.found.level),
        "exactness": match.exactness,
        "beside_negation": match.found.beside_negation,
        "differences": {name: [piece._asdict() for piece in some] for name, some in pieces.items()}
        if match.sentence
        else None,
    }


def answered(content: dict[str, Any]) -> HttpResponse:
    """Return content as JSON."""
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False})


def _refuse(errors: Any) -> None:
    if errors:
        raise Refused({name: " ".join(map(str, some)) for name, some in errors.items()})


def _part(filterset: CriteriaFilterSet, options: Paged, facets: list[str]) -> tuple[Results, Part]:
    criteria: Any = filterset.qs
    _refuse(filterset.form.errors)
    order, place = cursors.read_any(options.cursor)
    place, state = place if order == RANKED else (place, None)
    results = search(criteria, page_size=settings.PAGE_SIZE, facets=facets)
    some = results.part(place, options.limit, order)
    if some is None:
        raise cursors.refused()
    if order == RANKED and (not state or state != _state()):
        raise Outdated
    return results, some


def _state() -> str:
    """Return the indexed state of the record; empty while the index is behind."""
    present = edition()
    return present.record if present.is_indexed() else ""


def _next(request: HttpRequest, order: str, place: Any) -> str | None:
    """Return the address of the next part of a list; None after the last."""
    if place is None:
        return None
    query = request.GET.copy()
    query["cursor"] = cursors.write(order, place)
    return address(f"{request.path}?{query.urlencode()}")


def _facets(filterset: CriteriaFilterSet, names: list[str], results: Results) -> dict[str, list[dict[str, Any]]]:
    return {
        facet.name: [
            {"value": value, "label": label, "count": count} for value, label, count, _language in facet.values
        ]
        for facet in facets_of(filterset, names, results, lambda _changes: "", lambda *_of: "")
    }


def _highlight(items: list[Any], hits: list[Hit], results: Results) -> None:
    """Give each item `highlights`: its title and text in pieces."""
    rows = {(row.kind, row.item.pk): row for row in rows_of(hits, results.query)}
    for item in items:
        row = rows.get((item._meta.model_name, item.pk))
        title, text = (row.title, row.translation or row.text) if row else ([], [])
        item.highlights = {"title": [one._asdict() for one in title], "text": [one._asdict() for one in text]}
