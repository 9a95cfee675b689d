"""The site as it is served, but no page is kept."""

from benchmark.served import *  # noqa: F403
from reforms_site.settings import CACHES

CACHES = {**CACHES, "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
