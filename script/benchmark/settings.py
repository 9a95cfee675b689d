"""The site's settings, with the benchmark's own tables; with BENCHMARK_PEERS also the designs it is compared with."""

import os

from reforms_site.settings import *  # noqa: F403
from reforms_site.settings import CACHES, DATABASES, INSTALLED_APPS, LOGGING

PEERS = bool(os.environ.get("BENCHMARK_PEERS"))

INSTALLED_APPS = [*INSTALLED_APPS, "benchmark"]
if PEERS:
    INSTALLED_APPS += ["modelsearch", "benchmark.peers"]
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    if PEERS:
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
# Each page is made anew.
CACHES = {**CACHES, "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
