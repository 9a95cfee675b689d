"""The benchmark of pages: only expected responses count, and the copy for Wagtail is the public record."""

import os
import shutil
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmark import wagtail_copy
from benchmark.pages import BARE, CACHED, RENDERED, WAGTAIL, section
from benchmark.wrk import Figures, Pages, medians, parent_of, worked
from tests.factories import InitiativeFactory, MilestoneFactory, QuoteFactory, ThemeFactory

needs_wrk = pytest.mark.skipif(not shutil.which("wrk"), reason="wrk is missing: apt-get install wrk")


class Site(BaseHTTPRequestHandler):
    """Responds with the status in the address."""

    def do_GET(self):
        self.send_response(int(self.path.strip("/")))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        """Log nothing."""


@pytest.fixture
def port():
    """Serve Site, and return its port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


class TestAsking:
    @pytest.mark.parametrize("status", [301, 404, 500])
    def test_stops_at_any_other_response(self, port, status):
        with pytest.raises(SystemExit, match=f"/{status} answered {status}, not 200"):
            Pages(port, os.getpid(), ["/200", f"/{status}"]).ask()


@needs_wrk
class TestMeasuring:
    def test_counts_responses_and_the_work_of_this_process(self, port):
        before = sum(os.times()[:4])
        figures = Pages(port, os.getpid(), ["/200"]).measure(1, None)
        took = (sum(os.times()[:4]) - before) * 1000
        assert figures.rate > 1
        assert figures.p99 > 0
        # The responses of one second cost no more than this process and wrk, its child.
        assert 0 < figures.work * figures.rate <= took * 1.2
        assert figures.in_database == 0

    @pytest.mark.parametrize("addresses", [["/200", "/301"], ["/200", "/404"], ["/500"]])
    def test_stops_at_any_other_response(self, port, addresses):
        with pytest.raises(SystemExit, match="requests failed"):
            Pages(port, os.getpid(), addresses).measure(1, None)


class TestProcessorTime:
    def test_is_that_of_a_process(self):
        before, start = worked(os.getpid()), time.process_time()
        while time.process_time() - start < 0.2:
            pass
        assert 0.15 < worked(os.getpid()) - before < 0.5
        assert worked(None) == 0

    def test_a_process_knows_its_parent(self):
        assert parent_of(os.getpid()) == os.getppid()


@pytest.mark.django_db
class TestTheCopyForWagtail:
    def test_has_only_public_items(self):
        theme = ThemeFactory(public=True)
        hidden = ThemeFactory()
        initiative = InitiativeFactory(public=True, themes=[theme])
        milestone = MilestoneFactory(initiative=initiative)
        MilestoneFactory(initiative=InitiativeFactory())
        quote = QuoteFactory(public=True, themes=[theme])
        QuoteFactory(themes=[theme, hidden])
        copy = wagtail_copy.export()
        assert [row["pk"] for row in copy["themes"]] == [theme.pk]
        assert [(row["pk"], row["text"], row["themes"]) for row in copy["quotes"]] == [
            (quote.pk, quote.text, [theme.pk])
        ]
        assert [(row["pk"], row["themes"]) for row in copy["initiatives"]] == [(initiative.pk, [theme.pk])]
        assert [(row["pk"], row["initiative_id"]) for row in copy["milestones"]] == [(milestone.pk, initiative.pk)]
        assert {row["pk"] for row in copy["sources"]} >= {quote.source_id, milestone.source_id}
        assert quote.speaker_id in {row["pk"] for row in copy["speakers"]}


class TestTheTable:
    def test_lists_each_page_with_its_multiple_of_wagtails_rate(self):
        found = {
            (BARE, RENDERED): Figures(2500.2, 5.13, 0.4, 0),
            ("home", CACHED): Figures(1650.4, 7.0, 0.61, 0.25),
            ("home", RENDERED): Figures(200, 51.26, 8.123, 2.461),
            ("home", WAGTAIL): Figures(40, 250, 40, 0),
        }
        lines = section(found).splitlines()
        assert lines[0] == "| page | rendered | cached | Wagtail | times |"
        assert lines[2].startswith("| bare view | 2,500 · 5.1 · 0.40 |")
        cells = "200 · 51.3 · 8.12 + 2.46 | 1,650 · 7.0 · 0.61 + 0.25 | 40.0 · 250 · 40.00"
        assert lines[3:] == [f"| home | {cells} | 5.00× |"]

    def test_figures_are_medians(self):
        assert medians([Figures(1, 9, 5, 0), Figures(3, 7, 4, 0), Figures(2, 8, 6, 1)]) == Figures(2, 8, 5, 0)
