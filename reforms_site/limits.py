"""How long the present thread waits for PostgreSQL: settings.DATABASE_LIMITS, by what it works for."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.conf import settings
from django.core.signals import request_finished
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class Limit(NamedTuple):
    """Seconds that a statement may take, wait for a lock, and that a request may wait for the database in all; 0: any.

    PostgreSQL keeps the first two. A server that hangs keeps none, so the site waits for a statement GRACE longer.
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


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Wait for so many seconds inside, whatever a statement may take."""
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


class DatabaseLimits:
    """Limits requests of the public, and those of the desk less."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Set the limit; it holds until all of the answer was sent."""
        begin("desk" if request.path_info.startswith(settings.DESK_PATH) else "public")
        return self.get_response(request)


request_finished.connect(lambda **kwargs: begin("command"), weak=False, dispatch_uid="reforms_site.limits")
