"""Writes the measurements as tables to docs/benchmarks/."""

import sys
from pathlib import Path

FOLDER = Path("docs/benchmarks")
ENGINES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}

# A run is kept as {"size", "engine", "seed", "date", "machine", "versions", "rounds", "rates", "contenders", "rows"}.
# The first contender is ours. A row is {"query", "results": {contender: result}}, a result {"count", "capped",
# "rounds", "search_median", "search_p95", "page_median", "page_p95"}, in milliseconds, or {"failure", "at_least"}.


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def write(name: str, text: str) -> None:
    """Keep a table in the folder of figures, in place of the one of that name."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.md").write_text(f"{text.rstrip()}\n", encoding="utf-8")


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table; all columns but the first stand to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def section(run: dict) -> str:
    """Return the page of a run: what it ran on, the searches, the whole pages, what was found."""
    parts = [
        f"# {run['size']:,} quotes on {ENGINES[run['engine']]}",
        f"{run['date']}; {run['machine']}; {run['versions']}; seed {run['seed']}. {_rates(run)}",
        f"The search: {run['rounds']} rounds, milliseconds{_with_ratios(run)}.",
        _times(run, "search"),
        "The whole page, template and all:",
        _times(run, "page"),
    ]
    if differences := _differences(run):
        parts.append("Other counts than ours: " + "; ".join(differences) + ".")
    return "\n\n".join(parts) + "\n"


def _rates(run: dict) -> str:
    return f"Quotes a second: {', '.join(f'{what} {rate:,.0f}' for what, rate in run['rates'].items())}."


def _with_ratios(run: dict) -> str:
    return ", and how many times ours they are" if len(run["contenders"]) > 1 else ""


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
    return "" if "failure" in result else f"{result['count']:,}{'+' if result['capped'] else ''}"


def _milliseconds(result: dict, figure: str) -> str:
    return result["failure"] if "failure" in result else f"{result[figure]:,.1f}"


def _compared(result: dict, ours: dict, figure: str) -> str:
    if "failure" in ours or ("failure" in result and "at_least" not in result):
        return _milliseconds(result, figure)
    if "at_least" in result:
        return f"{result['failure']} (over {ratio(result['at_least'], ours[figure])})"
    return f"{result[figure]:,.1f} ({ratio(result[figure], ours[figure])})"


def ratio(value: float, base: float) -> str:
    """Return how many times a base a value is, in two digits or more."""
    times = value / base
    return f"{times:.1f}×" if times < 9.95 else f"{times:,.0f}×"


def _differences(run: dict) -> list[str]:
    """Return, for each query that another design finds other numbers for, what it finds."""
    ours, *others = run["contenders"]
    found = []
    for row in run["rows"]:
        own = row["results"][ours]
        for other in others:
            result = row["results"][other]
            if "failure" in own or "failure" in result:
                continue
            wrong = result["count"] <= own["count"] if own["capped"] else result["count"] != own["count"]
            if wrong:
                found.append(f"{row['query']}, {other}: {result['count']:,}")
    return found
