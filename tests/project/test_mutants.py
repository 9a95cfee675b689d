"""script/mutants kills what tests notice, and says what they do not: tried on a module of two functions."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).resolve().parents[2] / "script"

RULES = """
def is_public(status, has_source):
    return status == "published" and has_source


class Limits:
    @property
    def full(self):
        return self.taken() >= 3

    def taken(self):
        return 2
"""
TESTS = """
from rules import Limits, is_public

def test_public():
    assert is_public("published", True)
    assert not is_public("draft", True)
    assert not is_public("published", False)

def test_limits():
    assert not Limits().full
"""
RUN = """
import sys
from mutation.__main__ import main
from mutation.rooms import Room

same = ("rules.py", "return 2", "return 3", "it stands for one that changes nothing")
sys.exit(main(sys.argv[1:], {"rules": Room(("rules.py",), ("test_rules.py",))}, [same]))
"""


def mutants(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run what script/mutants runs, in a folder with rules and tests of its own."""
    (folder / "rules.py").write_text(RULES)
    (folder / "test_rules.py").write_text(TESTS)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{SCRIPT}{os.pathsep}{folder}"}
    command = [sys.executable, "-c", RUN, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)


def test_a_sample_is_killed_but_for_what_no_test_notices(tmp_path):
    run = mutants(tmp_path)
    assert "return self.taken() > 3" in run.stdout, run.stdout + run.stderr
    assert "rules.py:Limits.full:1 (rules) survived" in run.stdout
    assert "is_public" not in run.stdout  # all of them were killed
    assert "return 3" not in run.stdout  # known to be equivalent
    assert "rules        4 of 6 killed" in run.stdout
    assert run.returncode == 1  # four of six are too few


def test_one_mutant_is_tried_by_its_name(tmp_path):
    run = mutants(tmp_path, "rules.py:is_public:1")
    assert (run.returncode, "1 of 1 killed (100%)" in run.stdout) == (0, True), run.stdout + run.stderr


def test_tests_that_fail_by_themselves_are_no_proof(tmp_path):
    (tmp_path / "conftest.py").write_text("import rules\nrules.is_public = lambda status, has_source: True\n")
    run = mutants(tmp_path, "rules.py:is_public:1")
    assert "0 of 1 killed" in run.stdout, run.stdout + run.stderr
    assert "These tests fail without a mutant, and were left out:\ntest_rules.py::test_public" in run.stdout
    assert run.returncode == 1
