"""Lists as data: the same query, with a suffix in its address. No negotiation: caches ignore what a client accepts."""

from itertools import islice
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from initiatives.data.columns import columns_of
from initiatives.data.formats import IN_FEED, List, bib, csv, json, ris
from initiatives.data.items import found
from initiatives.pages.citations import address
from initiatives.pages.lists.headings import heading
from initiatives.search import Sort, Unavailable
from initiatives.views import lists
from initiatives.views.redirects import moved

FORMATS = {module.FORMAT.suffix: module.FORMAT for module in (csv, json, bib, ris)}
# Lists that are offered as data, by the names of their addresses.
LISTS: dict[str, type[lists.ListPage]] = {
    page.url_name: page for page in (lists.Quotes, lists.Initiatives, lists.Sources, lists.Timeline, lists.Everything)
}


class ListAsData(View):
    """A list in one format, with the page's own filters."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, name: str, suffix: str) -> HttpResponseBase:
        """Return the list; 400 with a reason where the page would show an error beside a field."""
        page, format_ = LISTS[name](), FORMATS[suffix]
        filterset = page.filterset_class(request.GET, page.criteria(), request=request)
        if (renamed := filterset.with_new_slugs()) is not None:
            return moved(f"{request.path}?{renamed.urlencode()}")
        if errors := filterset.form.errors:
            reasons = [f"{field}: {' '.join(map(str, some))}" for field, some in errors.items()]
            return _told(400, _("Correct the address, then try again."), *reasons)
        criteria: Any = filterset.qs
        if format_.is_feed and not request.GET.get("sort"):
            criteria = criteria.sorted_by(Sort.ADDED)
        try:
            items = found(criteria)
        except Unavailable:
            response = _told(503, _("The list is not available at the moment. Try again in a minute."))
            response["Retry-After"] = "60"
            return response
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        asked = List(
            title=heading(page.nouns, filterset),
            page_url=address(reverse(page.url_name) + query),
            url=address(request.get_full_path()),
            columns=columns_of(page.kinds),
            items=islice(items, IN_FEED) if format_.is_feed else items,
        )
        written = csv.write(asked, mark="bom" in request.GET) if suffix == "csv" else format_.write(asked)
        response = StreamingHttpResponse(written, content_type=format_.media_type)
        if format_.is_saved:
            response["Content-Disposition"] = f'attachment; filename="{name}.{suffix}"'
        return response


def _told(status: int, *lines: str) -> HttpResponse:
    return HttpResponse("\n".join(lines) + "\n", status=status, content_type="text/plain; charset=utf-8")
