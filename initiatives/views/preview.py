"""Unpublished items as they will look to the public, for anyone with a signed link."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from initiatives.pages.previews import PreviewExpired, previewed
from initiatives.views import details

# Kinds that have a page of their own; principles are shown with their set.
PAGES: dict[str, type[details.DetailPage]] = {
    str(page.model._meta.model_name): page
    for page in (
        details.QuotePage,
        details.InitiativePage,
        details.PrincipleSetPage,
        details.ThemePage,
        details.PersonPage,
        details.BodyPage,
        details.SourcePage,
    )
}


@method_decorator(never_cache, name="dispatch")
class Preview(View):
    """Shows one item on its own page, with everything it depends on, published or not."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show the item of the link: 410 if the link has expired, 404 if it is not valid."""
        try:
            kind, pk = previewed(token)
        except PreviewExpired:
            response = render(request, "preview_expired.html", status=410)
        except ValueError as error:
            raise Http404 from error
        else:
            page = PAGES[kind]()
            page.setup(request)
            response = page.page(get_object_or_404(page.items(), pk=pk), preview=True)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "no-referrer"
        return response
