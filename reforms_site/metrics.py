"""Metrics for Prometheus at /metrics, for clients that send METRICS_TOKEN.

The processes of a server share their counts through files in a folder that gunicorn.py creates.
"""

import os
from contextlib import suppress
from functools import lru_cache
from time import perf_counter

from django.conf import settings
from django.contrib.auth.models import User
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from initiatives import limits
from initiatives.editorial.queues import QUEUES
from initiatives.search import Unavailable
from initiatives.search.execution import forget_seconds, seconds_searched
from initiatives.search.in_step import condition
from reforms_site.middleware import Middleware

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
# Queues of the desk that are counted, and the number at which counting each kind of item stops.
COUNTED_QUEUES, MOST = ("review", "unanswered"), 1000

COUNTS = CollectorRegistry()
REQUESTS = Histogram(
    "reforms_request_seconds",
    "Seconds that requests took, by kind of page and class of status.",
    ["page", "status"],
    registry=COUNTS,
    buckets=BUCKETS,
)
SEARCHES = Histogram("reforms_search_seconds", "Seconds that requests searched.", registry=COUNTS, buckets=BUCKETS)
KEPT = Counter(
    "reforms_kept_pages",
    "Public pages: hit (kept and shown), made (and kept), stale (shown without a database).",
    ["result"],
    registry=COUNTS,
)


class Metrics(Middleware):
    """Counts requests by kind of page (the name of its URL), never by words that a visitor typed.

    It runs first, so that Prometheus may use any host name, and plain HTTP.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer and count a request. Without the right token, /metrics is a 404 like any unknown address."""
        if request.path_info == "/metrics" and _has_token(request):
            return HttpResponse(_text(), content_type=CONTENT_TYPE_LATEST)
        began = perf_counter()
        forget_seconds()
        response = self.get_response(request)
        page = _page(request)
        REQUESTS.labels(page, f"{response.status_code // 100}xx").observe(perf_counter() - began)
        if (searched := seconds_searched()) is not None:
            SEARCHES.observe(searched)
        if result := _kept(page, response):
            KEPT.labels(result).inc()
        return response


def _has_token(request: HttpRequest) -> bool:
    return constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}")


def _text() -> bytes:
    """Return the counts of all processes and the current state in Prometheus's format."""
    counts = COUNTS
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        counts = CollectorRegistry()
        MultiProcessCollector(counts)
    return generate_latest(counts) + "".join(f"{name} {value}\n" for name, value in present().items()).encode()


def _page(request: HttpRequest) -> str:
    """Return the name of the URL; "static" for all static files, "none" for all unknown addresses."""
    if request.path_info.startswith(settings.STATIC_URL):
        return "static"
    # Kept pages and refusals are answered before Django resolves the address.
    return request.resolver_match.view_name if request.resolver_match else _resolved(request.path_info)


@lru_cache(1000)
def _resolved(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return "none"


def _kept(page: str, response: HttpResponseBase) -> str:
    """Return how a page was served: "hit", "stale" or "made" (see KEPT); empty if it is not cached."""
    if cache_status := response.headers.get("Cache-Status", ""):
        return "stale" if "stale" in cache_status else "hit"
    return "made" if page != "static" and response.has_header("ETag") and not response.streaming else ""


@limits.working_for("public")
def present() -> dict[str, float]:
    """Return, by metric, whether the database and search work, and how many items wait for indexing and for editors."""
    found: dict[str, float] = {"reforms_database_up": 0, "reforms_search_up": 0}
    with suppress(DatabaseError, Unavailable):
        for queue in QUEUES:
            if queue.key in COUNTED_QUEUES:
                items = [queue.find(model._default_manager.all(), User()).order_by() for model in queue.models]
                waiting = sum(some.values("pk")[:MOST].count() for some in items)
                found[f'reforms_queue{{queue="{queue.key}"}}'] = waiting
        found["reforms_database_up"] = 1
        index = condition()
        since = index.waits_since
        found |= {
            "reforms_search_up": 1,
            "reforms_search_bytes": index.size,
            "reforms_search_waiting": index.waiting,
            "reforms_search_waiting_seconds": (timezone.now() - since).total_seconds() if since else 0,
        }
    return found
