"""Puts runs side by side: medians with their growth, and the answers of two engines with their differences."""

import argparse
import json
from pathlib import Path

from benchmark.report import ENGINES, ratio, say, table

# So many differing queries are printed, and of each so many ids.
SHOWN_QUERIES, SHOWN_IDS = 10, 5


def compare(arguments: list[str]) -> None:
    """Print our medians of several runs (the JSON files of `search`), and how the last relates to the first."""
    parser = argparse.ArgumentParser(prog="script/bench compare", description=compare.__doc__)
    parser.add_argument("files", nargs="+", type=_kept)
    runs = parser.parse_args(arguments).files
    for what in ("search", "page"):
        say(f"\n{what}, median, milliseconds\n\n{side_by_side(runs, f'{what}_median')}")


def _kept(path: str) -> dict:
    """Return what a run kept in a file; argparse says which file cannot be read."""
    try:
        return json.loads(Path(path).read_text())
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"{path}: {error}") from error


def side_by_side(runs: list[dict], figure: str) -> str:
    """Return a table of one figure of ours: a column for each run, the last as a multiple of the first, the slowest."""
    medians = [{row["query"]: row["results"][run["contenders"][0]].get(figure) for row in run["rows"]} for run in runs]
    queries = [query for query in medians[0] if all(median.get(query) for median in medians)]
    rows = [[query, *(median[query] for median in medians)] for query in queries]
    rows.append(["the slowest query", *(max(median[query] for query in queries) for median in medians)])
    return table(
        ["query", *(f"{run['size']:,} {ENGINES[run['engine']]} (seed {run['seed']})" for run in runs), "last / first"],
        [[query, *(f"{value:,.1f}" for value in values), ratio(values[-1], values[0])] for query, *values in rows],
    )


def differences(arguments: list[str]) -> int:
    """Print where two files of answers (of `same`) differ; return 1 if they do."""
    parser = argparse.ArgumentParser(prog="script/bench same", description=differences.__doc__)
    parser.add_argument("files", nargs=2, type=_kept)
    first, second = parser.parse_args(arguments).files
    lines = list(differing(first["answers"], second["answers"], first["engine"], second["engine"]))
    if not lines:
        answers = first["answers"]
        capped, empty = sum(answer["capped"] for answer in answers), sum(not answer["count"] for answer in answers)
        say(f"{len(answers)} queries find the same on both engines ({capped} too much to count, {empty} nothing).")
        return 0
    say("\n".join(lines[:SHOWN_QUERIES]))
    say(f"{len(lines)} of {len(first['answers'])} queries differ.")
    return 1


def differing(first: list[dict], second: list[dict], first_name: str, second_name: str):
    """Yield a line for each query that two lists of answers differ in."""
    for one, other in zip(first, second, strict=True):
        if one == other:
            continue
        asked = f"{one['parameters']}"
        if one["parameters"] != other["parameters"]:
            yield f"{asked} was asked of {first_name}, {other['parameters']} of {second_name}: not the same record?"
            continue
        counts = [f"{answer['count']:,}{'+' if answer['capped'] else ''}" for answer in (one, other)]
        line = f"{asked}: {counts[0]} on {first_name}, {counts[1]} on {second_name}"
        for name, here, there in ((first_name, one, other), (second_name, other, one)):
            if only := sorted(set(here["ids"]) - set(there["ids"]), reverse=True):
                line += f"; only {name} has {', '.join(map(str, only[:SHOWN_IDS]))}"
        if set(one["ids"]) == set(other["ids"]):
            line += "; the same ids" if counts[0] != counts[1] else "; in another order"
        yield line
