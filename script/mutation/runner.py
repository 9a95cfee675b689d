"""Tests against mutants: everything is imported once, then each mutant gets a process of its own, forked from that."""

import contextlib
import gc
import io
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from mutation.mutants import Live, Mutant, switch_to
from mutation.reach import passes

SURVIVED, KILLED, NOT_MADE = 0, 1, 2
# How much longer than without a mutant tests may take before they count as hanging: other work may slow them.
_PATIENCE_FACTOR, _PATIENCE_SECONDS = 10, 60


class _Collected:
    """A plugin of pytest that hands on the tests in place of running them."""

    def __init__(self, work: Callable[[list[pytest.Item]], str]):
        self.work = work
        self.complaint: str | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self) -> None:
        """Let property tests try few examples, and look for no smaller one when a mutant fails."""
        from hypothesis import HealthCheck, Phase, settings

        phases = [Phase.explicit, Phase.generate]
        settings.register_profile(
            "mutants",
            deadline=None,
            derandomize=True,
            database=None,
            max_examples=25,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        )
        settings.load_profile("mutants")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if not session.testsfailed:
            self.complaint = self.work([item for item in session.items if not item.get_closest_marker("browser")])
        return True


def with_tests(paths: Iterable[str], work: Callable[[list[pytest.Item]], str]) -> str:
    """Collect tests, call the work with them and return what it returns: all is imported then, and nothing has run.

    Raises SystemExit with pytest's words if they cannot be collected."""
    collected = _Collected(work)
    arguments = ["-s", "-q", *paths]
    with contextlib.redirect_stdout(io.StringIO()) as output:
        pytest.main(arguments, plugins=[collected])
    if collected.complaint is None:
        sys.exit(output.getvalue())
    return collected.complaint


def attempt(mutant: Mutant, items: list[pytest.Item], live: Live, root: Path) -> int:
    """Run tests against a mutant in this process until one fails; return SURVIVED, KILLED or NOT_MADE."""
    if not switch_to(mutant, live, root):
        return NOT_MADE
    for item, following in zip(items, [*items[1:], None], strict=True):
        if not passes(item, following):
            return KILLED
    return SURVIVED


def log_of(name: str, folder: Path) -> Path:
    """Return where the output of a job is kept."""
    return folder / f"{name.replace('/', '.')}.log"


def side_by_side(jobs: dict[str, tuple[Callable[[], int], float]], folder: Path) -> Iterator[tuple[str, int]]:
    """Run jobs in forked processes, as many at a time as there are cores, and yield each name with its exit code.

    A job is its work, whose number is the exit code, and the seconds it takes. One that hangs is ended, and counts as
    KILLED."""
    folder.mkdir(parents=True, exist_ok=True)
    gc.freeze()  # what is here now is shared: no process of its own looks through it for rubbish
    waiting, running = list(jobs.items()), {}
    try:
        while waiting or running:
            while waiting and len(running) < (os.cpu_count() or 1):
                name, (work, seconds) = waiting.pop(0)
                deadline = time.monotonic() + _PATIENCE_FACTOR * seconds + _PATIENCE_SECONDS
                running[_fork(work, log_of(name, folder))] = name, deadline
            for process, (name, deadline) in list(running.items()):
                if time.monotonic() > deadline:
                    os.kill(process, signal.SIGKILL)
                ended, status = os.waitpid(process, os.WNOHANG)
                if ended:
                    del running[process]
                    code = os.waitstatus_to_exitcode(status)
                    yield name, KILLED if code < 0 else code
            time.sleep(0.02)
    finally:
        for process in running:
            os.kill(process, signal.SIGKILL)


def _fork(work: Callable[[], int], log: Path) -> int:
    """Begin work in a process of its own that writes to a log; return its id."""
    process = os.fork()
    if process:
        return process
    code = KILLED
    try:
        with log.open("w") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        sys.stdout = sys.stderr = os.fdopen(1, "w", buffering=1)
        code = work()
    except BaseException as error:
        print(repr(error))
    finally:
        os._exit(code)
