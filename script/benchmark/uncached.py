"""The site as served, but without caching pages."""

from benchmark.served import *  # noqa: F403
from benchmark.settings import CACHES  # noqa: F401
