"""How long a thread waits for PostgreSQL; tests/faults stops a real one under the site."""

import time

import psycopg2
import pytest
from django.db import OperationalError, close_old_connections, connection
from django.test import override_settings

from initiatives import limits
from reforms_site.postgresql.base import ALIVE
from reforms_site.settings import DATABASE_LIMITS
from tests.factories import QuoteFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def postgresql(settings):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server to wait for")
    settings.DATABASE_LIMITS = DATABASE_LIMITS


def told(name: str) -> str:
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


@pytest.mark.parametrize(
    ("work", "statement", "lock"), [("public", "2s", "2s"), ("desk", "30s", "10s"), ("command", "0", "1min")]
)
def test_the_servers_limit_depends_on_the_task(work, statement, lock):
    """All use the same connection."""
    with limits.working_for("public"):
        told("lock_timeout")
    with limits.working_for(work):
        assert (told("statement_timeout"), told("lock_timeout")) == (statement, lock)


@override_settings(DATABASE_LIMITS={"public": (0.2, 0.2, 0.3), "search": (5, 5, 0), "command": (0, 0, 0)})
def test_indexing_for_a_visitor_may_take_longer():
    with limits.working_for("public"):
        told("statement_timeout")
        with limits.working_for("search"), connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.5)")
        assert told("statement_timeout") == "200ms"
        assert refused("SELECT pg_sleep(0.5)")


def test_a_request_sets_and_clears_its_limit(client):
    client.get("/healthz")
    assert limits.current() == limits.Limit(0, 60, 0)
    # Not through Django, which sends the limit to the server first.
    with connection.connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("2s",)
    assert told("statement_timeout") == "0"


@override_settings(DATABASE_LIMITS={"public": (0.2, 0.2, 5), "command": (0, 0, 0)})
def test_the_server_ends_a_slow_statement_and_keeps_the_connection():
    connection.ensure_connection()
    before = connection.connection
    with limits.working_for("public"):
        assert "statement timeout" in refused("SELECT pg_sleep(5)")
        assert told("statement_timeout") == "200ms"
    assert connection.connection is before


@override_settings(DATABASE_LIMITS={"public": (0, 0, 0.5), "command": (0, 0, 0)})
def test_a_requests_total_wait_is_limited():
    with limits.working_for("public"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")
        began = time.monotonic()
        assert "in time" in refused("SELECT pg_sleep(1)")
        assert time.monotonic() - began < 0.9
    assert told("statement_timeout") == "0"


@override_settings(DATABASE_LIMITS={"public": (0.5, 0.5, 0.5), "search": (30, 2, 0), "command": (0, 0, 0)})
def test_a_file_has_no_total_limit_but_its_statements_do(client):
    QuoteFactory(public=True, text="The last line")
    pieces = iter(client.get("/quotes.csv"))
    next(pieces)
    time.sleep(0.7)
    assert "statement timeout" in refused("SELECT pg_sleep(1)")
    assert b"The last line" in b"".join(pieces)


@override_settings(DATABASE_LIMITS={"public": (0.3, 0.3, 5), "command": (0, 0, 0)})
def test_the_wait_for_a_lock_is_limited():
    connection.ensure_connection()
    other = psycopg2.connect(**connection.get_connection_params())
    try:
        other.cursor().execute("SELECT pg_advisory_lock(1)")
        with limits.working_for("public"):
            assert "timeout" in refused("SELECT pg_advisory_lock(1)")
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
