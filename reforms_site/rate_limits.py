"""Limits how often one visitor may request expensive pages (settings.RATE_LIMITS), and how many at once."""

import math
import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve, reverse
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from initiatives.accounts.lockout import client_address
from initiatives.models.paths import split_language
from initiatives.views.errors import is_api, too_many_files, too_many_requests
from reforms_site.gunicorn import threads
from reforms_site.pause import Pause
from reforms_site.redis_cache import PATIENCE, PAUSE

# The header with the remaining requests, which changes with each response.
STATE = "RateLimit"
# One visitor may use half of a process's threads at once, so that the others can serve other visitors. At most half of
# the threads send files, one to each visitor, so that pages are served however slowly files are read. Refused visitors
# may try again after SOON seconds.
MADE_FOR_ONE = SENT = threads // 2
SENT_TO_ONE, SOON = 1, 15
# Seconds to wait for the end of a file: its reader may already have all of it and request the next one.
MOMENT = 0.05
# Lists, with or without search words.
LISTS = {"quotes", "initiatives", "sources", "timeline", "search"}


class _State(NamedTuple):
    """A visitor's remaining requests, and the seconds until there are more."""

    limit: RateLimitItem
    allowed: bool
    left: int
    seconds: int


class _AtOnce:
    """Counts requests in progress in this process (between `begin` and `end`), in total and by visitor."""

    def __init__(self, most: int, most_for_one: int) -> None:
        self._most, self._most_for_one = most, most_for_one
        self._changed, self._under_way = threading.Condition(), Counter[str | None]()

    def begin(self, client: str | None, wait: float = 0) -> bool:
        """Return whether there was room within `wait` seconds. Without an address (None), only the total is limited."""
        with self._changed:
            has_room = self._changed.wait_for(lambda: self._has_room(client), wait)
            if has_room:
                self._under_way[client] += 1
            return has_room

    def end(self, client: str | None) -> None:
        with self._changed:
            self._under_way -= Counter([client])
            self._changed.notify_all()

    def _has_room(self, client: str | None) -> bool:
        for_one = client is not None and self._under_way[client] >= self._most_for_one
        return not for_one and self._under_way.total() < self._most


class RateLimits:
    """Returns 429 to visitors who send too many requests, or too many at once, and 503 while too many files are sent.

    It runs after KeptPages, because cached pages cost nothing and are not counted. API responses report how many
    requests are left (headers of draft-ietf-httpapi-ratelimit-headers).

    A visitor is an IPv4 address or an IPv6 network. Without an address, or while the counts cannot be stored, no
    request is refused.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response
        patience = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE} if settings.CACHE_URL else {}
        storage = storage_from_string(settings.CACHE_URL or "memory://", wrap_exceptions=True, **patience)
        self._pause = Pause("The count of requests in CACHE_URL", PAUSE)
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._made, self._sent = _AtOnce(threads, MADE_FOR_ONE), _AtOnce(SENT, SENT_TO_ONE)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Refuse a request, or answer it."""
        kind = _kind_of(request)
        client = client_address(request) if kind in settings.RATE_LIMITS else None
        if kind != "files":
            return self._counted(request, kind, client)
        if not self._sent.begin(client, MOMENT):
            return too_many_files(SOON)
        response = self._counted(request, kind, client)
        # Called when it has been sent, or is discarded unsent.
        sent = weakref.finalize(response, self._sent.end, client)
        if response.streaming:
            response._resource_closers.append(sent)  # type: ignore[attr-defined]
        else:
            sent()
        return response

    def _counted(self, request: HttpRequest, kind: str, client: str | None) -> HttpResponseBase:
        """Count a request, and answer it unless the visitor is over the limit."""
        state = self._count(request, kind, client) if client else None
        wait = state.seconds if state and not state.allowed else 0
        response = too_many_requests(request, wait) if wait else self._answer(request, kind, client)
        if state and is_api(request):
            response["RateLimit-Policy"] = f'"{kind}";q={state.limit.amount};w={state.limit.get_expiry()}'
            response[STATE] = f'"{kind}";r={state.left};t={state.seconds}'
        return response

    def _answer(self, request: HttpRequest, kind: str, client: str | None) -> HttpResponseBase:
        """Answer a request unless the visitor has too many in progress."""
        if kind not in {"search", "api", "check"}:
            return self.get_response(request)
        if not self._made.begin(client):
            return too_many_requests(request, 1)
        try:
            return self.get_response(request)
        finally:
            self._made.end(client)

    def _count(self, request: HttpRequest, kind: str, client: str) -> "_State | None":
        """Count a request and return the visitor's allowance, or None if requests cannot be counted."""
        if self._pause.is_on():
            return None
        limit = parse(settings.RATE_LIMITS[kind])
        try:
            allowed = self._limiter.hit(limit, kind, client)
            # Skip the second look-up unless the response needs the headers.
            needs_headers = not allowed or is_api(request)
            ends, left = self._limiter.get_window_stats(limit, kind, client) if needs_headers else (0, 0)
        except StorageError as error:
            self._pause.failed(error)
            return None
        self._pause.works()
        return _State(limit, allowed, max(0, left), max(1, math.ceil(ends - time.time())))


def _kind_of(request: HttpRequest) -> str:
    """Return the kind of a request: a name in settings.RATE_LIMITS, or "other"."""
    _language, path = split_language(request.path_info)
    if path in settings.CHECK_PATHS and request.method == "POST":
        return "check"
    if is_api(request):
        return "api"
    if request.path_info == reverse("suggest"):
        return "suggestions"
    if path.endswith("card.png"):
        return "cards"
    if path == reverse("admin:login"):
        return "log-in" if request.method == "POST" else "other"
    if path == reverse("admin:forgotten"):
        return "forgotten" if request.method == "POST" else "other"
    if path.startswith(settings.REPORT_PATH) and request.method == "POST":
        return "reports"
    name = _name_of(request.path_info)
    if name.endswith("_as_data") or name == "dataset_file":
        return "files"
    return "search" if name in LISTS or request.GET.get("q") else "other"


def _name_of(path: str) -> str:
    try:
        return resolve(path).url_name or ""
    except Resolver404:
        return ""
