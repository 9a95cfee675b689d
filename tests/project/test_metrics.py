"""Metrics for Prometheus: on an address of their own, of all processes together, and of nobody who asked."""

import http.client
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import closing

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from initiatives.models.choices import State
from initiatives.search.execution import forget_seconds
from reforms_site.metrics import middleware
from reforms_site.metrics.server import Waiting
from tests.factories import QuoteFactory
from tests.project.serving import answer_to, serving

Values = dict[tuple[str, ...], float]


def by_labels(families: Iterable[Metric]) -> Values:
    """Return each value by the name and the labels of its metric."""
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def read(port: int) -> Values | None:
    """Return the metrics that are served; None if nobody does."""
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as client:
            client.request("GET", "/metrics")
            return by_labels(text_string_to_metric_families(client.getresponse().read().decode()))
    except OSError:
        return None


def once(port: int, holds: Callable[[Values | None], bool]) -> Values:
    """Return the metrics once something holds of them."""
    for _ in range(300):
        values = read(port)
        if holds(values):
            return values or {}
        time.sleep(0.1)
    pytest.fail(f"It never held: {values}")


def test_requests_to_all_processes_are_counted_by_kind_of_page_on_another_port(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        own = listener.getsockname()[1]
    number, total = "reforms_request_seconds_count", "reforms_request_seconds_sum"
    with serving(tmp_path, tmp_path / "log", "--workers", "2", METRICS_ADDRESS=f"127.0.0.1:{own}") as port:
        for _ in range(20):
            answer_to(port, "/healthz")
        assert answer_to(port, "/metrics?q=secretword").status == 404
        answer_to(port, "/quotes/?q=secretword")
        told = once(own, lambda values: bool(values) and (number, "quotes", "5xx") in values)
        assert told[number, "healthz", "2xx"] == 21  # with the one by which the tests knew that it serves
        assert told[number, "none", "4xx"] == 1
        assert told[total, "healthz", "2xx"] > 0
        assert told["reforms_database_up",] == 0  # it has no tables
        assert "secretword" not in str(told)
    once(own, lambda values: values is None)


@pytest.fixture
def reported(monkeypatch) -> list[tuple]:
    """What is reported of requests."""
    reports: list[tuple] = []
    monkeypatch.setattr("reforms_site.metrics.report", lambda *report: reports.append(report))
    return reports


@pytest.mark.parametrize(
    ("path", "headers", "page", "kept"),
    [
        ("/quotes/?q=law", {"ETag": "W/1"}, "quotes", "made"),
        ("/quotes/?q=law", {"ETag": "W/1", "Cache-Status": "site; hit"}, "quotes", "hit"),
        ("/themes/courts/", {"ETag": "W/1", "Cache-Status": "site; hit; detail=stale"}, "theme", "stale"),
        ("/static/base.css", {"ETag": "1"}, "static", ""),
        ("/admin/", {}, "admin:index", ""),
        ("/no/such/page", {}, "none", ""),
    ],
)
def test_pages_have_the_names_of_their_addresses(reported, path, headers, page, kept):
    middleware.Measure(lambda request: HttpResponse(headers=headers))(RequestFactory().get(path))
    ((told, status, seconds, searched, how),) = reported
    assert (told, status, searched, how) == (page, 200, None, kept)
    assert 0 < seconds < 1


@pytest.mark.django_db
def test_seconds_of_searches_are_those_of_the_request(client, reported):
    def ask(request):
        return client.get("/quotes/?q=law") if request.path == "/quotes/" else HttpResponse()

    for path in ("/quotes/", "/healthz"):
        middleware.Measure(ask)(RequestFactory().get(path))
    (_, _, seconds, searched, _), (_, _, _, none, _) = reported
    assert 0 < searched < seconds
    assert none is None
    forget_seconds()


@pytest.mark.django_db(transaction=True)
def test_what_waits_is_told_when_asked(client, settings, tmp_path):
    settings.SEARCH_DIR = str(tmp_path / "search")

    assert by_labels(Waiting().collect())["reforms_search_up",] == 0
    client.get("/quotes/?q=law")
    QuoteFactory(state=State.IN_REVIEW)
    told = by_labels(Waiting().collect())
    assert told["reforms_search_up",] == told["reforms_database_up",] == 1
    assert told["reforms_search_waiting",] >= 1
    assert told["reforms_search_waiting_seconds",] > 0
    assert told["reforms_queue", "review"] == 1
    assert told["reforms_queue", "unanswered"] == 0
