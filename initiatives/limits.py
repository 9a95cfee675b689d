"""How long the present thread waits for PostgreSQL: settings.DATABASE_LIMITS, by what it works for."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.conf import settings


class Limit(NamedTuple):
    """Seconds that a statement may take, wait for a lock, and that a request may wait for the database in all; 0: any.

    PostgreSQL keeps the first two. A server that hangs keeps none, so the site waits for a statement GRACE longer.
    What is sent piece by piece is bounded by the first two alone: how long it takes is up to its reader.
    """

    statement: float
    lock: float
    request: float


GRACE = 1.0


class _Present(threading.local):
    limit = Limit(*settings.DATABASE_LIMITS["command"])
    # The moment at which a request has waited long enough, and what waits now instead of a statement.
    ends: float | None = None
    step: float | None = None


_present = _Present()


def current() -> Limit:
    """Return the limit of the present thread."""
    return _present.limit


def begin(work: str) -> None:
    """Begin to work for a request of the "public" or of the "desk", or for a "command"."""
    _present.limit = Limit(*settings.DATABASE_LIMITS[work])
    _present.ends = time.monotonic() + _present.limit.request if _present.limit.request else None


def stream() -> None:
    """Bound each statement of the present request alone from here on."""
    _present.ends = None


@contextmanager
def working_for(work: str) -> Iterator[None]:
    """Work for something else inside, which does not count for the request."""
    limit, ends, began = _present.limit, _present.ends, time.monotonic()
    begin(work)
    try:
        yield
    finally:
        _present.limit, _present.ends = limit, ends and ends + time.monotonic() - began


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
    statement = _present.limit.statement
    step = _present.step or (statement + GRACE if statement else None)
    if _present.ends is None:
        return step
    rest = max(0.0, _present.ends - time.monotonic())
    return rest if step is None else min(rest, step)
