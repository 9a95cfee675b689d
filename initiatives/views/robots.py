"""What search engines are asked to leave out: the same items in other orders, and what has nothing of its own."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from initiatives.data.lists import FORMATS

# Of addresses with a question mark only further pages of whole lists are worth reading. The longest rule counts.
EXPORTS = "\n".join(f"Disallow: /*.{suffix}" for suffix in FORMATS)
RULES = f"""\
User-agent: *
Disallow: {settings.DESK_PATH}
Disallow: /preview/
Disallow: {settings.REPORT_PATH}
Disallow: /search/
Disallow: /suggest/
Disallow: {settings.API_PATH}
Allow: {settings.API_PATH}v1/docs
Disallow: /*?
{EXPORTS}
Allow: /*?page=

Sitemap: {settings.SITE_URL}/sitemap.xml
"""


@require_safe
@cache_control(public=True, max_age=24 * 3600)
def robots(request: HttpRequest) -> HttpResponse:
    """Return robots.txt (RFC 9309)."""
    return HttpResponse(RULES, content_type="text/plain; charset=utf-8")
