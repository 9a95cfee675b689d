"""Serves public pages from replicas of the database that are up to date."""

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from initiatives.models.databases import reading
from initiatives.pages.edition import edition
from initiatives.search.in_step import last_change
from reforms_site.kept_pages import NEVER

# How often, in seconds, a process asks the primary for the last change, which a replica must have.
AGE = 1
FAILURES = (OperationalError, InterfaceError)


class Replicas:
    """Serves public pages, to visitors without a session, from a replica that is at most a second behind the primary.

    If a replica fails, the request is repeated with the next one, and finally with the primary.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        if not settings.REPLICAS:
            raise MiddlewareNotUsed
        self.get_response = get_response
        # Processes start with different replicas, so that each replica has few connections.
        first = os.getpid() % len(settings.REPLICAS)
        self._replicas = (*settings.REPLICAS[first:], *settings.REPLICAS[:first])
        self._needed, self._asked, self._asking = 0, float("-inf"), threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer from the first database that is available and up to date."""
        if _is_by_a_visitor(request):
            needed = self._last_of_primary()
            for alias in self._replicas:
                with reading(alias):
                    response = self._answer(request, alias, needed)
                if response:
                    return response
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Note that the database failed while a page was rendered."""
        if isinstance(exception, FAILURES):
            request.database_failed = True  # type: ignore[attr-defined]

    def _answer(self, request: HttpRequest, alias: str, needed: int) -> HttpResponseBase | None:
        """Return the response made from a replica; None if the replica fails or is behind."""
        try:
            present = edition()
        except FAILURES:
            return None
        if present.change.number < needed:
            return None
        request.edition = present  # type: ignore[attr-defined]
        response = self.get_response(request)
        del request.edition  # type: ignore[attr-defined]
        return None if request.__dict__.pop("database_failed", False) else response

    def _last_of_primary(self) -> int:
        """Return the number of the primary's last change, at most AGE seconds old unless the primary fails."""
        if time.monotonic() - self._asked >= AGE and self._asking.acquire(blocking=False):
            try:
                with suppress(*FAILURES):
                    self._needed = last_change().number
            finally:
                self._asked = time.monotonic()
                self._asking.release()
        return self._needed


def _is_by_a_visitor(request: HttpRequest) -> bool:
    return (
        request.method in {"GET", "HEAD"}
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not request.path.startswith((settings.DESK_PATH, *NEVER))
    )
