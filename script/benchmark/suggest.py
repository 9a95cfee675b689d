"""`script/bench suggest`: times completion and did-you-mean over the same made-up record as the searches.

Both are fixed lists, named by the ranks of their words. Completion is asked as the search box asks, by the site's own
view; of did-you-mean, the look-up of words is timed by itself and then all of it: the words that were typed, the words
that may have been meant, and the search that is offered are counted too. Questions of a list come in an order drawn
anew in every round; the first round warms up.
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from django.http import QueryDict
from django.test import RequestFactory
from tqdm import tqdm

from benchmark import database, report
from benchmark.generator import SEED, speaker_name, theme_name, word
from benchmark.measure import percentile_95
from benchmark.models import Built
from initiatives.models.choices import Kind
from initiatives.pages.lists.alternatives import correction
from initiatives.pages.lists.filters import QuoteFilters
from initiatives.search import Criteria
from initiatives.search.in_step import reader
from initiatives.search.vocabulary import nearest
from initiatives.views.suggest import suggest as view

HEAD = ["", "asked", "offered", "median", "p95", "slowest"]


def beginnings() -> dict[str, str]:
    """Return what is completed, by what it is an example of."""
    return {
        "three letters of a common word": word(0, "en")[:3],
        "five letters of a common word": word(5, "en")[:5],
        "a rare word but for its end": word(8000, "en")[:-2],
        "a common word and the next": f"{word(0, 'en')} {word(1, 'en')[:3]}",
        "three letters, Russian": word(3, "ru")[:3],
        "three letters, Kazakh": word(5, "kk")[:3],
        "Kazakh in plain letters": "кок",
        "a theme": theme_name(3)[:10],
        "all themes": "subj",
        "a speaker": speaker_name(3).split()[1][:5],
        "5,000 sources": "doc",
        "two words of a source": f"document {word(7, 'en')[:2]}",
        "what nothing begins with": "zzzq",
    }


def slips() -> dict[str, str]:
    """Return what is mistyped, by the slip."""
    common, medium, rare = word(0, "en"), word(60, "en"), word(8000, "en")
    return {
        "a letter too many, common word": common[:2] + "z" + common[2:],
        "a letter too few, common word": common[:2] + common[3:],
        "another letter, medium word": medium[:3] + "z" + medium[4:],
        "two letters swapped, rare word": rare[0] + rare[2] + rare[1] + rare[3:],
        "Russian": word(40, "ru")[:-1] + "щ",
        "Kazakh": word(40, "kk")[:-1] + "щ",
        "two words, both mistyped": f"{common}z {medium}z",
        "nothing is near": "zzzzqqqq",
    }


def suggest(arguments: list[str]) -> None:
    """Build or reuse the record, measure, print the tables."""
    parser = argparse.ArgumentParser(prog="script/bench suggest", description=__doc__)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    if options.rounds < 2:
        parser.error("--rounds takes a number from 2 on")
    database.prepare(Built.RECORD, options.size, options.seed)
    parts = {
        "Completion": measured(beginnings(), completed, options.rounds),
        "Did you mean, the look-up": measured(slips(), looked_up, options.rounds),
        "Did you mean, all of it": measured(slips(), corrected, options.rounds),
    }
    report.say(f"\n{database.engine_version()}, {options.size:,} quotes; milliseconds over {options.rounds} rounds.")
    for name, rows in parts.items():
        lines = [[row["name"], row["asked"], row["offered"], *(f"{row[key]:.1f}" for key in HEAD[3:])] for row in rows]
        report.say(f"\n{report.table([name, *HEAD[1:]], lines)}")
    if options.json:
        options.json.write_text(json.dumps(parts, indent=1, ensure_ascii=False) + "\n")


def measured(asked: dict[str, str], answer: Callable[[str], str], rounds: int) -> list[dict]:
    """Return the times of answering each question, and what was offered."""
    order = random.Random(1)  # noqa: S311
    times: dict[str, list[float]] = {name: [] for name in asked}
    offered = {}
    for round_number in tqdm(range(rounds + 1), unit="round", disable=None):
        for name in order.sample(list(asked), len(asked)):
            start = time.perf_counter()
            offered[name] = answer(asked[name])
            if round_number:
                times[name].append((time.perf_counter() - start) * 1000)
    return [
        {
            "name": name,
            "asked": asked[name],
            "offered": offered[name],
            "median": statistics.median(taken),
            "p95": percentile_95(taken),
            "slowest": max(taken),
        }
        for name, taken in times.items()
    ]


def completed(typed: str) -> str:
    """Return how many items and words the site's view offers for a beginning."""
    request = RequestFactory().get("/suggest/", {"q": typed, "in": "quotes"})
    kinds = [row["kind"] for row in json.loads(view(request).content)["suggestions"]]
    words = kinds.count("word")
    return f"{len(kinds) - words} + {words}"


def looked_up(typed: str) -> str:
    """Return the first word that may have been meant instead of each that was typed."""
    index = reader()
    return " ".join(near.word.form for form in typed.split() for near in nearest(index, form, 1))


def corrected(typed: str) -> str:
    """Return what the list of quotes offers, and how much that finds."""
    filters = QuoteFilters(QueryDict(urlencode({"q": typed})), Criteria(frozenset({Kind.QUOTE})))
    if filters.form.errors:
        raise ValueError(f"{typed}: {filters.form.errors}")
    offered = correction(filters, 0, lambda changes: "")
    return f"{offered.offer.label} ({offered.offer.count})" if offered else ""
