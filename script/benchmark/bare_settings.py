"""The site's settings, without middleware and with a single URL: benchmark.bare."""

from reforms_site.settings import *  # noqa: F403

MIDDLEWARE: list[str] = []
ROOT_URLCONF = "benchmark.bare"
