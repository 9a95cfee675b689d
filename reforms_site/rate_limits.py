"""How often one visitor may ask for what costs most, by settings.RATE_LIMITS."""

import math
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from limits import parse
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from initiatives.accounts.lockout import client_address
from initiatives.views.errors import too_many_requests
from reforms_site.pause import Pause
from reforms_site.redis_cache import PATIENCE, PAUSE


class RateLimits:
    """Answers 429 to a visitor who asks too often. It stands behind kept pages: what costs nothing is not counted.

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
        wait = self._wait(request)
        return too_many_requests(request, wait) if wait else self.get_response(request)

    def _wait(self, request: HttpRequest) -> int:
        """Return how many seconds a visitor must wait; 0 if the request may be answered."""
        kind = _kind_of(request)
        if kind not in settings.RATE_LIMITS:
            return 0
        client = client_address(request)
        if client is None or self._pause.is_on():
            return 0
        limit = parse(settings.RATE_LIMITS[kind])
        try:
            allowed = self._limiter.hit(limit, kind, client)
            ends = 0 if allowed else self._limiter.get_window_stats(limit, kind, client).reset_time
        except StorageError as error:
            self._pause.failed(error)
            return 0
        self._pause.works()
        return 0 if allowed else max(1, math.ceil(ends - time.time()))


def _kind_of(request: HttpRequest) -> str:
    """Return what a request asks for: a name in settings.RATE_LIMITS, or "other"."""
    path = request.path_info
    if path == reverse("suggest"):
        return "suggestions"
    if path.endswith("card.png"):
        return "cards"
    if path == reverse("admin:login"):
        return "log-in" if request.method == "POST" else "other"
    return "search" if request.GET.get("q") else "other"
