"""Requests pages from a server with wrk, and measures the cost; any unexpected response stops the run."""

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from tempfile import NamedTemporaryFile
from typing import NamedTuple

CONNECTIONS = 8


class Figures(NamedTuple):
    """Requests a second; the milliseconds within which 99 % of them are answered.

    And the milliseconds of processor time per request, of the server and of PostgreSQL.
    """

    rate: float
    p99: float
    work: float
    in_database: float


def medians(rounds: list[Figures]) -> Figures:
    """Return the median of each figure."""
    return Figures(*map(median, zip(*rounds, strict=True)))


@dataclass
class Pages:
    """Addresses of one kind of page on a server: its port and process."""

    port: int
    process: int
    addresses: list[str]

    def ask(self, times: int = 1) -> None:
        """Request each address several times in parallel, so that all processes answer."""
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            list(pool.map(self._ask, self.addresses * times))

    def _ask(self, address: str) -> None:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", address, headers={"Accept-Encoding": "gzip, deflate, br"})
        response = connection.getresponse()
        connection.close()
        if response.status != 200:
            sys.exit(f"{address} answered {response.status}, not 200.")

    def measure(self, seconds: int, database: int | None) -> Figures:
        """Request the addresses in turn for some seconds; `database` is PostgreSQL's main process."""
        with NamedTemporaryFile("w") as file:
            file.writelines(f"{address}\n" for address in self.addresses)
            file.flush()
            command = ["wrk", "--threads=1", f"--connections={CONNECTIONS}", f"--duration={seconds}s", "--timeout=30s"]
            command += [f"--script={Path(__file__).with_suffix('.lua')}", f"http://127.0.0.1:{self.port}"]
            before = self._worked(database)
            answer = subprocess.run(  # noqa: S603
                [*command, "--", file.name], capture_output=True, text=True, check=True
            ).stdout
        found = json.loads(answer.splitlines()[-1])
        done = found["requests"]
        if found["failed"] or not done:
            sys.exit(f"{self.addresses[0]}: {found['failed']} of {done} requests failed. Nothing was saved.\n{answer}")
        # wrk left a request on each connection, which the server still answers.
        after, answered = self._settled(database), done + CONNECTIONS
        work = ((now - then) * 1000 / answered for now, then in zip(after, before, strict=True))
        return Figures(done / found["seconds"], found["p99"], *work)

    def _worked(self, database: int | None) -> tuple[float, float]:
        return worked(self.process), worked(database)

    def _settled(self, database: int | None) -> tuple[float, float]:
        """Wait until the server is idle; return its processor time."""
        last, now = None, self._worked(database)
        while now != last:
            time.sleep(0.05)
            last, now = now, self._worked(database)
        return now


def worked(process: int | None) -> float:
    """Return the seconds of processor time that a process and its children have taken; 0 for None."""
    if process is None:
        return 0
    try:
        own = sum(map(int, _stat(process)[11:15]))  # proc(5): utime, stime, cutime, cstime
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except FileNotFoundError:
        return 0  # It has ended, and its time now counts as its parent's.
    return own / os.sysconf("SC_CLK_TCK") + sum(worked(int(child)) for child in children)


def parent_of(process: int) -> int:
    """Return the parent of a process."""
    return int(_stat(process)[1])


def _stat(process: int) -> list[str]:
    """Return the fields after the name, which may contain any character."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
