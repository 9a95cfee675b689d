"""Each service of a site on two machines is stopped in turn under light load: nothing breaks or hangs, all recover."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

import pytest

from tests.faults.servers import (
    Answer,
    Editor,
    Postgres,
    Server,
    Site,
    folders,
    load,
    pgbouncer,
    program,
    redis,
    wait_for,
)

pytestmark = pytest.mark.faults

MISSING = [name for name in ("postgres", "redis-server", "pgbouncer") if not program(name)]
# Cached pages, and one that was never requested before
KEPT, NEW = ("/", "/quotes/", "/changes/"), "/quotes/?q=word{number}"
# Maximum seconds for any response, and until a correction is visible: one, and one more for a busy machine
BOUND, SHOWS = 6, 2


@dataclass
class Lab:
    """Two machines: one with a replica, one that reaches the database through PgBouncer."""

    primary: Postgres
    standby: Postgres
    redis: Server
    pgbouncer: Server
    one: Site
    two: Site
    editor: Editor

    def visible(self, site: Site) -> float:
        """Correct a quote; return how many seconds it takes a site to show it."""
        text = self.editor.correct()
        return wait_for(lambda: text in site.get("/quotes/").body)

    def standby_is_read(self) -> bool:
        """Return whether the site has a connection to the standby."""
        visitors = "usename = 'postgres' AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        return self.standby.ask(f"SELECT count(*) FROM pg_stat_activity WHERE {visitors}") != "0"


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    if MISSING:
        pytest.skip(f"Not installed: {', '.join(MISSING)}.")
    started: list[Server] = []

    def start(server: Server):
        server.start()
        started.append(server)
        return server

    with folders() as folder:
        try:
            primary = start(Postgres(folder("primary")))
            cache = start(redis(folder("redis")))
            pool = start(pgbouncer(folder("pgbouncer"), primary))
            shared = {"CACHE_URL": f"redis://127.0.0.1:{cache.port}/0"}
            two = Site(
                folder("two"),
                DATABASE_URL=f"postgres://postgres@127.0.0.1:{pool.port}/postgres",
                DATABASE_POOLED="true",
                **shared,
            )
            two.manage("migrate", "--verbosity", "0")
            two.manage("collectstatic", "--no-input", "--verbosity", "0")
            standby = start(Postgres(folder("standby"), primary))
            one = Site(folder("one"), DATABASE_URL=primary.url(), DATABASE_REPLICA_URLS=standby.url(), **shared)
            editor = Editor(one)
            start(one)
            start(two)
            yield Lab(primary, standby, cache, pool, one, two, editor)
            editor.end()
        finally:
            for server in reversed(started):
                server.kill()


@pytest.fixture(autouse=True)
def ready(lab):
    """Start with all services running and pages cached."""
    for site in (lab.one, lab.two):
        lab.visible(site)
        for path in KEPT:
            wait_for(lambda site=site, path=path: "hit" in site.get(path).headers.get("cache-status", ""))
    wait_for(lab.standby_is_read)


def all_good(answers: list[Answer]) -> None:
    """Check that there were responses, all of them correct and in time."""
    assert len(answers) > 10
    assert [answer[:3] for answer in answers if answer.status != 200 or answer.seconds > BOUND] == []


@pytest.mark.parametrize("how", ["hangs", "dies"])
def test_redis(lab, how):
    with load(lab.one, *KEPT, NEW) as answers, load(lab.two, *KEPT, NEW) as others:
        with lab.redis.stopped(how):
            assert lab.visible(lab.one) < SHOWS
            assert lab.visible(lab.two) < SHOWS
        wait_for(lambda: "is back" in lab.one.log().rpartition("The cache in CACHE_URL failed")[2])
        assert lab.visible(lab.two) < SHOWS
    all_good(answers)
    all_good(others)


@pytest.mark.parametrize("how", ["hangs", "dies"])
def test_standby(lab, how):
    with load(lab.one, *KEPT, NEW) as answers:
        with lab.standby.stopped(how):
            wait_for(lambda: "replica1 failed" in lab.one.log())
            # A process that has not noticed yet waits for the statement timeout: two seconds.
            assert lab.visible(lab.one) < SHOWS + (how == "hangs")
            wait_for(lambda: len(answers) > 40)
        wait_for(lab.standby_is_read)
        assert lab.visible(lab.one) < SHOWS
    all_good(answers)


def test_a_lagging_standby_is_skipped(lab):
    with load(lab.one, *KEPT, NEW) as answers:
        lab.standby.ask("SELECT pg_wal_replay_pause()")
        text, saved = lab.editor.correct(), time.monotonic()
        assert text in lab.one.get("/quotes/", Cookie="__Host-session=of-an-editor").body
        wait_for(lambda: answers and answers[-1].began > saved + 4)
        lab.standby.ask("SELECT pg_wal_replay_resume()")
        assert lab.visible(lab.one) < SHOWS
    all_good(answers)
    later = [answer for answer in answers if answer.path == "/quotes/" and saved + 4 > answer.began > saved + SHOWS]
    assert later
    assert all(text in answer.body for answer in later)


def goes_on_stale(site: Site, stopped: AbstractContextManager) -> None:
    """Stop a site's database: cached pages are served, others say when to retry, and all recovers within seconds."""
    with load(site, *KEPT, NEW, "/healthz") as answers:
        # Until each process has cached all pages
        wait_for(lambda: len(answers) > 60)
        with stopped:
            wait_for(lambda: answers and answers[-1].is_stale)
            begun = len(answers)
            wait_for(lambda: len(answers) > begun + 60)
            later = answers[begun : begun + 60]
        assert wait_for(lambda: site.get("/quotes/?q=anew").status == 200) < BOUND
    assert {answer.status for answer in answers} == {200, 503}
    assert [answer[:3] for answer in answers if answer.seconds > BOUND] == []
    for answer in later:
        if answer.path in KEPT:
            assert (answer.status, answer.is_stale) == (200, True), answer
        else:
            assert (answer.status, answer.headers.get("retry-after")) == (503, "30"), answer


@pytest.mark.parametrize("how", ["hangs", "dies"])
def test_pgbouncer(lab, how):
    goes_on_stale(lab.two, lab.pgbouncer.stopped(how))
    assert lab.visible(lab.two) < SHOWS


@pytest.mark.parametrize("how", ["hangs", "dies"])
def test_primary(lab, how):
    """The machine without a replica has its cached pages; the other has all pages."""
    # Other words, because Redis caches pages for both machines.
    with load(lab.one, *KEPT, "/quotes/?q=other{number}") as answers:
        goes_on_stale(lab.two, lab.primary.stopped(how))
    all_good(answers)
    for site in (lab.one, lab.two):
        assert lab.visible(site) < SHOWS
