"""The figures of `script/bench pages` as tables."""

import argparse
import json
from pathlib import Path

from benchmark.report import ENGINES, ratio, say, table, write

ABOUT = """\
In each cell: requests a second; the milliseconds within which 99 % of them are answered; the milliseconds of processor
time that one of them takes, PostgreSQL's own behind a plus. Eight connections, each closed after its answer; two
processes of each server.

- *not kept*: made anew each time; *kept*: from the cache of pages; *304*: to who has the page already.
- *Wagtail*: the same record as pages and snippets of Wagtail 8, served by gunicorn's plain workers. Its pages are made
  anew each time, but for the numbers on its home page. They are plain: no filters with counts, no charts, no principles
  and corrections on the home page, nothing compressed.
- *times*: how many times Wagtail's requests a second ours are, not kept.
- A generated record has neither initiatives nor milestones: its list of initiatives is empty."""


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
        (
            f"{first['date']}; {first['machine']}; load of the machine before {first['load']:.1f}; medians of"
            f" {first['rounds']} rounds of {first['seconds']} seconds."
        ),
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
