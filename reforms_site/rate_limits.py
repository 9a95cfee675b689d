"""How often one visitor may ask for what costs most, by settings.RATE_LIMITS."""

import logging
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

_log = logging.getLogger(__name__)


class RateLimits:
    """Answers 429 to a visitor who asks too often. It stands behind kept pages: what costs nothing is not counted.

    A visitor is an address, or a network of IPv6. Without an address, or if the counts cannot be kept, nobody is
    refused.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response
        self._limiter = SlidingWindowCounterRateLimiter(
            storage_from_string(settings.RATE_LIMITS_STORAGE, wrap_exceptions=True)
        )

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Refuse a request, or answer it."""
        wait = self._wait(request)
        return too_many_requests(request, wait) if wait else self.get_response(request)

    def _wait(self, request: HttpRequest) -> int:
        """Return how many seconds a visitor must wait; 0 if the request may be answered."""
        kind = _kind_of(request)
        client = client_address(request)
        if kind not in settings.RATE_LIMITS or client is None:
            return 0
        limit = parse(settings.RATE_LIMITS[kind])
        try:
            if self._limiter.hit(limit, kind, client):
                return 0
            return max(1, math.ceil(self._limiter.get_window_stats(limit, kind, client).reset_time - time.time()))
        except StorageError as error:
            _log.warning("Requests are not counted: %s", error)
            return 0


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
