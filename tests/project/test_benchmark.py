"""The benchmark: the same record every time, correct figures, readable tables."""

import hashlib
import time
from collections import Counter

import pytest
from django.db import connection, transaction

from benchmark import generator, measure, report
from benchmark.generator import Generator
from benchmark.queries import Query, fixed
from initiatives.models import Quote
from initiatives.search import in_step
from tests.helpers import found, rolled_back

SIZE, SEED = 300, 7


@pytest.fixture(autouse=True)
def few_speakers_and_sources(monkeypatch):
    """Avoid the time it takes to index thousands of them for each record."""
    monkeypatch.setattr(generator, "SPEAKERS", 20)
    monkeypatch.setattr(generator, "SOURCES", 20)


@pytest.fixture
def small_record(db):
    """Build a record of SIZE quotes, and its index."""
    Generator(SIZE, SEED).build()
    in_step.rebuild()


def digest_of_record() -> str:
    """Return a digest of everything that the generator decided about the quotes."""
    rows = []
    for quote in Quote.objects.order_by("pk").select_related("speaker", "source").prefetch_related("themes"):
        themes = sorted(theme.slug for theme in quote.themes.all())
        rows.append((quote.text, quote.language, quote.date.isoformat(), quote.speaker.slug, quote.source.slug, themes))
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]


class TestTheRecord:
    @pytest.mark.django_db
    def test_is_the_same_for_the_same_size_and_seed_on_every_database(self):
        digests = []
        for seed in (SEED, SEED, SEED + 1):
            with rolled_back():
                Generator(SIZE, seed).build()
                digests.append(digest_of_record())
        # The same on SQLite and PostgreSQL. A change to the generator invalidates all saved figures and databases.
        assert digests[:2] == ["0b6b874fae5a4edd"] * 2
        assert digests[2] != digests[0]

    def test_is_indexed_word_by_word(self, small_record):
        texts = [set(text.lower().rstrip(".").split()) for text in Quote.objects.values_list("text", flat=True)]
        words = [query.all_of[0] for query in fixed() if query.parameters.keys() == {"q"} and len(query.all_of) == 1]
        # Words that occur in no text are excluded: the nearest word is searched instead.
        numbers = {word: number for word in words if (number := sum(word in text for text in texts))}
        assert {word: len(found(word)) for word in numbers} == numbers
        assert len(numbers) > 3
        assert max(numbers.values()) > SIZE / 4

    def test_follows_zipfs_law(self, small_record):
        counts = Counter(word for text in Quote.objects.values_list("text", flat=True) for word in text.lower().split())
        first, tenth = (counts[generator.word(rank, "en")] for rank in (0, 9))
        assert 2 * tenth < first < 8 * tenth


class TestTheQueries:
    def test_the_fixed_list_does_not_change(self):
        # Earlier figures are comparable with today's only if it never changes.
        typed = [query.parameters for query in fixed()]
        assert hashlib.sha256(repr(typed).encode()).hexdigest()[:16] == "59bad3d98fcb307f"

    def test_queries_are_written_as_a_visitor_types_them(self):
        assert Query("", all_of=("a", "b"), none_of=("c",)).typed == "a b -c"
        assert Query("", any_of=("a", "b")).typed == "a or b"
        assert Query("", phrase=("a", "b")).typed == '"a b"'
        assert Query("", prefix="be").typed == "be*"
        assert Query("", theme="tax", year="2020").parameters == {"theme": "tax", "year": "2020"}


class Slow(measure.Ours):
    """Our search, a little slower."""

    name = "slow"

    def results(self, *arguments):
        """See measure.Contender."""
        time.sleep(0.05)
        return super().results(*arguments)


class Endless(measure.Ours):
    """A search that never ends for one query."""

    name = "endless"

    def results(self, query, *arguments):
        """See measure.Contender."""
        if query.name == "rare word":
            run_endlessly()
        return super().results(query, *arguments)


def run_endlessly() -> None:
    """Run a statement that would never finish."""
    endless = {
        "postgresql": "SELECT pg_sleep(60)",
        "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n WHERE i < 0",
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(endless[connection.vendor])


class TestMeasuring:
    def test_the_page_takes_longer_than_its_search_and_the_warm_up_does_not_count(self, small_record):
        query = fixed()[3]
        taken = measure.measure([measure.Ours()], [query], rounds=3, budget=10, limit=10)["ours", query.name]
        assert taken.rounds == 3
        assert all(times["page"] > times["search"] > 0 for times, _count in taken.answers)
        assert taken.summary()["count"] == len(found(query.typed))

    def test_a_slow_design_is_measured_less_often(self, small_record):
        steps = []
        contenders = [measure.Ours(), Slow()]
        taken = measure.measure(
            contenders, fixed()[:2], rounds=6, budget=0.1, limit=10, progress=lambda: steps.append(1)
        )
        assert {times.rounds for (name, _query), times in taken.items() if name == "slow"} == {measure.FEWEST_ROUNDS}
        assert len(steps) == 2 * 2 * 7

    def test_an_endless_search_is_stopped_at_its_limit_and_the_rest_continues(self, small_record):
        taken = measure.measure([Endless()], fixed()[:2], rounds=1, budget=10, limit=0.5)
        assert taken["endless", "rare word"].summary() == {"failure": "over 0.5 s", "at_least": 500}
        assert taken["endless", "no text"].rounds == 1

    @pytest.mark.django_db
    def test_the_limit_raises_and_leaves_the_connection_usable(self):
        start = time.perf_counter()
        with pytest.raises(TimeoutError), measure.time_limit(0.2):
            run_endlessly()
        assert time.perf_counter() - start < 10
        assert Quote.objects.count() == 0

    def test_percentiles_stay_within_the_measurements(self):
        assert measure.percentile_95([3.0]) == 3.0
        assert 2.0 < measure.percentile_95([1.0, 2.0, 3.0]) <= 3.0


def run(**changes) -> dict:
    """Return a run as `search` saves it, of two queries in two designs."""
    figures = {"rounds": 5, "search_p95": 12.0, "page_p95": 40.0, "count": 7}
    ours = {**figures, "search_median": 10.0, "page_median": 30.0}
    other = {**figures, "search_median": 1234.0, "page_median": 60.0, "rounds": 3}
    return {
        "size": 1000,
        "engine": "sqlite",
        "seed": 2020,
        "date": "1 January 2026",
        "machine": "2 cores, 4 GiB",
        "versions": "SQLite 3",
        "rounds": 5,
        "contenders": ["ours", "other"],
        "rows": [
            {"query": "a word", "results": {"ours": ours, "other": other}},
            {"query": "a prefix", "results": {"ours": ours, "other": {"failure": "over 60 s", "at_least": 60_000}}},
        ],
        **changes,
    }


class TestTheTable:
    def test_has_medians_ratios_rounds_and_the_minimum_ratio_of_a_stopped_search(self):
        lines = report.section(run()).splitlines()
        assert lines[0] == "# 1,000 quotes on SQLite"
        assert "| a word | 7 | 10.0 | 12.0 | 1,234.0 (123×) | 5/3 |" in lines
        assert "| a word | 7 | 30.0 | 40.0 | 60.0 (2.0×) | 5/3 |" in lines
        assert "| a prefix | 7 | 10.0 | 12.0 | over 60 s (over 6,000×) | 5/– |" in lines

    def test_reports_different_counts_of_another_design(self):
        measured = run()
        assert "Other counts" not in report.section(measured)
        measured["rows"][0]["results"]["other"]["count"] = 8
        assert "Other counts than ours: a word, other: 8." in report.section(measured)

    def test_is_saved_as_a_file_replacing_the_previous_one(self, tmp_path, monkeypatch):
        monkeypatch.setattr(report, "FOLDER", tmp_path / "benchmarks")
        for date in ("1 January 2026", "2 January 2026"):
            report.write("search-sqlite-1000", report.section(run(date=date)))
        (kept,) = (tmp_path / "benchmarks").iterdir()
        assert kept.read_text() == report.section(run(date="2 January 2026"))
