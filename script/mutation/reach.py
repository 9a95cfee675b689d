"""Which tests reach which lines, and how long each takes: measured once without a mutant, kept until code changes."""

import hashlib
import json
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

from mutation.mutants import Live, watch


class Reach:
    """What tests reach of some modules, kept by file of tests, measured again when that or what it reaches changes."""

    def __init__(self, folder: Path, modules: Iterable[Path], root: Path):
        self._folder = folder
        self._root = root
        self.modules = sorted(modules)
        self._marks = {self._name(module): _mark(module) for module in self.modules}
        self._known: dict[Path, dict] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def _kept(self, tests: Path) -> Path:
        """Return where the reach of a file of tests is kept."""
        return self._folder / f"{self._name(tests).replace('/', '.')}.json"

    def unknown(self, items: Iterable[pytest.Item]) -> dict[Path, list[pytest.Item]]:
        """Return the tests whose reach has to be measured, by file."""
        files: dict[Path, list[pytest.Item]] = {}
        for item in items:
            files.setdefault(item.path, []).append(item)
        return {path: items for path, items in files.items() if not self._is_known(path)}

    def _is_known(self, tests: Path) -> bool:
        if not self._kept(tests).exists():
            return False
        known = json.loads(self._kept(tests).read_text())
        return (
            known["passed"]
            and known["tests"] == _mark(tests)
            and all(self._marks.get(name) == mark for name, mark in known["modules"])
        )

    def measure(self, items: list[pytest.Item], live: Live) -> bool:
        """Run the tests of one file without a mutant and keep what those that pass reach; say whether all do."""
        lines: dict[str, dict[int, list[str]]] = {self._name(module): {} for module in self.modules}
        reached: set[tuple[str, int]] = set()
        for module in self.modules:
            name = self._name(module)
            watch(module, live, lambda line, name=name: reached.add((name, line)))
        seconds, passed = {}, True
        for item, following in zip(items, [*items[1:], None], strict=True):
            reached.clear()
            began = time.monotonic()
            if not passes(item, following):
                passed = False
                continue
            seconds[item.nodeid] = round(time.monotonic() - began, 3)
            for name, line in reached:
                lines[name].setdefault(line, []).append(item.nodeid)
        tests = items[0].path
        modules = [(name, mark) for name, mark in self._marks.items() if lines[name]]
        known = {"tests": _mark(tests), "passed": passed, "modules": modules, "seconds": seconds, "lines": lines}
        self._kept(tests).write_text(json.dumps(known))
        return passed

    def tests_of(self, items: Iterable[pytest.Item], path: str, line: int) -> dict[pytest.Item, float]:
        """Return those of the tests that reach the statement that begins on a line, with their seconds."""
        found = {}
        for item in items:
            if item.path not in self._known:
                self._known[item.path] = json.loads(self._kept(item.path).read_text())
            known = self._known[item.path]
            if item.nodeid in known["lines"][path].get(str(line), ()):
                found[item] = known["seconds"][item.nodeid]
        return found

    def _name(self, path: Path) -> str:
        return str(path.relative_to(self._root))


def _mark(path: Path) -> str:
    """Return what a file is now."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    """Run one test, and take down what the following does not need; does it pass?"""
    reports = runtestprotocol(item, log=False, nextitem=following)
    for report in reports:
        if report.failed:
            print(f"{item.nodeid}\n{report.longrepr}")
    return not any(report.failed for report in reports)
