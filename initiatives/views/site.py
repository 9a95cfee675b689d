"""Pages and files about the site itself: the home page, the method, the index of people, files for programs."""

from datetime import UTC, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from initiatives.changes.log import latest_corrections
from initiatives.data.lists import FORMATS
from initiatives.editorial.copies import archive
from initiatives.models import Milestone
from initiatives.models.choices import (
    COMPARED_MEANINGS,
    EFFECT_MEANINGS,
    FOLDED_LABELS,
    PROVENANCE_MEANINGS,
    PUBLISHER_MEANINGS,
    STATUS_MEANINGS,
    VERIFICATION_MEANINGS,
)
from initiatives.pages.front import front
from initiatives.pages.people import directory
from initiatives.pages.totals import counts_of_record
from initiatives.pages.tracks import latest_moved
from initiatives.search import Unavailable
from initiatives.search.in_step import condition

# How many tracks the home page draws; the list of initiatives has all of them.
SHOWN = 30
# How long security.txt is valid.
VALID = timedelta(days=180)
# Among addresses with a query, crawlers need only further pages of whole lists. The longest matching rule wins.
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


class Home(TemplateView):
    """The home page."""

    template_name = "home.html"

    def get_context_data(self, **kwargs) -> dict:
        """Return the record's numbers, its themes, a quote, and the latest milestones and corrections."""
        return super().get_context_data(
            counts=counts_of_record(),
            front=front(),
            tracks=latest_moved(SHOWN),
            latest_corrections=latest_corrections(3),
            latest_milestones=Milestone.objects.published().for_listing().order_by("-date", "-pk")[:5],
            **kwargs,
        )


class Method(TemplateView):
    """The rules of the record, for readers."""

    template_name = "method.html"

    def get_context_data(self, **kwargs) -> dict:
        """Return every status, effect, kind of publisher, verification, level and provenance with its meaning."""
        return super().get_context_data(
            statuses=STATUS_MEANINGS.items(),
            voices=[(value.label, meaning) for value, meaning in (EFFECT_MEANINGS | PUBLISHER_MEANINGS).items()],
            verifications=[(value.label, meaning) for value, meaning in VERIFICATION_MEANINGS.items()],
            levels=[(value.label, meaning) for value, meaning in COMPARED_MEANINGS.items()],
            folded="; ".join(map(str, FOLDED_LABELS.values())),
            provenances=[(value.label, meaning) for value, meaning in PROVENANCE_MEANINGS.items()],
            **kwargs,
        )


class People(TemplateView):
    """The index of people and institutions in the record."""

    template_name = "people.html"

    def get_context_data(self, **kwargs) -> dict:
        """Return the people and institutions: all of them, those under a letter, or those that match a name."""
        asked = self.request.GET
        found = directory(asked.get("q", ""), asked.get("letter", ""))
        return super().get_context_data(directory=found, **kwargs)


@require_safe
@cache_control(public=True, max_age=24 * 3600)
def favicon(request: HttpRequest) -> HttpResponse:
    """Redirect to the icon. Its name changes with its content, so the redirect is cached only for a day."""
    return HttpResponsePermanentRedirect(static("img/favicon.svg"))


@require_safe
@cache_control(public=True, max_age=24 * 3600)
def robots(request: HttpRequest) -> HttpResponse:
    """Return robots.txt (RFC 9309)."""
    return HttpResponse(RULES, content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=24 * 3600)
def security_txt(request: HttpRequest) -> HttpResponse:
    """Return security.txt (RFC 9116). Raises Http404 if the settings name no contact."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    midnight = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {(midnight + VALID).isoformat()}",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
        "Preferred-Languages: en",
    ]
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Return "ok" if the process runs and the database responds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Report whether the database and search are available; the status is 503 if one is not.

    JSON: {"database" and "search": "ok" or "not available", "search_bytes", "search_waiting": the number of changes
    that the next search will index, "search_waits_since": the time of the first of them, "archive": whether copies of
    documents can be saved (pages do not need it), "archive_files" and "archive_bytes": how many are on record}.
    """
    said: dict[str, object] = {"database": "ok", "search": "ok", "archive": archive.condition()}
    try:
        said |= archive.size()
        index = condition()
    except DatabaseError:
        said["database"] = said["search"] = "not available"
    except Unavailable:
        said["search"] = "not available"
    else:
        said |= {
            "search_bytes": index.size,
            "search_waiting": index.waiting,
            "search_waits_since": index.waits_since,
        }
    return JsonResponse(said, status=200 if said["search"] == "ok" else 503)
