"""Lists as data: the same query, with a suffix in its address. No negotiation: caches ignore what a client accepts."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from initiatives.data.columns import INITIATIVES, PRINCIPLES, QUOTES, SOURCES, columns_of
from initiatives.data.dataset import package
from initiatives.data.dataset.export import versions
from initiatives.data.formats import IN_FEED, List, csv
from initiatives.data.items import Found, found
from initiatives.data.lists import FORMATS, links
from initiatives.models import Principle
from initiatives.models.choices import Kind
from initiatives.pages.citations import address
from initiatives.pages.lists.filtersets import CriteriaFilterSet
from initiatives.pages.lists.headings import heading
from initiatives.search import Sort, Unavailable
from initiatives.views import lists
from initiatives.views.redirects import moved

# Versions of the dataset that are listed.
SHOWN = 7

PAGES: dict[str, type[lists.ListPage]] = {
    page.url_name: page for page in (lists.Quotes, lists.Initiatives, lists.Sources, lists.Timeline, lists.Everything)
}


class AsData(View):
    """A list in one format."""

    http_method_names = ["get", "head", "options"]

    def send(
        self, suffix: str, *, name: str, title: str, page_url: str, kinds: Iterable[str], items: Iterable[Found]
    ) -> HttpResponseBase:
        """Return the list as a stream; of a feed, the first items, whole."""
        format_ = FORMATS[suffix]
        asked = List(
            title=title,
            page_url=address(page_url),
            url=address(self.request.get_full_path()),
            columns=columns_of(kinds),
            items=islice(items, IN_FEED) if format_.is_feed else items,
        )
        written = csv.write(asked, mark="bom" in self.request.GET) if suffix == "csv" else format_.write(asked)
        if format_.is_feed:
            # Short, and asked for again and again: kept as pages are.
            return HttpResponse(b"".join(written), content_type=format_.media_type)
        response = StreamingHttpResponse(written, content_type=format_.media_type)
        response["Accept-Ranges"] = "none"
        if format_.is_saved:
            response["Content-Disposition"] = f'attachment; filename="{name}.{suffix}"'
        return response

    def search(
        self, page: lists.ListPage, filterset: CriteriaFilterSet, suffix: str, *, name: str, page_url: str
    ) -> HttpResponseBase:
        """Return what a list page shows for its filters; 400 with a reason where it would mark a field as wrong."""
        if (renamed := filterset.with_new_slugs()) is not None:
            return moved(f"{self.request.path}?{renamed.urlencode()}")
        if errors := filterset.form.errors:
            reasons = [f"{field}: {' '.join(map(str, some))}" for field, some in errors.items()]
            return _told(400, _("Correct the address, then try again."), *reasons)
        criteria: Any = filterset.qs
        if FORMATS[suffix].is_feed and not filterset.data.get("sort"):
            criteria = criteria.sorted_by(Sort.ADDED)
        try:
            items = found(criteria)
        except Unavailable:
            response = _told(503, _("The list is not available at the moment. Try again in a minute."))
            response["Retry-After"] = "60"
            return response
        title = heading(page.nouns, filterset)
        return self.send(suffix, name=name, title=title, page_url=page_url, kinds=page.kinds, items=items)


class ListAsData(AsData):
    """A list page as data."""

    def get(self, request: HttpRequest, name: str, suffix: str) -> HttpResponseBase:
        """Return the list with the page's own filters."""
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        if name == "principles":
            principles = Principle.objects.published().for_data().order_by("set", "number")
            return self.send(
                suffix,
                name=name,
                title=_("Principles"),
                page_url=reverse(name),
                kinds=[Kind.PRINCIPLE],
                items=(Found(Kind.PRINCIPLE, item) for item in principles),
            )
        page = PAGES[name]()
        filterset = page.filterset_class(request.GET, page.criteria(), request=request)
        return self.search(page, filterset, suffix, name=name, page_url=reverse(name) + query)


class ItemAsData(AsData):
    """What is listed of an item, such as all that has a theme: a list page with one filter chosen."""

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
    """The page that says what can be taken along, and how."""

    template_name = "data.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the formats, and the columns of each kind."""
        tables = [
            (_("Quotes"), "quotes", QUOTES),
            (_("Initiatives"), "initiatives", INITIATIVES),
            (_("Principles"), "principles", PRINCIPLES),
            (_("Sources"), "sources", SOURCES),
        ]
        return super().get_context_data(
            versions=[package.read(version) for version in versions(Path(settings.DATASET_DIR))[:SHOWN]],
            tables=[(title, links(name), columns) for title, name, columns in tables],
            licence=settings.DATA_LICENCE,
            api_docs=reverse("api_docs"),
            **kwargs,
        )


@require_safe
def dataset_file(request: HttpRequest, version: str, file: str) -> HttpResponseBase:
    """Return a file of a version of the dataset; 404 if it has none of this name."""
    path = Path(settings.DATASET_DIR) / version / file
    # A name with a slash never gets here, and one of a file elsewhere has a slash.
    if file.startswith(".") or not path.is_file():
        raise Http404
    response = FileResponse(path.open("rb"), content_type=package.MEDIA_TYPES.get(path.suffix, "text/plain"))
    patch_cache_control(response, public=True, max_age=24 * 3600, immutable=True)
    return response


def _told(status: int, *lines: str) -> HttpResponse:
    return HttpResponse("\n".join(lines) + "\n", status=status, content_type="text/plain; charset=utf-8")
