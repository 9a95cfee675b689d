"""`script/bench admin`: times the pages of the editors' desk in a made-up record of any size."""

import argparse
import datetime
import re
import statistics
import time
from pathlib import Path

from django.contrib.admin import ModelAdmin, site
from django.contrib.admin.utils import label_for_field
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Model
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tqdm import tqdm

from benchmark import database, desk_record, report
from benchmark.generator import SEED, word
from benchmark.measure import percentile_95
from initiatives.models import Quote

DOCUMENT = Path("docs/benchmarks.md")
QUOTES = "/admin/initiatives/quote/"
PICK_LIST = "app_label=initiatives&model_name=quote&field_name=speaker"


# So many choices of a filter are timed: themes come with the largest first, years with the last.
CHOICES = 12


def addresses(user: User) -> dict[str, str]:
    """Return the address of each page that is timed, by its name: what every list offers, and a few chosen ones."""
    quote = Quote.objects.order_by("-pk").values_list("pk", flat=True)[0]
    pages = {"start page": "/admin/"}
    for model, page in site._registry.items():
        pages |= _pages_of_list(model, page, user)
    return pages | {
        "quotes, page 100": f"{QUOTES}?p=100",
        "quotes, oldest first, page 100": f"{QUOTES}?o=6&p=100",
        "quotes, found by a common word": f"{QUOTES}?q={word(0, 'en')}",
        "quotes, of the speaker with most": f"{QUOTES}?speaker__id__exact=1",
        "quotes, of a source": f"{QUOTES}?source__id__exact=1",
        "quotes, drafts on a theme in Russian": f"{QUOTES}?state__exact=draft&themes__id__exact=2&language__exact=ru",
        "quotes, drafts first published first": f"{QUOTES}?state__exact=draft&o=7",
        "quotes, drafts last published first": f"{QUOTES}?state__exact=draft&o=-7",
        "quotes, on the largest theme, oldest first": f"{QUOTES}?themes__id__exact=1&o=6",
        "a quote": f"{QUOTES}{quote}/change/",
        "a new quote": f"{QUOTES}add/",
        "pick list of speakers": f"/admin/autocomplete/?{PICK_LIST}&term=o",
    }


def _pages_of_list(model: type[Model], page: ModelAdmin, user: User) -> dict[str, str]:
    """Return a list as it opens, in each order both ways, and narrowed by the choices of each of its filters."""
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    name = str(model._meta.verbose_name_plural)
    request = RequestFactory().get(url)
    request.user = user
    shown = page.get_changelist_instance(request)
    pages = {name: url}
    for number, column in enumerate(shown.list_display):
        if column in shown.sortable_by and shown.get_ordering_field(column):
            title = label_for_field(column, model, page)
            pages |= {
                f"{name}, by {title}": f"{url}?o={number}",
                f"{name}, by {title}, downwards": f"{url}?o=-{number}",
            }
    for spec in shown.filter_specs:
        chosen = [choice for choice in spec.choices(shown) if not choice["selected"]][:CHOICES]
        pages |= {f"{name}, {spec.title}: {choice['display']}": url + choice["query_string"] for choice in chosen}
    return pages


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
    user = User.objects.get(username=desk_record.EDITOR)
    client.force_login(user)
    pages = addresses(user)
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
