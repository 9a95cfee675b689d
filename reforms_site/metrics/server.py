"""The process that counts requests, read from its input, and serves the counts (`-m reforms_site.metrics.server`)."""

import itertools
import json
import logging
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
# Queues of the desk with waiting work or faults, and the most items of a kind that are counted.
_QUEUES, MOST = ("review", "unanswered"), 1000

# Seconds after which an address that another has is a fault: a server before this one ends by then.
PATIENCE = 60

_log = logging.getLogger(__name__)


class Counts:
    """What was counted since the server started."""

    def __init__(self, registry: CollectorRegistry):
        self.requests = Histogram(
            "reforms_request_seconds",
            "Seconds that requests took, by kind of page and class of status.",
            ["page", "status"],
            registry=registry,
            buckets=BUCKETS,
        )
        self.searches = Histogram(
            "reforms_search_seconds", "Seconds that requests searched.", registry=registry, buckets=BUCKETS
        )
        self.kept = Counter(
            "reforms_kept_pages",
            "Public pages: hit (kept and shown), made (and kept), stale (shown without a database).",
            ["result"],
            registry=registry,
        )

    def add(self, line: bytes) -> None:
        """Count the request of a line (see metrics.report)."""
        page, status, seconds, searched, kept = json.loads(line)
        self.requests.labels(page, f"{status // 100}xx").observe(seconds)
        if searched is not None:
            self.searches.observe(searched)
        if kept:
            self.kept.labels(kept).inc()


class Waiting(Collector):
    """What waits, asked when the metrics are."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Yield what can be told now; without a database, that there is none."""
        close_old_connections()
        try:
            yield from [*_of_search(), *_of_desk(), _gauge("database_up", "1 if the database answers.", 1)]
        except DatabaseError:
            yield _gauge("database_up", "1 if the database answers.", 0)
        finally:
            close_old_connections()


def _of_search() -> Iterator[GaugeMetricFamily]:
    from initiatives.search import Unavailable
    from initiatives.search.in_step import condition

    try:
        index = condition()
    except Unavailable:
        yield _gauge("search_up", "1 if search can answer.", 0)
        return
    waits = (timezone.now() - index.waits_since).total_seconds() if index.waits_since else 0
    yield _gauge("search_up", "1 if search can answer.", 1)
    yield _gauge("search_bytes", "Bytes of the search index.", index.size)
    yield _gauge("search_waiting", "Changes that the next search takes in.", index.waiting)
    yield _gauge("search_waiting_seconds", "Seconds since the first of them.", waits)


def _of_desk() -> Iterator[GaugeMetricFamily]:
    from django.contrib.auth.models import User

    from initiatives.editorial.queues import QUEUES

    told = f"Items that wait for editors, {MOST} of a kind at most."
    waiting = GaugeMetricFamily("reforms_queue", told, labels=["queue"])
    for queue in QUEUES:
        if queue.key in _QUEUES:
            found = [queue.find(model._default_manager.all(), User()) for model in queue.models]
            waiting.add_metric([queue.key], sum(items.order_by().values("pk")[:MOST].count() for items in found))
    yield waiting


def _gauge(name: str, what: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"reforms_{name}", what, value=value)


def _serve(registry: CollectorRegistry) -> None:
    """Serve, as soon as a server before this one has let go of the address."""
    address = urlsplit(f"//{settings.METRICS_ADDRESS}")
    for attempt in itertools.count(1):
        try:
            start_http_server(address.port or 0, address.hostname or "", registry)
            return
        except OSError as error:
            if attempt == PATIENCE:
                _log.error("METRICS_ADDRESS: %s cannot be used: %s", settings.METRICS_ADDRESS, error)
            time.sleep(1)


def main() -> None:
    """Count until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, whose end is ours
    django.setup()
    registry = CollectorRegistry()
    counts = Counts(registry)
    registry.register(Waiting())
    threading.Thread(target=_serve, args=[registry], daemon=True).start()
    for line in sys.stdin.buffer:
        counts.add(line)


if __name__ == "__main__":
    main()
