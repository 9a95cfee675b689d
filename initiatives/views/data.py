"""Lists as data, at the list's address with a suffix. No content negotiation: caches ignore the Accept header.

Also the dataset: its versions and their files.
"""

import re
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, parse_http_date_safe
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from whitenoise.responders import SlicedFile

from initiatives.data.columns import (
    INITIATIVES,
    MILESTONES,
    PRINCIPLES,
    QUOTES,
    SOURCES,
    STATUSES,
    Column,
    columns_of,
)
from initiatives.data.dataset import package
from initiatives.data.dataset.export import kept_for_ever, versions
from initiatives.data.items import Found, found
from initiatives.data.lists import FORMATS, IN_FEED, LISTS, List, csv, links
from initiatives.models import Principle
from initiatives.models.choices import Kind
from initiatives.pages.citations import address
from initiatives.pages.lists.filtersets import CriteriaFilterSet
from initiatives.pages.lists.headings import heading
from initiatives.search import Sort, Unavailable
from initiatives.views import lists
from initiatives.views.errors import moved

# A range of bytes, counted from the start or the end of the file. Multiple ranges are not supported.
RANGE = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))")

PAGES: dict[str, type[lists.ListPage]] = {
    page.url_name: page for page in (lists.Quotes, lists.Initiatives, lists.Sources, lists.Timeline, lists.Everything)
}
# Lists available only as data: the page with the same items, the filters chosen there, and the columns.
WITHOUT_PAGE: dict[str, tuple[str, dict[str, str], tuple[Column, ...]]] = {
    "milestones": ("timeline", {"kind": Kind.MILESTONE}, MILESTONES),
    "statuses": ("initiatives", {}, STATUSES),
}


class AsData(View):
    """A list in one format."""

    http_method_names = ["get", "head", "options"]

    def send(
        self, suffix: str, *, name: str, title: str, page_url: str, columns: tuple[Column, ...], items: Iterable[Found]
    ) -> HttpResponseBase:
        """Return the list as a stream; for a feed, only the first items, in one piece."""
        format_ = FORMATS[suffix]
        asked = List(
            title=title,
            page_url=address(page_url),
            url=address(self.request.get_full_path()),
            columns=columns,
            items=islice(items, IN_FEED) if format_.is_feed else items,
        )
        written = csv(asked, mark="bom" in self.request.GET) if suffix == "csv" else format_.write(asked)
        if format_.is_feed:
            # Short and often requested: cached like pages.
            return HttpResponse(b"".join(written), content_type=format_.media_type)
        response = StreamingHttpResponse(written, content_type=format_.media_type)
        response["Accept-Ranges"] = "none"
        if format_.is_saved:
            response["Content-Disposition"] = f'attachment; filename="{name}.{suffix}"'
        return response

    def search(
        self,
        page: lists.ListPage,
        filterset: CriteriaFilterSet,
        suffix: str,
        *,
        name: str,
        page_url: str,
        columns: tuple[Column, ...] = (),
    ) -> HttpResponseBase:
        """Return the items that a list page shows for its filters; 400 with reasons if a filter is invalid."""
        if (renamed := filterset.with_new_slugs()) is not None:
            return moved(f"{self.request.path}?{renamed.urlencode()}")
        if errors := filterset.form.errors:
            reasons = [f"{field}: {' '.join(map(str, some))}" for field, some in errors.items()]
            return _text_response(400, _("Correct the address, then try again."), *reasons)
        criteria: Any = filterset.qs
        if FORMATS[suffix].is_feed and not filterset.data.get("sort"):
            criteria = criteria.sorted_by(Sort.ADDED)
        try:
            items = found(criteria)
        except Unavailable:
            response = _text_response(503, _("The list is not available at the moment. Try again in a minute."))
            response["Retry-After"] = "60"
            return response
        title, columns = heading(page.nouns, filterset), columns or columns_of(page.kinds)
        return self.send(suffix, name=name, title=title, page_url=page_url, columns=columns, items=items)


class ListAsData(AsData):
    """A list page as data."""

    def get(self, request: HttpRequest, name: str, suffix: str) -> HttpResponseBase:
        """Return the list with the page's filters; 404 if it is not available in this format."""
        if suffix not in LISTS[name]:
            raise Http404
        if name == "principles":
            principles = Principle.objects.published().for_data().order_by("set", "number")
            return self.send(
                suffix,
                name=name,
                title=_("Principles"),
                page_url=reverse(name),
                columns=PRINCIPLES,
                items=(Found(Kind.PRINCIPLE, item) for item in principles),
            )
        shown, chosen, columns = WITHOUT_PAGE.get(name, (name, {}, ()))
        page, given = PAGES[shown](), request.GET.copy()
        for filter_, value in chosen.items():
            given[filter_] = value
        filterset = page.filterset_class(given, page.criteria(), request=request)
        page_url = f"{reverse(shown)}?{given.urlencode()}" if given else reverse(shown)
        return self.search(page, filterset, suffix, name=name, page_url=page_url, columns=columns)


class ItemAsData(AsData):
    """A list for an item, such as everything on a theme: a list page with one filter chosen."""

    page: type[lists.ListPage] = lists.ListPage
    filter = ""

    def get(self, request: HttpRequest, slug: str, suffix: str, of: str) -> HttpResponseBase:
        """Return the list; 404 if there is no such item."""
        given = request.GET.copy()
        given.setlist(self.filter, [slug])
        page = self.page()
        chosen = page.filterset_class(given, page.criteria(), request=request)
        if (renamed := chosen.with_new_slugs()) is not None:
            return moved(request.path.replace(slug, str(renamed[self.filter])))
        if self.filter in chosen.form.errors:
            raise Http404
        return self.search(page, chosen, suffix, name=slug, page_url=reverse(of, args=[slug]))


class Data(TemplateView):
    """The page about the data available for download."""

    template_name = "data.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the formats and the columns of each kind."""
        tables = [
            (_("Quotes"), "quotes", QUOTES),
            (_("Initiatives"), "initiatives", INITIATIVES),
            (_("Statuses"), "statuses", STATUSES),
            (_("Milestones"), "milestones", MILESTONES),
            (_("Principles"), "principles", PRINCIPLES),
            (_("Sources"), "sources", SOURCES),
        ]
        return super().get_context_data(
            versions=[package.read(version) for version in versions(Path(settings.DATASET_DIR))],
            tables=[(title, links(name), columns) for title, name, columns in tables],
            latest_url=reverse("latest_dataset_file", args=[package.DESCRIPTION]),
            versions_url=reverse("dataset_versions"),
            licence=settings.DATA_LICENCE,
            api_docs=reverse("api_docs"),
            **kwargs,
        )


@require_safe
def dataset_versions(request: HttpRequest) -> HttpResponse:
    """Return the versions of the dataset, newest first, with the address, length and checksum of each file."""
    known = versions(Path(settings.DATASET_DIR))
    first = kept_for_ever(known)
    summaries = [package.summary(version) | {"kept_for_ever": version in first} for version in known]
    latest = address(reverse("latest_dataset_file", args=[package.DESCRIPTION]))
    response = JsonResponse(
        {"latest": latest, "versions": summaries},
        content_type="application/json; charset=utf-8",
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def latest_dataset_file(request: HttpRequest, file: str) -> HttpResponse:
    """Redirect to a file of the newest version; 404 if there is none with this name."""
    newest = next(iter(versions(Path(settings.DATASET_DIR))), None)
    if newest is None:
        raise Http404
    response = redirect("dataset_file", newest.name, _file_of(newest, file).name)
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def dataset_file(request: HttpRequest, version: str, file: str) -> HttpResponseBase:
    """Return a file of a version, or the requested bytes of it; 404 if there is none with this name."""
    path = _file_of(Path(settings.DATASET_DIR) / version, file)
    stat = path.stat()
    etag, modified = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"', int(stat.st_mtime)
    response: Any = FileResponse(path.open("rb"), content_type=package.content_type(path))
    response["ETag"], response["Last-Modified"], response["Accept-Ranges"] = etag, http_date(modified), "bytes"
    # Withdrawn items are removed from files that clients may already have.
    patch_cache_control(response, public=True, no_cache=True)
    answer: Any = get_conditional_response(request, etag, modified, response)
    if answer is response:
        unchanged = request.headers.get("If-Range", etag)
        if unchanged == etag or parse_http_date_safe(unchanged) == modified:
            answer = _part(request, response, stat.st_size)
    if answer is not response:
        # Closes the file when the request ends.
        answer.close = response.close
    return answer


def _part(request: HttpRequest, response: Any, size: int) -> HttpResponseBase:
    """Reduce a response to the requested range of bytes (RFC 9110, section 14); 416 if it starts beyond the end."""
    asked = RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if request.method != "GET" or not asked:
        return response
    first, last, from_end = asked.groups()
    start = int(first) if first else max(0, size - int(from_end))
    end = min(int(last), size - 1) if last else size - 1
    if last and int(last) < start:
        return response
    if start > end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response.status_code = 206
    response.streaming_content = SlicedFile(response.file_to_stream, start, end)
    response["Content-Range"], response["Content-Length"] = f"bytes {start}-{end}/{size}", str(end - start + 1)
    return response


def _file_of(version: Path, file: str) -> Path:
    """Return the path of a file in a version. Raises Http404 if there is none with this name."""
    # The name cannot contain a slash, so it cannot lead out of the folder.
    if file.startswith(".") or not (version / file).is_file():
        raise Http404
    return version / file


def _text_response(status: int, *lines: str) -> HttpResponse:
    return HttpResponse("\n".join(lines) + "\n", status=status, content_type="text/plain; charset=utf-8")
