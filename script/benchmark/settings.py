"""The site's settings, with tables of the benchmark's own and of the plain design."""

import os

from reforms_site.settings import *  # noqa: F403
from reforms_site.settings import CACHES, DATABASES, INSTALLED_APPS, LOGGING

INSTALLED_APPS = [*INSTALLED_APPS, "benchmark", "benchmark.plain"]
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    INSTALLED_APPS += ["django.contrib.postgres"]
    # script/with-postgres listens in another folder each time: the index, which is named after its database, stays.
    os.environ["PGHOST"], DATABASES["default"]["HOST"] = DATABASES["default"]["HOST"], ""

# There may be no collected static files: name them as they are.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A page whose search is stopped at its time limit is no fault to be logged.
LOGGING = {**LOGGING, "loggers": {**LOGGING["loggers"], "django.request": {"level": "CRITICAL"}}}
# Each page is made when it is requested.
CACHES = {**CACHES, "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
