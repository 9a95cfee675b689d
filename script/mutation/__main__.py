"""Draw mutants, run the tests that reach them, and say which survived: see script/mutants."""

import argparse
import random
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tqdm import tqdm

from mutation.mutants import Mutant, live_functions, mutants_of
from mutation.reach import Reach
from mutation.rooms import AT_START, EQUIVALENT, ROOMS, Room
from mutation.runner import KILLED, NOT_MADE, SURVIVED, attempt, log_of, side_by_side, with_tests

_ENOUGH = 0.9

# Of the equivalent mutants of a file: the lines before and after, and why.
Reasons = Mapping[str, Mapping[tuple[str, str], str]]


@dataclass
class Drawn:
    """A mutant to try, the room it is from and, afterwards, whether its tests noticed."""

    mutant: Mutant
    room: str
    outcome: int = SURVIVED
    tests: list[pytest.Item] = field(default_factory=list)


def main(
    arguments: Sequence[str],
    rooms: Mapping[str, Room] = ROOMS,
    equivalent: Sequence[tuple[str, str, str, str]] = EQUIVALENT,
) -> int:
    """Do what the arguments of script/mutants say; return the exit code."""
    parser = argparse.ArgumentParser(prog="script/mutants", add_help=False)
    parser.add_argument("name", nargs="*")
    parser.add_argument("--seed", type=int, default=2020)
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--room", choices=rooms)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args(arguments)
    root = Path.cwd()
    chosen = {options.room: rooms[options.room]} if options.room else dict(rooms)
    reasons: dict[str, dict[tuple[str, str], str]] = {}
    for path, before, after, why in equivalent:
        reasons.setdefault(path, {})[before, after] = why

    files = {name: sorted({file for glob in room.modules for file in root.glob(glob)}) for name, room in rooms.items()}
    mutants = {
        name: [m for file in files[name] for m in mutants_of(file, root) if f"{m.path}:{m.function}" not in AT_START]
        for name in chosen
    }
    if options.list:
        for room in chosen:
            for mutant in mutants[room]:
                why = _why_equivalent(mutant, reasons)
                print(room, f"{mutant.name} line {mutant.line}", *([f"equivalent: {why}"] if why else []))
        return 0
    if options.name:
        drawn = [Drawn(m, room) for room in chosen for m in mutants[room] if m.name in options.name]
        if len(drawn) < len(set(options.name)):
            sys.exit("No mutant has that name: script/mutants --list prints all names.")
    else:
        drawn = _draw(mutants, reasons, options.sample, options.seed)

    began = time.monotonic()
    reach = Reach(root / "var/mutants/reach", {file for several in files.values() for file in several}, root)
    guards = {name: {path for test in room.tests for path in root.glob(test)} for name, room in rooms.items()}
    tests = sorted({str(path) for drawing in drawn for path in guards[drawing.room]})
    complaint = with_tests(tests, lambda items: _try(drawn, guards, items, reach, root))
    score = _report(drawn, chosen)
    if not options.name:
        print(f"Seed {options.seed}, {time.monotonic() - began:.0f} seconds.")
    if complaint:
        print(complaint)
    return 0 if score >= _ENOUGH and not complaint else 1


def _why_equivalent(mutant: Mutant, reasons: Reasons) -> str | None:
    """Return why a mutant changes nothing, if that is known."""
    return reasons[mutant.path].get(mutant.change) if mutant.path in reasons else None


def _draw(mutants: Mapping[str, list[Mutant]], reasons: Reasons, sample: int, seed: int) -> list[Drawn]:
    """Draw as many mutants from each room, the same for the same seed and code; none that is known to be equivalent."""
    drawn = []
    for number, (room, several) in enumerate(mutants.items()):
        share = sample // len(mutants) + (number < sample % len(mutants))
        shuffled = random.Random(f"{seed} {room}").sample(several, len(several))  # noqa: S311
        telling = (mutant for mutant in shuffled if not _why_equivalent(mutant, reasons))
        drawn += [Drawn(mutant, room) for mutant, _ in zip(telling, range(share), strict=False)]
    return drawn


def _try(
    drawn: list[Drawn], guards: Mapping[str, set[Path]], items: list[pytest.Item], reach: Reach, root: Path
) -> str:
    """Run the tests of each room: without a mutant where their reach is unknown, then against what was drawn.

    Returns what is wrong, if some fail without a mutant: those prove nothing."""
    logs = root / "var/mutants/logs"
    live = live_functions(reach.modules, root)
    unknown = reach.unknown(items)
    jobs = {
        str(path.relative_to(root)): (lambda several=several: SURVIVED if reach.measure(several, live) else KILLED, 600)
        for path, several in unknown.items()
    }
    failed = []
    for name, code in tqdm(side_by_side(jobs, logs), "without a mutant", len(jobs), disable=not jobs, unit="file"):
        if code != SURVIVED:
            failed.append(log_of(name, logs).read_text())

    jobs, by_name = {}, {drawing.mutant.name: drawing for drawing in drawn}
    for name, drawing in by_name.items():
        mutant = drawing.mutant
        of_room = [item for item in items if item.path in guards[drawing.room]]
        seconds = reach.tests_of(of_room, mutant.path, mutant.line)
        drawing.tests = sorted(seconds, key=lambda item: (_flushes(item), seconds[item]))
        if drawing.tests:
            work = lambda drawing=drawing: attempt(drawing.mutant, drawing.tests, live, root)  # noqa: E731
            jobs[name] = work, sum(seconds.values())
    for name, code in tqdm(side_by_side(jobs, logs), "mutants", len(jobs), unit="mutant"):
        by_name[name].outcome = code
    return "\n".join(["These tests fail without a mutant, and were left out:", *failed]) if failed else ""


def _flushes(item: pytest.Item) -> bool:
    """Does the test leave an empty database? Those come last, as pytest-django has it."""
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or "transactional_db" in item.fixturenames


def _report(drawn: list[Drawn], rooms: Mapping[str, Room]) -> float:
    """Print how many of each room were killed, and the others with their change; return the share of all."""
    for room in rooms:
        outcomes = [drawing.outcome for drawing in drawn if drawing.room == room]
        print(f"{room:12} {outcomes.count(KILLED)} of {len(outcomes)} killed")
    for drawing in drawn:
        if drawing.outcome != KILLED:
            how = "could not be put into running code" if drawing.outcome == NOT_MADE else "survived"
            print(f"\n{drawing.mutant.name} ({drawing.room}) {how} {len(drawing.tests)} tests that reach it:")
            print(*(f"    {line}" for line in drawing.mutant.diff), sep="\n")
    killed = sum(drawing.outcome == KILLED for drawing in drawn)
    print(f"\n{killed} of {len(drawn)} killed ({killed / max(len(drawn), 1):.0%}).")
    return killed / max(len(drawn), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
