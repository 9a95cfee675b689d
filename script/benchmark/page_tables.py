"""The figures of `script/bench pages` as tables."""

import argparse
import json
from pathlib import Path

from benchmark.report import ENGINES, ratio, say, table, write

ABOUT = """\
Each cell: requests a second; milliseconds in which 99 % of them are answered; milliseconds of processor time that one takes. PostgreSQL's own
stands behind a plus. Eight connections, closed after each answer; two processes of each server.

- *not kept*: made anew each time; *kept*: from the cache of pages; *304*: to who has the page already.
- *Wagtail*: the same quotes, themes and sources as pages and snippets of Wagtail 8, made anew each time, its counts on the home page kept. Its pages
  are plain: they show what ours list, but no filters with counts and no charts, are not compressed, and have no Content-Security-Policy.
- The last column: requests a second of ours, not kept, to Wagtail's.
- A generated record has neither initiatives nor milestones: its list of initiatives is an empty page."""


def page_tables(arguments: list[str]) -> None:
    """Print the tables of some runs, which `pages` kept in files; save them where asked."""
    parser = argparse.ArgumentParser(prog="script/bench pages", description=page_tables.__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    text = text_of([json.loads(file.read_text()) for file in options.files])
    say(f"\n{text}")
    if options.write:
        write("pages", text)


def text_of(runs: list[dict]) -> str:
    """Return the page of some runs."""
    first = runs[0]
    parts = [
        "# Pages as they are served",
        f"{first['date']}; {first['machine']}; load of the machine before {first['load']:.1f}; medians of"
        f" {first['rounds']} rounds of {first['seconds']} seconds.",
        ABOUT,
    ]
    for run in runs:
        bare = run["pages"]["bare view"]["not kept"]
        parts += [
            f"## {run['record']}, {ENGINES[run['engine']]}",
            f"{run['versions']}. A bare Django view on the same server: {_cell(bare)}.",
            table(
                ["page", "not kept", "kept", "304", "Wagtail", "times"],
                [_row(page, by_name) for page, by_name in run["pages"].items() if page != "bare view"],
            ),
        ]
    return "\n\n".join(parts)


def _row(page: str, by_name: dict[str, dict]) -> list[str]:
    ours, theirs = by_name["not kept"]["rate"], by_name["Wagtail"]["rate"]
    return [page, *(_cell(by_name[name]) for name in ("not kept", "kept", "304", "Wagtail")), ratio(ours, theirs)]


def _cell(figures: dict) -> str:
    database = f" + {figures['database_work']:.2g}" if figures["database_work"] >= 0.005 else ""
    return f"{_digits(figures['rate'])} · {_digits(figures['p99'])} · {figures['work']:.2f}{database}"


def _digits(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
