"""The site's settings as it is served; the database is named as the benchmark's are, for the sake of their index."""

from benchmark.settings import *  # noqa: F403
from reforms_site.settings import CACHES, INSTALLED_APPS, LOGGING, STORAGES  # noqa: F401
