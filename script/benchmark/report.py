"""Writes the measurements as tables to docs/benchmarks/."""

import sys
from pathlib import Path

FOLDER = Path("docs/benchmarks")
ENGINES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}

# What is measured for each query and design.
MEASURED = {
    "search": "Search, with facets",
    "page": "Whole page, template and all",
}

# A run is {"size", "engine", "seed", "date", "machine", "versions", "rounds", "contenders", "rows"}, our contender
# first. A row is {"query", "results": {contender: result}}, a result {"count", "rounds", "search_median",
# "search_p95" and the same for all of MEASURED}, in milliseconds, or {"failure", "at_least"}.


def say(text: str) -> None:
    """Print a line without buffering."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def write(name: str, text: str) -> None:
    """Save a table in docs/benchmarks/, replacing an earlier one of that name."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.md").write_text(f"{text.rstrip()}\n", encoding="utf-8")


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table; all columns but the first are right-aligned."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def section(run: dict) -> str:
    """Return the page for a run: its environment, the times, and differences in the number of results."""
    parts = [
        f"# {run['size']:,} quotes on {ENGINES[run['engine']]}",
        f"{run['date']}; {run['machine']}; {run['versions']}; seed {run['seed']}.",
        f"Milliseconds, {run['rounds']} rounds{_with_ratios(run)}.",
    ]
    for what, heading in MEASURED.items():
        parts += [f"{heading}:", _times(run, what)]
    if differences := _differences(run):
        parts.append("Other counts than ours: " + "; ".join(differences) + ".")
    return "\n\n".join(parts) + "\n"


def _with_ratios(run: dict) -> str:
    return ", and as multiples of ours" if len(run["contenders"]) > 1 else ""


def _times(run: dict, what: str) -> str:
    ours, *others = run["contenders"]
    head = ["query", "found", f"{ours}, median", "p95", *others, *(["rounds"] if others else [])]
    rows = []
    for row in run["rows"]:
        results = row["results"]
        line = [
            row["query"],
            _found(results[ours]),
            _milliseconds(results[ours], f"{what}_median"),
            _milliseconds(results[ours], f"{what}_p95"),
        ]
        line += [_compared(results[other], results[ours], f"{what}_median") for other in others]
        if others:
            line.append("/".join(str(results[name].get("rounds", "–")) for name in run["contenders"]))
        rows.append(line)
    return table(head, rows)


def _found(result: dict) -> str:
    return "" if "failure" in result else f"{result['count']:,}"


def _milliseconds(result: dict, figure: str) -> str:
    return result["failure"] if "failure" in result else f"{result[figure]:,.1f}"


def _compared(result: dict, ours: dict, figure: str) -> str:
    if "failure" in ours:
        return _milliseconds(result, figure)
    if "at_least" in result:
        return f"{result['failure']} (over {ratio(result['at_least'], ours[figure])})"
    return f"{result[figure]:,.1f} ({ratio(result[figure], ours[figure])})"


def ratio(value: float, base: float) -> str:
    """Return a value as a multiple of a base, with two digits or more."""
    times = value / base
    return f"{times:.1f}×" if times < 9.95 else f"{times:,.0f}×"


def _differences(run: dict) -> list[str]:
    """Return each query for which another design finds a different number, with that number."""
    ours, *others = run["contenders"]
    found = []
    for row in run["rows"]:
        counts = {name: result["count"] for name, result in row["results"].items() if "count" in result}
        own = counts.get(ours)
        found += [f"{row['query']}, {other}: {counts[other]:,}" for other in others if counts.get(other, own) != own]
    return found
