"""Quotes on other sites: a small page for a frame, and oEmbed (https://oembed.com), which describes the frame."""

from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from initiatives.changes.log import corrections_of
from initiatives.changes.withdrawals import Withdrawal
from initiatives.models import Quote
from initiatives.pages.citations import address
from initiatives.pages.sharing import frame
from initiatives.views.details import DetailPage

# The framed page needs only its style sheet.
POLICY = {
    "default-src": [NONE],
    "style-src": [SELF],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": ["*"],
}
# The names of the addresses of a quote.
_OF_QUOTES = frozenset({"quote", "quote_by_id", "short_quote"})


@method_decorator([xframe_options_exempt, csp(POLICY)], name="dispatch")
class Embed(DetailPage):
    """A quote for a frame on another site's page; if it has been withdrawn, a sentence that says so."""

    model = Quote

    def items(self):
        """Return quotes with everything that the frame shows."""
        return Quote.objects.for_card()

    def shared(self, item) -> dict:
        """Return nothing: the quote's own page has the metadata for other sites."""
        return {}

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Show the quote."""
        response = super().get(request, *args, **kwargs)
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    def gone(self, withdrawal: Withdrawal) -> HttpResponse:
        """Return the frame's page in place of a withdrawn quote."""
        return render(self.request, "items/embed_withdrawn.html", {"reason": withdrawal.reason}, status=410)

    def page(self, item: Quote, **extra) -> HttpResponse:
        """Return the page for the frame."""
        return render(self.request, "items/embed.html", {"item": item, "corrections": corrections_of(item, 1)})


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """Return how to embed the quote with the address `url`, within `maxwidth` and `maxheight`.

    404 if it is not the address of a public quote, 501 for formats other than JSON.
    """
    if request.GET.get("format", "json") != "json":
        return _text_response(501, _("This site answers in JSON only. Leave out “format”, or write “format=json”."))
    try:
        most_width, most_height = (_pixels(request.GET.get(name)) for name in ("maxwidth", "maxheight"))
    except ValueError:
        return _text_response(400, _("Write “maxwidth” and “maxheight” as whole numbers of pixels, such as 400."))
    pk = _quote_at(request.GET.get("url", ""))
    quote = pk and Quote.objects.published().for_card().filter(pk=pk).first()
    if not quote:
        return _text_response(
            404, _("There is no public quote at this address. Write “url” as the full address of its page.")
        )
    framed = frame(quote, most_width, most_height)
    response = JsonResponse(
        {
            "version": "1.0",
            "type": "rich",
            "provider_name": _("The Reform Record"),
            "provider_url": address(reverse("home")),
            "title": str(quote),
            "author_name": quote.speaker.name,
            "author_url": address(quote.speaker.get_absolute_url()),
            "html": framed.code,
            "width": framed.width,
            "height": framed.height,
        }
    )
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _pixels(written: str | None) -> int | None:
    """Return a number of pixels; None if the parameter is missing. Raises ValueError."""
    if written is None:
        return None
    if not written.isascii() or not written.isdecimal() or not int(written[:9]) > 0:
        raise ValueError
    return int(written[:9])


def _quote_at(url: str) -> int | None:
    """Return the number of the quote with this full address; None if it is not one of a quote on this site."""
    try:
        parts = urlsplit(url)
        match = resolve(unquote(parts.path))
    except (ValueError, Resolver404):
        return None
    is_here = parts.scheme in {"http", "https"} and parts.netloc == urlsplit(settings.SITE_URL).netloc
    return match.kwargs["pk"] if is_here and match.url_name in _OF_QUOTES else None


def _text_response(status: int, line: str) -> HttpResponse:
    return HttpResponse(f"{line}\n", status=status, content_type="text/plain; charset=utf-8")
