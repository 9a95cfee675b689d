"""Fixtures for all tests."""

import pytest
from django.core.cache import cache

from initiatives.search import frequencies


@pytest.fixture(scope="session")
def empty_static_root(tmp_path_factory):
    """A folder for collected files, which tests do without."""
    return tmp_path_factory.mktemp("static")


@pytest.fixture(autouse=True)
def plain_static_files(settings, empty_static_root):
    """Name static files as they are: hashed names ask for collectstatic first."""
    settings.STATIC_ROOT = empty_static_root
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def empty_cache():
    """Begin without what another test left in the cache."""
    cache.clear()


@pytest.fixture(autouse=True)
def statistics_read_once(monkeypatch):
    """Read PostgreSQL's statistics of words once: a test that counts queries may take longer than they are kept."""
    monkeypatch.setattr(frequencies, "KEPT", float("inf"))
