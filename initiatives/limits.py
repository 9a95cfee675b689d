"""Limits how long the current thread waits for PostgreSQL: settings.DATABASE_LIMITS, by type of work.

PostgreSQL itself limits statements and locks, through connection options. A server that hangs does not.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings


class _Present(threading.local):
    # Seconds for a statement, and for a step such as connecting; and the request's deadline. None: no limit.
    statement: float | None = None
    step: float | None = None
    ends: float | None = None


_present = _Present()


def begin(work: str) -> None:
    """Start work for a "public" request, a request to the "desk", or a "command"."""
    _present.statement, request = settings.DATABASE_LIMITS[work]
    _present.ends = time.monotonic() + request if request else None


def stream() -> None:
    """From now on, limit only single statements of the current request: the client determines how long it takes."""
    _present.ends = None


@contextmanager
def working_for(work: str) -> Iterator[None]:
    """Do another type of work in this block, which does not count towards the request's time."""
    statement, ends, began = _present.statement, _present.ends, time.monotonic()
    begin(work)
    try:
        yield
    finally:
        _present.statement, _present.ends = statement, ends and ends + time.monotonic() - began


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Wait at most this many seconds in this block, whatever the limit for statements."""
    _present.step = seconds
    try:
        yield
    finally:
        _present.step = None


def left() -> float | None:
    """Return how many seconds the next database response may take; None if there is no limit."""
    found = [_present.step or _present.statement or None]
    if _present.ends is not None:
        found.append(max(0.0, _present.ends - time.monotonic()))
    return min((seconds for seconds in found if seconds is not None), default=None)
