"""The site as it is served, but no page is kept."""

from benchmark.served import *  # noqa: F403
from benchmark.settings import CACHES  # noqa: F401
