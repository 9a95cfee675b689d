"""`script/bench compare`: puts the medians of several runs side by side, with their growth."""

import argparse
import json
from pathlib import Path

from benchmark.report import ENGINES, MEASURED, ratio, say, table


def compare(arguments: list[str]) -> None:
    """Print our medians of several runs (the JSON files of `search`), and how the last relates to the first."""
    parser = argparse.ArgumentParser(prog="script/bench compare", description=compare.__doc__)
    parser.add_argument("files", nargs="+", type=_kept)
    runs = parser.parse_args(arguments).files
    for what, heading in MEASURED.items():
        say(f"\n{heading}: medians, milliseconds\n\n{side_by_side(runs, f'{what}_median')}")


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
