"""Metrics for Prometheus: of all processes together, only with the token, and without visitors' search words."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from initiatives.models.choices import State
from initiatives.search.execution import forget_seconds
from reforms_site import metrics
from tests.factories import QuoteFactory
from tests.project.serving import answer_to, serving

Values = dict[tuple[str, ...], float]
TOKEN = "t" * 32
NUMBER, TOTAL = "reforms_request_seconds_count", "reforms_request_seconds_sum"


def by_labels(families: Iterable[Metric]) -> Values:
    """Return each value by the name and the labels of its metric."""
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def read(port: int) -> Values:
    """Return the metrics as Prometheus requests them, from an address that is not the site's, and without HTTPS."""
    answer = answer_to(
        port, "/metrics", Host="10.0.0.1:8000", X_Forwarded_Proto="http", Authorization=f"Bearer {TOKEN}"
    )
    assert answer.status == 200
    return by_labels(text_string_to_metric_families(answer.text))


def once(port: int, holds: Callable[[Values], bool]) -> Values:
    """Return the metrics as soon as a condition holds."""
    for _ in range(300):
        if holds(values := read(port)):
            return values
        time.sleep(0.1)
    pytest.fail(f"It never became true: {values}")


def test_requests_to_all_processes_are_counted_by_page_and_shown_only_with_the_token(tmp_path):
    (tmp_path / "tmp").mkdir()
    variables = {"METRICS_TOKEN": TOKEN, "TMPDIR": str(tmp_path / "tmp")}
    with serving(tmp_path, tmp_path / "log", "--workers", "2", "--pid", str(tmp_path / "pid"), **variables) as port:
        for _ in range(20):
            answer_to(port, "/healthz")
        for headers in ({}, {"Authorization": f"Bearer {TOKEN}t"}, {"Authorization": "Bearer é"}):
            assert answer_to(port, "/metrics?q=secretword", **headers).status == 404
        answer_to(port, "/quotes/?q=secretword")
        found = once(port, lambda values: (NUMBER, "quotes", "5xx") in values)
        assert found[NUMBER, "healthz", "2xx"] == 21  # including the one by which the tests waited for the server
        assert found[NUMBER, "none", "4xx"] == 3
        assert found[TOTAL, "healthz", "2xx"] > 0
        assert found["reforms_database_up",] == 0  # it has no tables
        assert "secretword" not in str(found)
        (folder,) = (tmp_path / "tmp").glob("reforms-metrics-*")
        # Processes that are replaced pass their counts on to the next ones.
        master = (tmp_path / "pid").read_text().strip()
        workers = subprocess.run(["pgrep", "-P", master], capture_output=True, text=True, check=True).stdout.split()
        for worker in workers:
            os.kill(int(worker), signal.SIGTERM)
        for _ in range(20):
            answer_to(port, "/healthz")
        assert once(port, lambda values: values[NUMBER, "healthz", "2xx"] == 41)
        assert {path.stem.rpartition("_")[2] for path in folder.iterdir()} <= {"0", "1"}
    assert not folder.exists()


@pytest.fixture
def counts() -> Callable[[], Values]:
    """Start without counts; return a function that returns what was counted since."""
    before = by_labels(metrics.COUNTS.collect())

    def counted() -> Values:
        now = by_labels(metrics.COUNTS.collect())
        return {key: value - before.get(key, 0) for key, value in now.items() if value != before.get(key, 0)}

    return counted


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
def test_pages_are_named_after_their_urls(counts, path, headers, page, kept):
    metrics.Metrics(lambda request: HttpResponse(headers=headers))(RequestFactory().get(path))
    counted = counts()
    assert [key for key in counted if key[0] == NUMBER] == [(NUMBER, page, "2xx")]
    assert counted[NUMBER, page, "2xx"] == 1
    assert 0 < counted[TOTAL, page, "2xx"] < 1
    assert ("reforms_search_seconds_count",) not in counted
    assert [key[1] for key in counted if key[0] == "reforms_kept_pages_total"] == ([kept] if kept else [])


@pytest.mark.django_db
def test_search_seconds_are_those_of_the_request(client, counts):
    def ask(request):
        return client.get("/quotes/?q=law") if request.path == "/quotes/" else HttpResponse()

    for path in ("/quotes/", "/healthz"):
        metrics.Metrics(ask)(RequestFactory().get(path))
    counted = counts()
    assert counted["reforms_search_seconds_count",] == 1
    assert 0 < counted["reforms_search_seconds_sum",] < counted[TOTAL, "quotes", "2xx"]
    forget_seconds()


@pytest.mark.django_db(transaction=True)
def test_waiting_work_is_counted_on_request(client, settings, tmp_path):
    settings.SEARCH_DIR = str(tmp_path / "search")

    assert metrics.present() == {
        "reforms_database_up": 1,
        "reforms_search_up": 0,
        'reforms_queue{queue="review"}': 0,
        'reforms_queue{queue="unanswered"}': 0,
    }
    client.get("/quotes/?q=law")
    QuoteFactory(state=State.IN_REVIEW)
    found = metrics.present()
    assert found["reforms_search_up"] == found["reforms_database_up"] == 1
    assert found["reforms_search_waiting"] >= 1
    assert found["reforms_search_waiting_seconds"] > 0
    assert found['reforms_queue{queue="review"}'] == 1
    assert found['reforms_queue{queue="unanswered"}'] == 0
