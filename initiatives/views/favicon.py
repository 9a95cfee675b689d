"""The icon under the name that browsers and readers of feeds ask for without being told."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@require_safe
@cache_control(public=True, max_age=24 * 3600)
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead to the icon. Its name changes with its content, so the redirect is kept for a day only."""
    return HttpResponsePermanentRedirect(static("img/favicon.svg"))
