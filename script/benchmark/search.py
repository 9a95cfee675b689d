"""`script/bench search`: times the fixed list of searches, alone or beside other designs."""

import argparse
import datetime
import json
import os
import platform
from importlib import metadata
from pathlib import Path

import django
from django.conf import settings
from tqdm import tqdm

from benchmark import database, report
from benchmark.generator import SEED
from benchmark.measure import Contender, Ours, measure
from benchmark.models import Built
from benchmark.queries import fixed
from benchmark.saving import after_saving, memory
from initiatives.search.in_step import count_items
from initiatives.search.index import store

# So many quotes are saved.
SAVINGS = 20


def search(arguments: list[str]) -> None:
    """Build or reuse the record, measure, print the tables; keep them where asked."""
    parser = argparse.ArgumentParser(prog="script/bench search", description=__doc__)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--budget", type=float, default=10, help="seconds for a query of a design, in all rounds")
    parser.add_argument("--limit", type=float, default=30, help="seconds for one answer")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    if options.rounds < 1:
        parser.error("--rounds takes a number from 1 on")
    built = database.prepare(Built.RECORD, options.size, options.seed)
    contenders = [Ours(), *_peers(built)]
    queries = fixed()
    answers = len(contenders) * len(queries) * (options.rounds + 1)
    with tqdm(total=answers, desc="measuring", unit="answer", disable=None) as bar:
        times = measure(
            contenders, queries, rounds=options.rounds, budget=options.budget, limit=options.limit, progress=bar.update
        )
    names = [contender.name for contender in contenders]
    run = {
        "size": options.size,
        "engine": database.engine(),
        "seed": options.seed,
        "date": f"{datetime.date.today():%-d %B %Y}",
        "machine": _machine(),
        "versions": _versions(),
        "rounds": options.rounds,
        "rates": _rates(),
        "index": store().size(),
        "saving": after_saving(SAVINGS),
        "memory": memory(),
        "contenders": names,
        "rows": [
            {"query": query.name, "results": {name: times[name, query.name].summary() for name in names}}
            for query in queries
        ],
    }
    report.say(f"\n{report.section(run)}")
    if options.json:
        options.json.write_text(json.dumps(run, indent=1, ensure_ascii=False) + "\n")
    if options.write:
        report.write(f"search-{run['engine']}-{run['size']}", report.section(run))


def _peers(built: Built) -> list[Contender]:
    """Return the designs to compare with, their indexes built; none unless the settings have them."""
    if not settings.PEERS:
        return []
    from benchmark.peers.registry import prepared

    return prepared(built)


def _rates() -> dict[str, float]:
    """Return how much was built a second. Ours indexes speakers, sources and themes too."""
    record = Built.objects.get(what=Built.RECORD)
    return {
        "quotes written": record.size / record.writing,
        "documents indexed from the database": count_items() / record.indexing,
    } | {
        f"quotes copied and indexed ({peer.what})": peer.size / peer.indexing
        for peer in Built.objects.exclude(pk=record.pk)
    }


def _machine() -> str:
    installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {installed:.0f} GiB"


def _versions() -> str:
    versions = [
        database.engine_version(),
        f"Python {platform.python_version()}",
        f"Django {django.__version__}",
    ]
    if settings.PEERS:
        versions.append(f"modelsearch {metadata.version('modelsearch')}")
    return ", ".join(versions)
