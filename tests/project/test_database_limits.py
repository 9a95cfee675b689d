"""How long a thread waits for PostgreSQL; tests/faults stops a real one under the site."""

import time

import psycopg2
import pytest
from django.db import OperationalError, connection
from django.test import override_settings

from initiatives import limits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server to wait for")
    yield
    limits.begin("command")


def told(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("work", "statement", "lock"), [("public", "2s", "2s"), ("desk", "30s", "10s"), ("command", "0", "1min")]
)
def test_the_server_is_told_by_what_is_done(work, statement, lock):
    """The same connection serves all."""
    limits.begin("public")
    told("lock_timeout")
    limits.begin(work)
    assert (told("statement_timeout"), told("lock_timeout")) == (statement, lock)


@override_settings(DATABASE_LIMITS={"public": (0.2, 0.2, 0.3), "search": (5, 5, 0), "command": (0, 0, 0)})
def test_what_search_takes_in_for_a_visitor_may_take_longer():
    limits.begin("public")
    told("statement_timeout")
    with limits.working_for("search"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.5)")
    assert told("statement_timeout") == "200ms"
    with pytest.raises(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.5)")


def test_a_request_begins_with_its_limit_and_leaves_none(client):
    client.get("/admin/login/")
    with connection.cursor() as cursor:
        # Not through Django, which would tell the server first.
        cursor.cursor.execute("SHOW statement_timeout")
    assert limits.current() == limits.Limit(0, 60, 0)
    assert told("statement_timeout") == "0"


@override_settings(DATABASE_LIMITS={"public": (0.2, 0.2, 5), "command": (0, 0, 0)})
def test_a_slow_statement_is_ended_by_the_server_and_the_connection_stays():
    connection.ensure_connection()
    before = connection.connection
    limits.begin("public")
    with pytest.raises(OperationalError, match="statement timeout"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")
    assert told("statement_timeout") == "200ms"
    assert connection.connection is before


@override_settings(DATABASE_LIMITS={"public": (0, 0, 0.5), "command": (0, 0, 0)})
def test_a_request_waits_so_long_in_all():
    limits.begin("public")
    began = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.3)")
        with pytest.raises(OperationalError, match="in time"):
            cursor.execute("SELECT pg_sleep(10)")
    assert time.monotonic() - began < 2
    # What waits no longer has let go of the server.
    connection.close()
    limits.begin("command")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@override_settings(DATABASE_LIMITS={"public": (0.3, 0.3, 5), "command": (0, 0, 0)})
def test_a_lock_is_waited_for_so_long():
    connection.ensure_connection()
    other = psycopg2.connect(**connection.get_connection_params())
    try:
        other.cursor().execute("SELECT pg_advisory_lock(1)")
        limits.begin("public")
        with pytest.raises(OperationalError, match="timeout"), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(1)")
    finally:
        other.close()
