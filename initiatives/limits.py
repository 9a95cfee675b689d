"""How long the present thread waits for PostgreSQL: settings.DATABASE_LIMITS, by what it works for.

PostgreSQL itself limits statements and locks, by the options of each connection. A server that hangs does not.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings


class _Present(threading.local):
    # Seconds for a statement, and for a step such as connecting; and the time by which the request must end. None: any.
    statement: float | None = None
    step: float | None = None
    ends: float | None = None


_present = _Present()


def begin(work: str) -> None:
    """Begin to work for a request of the "public" or of the "desk", or for a "command"."""
    _present.statement, request = settings.DATABASE_LIMITS[work]
    _present.ends = time.monotonic() + request if request else None


def stream() -> None:
    """Limit each statement of the present request alone from here on: its reader decides how long it takes."""
    _present.ends = None


@contextmanager
def working_for(work: str) -> Iterator[None]:
    """Work for something else inside; the request's time stops meanwhile."""
    statement, ends, began = _present.statement, _present.ends, time.monotonic()
    begin(work)
    try:
        yield
    finally:
        _present.statement, _present.ends = statement, ends and ends + time.monotonic() - began


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Wait at most this many seconds inside, whatever the limit of a statement."""
    _present.step = seconds
    try:
        yield
    finally:
        _present.step = None


def left() -> float | None:
    """Return how many seconds the next answer of a database may take; None: any."""
    found = [_present.step or _present.statement or None]
    if _present.ends is not None:
        found.append(max(0.0, _present.ends - time.monotonic()))
    return min((seconds for seconds in found if seconds is not None), default=None)
