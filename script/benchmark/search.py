"""`script/bench search`: times the fixed list of searches, alone or beside the plain Django design."""

import argparse
import datetime
import os
import platform

import django
from tqdm import tqdm

from benchmark import database, report
from benchmark.generator import SEED
from benchmark.measure import Contender, Ours, measure
from benchmark.models import Built
from benchmark.queries import fixed


def search(arguments: list[str]) -> None:
    """Build or reuse the record, measure, print the tables, and save them with --write."""
    parser = argparse.ArgumentParser(prog="script/bench search", description=__doc__)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--budget", type=float, default=10, help="seconds per query and design, in all rounds")
    parser.add_argument("--limit", type=float, default=30, help="seconds for one answer")
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")
    built = database.prepare(Built.RECORD, options.size, options.seed)
    contenders: list[Contender] = [Ours()]
    if options.plain:
        from benchmark.plain.design import Plain

        contenders.append(Plain.prepared(built))
    queries = fixed()
    answers = len(contenders) * len(queries) * (options.rounds + 1)
    with tqdm(total=answers, desc="measuring", unit="answer", disable=None) as bar:
        times = measure(
            contenders, queries, rounds=options.rounds, budget=options.budget, limit=options.limit, progress=bar.update
        )
    names = [contender.name for contender in contenders]
    section = report.section(
        {
            "size": options.size,
            "engine": database.engine(),
            "seed": options.seed,
            "date": f"{datetime.date.today():%-d %B %Y}",
            "machine": _machine(),
            "versions": f"{database.engine_version()}, Python {platform.python_version()}, Django {django.__version__}",
            "rounds": options.rounds,
            "contenders": names,
            "rows": [
                {"query": query.name, "results": {name: times[name, query.name].summary() for name in names}}
                for query in queries
            ],
        }
    )
    report.say(f"\n{section}")
    if options.write:
        report.write(f"search-{database.engine()}-{options.size}", section)


def _machine() -> str:
    installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {installed:.0f} GiB"
