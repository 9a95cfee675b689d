"""The site's settings, with the tables of the benchmark and the plain design."""

import os

from reforms_site.settings import *  # noqa: F403
from reforms_site.settings import CACHES, DATABASES, INSTALLED_APPS, LOGGING

INSTALLED_APPS = [*INSTALLED_APPS, "benchmark", "benchmark.plain"]
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    INSTALLED_APPS += ["django.contrib.postgres"]
    # script/with-postgres uses a new socket folder each time. The index is named after its database, so leave that out.
    os.environ["PGHOST"], DATABASES["default"]["HOST"] = DATABASES["default"]["HOST"], ""

# Use plain names, because static files may not have been collected.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Do not log an error when a search is stopped at its time limit.
LOGGING = {**LOGGING, "loggers": {**LOGGING["loggers"], "django.request": {"level": "CRITICAL"}}}
# Render each page when it is requested.
CACHES = {**CACHES, "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
