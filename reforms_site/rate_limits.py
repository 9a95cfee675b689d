"""How often one visitor may ask for what costs most, by settings.RATE_LIMITS."""

import math
import time
from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from initiatives.accounts.lockout import client_address
from initiatives.views.errors import is_api, too_many_requests
from reforms_site.pause import Pause
from reforms_site.redis_cache import PATIENCE, PAUSE

# The header of what is left, which changes with each answer.
STATE = "RateLimit"


class _State(NamedTuple):
    """How a visitor stands: requests that are left, and the seconds until more are."""

    limit: RateLimitItem
    allowed: bool
    left: int
    seconds: int


class RateLimits:
    """Answers 429 to a visitor who asks too often. It stands behind kept pages: what costs nothing is not counted.
    Programs, which read the API, are told how much is left (the headers of draft-ietf-httpapi-ratelimit-headers).

    A visitor is an address, or a network of IPv6. Without an address, or if the counts cannot be kept, nobody is
    refused.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response
        patience = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE} if settings.CACHE_URL else {}
        storage = storage_from_string(settings.CACHE_URL or "memory://", wrap_exceptions=True, **patience)
        self._pause = Pause("The count of requests in CACHE_URL", PAUSE)
        self._limiter = SlidingWindowCounterRateLimiter(storage)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Refuse a request, or answer it."""
        state = self._count(request)
        wait = state.seconds if state and not state.allowed else 0
        response = too_many_requests(request, wait) if wait else self.get_response(request)
        if state and is_api(request):
            response["RateLimit-Policy"] = f'"api";q={state.limit.amount};w={state.limit.get_expiry()}'
            response[STATE] = f'"api";r={state.left};t={state.seconds}'
        return response

    def _count(self, request: HttpRequest) -> "_State | None":
        """Count a request, and return how the visitor stands; None if nothing is counted."""
        kind = _kind_of(request)
        if kind not in settings.RATE_LIMITS:
            return None
        client = client_address(request)
        if client is None or self._pause.is_on():
            return None
        limit = parse(settings.RATE_LIMITS[kind])
        try:
            allowed = self._limiter.hit(limit, kind, client)
            # Who is not told of it needs no further look-up.
            told = not allowed or is_api(request)
            ends, left = self._limiter.get_window_stats(limit, kind, client) if told else (0, 0)
        except StorageError as error:
            self._pause.failed(error)
            return None
        self._pause.works()
        return _State(limit, allowed, max(0, left), max(1, math.ceil(ends - time.time())))


def _kind_of(request: HttpRequest) -> str:
    """Return what a request asks for: a name in settings.RATE_LIMITS, or "other"."""
    path = request.path_info
    if is_api(request):
        return "api"
    if path == reverse("suggest"):
        return "suggestions"
    if path.endswith("card.png"):
        return "cards"
    if path == reverse("admin:login"):
        return "log-in" if request.method == "POST" else "other"
    if path.startswith(settings.REPORT_PATH) and request.method == "POST":
        return "reports"
    return "search" if request.GET.get("q") else "other"
