"""A full disk and a locked database: readers are not affected, writers get a message, nothing is lost."""

import http.client
import re
import resource
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.faults.servers import DEADLINE, Editor, Site, folders, load

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux limits a running process"),
]

PAGES = ("/", "/quotes/", "/changes/", "/search/?q=words", "/quotes/?q=nothing{number}", "/suggest/?q=wo")
# Seconds for a response on a busy machine
BOUND = 6


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with folders() as folder:
        place = folder("site")
        site = Site(place, DATABASE_URL=f"sqlite:///{place}/site.sqlite3")
        site.manage("migrate", "--verbosity", "0")
        site.manage("collectstatic", "--no-input", "--verbosity", "0")
        editor = Editor(site)
        editor.correct()
        editor.end()
        site.start()
        try:
            yield site
        finally:
            site.kill()


def send_log_in(site: Site) -> int:
    """Send the log-in form with a wrong password, which the site counts; return the status."""
    page = site.get("/admin/login/")
    if page.status != 200:
        return page.status
    cookie = page.headers["set-cookie"].partition(";")[0]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.body)[1]
    form = urlencode({"username": "dana", "password": "wrong", "csrfmiddlewaretoken": token})
    headers = {
        "Host": "127.0.0.1",
        "X-Forwarded-Proto": "https",
        "Cookie": cookie,
        "Origin": "https://127.0.0.1",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=DEADLINE)) as client:
        client.request("POST", "/admin/login/", form, headers)
        return client.getresponse().status


@contextmanager
def full_disk(site: Site) -> Iterator[None]:
    """Stop files of the site from growing beyond the size of SQLite's shared memory, as if the disk were full."""
    with closing(sqlite3.connect(site.folder / "site.sqlite3")) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    master = site.process.pid
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    for worker in map(int, children):
        resource.prlimit(worker, resource.RLIMIT_FSIZE, (32_768, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for worker in map(int, children):
            resource.prlimit(worker, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def all_read(answers: list) -> None:
    assert [answer[:3] for answer in answers if answer.status != 200 or answer.seconds > BOUND] == []


def test_a_full_disk(site):
    assert send_log_in(site) == 200
    with full_disk(site):
        with load(site, *PAGES) as answers:
            # The journal has room for a few more.
            while (status := send_log_in(site)) == 200:
                pass
            assert status == 503
            assert send_log_in(site) == 503
            while len(answers) < 30:
                time.sleep(0.1)
        all_read(answers)
    assert send_log_in(site) == 200


@contextmanager
def locked(site: Site) -> Iterator[None]:
    """Lock the database, like a process with a long write."""
    with closing(sqlite3.connect(site.folder / "site.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")


def test_a_locked_database(site):
    statuses = []
    sender = threading.Thread(target=lambda: statuses.append(send_log_in(site)))
    with locked(site):
        sender.start()
        with load(site, *PAGES) as answers:
            while len(answers) < 60:
                sender.join(0.1)
        assert sender.is_alive(), "log-in waits for its turn"
        all_read(answers)
    sender.join()
    assert statuses == [200]
