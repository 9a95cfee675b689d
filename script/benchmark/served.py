"""The site's settings as served; the database has the benchmark's name, so that the index is found."""

from benchmark.settings import *  # noqa: F403
from reforms_site.settings import CACHES, INSTALLED_APPS, LOGGING, STORAGES  # noqa: F401
