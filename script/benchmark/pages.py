"""`script/bench pages`: times pages as they are served, beside a bare view and the same pages made with Wagtail."""

import argparse
import datetime
import json
import os
import platform
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote, urlencode

import django
from django.db import connection
from tqdm import tqdm

from benchmark import database, wagtail_copy
from benchmark.generator import SEED, word
from benchmark.models import Built
from benchmark.serving import AS_SERVED, free_port, served
from benchmark.wrk import CONNECTIONS, Figures, Pages, parent_of
from initiatives.models import Quote

# So many quotes are walked through, taken evenly from all.
QUOTES = 50
# The page of the server that all others are measured by.
BARE = "bare view"
WORKERS = ("--workers", "2")


def pages(arguments: list[str]) -> None:
    """Build or reuse the record and its copy in Wagtail, measure, keep the figures for the table."""
    parser = argparse.ArgumentParser(prog="script/bench pages", description=__doc__)
    parser.add_argument("--first", action="store_true", help="the first content, not a generated record")
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--seconds", type=int, default=2, help="in each round for a page made anew; half of that for others"
    )
    parser.add_argument("--figures", type=Path, required=True)
    options = parser.parse_args(arguments)
    if min(options.rounds, options.seconds) < 1:
        parser.error("--rounds and --seconds take a number from 1 on")
    load = os.getloadavg()[0]
    database.prepare(Built.FIRST if options.first else Built.RECORD, options.size, options.seed)
    wagtail = wagtail_copy.prepare()
    with ExitStack() as servers:
        contenders = _contenders(servers, wagtail, first=options.first)
        rounds = _measure(contenders, options.rounds, options.seconds)
    numbers = {page: {name: asdict(Figures.median(taken)) for name, taken in of.items()} for page, of in rounds.items()}
    run = {
        "record": "The first content" if options.first else f"{Quote.objects.count():,} generated quotes",
        "engine": database.engine(),
        "versions": f"{database.engine_version()}, Python {platform.python_version()}, Django {django.__version__}",
        "date": f"{datetime.date.today():%-d %B %Y}",
        "machine": f"{os.cpu_count()} cores",
        "load": load,
        "rounds": options.rounds,
        "seconds": options.seconds,
        "pages": numbers,
    }
    options.figures.write_text(json.dumps(run, indent=1) + "\n")


def _contenders(servers: ExitStack, wagtail: dict[str, str], *, first: bool) -> dict[str, dict[str, Pages]]:
    """Start the servers; return by page and by name of what is compared what to ask for."""
    port = {name: free_port() for name in ("bare", "kept", "uncached", "wagtail")}

    def start(name: str, application: str, *options: str, **how: str) -> int:
        return servers.enter_context(served(application, *WORKERS, *options, port=port[name], **how)).pid

    process = {
        "bare": start("bare", "benchmark.bare", *AS_SERVED),
        "kept": start("kept", "reforms_site.wsgi", *AS_SERVED, DJANGO_SETTINGS_MODULE="benchmark.served"),
        "uncached": start("uncached", "reforms_site.wsgi", *AS_SERVED, DJANGO_SETTINGS_MODULE="benchmark.uncached"),
        "wagtail": start("wagtail", "record.wsgi", python=str(wagtail_copy.PYTHON), **wagtail),
    }
    ours, theirs = _addresses(first=first)
    found = {BARE: {"not kept": Pages(port["bare"], process["bare"], ["/"])}}
    found[BARE]["not kept"].ask()
    for page, addresses in ours.items():
        kept, uncached = (Pages(port[name], process[name], addresses) for name in ("kept", "uncached"))
        known = Pages(kept.port, kept.process, addresses, kept.ask(times=CONNECTIONS))
        found[page] = {
            "not kept": uncached,
            "kept": kept,
            "304": known,
            "Wagtail": Pages(port["wagtail"], process["wagtail"], theirs[page]),
        }
        for others in (uncached, known, found[page]["Wagtail"]):
            others.ask()
    return found


def _addresses(*, first: bool) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the addresses of each page, of ours and of Wagtail's: they differ by those of quotes alone."""
    asked = {"theme": "rule-of-law", "q": "state"} if first else {"theme": "theme-0", "q": word(0, "en")}
    lists = {
        "/quotes/": ["/quotes/"],
        "a theme and a word": [f"/quotes/?{urlencode(asked)}"],
        "/initiatives/": ["/initiatives/"],
        "/timeline/": ["/timeline/"],
    }
    keys = list(Quote.objects.published().order_by("pk").values_list("pk", flat=True))
    quotes = Quote.objects.in_bulk(keys[:: max(1, len(keys) // QUOTES)][:QUOTES])
    ours = [quote(item.get_absolute_url(), safe="/%") for item in quotes.values()]
    return (
        {"home": ["/"], "a quote": ours, **lists},
        {"home": ["/"], "a quote": [f"/quotes/{key}/" for key in quotes], **lists},
    )


def _measure(contenders: dict[str, dict[str, Pages]], rounds: int, seconds: int) -> dict[str, dict[str, list[Figures]]]:
    """Measure all pages by turns, in each round in the same order: what is compared stands side by side in time."""
    postgres = None
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        postgres = parent_of(connection.connection.info.backend_pid)
    found = {page: {name: [] for name in of} for page, of in contenders.items()}
    turns = [(page, name) for page, of in contenders.items() for name in of] * rounds
    for page, name in tqdm(turns, desc="measuring", unit="page", disable=None):
        # Others come by the thousand in a second.
        made_anew = page != BARE and name in {"not kept", "Wagtail"}
        found[page][name].append(
            contenders[page][name].measure(seconds if made_anew else max(1, seconds // 2), postgres)
        )
    return found
