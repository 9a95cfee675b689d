"""Metrics for Prometheus, if METRICS_ADDRESS is set.

Each process of the site writes a line for each request into one pipe; a process of its own (server.py) counts them and
serves the counts. So nothing is left of processes that ended, and the public port knows nothing of it.
"""

import json
import os
import subprocess
import sys
from contextlib import suppress

_pipe: int | None = None


def start() -> subprocess.Popen:
    """Start the process that counts; processes forked later report to it. It ends once all of them have."""
    global _pipe
    read, _pipe = os.pipe()
    os.set_blocking(_pipe, False)
    try:
        return subprocess.Popen([sys.executable, "-m", "reforms_site.metrics.server"], stdin=read)
    finally:
        os.close(read)


def report(page: str, status: int, seconds: float, searched: float | None, kept: str) -> None:
    """Report a request; it is lost if the pipe is full or has no reader."""
    if _pipe is not None:
        with suppress(BlockingIOError, BrokenPipeError):
            os.write(_pipe, json.dumps([page, status, seconds, searched, kept]).encode() + b"\n")
