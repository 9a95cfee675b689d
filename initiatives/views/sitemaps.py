"""The map of the site for search engines: an index, and parts of PART addresses each (https://www.sitemaps.org)."""

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
        """Return the host that the public sees, whatever the request says."""
        return urlsplit(settings.SITE_URL).netloc


class Pages(_OfSite):
    """The pages that are not of one item."""

    def items(self) -> tuple[str, ...]:
        """Return the names of their addresses."""
        return PAGES

    def location(self, item: str) -> str:
        """Return the address of one."""
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
        """Return when any of them was last changed, by one query."""
        return self.items().aggregate(last=Max("updated_at"))["last"]


SITEMAPS: dict[str, Any] = {"pages": Pages()} | {
    str(model._meta.model_name): Items(model)
    for model in (Quote, Initiative, PrincipleSet, Theme, Person, Body, Source)
}


def index(request: HttpRequest) -> HttpResponse:
    """Return the list of parts."""
    return djangos.index(request, SITEMAPS, sitemap_url_name="sitemap")


def part(request: HttpRequest, section: str) -> HttpResponse:
    """Return the addresses of a part: of a kind, and `?p=` the number of the part."""
    return djangos.sitemap(request, SITEMAPS, section=section)
