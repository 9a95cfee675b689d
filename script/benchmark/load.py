"""Loads the site for minutes at 70 % of its capacity, while an editor publishes every second.

Serves a temporary site with the first content as in production. Exits with 1 if a request fails, if a page is more than
a second out of date, or if the memory of the processes grows by more than a tenth.
"""

import argparse
import asyncio
import os
import random
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from threading import Event, Thread

from tqdm import tqdm

from benchmark import report
from benchmark.serving import AS_SERVED, free_port, served

# The pages that show the edited quote, and others that visitors request: "words" are searches that are not cached.
EDITED = ("/quotes/", "/quotes/?q=edition")
ADDRESSES = [
    *("/", "/initiatives/", "/timeline/", "/themes/", "/sources/", "/quotes/?theme=rule-of-law", "/quotes/?q=state"),
    *("/search/?q=reform", "/initiatives/?status=adopted", "/suggest/?q=sta", "/changes/", "/q/7", "/quotes/7/"),
    *("/people/kassym-jomart-tokayev/", "/themes/rule-of-law/", "/static/css/base.css", *EDITED * 3, "words"),
]
VISITORS = 32
SHARE = 0.7
# Seconds: of full load, to measure the site's capacity; maximum age of a page; between samples of memory.
FULLY, OLDEST, SAMPLE = 20, 1.0, 10


@dataclass
class Seen:
    """What the visitors saw: seconds of each response, statuses, and by how many seconds quotes were out of date."""

    taken: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    ages: list[float] = field(default_factory=list)


class Editor:
    """Publishes another wording of a quote every second, and records when each was saved."""

    def __init__(self) -> None:
        self.over, self.confirmed = Event(), [time.monotonic()]
        self._thread = Thread(target=self._publish)
        self._thread.start()

    def stop(self) -> None:
        self.over.set()
        self._thread.join()

    def _publish(self) -> None:
        from initiatives.models import Quote

        while not self.over.wait(1):
            quote = Quote.objects.get(pk=9)
            quote.text = f"These are the words of edition {len(self.confirmed)}."
            quote.save()
            self.confirmed.append(time.monotonic())

    def age(self, page: str, asked: float) -> float:
        """Return how many seconds before the request the wording on a page had been replaced."""
        shown = re.search(r"the words of edition (\d+)", page)
        newer = int(shown[1]) + 1 if shown else 1
        return max(0.0, asked - self.confirmed[newer]) if newer < len(self.confirmed) else 0.0


async def ask(port: int, path: str) -> tuple[str, str]:
    """Return the status and the body of a response; the status is empty if there was none."""
    if path == "words":
        path = f"/quotes/?q=state+{random.getrandbits(30):x}"
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        head, _line, body = (
            (await asyncio.wait_for(reader.read(-1), 30)).decode("utf-8", "replace").partition("\r\n\r\n")
        )
        writer.close()
    except (OSError, TimeoutError):
        return "", ""
    return (head.split(" ", 2)[1] if head else ""), body


async def visit(port: int, seconds: float, editor: Editor, pause: Callable[[], Awaitable] | None = None) -> Seen:
    """Let VISITORS read for some seconds, each awaiting `pause`, if given, before every request."""
    seen, end = Seen(), time.monotonic() + seconds

    async def read() -> None:
        while time.monotonic() < end:
            if pause:
                await pause()
            path, asked = random.choice(ADDRESSES), time.monotonic()  # noqa: S311
            status, body = await ask(port, path)
            seen.taken.append(time.monotonic() - asked)
            seen.statuses[status] += 1
            if path in EDITED and status == "200":
                seen.ages.append(editor.age(body, asked))

    await asyncio.gather(*(read() for _ in range(VISITORS)))
    return seen


def paced(rate: float) -> Callable[[], Awaitable]:
    """Return a coroutine function that limits all its callers together to a rate per second."""
    turn = time.monotonic()

    async def pause() -> None:
        nonlocal turn
        turn = max(turn + 1 / rate, time.monotonic() - 1)
        await asyncio.sleep(turn - time.monotonic())

    return pause


def make_record() -> None:
    """Fill the empty database with the first content."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("load_first_content", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def memory_of(server: int) -> int:
    """Return how many bytes of memory a process and its children use."""
    ps = ["/usr/bin/ps", "-o", "rss=", "--pid", str(server), "--ppid", str(server)]
    return sum(int(line) for line in subprocess.check_output(ps, text=True).split()) * 1024  # noqa: S603


def main() -> None:
    """Serve the site, measure its capacity, load it and print the results."""
    parser = argparse.ArgumentParser(prog="script/bench load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    options = parser.parse_args()
    port = free_port()
    with TemporaryDirectory() as folder:
        os.environ.update(DATABASE_URL=f"sqlite:///{folder}/site.sqlite3", SEARCH_DIR=f"{folder}/search")
        os.environ.update(SITE_URL=f"http://127.0.0.1:{port}", DJANGO_SETTINGS_MODULE="reforms_site.settings")
        make_record()
        with served("reforms_site.wsgi", *AS_SERVED, "--workers", "2", port=port) as server:
            sys.exit(1 if _load(port, server.pid, options.minutes * 60) else 0)


def _load(port: int, server: int, seconds: float) -> list[str]:
    """Load the site and return the problems found."""
    editor = Editor()
    try:
        fully = asyncio.run(visit(port, FULLY, editor))
        rate = SHARE * len(fully.taken) / FULLY
        report.say(
            f"Full load: {len(fully.taken) / FULLY:.0f} requests a second. Now {rate:.0f} for {seconds:.0f} seconds."
        )
        memory, seen, bar = [], Seen(), tqdm(total=round(seconds / SAMPLE), disable=None)
        for _sample in range(round(seconds / SAMPLE)):
            some = asyncio.run(visit(port, SAMPLE, editor, paced(rate)))
            seen.taken += some.taken
            seen.statuses += some.statuses
            seen.ages += some.ages
            memory.append(memory_of(server))
            bar.update()
        bar.close()
    finally:
        editor.stop()
    third = max(1, len(memory) // 3)
    first, last = statistics.median(memory[:third]), statistics.median(memory[-third:])
    _say(seen, len(editor.confirmed) - 1, first, last)
    wrong = {
        "answers are missing or faults": not set(seen.statuses) <= {"200", "301"},
        "pages are too old": max(seen.ages, default=0) > OLDEST,
        "memory grows": last > 1.1 * first,
    }
    found = [what for what, there in wrong.items() if there]
    report.say(f"Problems: {', '.join(found)}." if found else "No problems.")
    return found


def _say(seen: Seen, publications: int, first: float, last: float) -> None:
    taken = [second * 1000 for second in sorted(seen.taken)]
    statuses = ", ".join(f"{status or 'none'} {number:,}" for status, number in sorted(seen.statuses.items()))
    report.say(f"{len(taken):,} requests, {publications} publications. Statuses: {statuses}.")
    report.say(
        f"ms: median {taken[len(taken) // 2]:.0f}, p99 {taken[len(taken) * 99 // 100]:.0f}, most {taken[-1]:.0f}."
    )
    report.say(f"Oldest page: {max(seen.ages, default=0):.2f} s.")
    report.say(f"Memory, median of the first and the last third: {first / 1e6:.0f} and {last / 1e6:.0f} MB.")


if __name__ == "__main__":
    main()
