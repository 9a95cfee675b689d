"""Times the same queries in several designs alternately.

In every round each design answers every query once, in a new random order, so that a change of the machine's speed
affects all of them. It times the site's own page of quotes and the search within it (including the first statement,
which checks for changes). Another design replaces the search in that page.
"""

import random
import statistics
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol
from unittest import mock
from urllib.parse import urlencode

from django.db import Error, connection
from django.test import Client

from benchmark.queries import Query
from benchmark.report import MEASURED
from initiatives.pages.lists import listing
from initiatives.search import Criteria, Results, search

# Minimum number of answers to each query, however slow, besides the warm-up round, unless it is stopped.
FEWEST_ROUNDS = 1


class Contender(Protocol):
    """A design of search."""

    name: str

    def results(self, query: Query, criteria: Criteria, page: int, page_size: int, facets: list[str]) -> Results:
        """Return the page, the exact count and the facets."""


class Ours:
    """The site's own search."""

    name = "ours"

    def results(self, query: Query, criteria: Criteria, page: int, page_size: int, facets: list[str]) -> Results:
        """See Contender."""
        return search(criteria, page, page_size, facets)


class Answer(NamedTuple):
    """One answer: milliseconds for each measurement (see report.MEASURED), and the number of results."""

    taken: dict[str, float]
    count: int


@dataclass
class Times:
    """The measurements of one query in one design."""

    answers: list[Answer] = field(default_factory=list)
    # The reason, if there are no figures; and the minimum number of milliseconds, if known.
    failure: str = ""
    at_least: float = 0
    # Time of all answers, including those that are not counted.
    seconds: float = 0

    @property
    def rounds(self) -> int:
        """The number of measurements."""
        return len(self.answers)

    def summary(self) -> dict:
        """Return the figures, ready for JSON."""
        if self.failure:
            return {"failure": self.failure, **({"at_least": self.at_least} if self.at_least else {})}
        figures: dict[str, float] = {"count": self.answers[-1].count, "rounds": self.rounds}
        for what in MEASURED:
            times = [answer.taken[what] for answer in self.answers]
            figures[f"{what}_median"] = round(statistics.median(times), 2)
            figures[f"{what}_p95"] = round(percentile_95(times), 2)
        return figures


def percentile_95(times: list[float]) -> float:
    """Return the 95th percentile, interpolated between the two nearest values; for one value, that value."""
    if len(times) == 1:
        return times[0]
    return statistics.quantiles(times, n=20, method="inclusive")[-1]


def measure(
    contenders: list[Contender],
    queries: list[Query],
    *,
    rounds: int,
    budget: float,
    limit: float,
    progress: Callable[[], object] = lambda: None,
) -> dict[tuple[str, str], Times]:
    """Return the times by names of contender and query. The first round is a warm-up and is not counted.

    A contender skips a query once its answers have taken `budget` seconds, but at least FEWEST_ROUNDS are counted; one
    answer may take `limit` seconds. `progress` is called for each answer of each round, skipped or not.
    """
    times = {(contender.name, query.name): Times() for contender in contenders for query in queries}
    order = random.Random(1)  # noqa: S311
    client = Client(headers={"host": "127.0.0.1"})
    for round_number in range(rounds + 1):
        for contender in order.sample(contenders, len(contenders)):
            for query in order.sample(queries, len(queries)):
                taken = times[contender.name, query.name]
                if not taken.failure and (taken.rounds < FEWEST_ROUNDS or taken.seconds < budget):
                    start = time.perf_counter()
                    try:
                        answer = _ask(client, contender, query, limit)
                    except TimeoutError:
                        taken.failure, taken.at_least = f"over {limit:g} s", limit * 1000
                    else:
                        taken.seconds += time.perf_counter() - start
                        taken.answers += [answer] if round_number else []
                progress()
    return times


def _ask(client: Client, contender: Contender, query: Query, limit: float) -> Answer:
    """Request the page of quotes once. Raises TimeoutError at the limit."""
    results, taken = None, {}

    def timed(criteria: Criteria, page: int = 1, page_size: int = 20, facets: Iterable[str] = ()) -> Results:
        nonlocal results
        with _clock(taken, "search"):
            results = contender.results(query, criteria, page, page_size, list(facets))
        return results

    address = f"/quotes/?{urlencode(query.parameters)}"
    with time_limit(limit), mock.patch.object(listing, "search", timed):
        with _clock(taken, "page"):
            response = client.get(address)
        if response.status_code != 200 or results is None:
            raise RuntimeError(f"{address} answered {response.status_code}, and did not search by listing.search.")
    return Answer(taken, results.count)


@contextmanager
def _clock(taken: dict[str, float], what: str) -> Iterator[None]:
    """Record how many milliseconds the block takes."""
    start = time.perf_counter()
    yield
    taken[what] = (time.perf_counter() - start) * 1000


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Interrupt the block's database work after some seconds. Raises TimeoutError then."""
    connection.ensure_connection()
    stop = connection.connection.cancel if connection.vendor == "postgresql" else connection.connection.interrupt
    done, expired = threading.Event(), threading.Event()

    def watch() -> None:
        if done.wait(seconds):
            return
        expired.set()
        # Repeatedly: between two statements there is nothing to interrupt.
        while True:
            stop()
            if done.wait(0.1):
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    except Error as error:
        if expired.is_set():
            raise TimeoutError from error
        raise
    finally:
        done.set()
        watcher.join()
