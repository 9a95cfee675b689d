"""`script/bench pages`: times pages as served, a bare view, and the same pages made with Wagtail."""

import argparse
import datetime
import os
import platform
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote, urlencode

import django
from django.db import connection
from tqdm import tqdm

from benchmark import database, wagtail_copy
from benchmark.generator import SEED, word
from benchmark.models import Built
from benchmark.report import ENGINES, say, table
from benchmark.serving import AS_SERVED, free_port, served
from benchmark.wrk import CONNECTIONS, Figures, Pages, medians, parent_of
from initiatives.models import Quote

# The number of quotes requested, spread evenly over all.
QUOTES = 50
# How each page is requested; a bare view is only rendered.
BARE, RENDERED, CACHED, WAGTAIL = "bare view", "rendered", "cached", "Wagtail"


def pages(arguments: list[str]) -> None:
    """Build or reuse the record and its copy in Wagtail, measure, print the table and save it to a file."""
    parser = argparse.ArgumentParser(prog="script/bench pages", description=__doc__)
    parser.add_argument("--first", action="store_true", help="the first content, not a generated record")
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2, help="per round for a rendered page; others take half of it")
    parser.add_argument("--table", type=Path, required=True)
    options = parser.parse_args(arguments)
    if min(options.rounds, options.seconds) < 1:
        parser.error("--rounds and --seconds must be at least 1")
    load = os.getloadavg()[0]
    database.prepare(Built.FIRST if options.first else Built.RECORD, options.size, options.seed)
    with ExitStack() as servers:
        asked = _serve(servers, wagtail_copy.prepare(), first=options.first)
        found = _measure(asked, options.rounds, options.seconds)
    name = "The first content" if options.first else f"{options.size:,} generated quotes"
    text = (
        f"## {name}, {ENGINES[database.engine()]}\n\n"
        f"{datetime.date.today():%-d %B %Y}; {os.cpu_count()} cores, load before {load:.1f}; {options.rounds} rounds of"
        f" {options.seconds} seconds; {database.engine_version()}, Python {platform.python_version()}, Django"
        f" {django.__version__}, Wagtail {wagtail_copy.version()}.\n\n{section(found)}\n"
    )
    say(f"\n{text}")
    options.table.write_text(text)


def _serve(servers: ExitStack, wagtail: dict[str, str], *, first: bool) -> dict[tuple[str, str], Pages]:
    """Start the servers; return what to request from them, by page and kind of response."""

    def start(application: str, *options: str, **how: str) -> tuple[int, int]:
        port = free_port()
        return port, servers.enter_context(served(application, "--workers", "2", *options, port=port, **how)).pid

    site = {
        name: start("reforms_site.wsgi", *AS_SERVED, DJANGO_SETTINGS_MODULE=f"benchmark.{name}")
        for name in ("served", "uncached")
    }
    copy = start("django.core.wsgi:get_wsgi_application()", python=str(wagtail_copy.PYTHON), **wagtail)
    asked = {
        (BARE, RENDERED): Pages(
            *start("benchmark.bare", *AS_SERVED, DJANGO_SETTINGS_MODULE="benchmark.bare_settings"), ["/"]
        )
    }
    for page, (ours, theirs) in _addresses(first=first).items():
        asked[page, CACHED] = Pages(*site["served"], ours)
        asked[page, RENDERED] = Pages(*site["uncached"], ours)
        asked[page, WAGTAIL] = Pages(*copy, theirs)
    for some in asked.values():
        some.ask(CONNECTIONS)
    return asked


def _addresses(*, first: bool) -> dict[str, tuple[list[str], list[str]]]:
    """Return the addresses of each page, ours and Wagtail's: only those of quotes differ."""
    asked = {"theme": "rule-of-law", "q": "state"} if first else {"theme": "theme-0", "q": word(0, "en")}
    keys = list(Quote.objects.published().order_by("pk").values_list("pk", flat=True))
    quotes = Quote.objects.in_bulk(keys[:: max(1, len(keys) // QUOTES)][:QUOTES])
    same = {
        "home": "/",
        "/quotes/": "/quotes/",
        "a theme and a word": f"/quotes/?{urlencode(asked)}",
        "/initiatives/": "/initiatives/",
        "/timeline/": "/timeline/",
    }
    ours = [quote(item.get_absolute_url(), safe="/%") for item in quotes.values()]
    return {
        "a quote": (ours, [f"/quotes/{key}/" for key in quotes]),
        **{page: ([address], [address]) for page, address in same.items()},
    }


def _measure(asked: dict[tuple[str, str], Pages], rounds: int, seconds: int) -> dict[tuple[str, str], Figures]:
    """Return the medians. Each round requests everything once, so that compared figures are measured close together."""
    postgres = None
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        postgres = parent_of(connection.connection.info.backend_pid)
    found: dict[tuple[str, str], list[Figures]] = {what: [] for what in asked}
    for what in tqdm(list(asked) * rounds, desc="measuring", unit="page", disable=None):
        page, way = what
        # Other pages reach hundreds or thousands of requests a second.
        slow = way in {RENDERED, WAGTAIL} and page != BARE
        found[what].append(asked[what].measure(seconds if slow else max(1, seconds // 2), postgres))
    return {what: medians(taken) for what, taken in found.items()}


def section(found: dict[tuple[str, str], Figures]) -> str:
    """Return the figures as Markdown: a line for each page, with our rate as a multiple of Wagtail's."""
    ways = [RENDERED, CACHED, WAGTAIL]
    rows = [
        [
            page,
            *(_cell(found[page, way]) for way in ways),
            f"{found[page, RENDERED].rate / found[page, WAGTAIL].rate:.2f}×",
        ]
        for page in dict.fromkeys(page for page, _way in found if page != BARE)
    ]
    return table(["page", *ways, "times"], [[BARE, _cell(found[BARE, RENDERED]), *[""] * 3], *rows])


def _cell(figures: Figures) -> str:
    in_database = f" + {figures.in_database:.2f}" if figures.in_database >= 0.005 else ""
    rate, p99 = (f"{figure:,.0f}" if figure >= 100 else f"{figure:.1f}" for figure in figures[:2])
    return f"{rate} · {p99} · {figures.work:.2f}{in_database}"
