"""Configuration and fixtures of all tests."""

import gc

import pytest
from django.conf import settings as site_settings
from django.contrib.auth.models import Group
from django.core import serializers
from django.core.cache import cache
from django.db import connection
from django.test import override_settings
from hypothesis import HealthCheck, settings

from initiatives import clock
from tests.migrated import django_db_setup, kept_database  # noqa: F401

# Examples of each property, set by --hypothesis-profile: the same in each run, so that no test fails by chance; a
# thorough run tries new ones.
_PLAIN = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
settings.register_profile("default", _PLAIN, max_examples=25, derandomize=True, database=None)
settings.register_profile("thorough", _PLAIN, max_examples=100, derandomize=False)
settings.load_profile("default")


def pytest_configure() -> None:
    """Make password hashing fast, switch off the page cache, and remove time limits on the database.

    tests/views/test_kept_pages.py turns the cache on again, and tests/project/test_database_limits.py the limits: on
    a busy machine any statement can take seconds, and a test cannot go on after its transaction is cancelled.
    """
    site_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    site_settings.CACHES["pages"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    site_settings.DATABASE_LIMITS = dict.fromkeys(site_settings.DATABASE_LIMITS, (0, 0))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, run only tests that use the database, without those of the browser; the others run on SQLite."""
    if connection.vendor != "postgresql":
        return
    on_database = [
        item
        for item in items
        if not item.get_closest_marker("browser")
        and (item.get_closest_marker("django_db") or "django_db_setup" in item.fixturenames)
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in on_database])
    items[:] = on_database


def pytest_collection_finish() -> None:
    """Collect garbage less often, and ignore what is loaded by now: it took an eighth to a third of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None):
    """Restore the groups of editors, which migrations created, after a test that empties the database."""
    marker = item.get_closest_marker("django_db")
    empties = marker and marker.kwargs.get("transaction") and "_django_db_marker" in item.funcargs
    if not empties or nextitem is None:  # after the last test the database itself is dropped
        return (yield)
    blocker = item._request.getfixturevalue("django_db_blocker")
    with blocker.unblock():
        groups = serializers.serialize("json", Group.objects.all(), use_natural_foreign_keys=True)
    ended = yield
    with blocker.unblock():
        for group in serializers.deserialize("json", groups):
            group.save()
    return ended


@pytest.fixture(scope="session", autouse=True)
def plain_files(tmp_path_factory):
    """Serve static files under their own names, without collectstatic; datasets and copies go to temporary folders."""
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    archive = {"OPTIONS": {"location": tmp_path_factory.mktemp("archive")}}
    plain["archive"] = site_settings.STORAGES["archive"] | archive
    folders = {"STATIC_ROOT": tmp_path_factory.mktemp("static"), "DATASET_DIR": str(tmp_path_factory.mktemp("dataset"))}
    with override_settings(**folders, STORAGES=site_settings.STORAGES | plain):
        yield


@pytest.fixture(autouse=True)
def empty_cache():
    """Clear the cache, and forget the time to which another test moved the clock."""
    cache.clear()
    clock.forget()
