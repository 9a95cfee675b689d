"""Times a fixed list of searches (page, count and facets) and whole pages over a made-up record.

Each round runs every query once, in an order drawn anew, so that no query meets the caches warmed by itself alone and
a change of the machine's speed touches all alike. Quoted are the median and the 95th percentile over all rounds.
"""

import argparse
import json
import os
import platform
import random
import statistics
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

import django

ROUNDS = 15
FACETS = ["theme", "speaker", "year", "initiative", "source", "language"]


def main() -> None:
    """Build or reuse the record, measure, print the table; with --json write it to a file too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reforms_site.settings")
    django.setup()
    build(options.size)
    rows = measure()
    print_table(options.size, rows)
    if options.json:
        options.json.write_text(json.dumps({"size": options.size, "machine": machine(), "rows": rows}, indent=1) + "\n")


def build(size: int) -> None:
    """Fill the database unless it holds a record of this size already; stop if it holds anything else."""
    from django.core.management import call_command
    from django.db import connection
    from tqdm import tqdm

    from benchmark.generator import Generator
    from initiatives.models import Quote

    call_command("migrate", verbosity=0)
    there = Quote.objects.count()
    if there == size:
        return
    if there:
        sys.exit(f"The database holds {there} quotes, not {size}: give it an empty one.")
    start = time.perf_counter()
    with tqdm(total=size, unit="quote", disable=None) as bar:
        Generator(size).build(bar.update)
    seconds = time.perf_counter() - start
    say(f"Built and indexed {size:,} quotes in {seconds:.0f} s ({size / seconds:,.0f} a second).")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def queries() -> dict[str, dict]:
    """Return the fixed list: a name and the filters of the list of quotes. Never tuned to one of them."""
    from benchmark.generator import word

    en, ru, kk = ((lambda rank, language=language: word(rank, language)) for language in ("en", "ru", "kk"))
    return {
        "no text": {},
        "rare word": {"q": en(8000)},
        "medium word": {"q": en(60)},
        "common word": {"q": en(0)},
        "phrase": {"q": f'"{en(3)} {en(40)}"'},
        "phrase of common words": {"q": f'"{en(0)} {en(1)}"'},
        "phrase of three": {"q": f'"{en(0)} {en(1)} {en(2)}"'},
        "and": {"q": f"{en(0)} {en(30)}"},
        "or": {"q": f"{en(50)} or {en(70)}"},
        "not": {"q": f"{en(0)} -{en(1)}"},
        "prefix": {"q": f"{en(60)[:-2]}*"},
        "theme": {"theme": "theme-0"},
        "theme and common word": {"theme": "theme-0", "q": en(0)},
        "speaker and common word": {"speaker": "speaker-0", "q": en(0)},
        "year and word": {"year": "2010", "q": en(10)},
        "Russian": {"q": ru(0)},
        "Kazakh": {"q": kk(5)},
        "absent word": {"q": "zzzzqq"},
    }


def measure() -> list[dict]:
    """Return a row for each query: matches, and milliseconds for the search and for the whole page."""
    from django.http import QueryDict
    from django.test import Client

    # Settings of the site's own address; static files as they are named, for there may be no collected ones.
    from django.test.utils import override_settings

    from initiatives.choices import Kind
    from initiatives.filters import QuoteFilters
    from initiatives.search import Criteria, search

    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    client = Client(headers={"host": "127.0.0.1"})
    listed = {name: urlencode(filters) for name, filters in queries().items()}
    searches: dict[str, list[float]] = {name: [] for name in listed}
    pages: dict[str, list[float]] = {name: [] for name in listed}
    found = {}
    order = random.Random(1)  # noqa: S311
    with override_settings(STORAGES=plain):
        for round_number in range(ROUNDS + 1):
            for name in order.sample(list(listed), len(listed)):
                criteria = QuoteFilters(QueryDict(listed[name]), Criteria(frozenset({Kind.QUOTE}))).qs
                start = time.perf_counter()
                results = search(criteria, facets=FACETS)
                middle = time.perf_counter()
                response = client.get(f"/quotes/?{listed[name]}")
                end = time.perf_counter()
                assert response.status_code == 200  # noqa: S101
                found[name] = f"{results.count:,}{'+' if results.capped else ''}"
                if round_number:  # the first warms up
                    searches[name].append((middle - start) * 1000)
                    pages[name].append((end - middle) * 1000)
    return [
        {
            "query": name,
            "found": found[name],
            "search_median": statistics.median(searches[name]),
            "search_p95": statistics.quantiles(searches[name], n=20)[-1],
            "page_median": statistics.median(pages[name]),
        }
        for name in listed
    ]


def machine() -> str:
    """Return what the figures were measured on and with."""
    from django.db import connection

    if connection.vendor == "postgresql":
        version = connection.cursor().connection.info.server_version
        engine = f"PostgreSQL {version // 10000}.{version % 10000}"
    else:
        import sqlite3

        engine = f"SQLite {sqlite3.sqlite_version}"
    return f"{engine}, Python {platform.python_version()}, Django {django.__version__}, {os.cpu_count()} cores"


def print_table(size: int, rows: list[dict]) -> None:
    """Print the rows as a Markdown table, milliseconds."""
    say(f"\n{size:,} quotes; {machine()}; {ROUNDS} rounds; milliseconds\n")
    say("| query | found | search, median | search, p95 | whole page, median |")
    say("| --- | ---: | ---: | ---: | ---: |")
    for row in rows:
        say(
            f"| {row['query']} | {row['found']} | {row['search_median']:.1f} | {row['search_p95']:.1f}"
            f" | {row['page_median']:.1f} |"
        )


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
