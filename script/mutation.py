"""Breaks the site in small ways, one at a time, and counts how many of these mutants tests notice: script/mutants."""

import argparse
import ast
import difflib
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice, zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tqdm import tqdm

# Modules by room, and the tests that cover them. A room's own tests come first: they notice the most, and soonest.
ROOMS = {
    "models": (["initiatives/models/**/*.py"], ["tests/models", "tests/changes", "tests/views", "tests/data"]),
    "search": (["initiatives/search/**/*.py"], ["tests/search", "tests/pages", "tests/views"]),
    "changes": (["initiatives/changes/**/*.py", "initiatives/views/changes.py"], ["tests/changes", "tests/models"]),
    "accounts": (["initiatives/accounts/**/*.py", "initiatives/admin/accounts.py"], ["tests/accounts", "tests/models"]),
    "editorial": (["initiatives/editorial/**/*.py"], ["tests/editorial", "tests/admin"]),
    "desk": (["initiatives/admin/**/*.py"], ["tests/admin", "tests/editorial", "tests/changes"]),
    "pages": (["initiatives/pages/lists/**/*.py"], ["tests/pages", "tests/views"]),
    "data": (["initiatives/data/**/*.py", "initiatives/api/**/*.py"], ["tests/data", "tests/api"]),
    "site": (["reforms_site/**/*.py"], ["tests/project", "tests/views", "tests/accounts"]),
}
SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any", "filter": "exclude", "exclude": "filter"}
COMPARED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
COMPARED |= {ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is}
SUFFIXES = {"__lte": "__lt", "__lt": "__lte", "__gte": "__gt", "__gt": "__gte", "__in": "", "__isnull": ""}
PERMISSIONS = ("has_perm", "has_change_", "has_add_", "has_delete_", "has_view_", "may_")
SECONDS = "1200"  # time limit of a room's tests with a mutant
LEFT_OUT = shutil.ignore_patterns("var", ".venv", ".git", "__pycache__", ".hypothesis")


class Mutant(NamedTuple):
    """One change to a module: its number among the module's changes, and the line that it changes."""

    room: str
    path: Path
    number: int
    line: int

    def source(self) -> str:
        """Return the module's source with the change, without comments."""
        tree = ast.parse(self.path.read_text())
        next(islice(each_change(tree), self.number, None))
        return ast.unparse(tree)

    def __str__(self) -> str:
        plain = ast.unparse(ast.parse(self.path.read_text())).splitlines()
        found = difflib.ndiff(plain, self.source().splitlines())
        return "\n".join([f"{self.path}:{self.line} ({self.room})", *(line for line in found if line[0] in "-+")])


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the possible replacements of a node, each as a new node."""
    match node:
        case ast.BoolOp(values=values):
            for place in range(len(values)):
                rest = values[:place] + values[place + 1 :]
                yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
        case ast.Compare(left, [operator, *others], comparators) if type(operator) in COMPARED:
            yield ast.Compare(left, [COMPARED[type(operator)](), *others], comparators)
        case ast.If(test=test) | ast.IfExp(test=test):
            yield type(node)(**{**vars(node), "test": ast.UnaryOp(ast.Not(), test)})
        case ast.Name(id=name) if name in SWAPPED:
            yield ast.Name(SWAPPED[name], node.ctx)
        case ast.Call(func=function, args=positional, keywords=keywords):
            name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
            if name.startswith(PERMISSIONS):
                yield ast.Constant(True)
            if isinstance(function, ast.Attribute) and name in SWAPPED:
                yield ast.Call(ast.Attribute(function.value, SWAPPED[name], function.ctx), positional, keywords)
            # unparse() accepts keywords among the positional arguments.
            terms = [*positional, *keywords] if name in {"filter", "exclude", "get", "Q"} else []
            for term in terms:
                if len(terms) > 1:
                    yield ast.Call(function, [other for other in terms if other is not term], [])
                for suffix, other in SUFFIXES.items():
                    if isinstance(term, ast.keyword) and term.arg and term.arg.endswith(suffix):
                        changed = ast.keyword(term.arg.removesuffix(suffix) + other, term.value)
                        yield ast.Call(function, [changed if each is term else each for each in terms], [])


def each_change(tree: ast.Module) -> Iterator[int]:
    """Apply and revert each change to a module in turn; yield its line while it is in place."""
    for node in list(ast.walk(tree)):
        for name, value in list(ast.iter_fields(node)):
            many = isinstance(value, list)
            for place, child in enumerate(value if many else [value]):
                for changed in changes(child):
                    setattr(node, name, [*value[:place], changed, *value[place + 1 :]] if many else changed)
                    yield child.lineno
                    setattr(node, name, value)


def mutants_of(room: str) -> list[Mutant]:
    """Return all mutants of a room."""
    files = [file for places in ROOMS[room][0] for file in sorted(Path().glob(places))]
    changed = {file: enumerate(each_change(ast.parse(file.read_text()))) for file in files}
    return [Mutant(room, file, number, line) for file in files for number, line in changed[file]]


def passes(folder: Path, room: str) -> bool:
    """Return whether the tests of a room pass in a copy of the project. Tests that hang count as failed."""
    options = ["-x", "--quiet", "-m", "not browser and not faults", *ROOMS[room][1]]
    command = ["timeout", SECONDS, sys.executable, "-m", "pytest", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0  # noqa: S603


def survives(mutant: Mutant) -> bool:
    """Return whether the tests of its room pass with a mutant, in a copy of the project."""
    with TemporaryDirectory() as scratch:
        folder = Path(shutil.copytree(".", f"{scratch}/site", symlinks=True, ignore=LEFT_OUT))
        (folder / mutant.path).write_text(mutant.source())
        return passes(folder, mutant.room)


def main(arguments: Sequence[str]) -> int:
    """Draw mutants equally from each room, try them, print those that survived; return 1 if over a tenth did."""
    parser = argparse.ArgumentParser(prog="script/mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--seed", type=int, default=2020)
    parser.add_argument("--room", choices=ROOMS)
    options = parser.parse_args(arguments)
    order = random.Random(options.seed)  # noqa: S311
    rooms = [options.room] if options.room else list(ROOMS)
    made = {room: order.sample(mutants := mutants_of(room), len(mutants)) for room in rooms}
    turns = (mutant for turn in zip_longest(*made.values()) for mutant in turn if mutant)
    drawn = list(islice(turns, options.sample))
    for room in rooms:
        if not passes(Path(), room):
            sys.exit(f"Tests of {room} fail without a mutant. Fix them first: {' '.join(ROOMS[room][1])}")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = list(tqdm(pool.map(survives, drawn), total=len(drawn), disable=None))
    survivors = [mutant for mutant, survived in zip(drawn, outcomes, strict=True) if survived]
    print(*(f"\nSurvived: {mutant}" for mutant in survivors), sep="\n")
    print(f"\n{len(drawn) - len(survivors)} of {len(drawn)} killed (seed {options.seed}).")
    return int(len(survivors) > len(drawn) / 10)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
