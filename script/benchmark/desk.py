"""`script/bench admin`: times the pages of the editors' desk in a made-up record of any size."""

import argparse
import datetime
import itertools
import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

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
from benchmark.models import Built
from initiatives.models import Quote

QUOTES = "/admin/initiatives/quote/"
PICK_LIST = "app_label=initiatives&model_name=quote&field_name=speaker"
# So many choices of a filter are timed: of themes the largest come first, of years the last.
CHOICES = 5


@dataclass
class Page:
    """A page that is timed: what it is one of, its own name, its address; and what was measured."""

    group: str
    name: str
    address: str
    queries: int = 0
    # Milliseconds: by the clock, and of this process alone, in which PostgreSQL's do not count.
    taken: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """What it took, in milliseconds."""
        return statistics.median(self.taken)


def pages_for(user: User) -> list[Page]:
    """Return the pages that are timed: all that every list offers to choose by one click, and a few more."""
    quote = Quote.objects.order_by("-pk").values_list("pk", flat=True)[0]
    lists = [page for model, page_of in site._registry.items() for page in pages_of_list(model, page_of, user)]
    deep = {"quotes, page 100": f"{QUOTES}?p=100", "quotes, oldest first, page 100": f"{QUOTES}?o=6&p=100"}
    more = (deep if Quote.objects.order_by()[100 * 100 :].exists() else {}) | {
        "quotes, found by a common word": f"{QUOTES}?q={word(0, 'en')}",
        "quotes, of the speaker with most": f"{QUOTES}?speaker__id__exact=1",
        "quotes, of a source": f"{QUOTES}?source__id__exact=1",
        "quotes, drafts on a theme in Russian": f"{QUOTES}?state__exact=draft&themes__id__exact=2&language__exact=ru",
        "quotes, archived in English: none": f"{QUOTES}?state__exact=archived&language__exact=en",
        "quotes, disputed in Kazakh: none": f"{QUOTES}?verification__exact=disputed&language__exact=kk",
        "quotes, drafts by publication": f"{QUOTES}?state__exact=draft&o=7",
        "quotes, drafts by publication, downwards": f"{QUOTES}?state__exact=draft&o=-7",
        "quotes, on the largest theme, oldest first": f"{QUOTES}?themes__id__exact=1&o=6",
        "a quote": f"{QUOTES}{quote}/change/",
        "a new quote": f"{QUOTES}add/",
        "pick list of speakers": f"/admin/autocomplete/?{PICK_LIST}&term=o",
    }
    return [Page("start page", "", "/admin/"), *lists, *(Page(name, "", address) for name, address in more.items())]


def pages_of_list(model: type[Model], page_of: ModelAdmin, user: User, choices: int = CHOICES) -> Iterator[Page]:
    """Yield a list as it opens, in each order both ways, and narrowed by the first choices of each of its filters."""
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    name = str(model._meta.verbose_name_plural)
    request = RequestFactory().get(url)
    request.user = user
    shown = page_of.get_changelist_instance(request)
    yield Page(name, "", url)
    for number, column in enumerate(shown.list_display):
        if column in shown.sortable_by and shown.get_ordering_field(column):
            title = label_for_field(column, model, page_of)
            yield Page(f"{name}, in any order", title, f"{url}?o={number}")
            yield Page(f"{name}, in any order", f"{title}, downwards", f"{url}?o=-{number}")
    for spec in shown.filter_specs:
        offered = (choice for choice in spec.choices(shown) if not choice["selected"])
        for choice in itertools.islice(offered, choices):
            yield Page(f"{name}, by {spec.title}", str(choice["display"]), url + choice["query_string"])


def admin(arguments: list[str]) -> None:
    """Build or reuse the record, measure, print the table; keep it where asked."""
    parser = argparse.ArgumentParser(prog="script/bench admin", description=__doc__)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    if options.rounds < 1:
        parser.error("--rounds takes a number from 1 on")
    database.prepare(Built.DESK, options.size, options.seed)
    user = User.objects.get(username=desk_record.EDITOR)
    pages = pages_for(user)
    measure(pages, user, options.rounds)
    table = section(options.size, options.rounds, pages)
    report.say(f"\n{table}")
    if options.write:
        report.write(f"desk-{database.engine()}-{options.size}", table)


def measure(pages: list[Page], user: User, rounds: int) -> None:
    """Note of each page what it took a user to open it. A round before warms up, and counts queries."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    with tqdm(total=len(pages) * (rounds + 1), desc="measuring", unit="page", disable=None) as bar:
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                _get(client, page.address)
            page.queries = len(queries)
            bar.update()
        for page in pages * rounds:
            taken, worked = time.perf_counter(), time.process_time()
            _get(client, page.address)
            page.taken.append((time.perf_counter() - taken) * 1000)
            page.worked.append((time.process_time() - worked) * 1000)
            bar.update()


def _get(client: Client, address: str) -> None:
    if (status := client.get(address).status_code) != 200:
        raise RuntimeError(f"{address} answered {status}.")


def section(size: int, rounds: int, pages: list[Page]) -> str:
    """Return the figures as Markdown: of the pages of a group, those of the slowest, which is named."""
    rows = []
    for group, some in itertools.groupby(pages, key=lambda page: page.group):
        alike = list(some)
        slowest = max(alike, key=lambda page: page.median)
        name = f"{group} (slowest: {slowest.name})" if slowest.name else group
        figures = (slowest.median, percentile_95(slowest.taken), statistics.median(slowest.worked))
        rows.append([name, str(len(alike)), str(slowest.queries), *(f"{figure:.0f}" for figure in figures)])
    over = [page for page in pages if page.median >= 1000]
    return (
        f"# The desk: {size:,} quotes, {database.engine_version()}, {datetime.date.today():%-d %B %Y}\n\n"
        f"{len(pages)} pages, {rounds} rounds; load of the machine at their end {os.getloadavg()[1]:.1f}. "
        f"Over a second: {len(over)}.\n\n"
        + report.table(["pages", "of them", "queries", "median, ms", "p95, ms", "the site's own work, ms"], rows)
    )
