"""Django's backend for PostgreSQL, with time limits that also hold for a server that hangs."""

import select
import time
from functools import cache
from typing import Any

import psycopg2
from django.db.backends.postgresql import base
from psycopg2.extensions import POLL_OK, POLL_READ, set_wait_callback

from initiatives import limits
from reforms_site.pause import Pause

# Seconds to wait for a new connection and for an existing one to answer, to pause after a failure, and to presume a
# connection alive after its last use.
CONNECT, SIGN_OF_LIFE, PAUSE, ALIVE = 2, 1, 2, 1


@cache
def _pause(alias: str) -> Pause:
    return Pause(f"The database {alias}", PAUSE)


class _NoAnswer(psycopg2.OperationalError):
    """The database did not answer in time."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Connects within CONNECT seconds, and does not try during a pause."""

    _used = float("-inf")

    def connect(self) -> None:
        """Open a connection. Raises OperationalError at once during a pause."""
        pause = _pause(self.alias)
        if pause.is_on():
            raise psycopg2.OperationalError("The database did not answer a moment ago.")
        try:
            with limits.at_most(CONNECT):
                super().connect()
            # A pooler accepts connections even if the server behind it is down.
            if not self.is_usable():
                self.close()
                raise _NoAnswer(f"The database did not answer within {SIGN_OF_LIFE} second.")
        except psycopg2.OperationalError as error:
            pause.failed(error)
            raise
        pause.works()

    def is_usable(self) -> bool:
        """Return whether an existing connection answers in time. A server that hangs begins a pause."""
        if self.connection is None:
            return False
        try:
            with limits.at_most(SIGN_OF_LIFE), self.connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except _NoAnswer as error:
            _pause(self.alias).failed(error)
            return False
        except psycopg2.Error:
            return False
        return True

    def close_if_health_check_failed(self) -> None:
        """Check a connection that was idle for a while. Checking it at each request would double the work of most."""
        if time.monotonic() - self._used > ALIVE:
            super().close_if_health_check_failed()

    def create_cursor(self, name: str | None = None) -> Any:
        """Return a cursor, and note that the connection is in use."""
        self._used = time.monotonic()
        return super().create_cursor(name)


def _wait(connection: Any) -> None:
    """Wait for PostgreSQL's answer. Raises _NoAnswer at the time limit; psycopg2 then closes the connection."""
    left = limits.left()
    end = None if left is None else time.monotonic() + left
    while (state := connection.poll()) != POLL_OK:
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN if state == POLL_READ else select.POLLOUT)
        rest = None if end is None else max(0.0, end - time.monotonic())
        if not poll.poll(None if rest is None else 1000 * rest):
            raise _NoAnswer("The database did not answer in time.")


set_wait_callback(_wait)
