"""How long a thread waits for PostgreSQL; tests/faults stops a real one under the site."""

import subprocess
import sys
import time

import psycopg2
import pytest
from django.db import OperationalError, close_old_connections, connection
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from initiatives import limits
from reforms_site.middleware import DatabaseLimits
from reforms_site.postgresql.base import ALIVE
from reforms_site.settings import DATABASE_LIMITS
from tests.factories import QuoteFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def postgresql(settings):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server to wait for")
    settings.DATABASE_LIMITS = DATABASE_LIMITS


def setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return cursor.fetchone()[0]


def refused(statement: str) -> str:
    """Return the error of a statement; the next one must find a working connection."""
    try:
        with pytest.raises(OperationalError) as error, connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close_if_unusable_or_obsolete()
    return str(error.value)


IN_A_SERVER = """
from reforms_site import wsgi
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
    print(*cursor.fetchone())
"""


def test_the_server_limits_commands_and_requests():
    assert (setting("statement_timeout"), setting("lock_timeout")) == ("0", "1min")
    asked = subprocess.run([sys.executable, "-c", IN_A_SERVER], capture_output=True, text=True, check=True)
    assert asked.stdout == "30s 10s\n"


@override_settings(DATABASE_LIMITS={"public": (0.2, 0.3), "search": (5, 0), "command": (0, 0)})
def test_indexing_for_a_visitor_may_take_longer():
    connection.ensure_connection()
    with limits.working_for("public"):
        with limits.working_for("search"), connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.5)")
        assert refused("SELECT pg_sleep(0.5)")


@override_settings(DATABASE_LIMITS={"public": (2, 6), "command": (0, 0)})
def test_a_request_sets_and_clears_its_limit(client):
    waits = []
    limited = DatabaseLimits(lambda request: HttpResponse(waits.append(limits.left())))
    limited(RequestFactory().get("/quotes/"))
    assert waits == [2]
    client.get("/healthz")
    assert limits.left() is None


@override_settings(DATABASE_LIMITS={"public": (0.2, 5), "command": (0, 0)})
def test_the_client_drops_a_slow_statement_and_the_server_ends_it():
    with connection.cursor() as cursor:
        cursor.execute("SET client_connection_check_interval = '100ms'")
    left_behind = connection.connection.info.backend_pid
    with limits.working_for("public"):
        assert "in time" in refused("SELECT pg_sleep(60)")
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", [left_behind])
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.1)
    pytest.fail("The statement goes on.")


@override_settings(DATABASE_LIMITS={"public": (0, 0.5), "command": (0, 0)})
def test_a_requests_total_wait_is_limited():
    with limits.working_for("public"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")
        began = time.monotonic()
        assert "in time" in refused("SELECT pg_sleep(1)")
        assert time.monotonic() - began < 0.9


@override_settings(DATABASE_LIMITS={"public": (0.5, 0.5), "search": (30, 0), "command": (0, 0)})
def test_a_file_has_no_total_limit_but_its_statements_do(client):
    QuoteFactory(public=True, text="The last line")
    pieces = iter(client.get("/quotes.csv"))
    next(pieces)
    time.sleep(0.7)
    assert limits.left() == 0.5
    assert b"The last line" in b"".join(pieces)


@override_settings(DATABASE_LIMITS={"public": (0.3, 5), "command": (0, 0)})
def test_the_wait_for_a_lock_is_limited():
    connection.ensure_connection()
    other = psycopg2.connect(**connection.get_connection_params())
    try:
        other.cursor().execute("SELECT pg_advisory_lock(1)")
        with limits.working_for("public"):
            assert "in time" in refused("SELECT pg_advisory_lock(1)")
    finally:
        other.close()


def test_a_connection_closed_by_the_server_is_replaced(client):
    client.get("/healthz")
    ended = connection.connection.info.backend_pid
    other = psycopg2.connect(**connection.get_connection_params())
    try:
        other.cursor().execute("SELECT pg_terminate_backend(%s)", [ended])
    finally:
        other.close()
    time.sleep(ALIVE + 0.1)
    close_old_connections()  # as before each request
    assert client.get("/readyz").json()["database"] == "ok"
    assert connection.connection.info.backend_pid != ended
