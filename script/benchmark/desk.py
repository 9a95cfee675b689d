"""`script/bench admin`: times the pages of the editors' desk in a made-up record of any size."""

import argparse
import datetime
import re
import statistics
import time
from pathlib import Path

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tqdm import tqdm

from benchmark import database, desk_record, report
from benchmark.generator import SEED, word
from benchmark.measure import percentile_95
from initiatives.models import Quote

DOCUMENT = Path("docs/benchmarks.md")
QUOTES = "/admin/initiatives/quote/"
PICK_LIST = "app_label=initiatives&model_name=quote&field_name=speaker"


def addresses() -> dict[str, str]:
    """Return the address of each page that is timed, by its name in the table."""
    quote = Quote.objects.order_by("-pk").values_list("pk", flat=True)[0]
    lists = {
        "start page": "/admin/",
        "quotes": QUOTES,
        "quotes, page 100": f"{QUOTES}?p=100",
        "quotes, oldest first": f"{QUOTES}?o=6",
        "quotes, found by a common word": f"{QUOTES}?q={word(0, 'en')}",
        "quotes, drafts": f"{QUOTES}?state__exact=draft",
        "quotes, published": f"{QUOTES}?state__exact=published",
        "quotes, archived: none": f"{QUOTES}?state__exact=archived",
        "quotes, at second hand": f"{QUOTES}?verification__exact=secondary",
        "quotes, disputed: none": f"{QUOTES}?verification__exact=disputed",
        "quotes, in Kazakh": f"{QUOTES}?language__exact=kk",
        "quotes, of a year": f"{QUOTES}?year=2010",
        "quotes, on the largest theme": f"{QUOTES}?themes__id__exact=1",
        "quotes, of the speaker with most": f"{QUOTES}?speaker__id__exact=1",
        "quotes, drafts on a theme in Russian": f"{QUOTES}?state__exact=draft&themes__id__exact=2&language__exact=ru",
    }
    queues = {f"quotes, queue “{key}”": f"{QUOTES}?work={key}" for key in ("review", "mine", "scheduled", "no-theme")}
    others = {
        name: f"/admin/initiatives/{name}/" for name in ("initiative", "source", "person", "theme", "emptysearch")
    }
    forms = {
        "a quote": f"{QUOTES}{quote}/change/",
        "a new quote": f"{QUOTES}add/",
        "pick list of speakers": f"/admin/autocomplete/?{PICK_LIST}&term=o",
    }
    return lists | queues | others | forms


def admin(arguments: list[str]) -> None:
    """Build or reuse the record, measure, print the table; keep it where asked."""
    parser = argparse.ArgumentParser(prog="script/bench admin", description=__doc__)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    if options.rounds < 1:
        parser.error("--rounds takes a number from 1 on")
    desk_record.prepare(options.size, options.seed)
    table = section(options.size, measure(options.rounds))
    report.say(f"\n{table}")
    if options.write:
        DOCUMENT.write_text(kept(DOCUMENT.read_text(), options.size, table))


def measure(rounds: int) -> dict[str, tuple[list[float], int]]:
    """Return, by name, what each page took in milliseconds, and its queries. The first round warms up."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(username=desk_record.EDITOR))
    pages = addresses()
    times: dict[str, tuple[list[float], int]] = {}
    with tqdm(total=len(pages) * (rounds + 1), desc="measuring", unit="page", disable=None) as bar:
        for number in range(rounds + 1):
            for name, address in pages.items():
                start = time.perf_counter()
                response = client.get(address)
                taken = (time.perf_counter() - start) * 1000
                if response.status_code != 200:
                    raise RuntimeError(f"{address} answered {response.status_code}.")
                if number:
                    times[name][0].append(taken)
                else:
                    with CaptureQueriesContext(connection) as queries:
                        client.get(address)
                    times[name] = ([], len(queries))
                bar.update()
    return times


def section(size: int, times: dict[str, tuple[list[float], int]]) -> str:
    """Return the figures as Markdown."""
    rows = [
        [name, str(queries), f"{statistics.median(taken):.0f}", f"{percentile_95(taken):.0f}"]
        for name, (taken, queries) in times.items()
    ]
    return (
        f"### The desk: {size:,} quotes, {database.engine_version()}, {datetime.date.today():%-d %B %Y}\n\n"
        + report.table(["page", "queries", "median, ms", "p95, ms"], rows)
    )


def kept(document: str, size: int, table: str) -> str:
    """Return the document with the table in the place of an earlier one of this size and engine, or at the end."""
    name = f"desk {database.engine()} {size}"
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    block = f"{begin}\n{table}\n{end}"
    if begin in document:
        return re.sub(f"{begin}.*?{end}", lambda _match: block, document, flags=re.DOTALL)
    return f"{document.rstrip()}\n\n{block}\n"
