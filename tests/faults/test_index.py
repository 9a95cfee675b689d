"""The search index fails under a running site: pages and lists still work, and search recovers by itself."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.servers import Answer, Editor, Site, load, wait_for
from tests.faults.test_sqlite import full_disk

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux limits a running process"),
]

# Pages that need no search, and a page that does
PAGES = ("/", "/quotes/", "/changes/", "/initiatives/")
SEARCH = "/quotes/?q=words{number}"
# Seconds until search works again: a pause after a failure, and time to rebuild
BACK = 20


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    place = tmp_path_factory.mktemp("site")
    site = Site(place, DATABASE_URL=f"sqlite:///{place}/site.sqlite3")
    if os.geteuid() == 0:
        # Without these, even root is refused what other users may not do.
        site.command = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", *site.command)
    site.manage("migrate", "--verbosity", "0")
    site.manage("collectstatic", "--no-input", "--verbosity", "0")
    site.start()
    try:
        yield site
    finally:
        site.kill()


@pytest.fixture(scope="module")
def editor(site) -> Iterator[Editor]:
    editor = Editor(site)
    yield editor
    editor.end()


def files(site: Site) -> list[Path]:
    return [path for meta in (site.folder / "search").rglob("meta.json") for path in meta.parent.glob("*.*[a-z]")]


@contextmanager
def cut_off(site: Site) -> Iterator[None]:
    for path in files(site):
        os.truncate(path, path.stat().st_size // 2)
    yield


@contextmanager
def flipped(site: Site) -> Iterator[None]:
    for path in files(site):
        with path.open("r+b") as file:
            file.seek(path.stat().st_size // 3)
            byte = file.read(1)
            file.seek(-len(byte), os.SEEK_CUR)
            file.write(bytes(value ^ 4 for value in byte))
    yield


@contextmanager
def no_text(site: Site) -> Iterator[None]:
    for path in (site.folder / "search").rglob("current"):
        path.write_bytes(b"\xff\xff")
    yield


@contextmanager
def of_another_user(site: Site) -> Iterator[None]:
    """Deny the site access to the folders. One damaged by another fault may still exist."""
    indexes = list((site.folder / "search").glob("*/*"))
    for index in indexes:
        index.chmod(0)
    yield
    for index in indexes:
        index.chmod(0o755)


@contextmanager
def read_only(site: Site) -> Iterator[None]:
    places = [path for path in (site.folder / "search").rglob("*") if path.exists()]
    modes = [(path, path.stat().st_mode) for path in places]
    for path, mode in modes:
        path.chmod(mode & 0o555)
    yield
    for path, mode in modes:
        path.chmod(mode)


@contextmanager
def lost(site: Site) -> Iterator[None]:
    shutil.rmtree(site.folder / "search")
    yield


def search(site: Site) -> Answer:
    """Search for something that is not cached."""
    return site.get(f"/quotes/?q=words{time.monotonic_ns()}")


@pytest.mark.parametrize("fault", [cut_off, flipped, no_text, of_another_user, read_only, full_disk, lost])
def test_pages_still_work_and_search_recovers(site, editor, fault: Callable):
    wait_for(lambda: search(site).status == 200, BACK)
    with load(site, *PAGES, SEARCH) as answers:
        with fault(site):
            if fault is not full_disk:
                # So that no page is cached, and there is a change to index
                editor.correct()
            known = len(answers)
            wait_for(lambda: len(answers) > known + 40)
        wait_for(lambda: search(site).status == 200, BACK)
    allowed = {path: {200} for path in PAGES}
    wrong = [answer[:3] for answer in answers if answer.status not in allowed.get(answer.path, {200, 503})]
    assert wrong == []
    text = editor.correct()
    wait_for(lambda: text.split()[-1] in site.get(f"/quotes/?q={text.split()[-1]}").body, BACK)
