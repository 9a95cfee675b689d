"""The sitemap for search engines: an index, and parts with PART addresses each (https://www.sitemaps.org)."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as djangos
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from initiatives.models import Body, Initiative, Person, PrincipleSet, Quote, Source, Theme

PART = 500
PAGES = (
    "home",
    "quotes",
    "initiatives",
    "principles",
    "themes",
    "people",
    "check",
    "timeline",
    "sources",
    "about",
    "method",
    "changes",
)


class _OfSite(Sitemap):
    limit = PART
    protocol = urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None) -> str:
        """Return the public host, regardless of the request."""
        return urlsplit(settings.SITE_URL).netloc


class Pages(_OfSite):
    """The pages that are not about a single item."""

    def items(self) -> tuple[str, ...]:
        """Return the names of their URL patterns."""
        return PAGES

    def location(self, item: str) -> str:
        """Return the address of a page."""
        return reverse(item)


class Items(_OfSite):
    """The public items of a kind, each with the day of its last change."""

    def __init__(self, model: Any):
        self.model = model

    def items(self):
        """Return the items."""
        return self.model.objects.published().order_by("pk")

    def lastmod(self, item):
        """Return when an item was last changed."""
        return item.updated_at

    def get_latest_lastmod(self):
        """Return when any item was last changed, in one query."""
        return self.items().aggregate(last=Max("updated_at"))["last"]


SITEMAPS: dict[str, Any] = {"pages": Pages()} | {
    str(model._meta.model_name): Items(model)
    for model in (Quote, Initiative, PrincipleSet, Theme, Person, Body, Source)
}


def index(request: HttpRequest) -> HttpResponse:
    """Return the list of parts."""
    return djangos.index(request, SITEMAPS, sitemap_url_name="sitemap")


def part(request: HttpRequest, section: str) -> HttpResponse:
    """Return the addresses in a part, given by its kind (`section`) and its number (`?p=`)."""
    return djangos.sitemap(request, SITEMAPS, section=section)
