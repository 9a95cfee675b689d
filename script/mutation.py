"""Breaks the site in small ways, one at a time, and counts how many of these mutants tests notice: script/mutants."""

import argparse
import ast
import difflib
import math
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice, zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOMS = [f"initiatives/{room}" for room in ("models", "search", "changes", "accounts", "editorial", "admin", "pages")]
ROOMS += ["initiatives/data", "initiatives/api", "reforms_site"]
SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any", "filter": "exclude", "exclude": "filter"}
PAIRS = [(ast.Lt, ast.LtE), (ast.Gt, ast.GtE), (ast.Eq, ast.NotEq), (ast.In, ast.NotIn), (ast.Is, ast.IsNot)]
COMPARED = dict(PAIRS) | {other: one for one, other in PAIRS}
SUFFIXES = {"__lte": "__lt", "__lt": "__lte", "__gte": "__gt", "__gt": "__gte", "__in": "", "__isnull": ""}
PERMISSIONS = ("has_perm", "has_change_", "has_add_", "has_delete_", "has_view_", "may_")
WORD = re.compile("[a-z]{3,}")
MODULES, AROUND, SECONDS = 10, 12, "300"  # test modules tried; lines around a change that count more; time limit
LEFT_OUT = shutil.ignore_patterns("var", ".venv", ".git", "__pycache__", ".hypothesis")


class Mutant(NamedTuple):
    """One change to a module: its number among the module's changes, and the line that it changes."""

    path: Path
    number: int
    line: int

    def source(self) -> str:
        """Return the module's source with the change, without comments."""
        next(islice(each_change(tree := ast.parse(self.path.read_text())), self.number, None))
        return ast.unparse(tree)

    def __str__(self) -> str:
        plain = ast.unparse(ast.parse(self.path.read_text())).splitlines()
        found = difflib.ndiff(plain, self.source().splitlines())
        return "\n".join([f"{self.path}:{self.line}", *(line for line in found if line[0] in "-+")])


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the possible replacements of a node, each as a new node."""
    match node:
        case ast.BoolOp(op, values):
            rests = (values[:place] + values[place + 1 :] for place in range(len(values)))
            yield from (rest[0] if len(rest) == 1 else ast.BoolOp(op, rest) for rest in rests)
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
            for place, child in enumerate(value if (many := isinstance(value, list)) else [value]):
                for changed in changes(child):
                    setattr(node, name, [*value[:place], changed, *value[place + 1 :]] if many else changed)
                    yield child.lineno
                    setattr(node, name, value)


def tests_for(mutant: Mutant) -> list[Path]:
    """Return the test modules that share most rare words with a mutant's module, the likeliest to notice it."""
    files = [file for file in sorted(Path().rglob("test_*.py")) if not {"browser", "faults", ".venv"} & {*file.parts}]
    words = {file: Counter(WORD.findall(f"{file} {file} {file.read_text()}".lower())) for file in files}
    found = Counter(word for here in words.values() for word in here)
    code = mutant.path.read_text().lower()
    near = f"{mutant.path} {code.splitlines()[max(0, mutant.line - AROUND) : mutant.line + AROUND]}"
    wanted = Counter({*WORD.findall(code)}) + Counter(dict.fromkeys(WORD.findall(near), 3))
    scores = {
        file: sum(
            wanted[word] * math.log(len(files) / found[word]) * (1 + math.log(here[word])) for word in wanted & here
        )
        / math.sqrt(here.total())
        for file, here in words.items()
    }
    return sorted(files, key=scores.__getitem__, reverse=True)[:MODULES]


def failing(folder: Path, *tests: Path | str) -> str:
    """Return the first test that fails in a copy of the project, or "" if all pass. Tests that hang count as failed."""
    command = ["timeout", SECONDS, sys.executable, "-m", "pytest", "-x", "--quiet", *map(str, tests)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    named = re.findall(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return [*named, *map(str, tests)][0] if done.returncode else ""


def survives(mutant: Mutant) -> bool:
    """Return whether tests pass with a mutant, in a copy of the project. Exits if one fails without it, too."""
    with TemporaryDirectory() as scratch:
        folder = Path(shutil.copytree(".", f"{scratch}/site", symlinks=True, ignore=LEFT_OUT))
        (folder / mutant.path).write_text(mutant.source())
        if test := failing(folder, *tests_for(mutant)):
            shutil.copy(mutant.path, folder / mutant.path)
            if failing(folder, test):
                sys.exit(f"{test} fails without a mutant. Mend it first.")
        return not test


def main(arguments: Sequence[str]) -> int:
    """Draw mutants equally from each room, try them, print those that survived; return 1 if over a tenth did."""
    parser = argparse.ArgumentParser(prog="script/mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--seed", type=int, default=2020)
    parser.add_argument("--room", choices=ROOMS)
    options = parser.parse_args(arguments)
    order, made = random.Random(options.seed), []  # noqa: S311
    for room in [options.room] if options.room else ROOMS:
        trees = {file: ast.parse(file.read_text()) for file in sorted(Path(room).rglob("*.py"))}
        of_room = [Mutant(file, *found) for file, tree in trees.items() for found in enumerate(each_change(tree))]
        made.append(order.sample(of_room, len(of_room)))
    drawn = [mutant for turn in zip_longest(*made) for mutant in turn if mutant][: options.sample]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        survivors = [mutant for mutant, survived in zip(drawn, pool.map(survives, drawn), strict=True) if survived]
    lines = [*(f"Survived: {mutant}" for mutant in survivors), f"{len(drawn) - len(survivors)} of {len(drawn)} killed"]
    print(*lines, sep="\n\n")
    return int(len(survivors) > len(drawn) / 10)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
