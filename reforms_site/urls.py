"""The site's URLs. They are stable: an id or slug never changes without a redirect."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from initiatives.admin import fields
from initiatives.urls import data_patterns
from initiatives.views import site, sitemaps
from initiatives.views.errors import page_not_found, server_error

DESK = settings.DESK_PATH.lstrip("/")

urlpatterns = [
    path("", include(data_patterns)),
    path(f"{DESK}markdown-preview/", admin.site.admin_view(fields.preview_view), name=fields.MARKDOWN_PREVIEW),
    path(f"{DESK}written-date/", admin.site.admin_view(fields.understood_view), name=fields.WRITTEN_DATE),
    path(DESK, admin.site.urls),
    path("favicon.ico", site.favicon, name="favicon"),
    path("sitemap.xml", sitemaps.index, name="sitemap_index"),
    path("sitemap-<slug:section>.xml", sitemaps.part, name="sitemap"),
    path("robots.txt", site.robots, name="robots"),
    path(".well-known/security.txt", site.security_txt, name="security_txt"),
    path("healthz", site.healthz, name="healthz"),
    path("readyz", site.readyz, name="readyz"),
    # Last, because without a prefix it matches any address.
    *i18n_patterns(path("", include("initiatives.urls")), prefix_default_language=False),
]

handler404 = page_not_found
handler500 = server_error
