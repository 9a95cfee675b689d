"""`script/bench same`: what one engine finds for the fixed list and for random queries, to be compared with the other.

Newest first, as many as are counted at all: the ids are those of the whole result, or of its newest part where it is
capped.
"""

import argparse
import json
from pathlib import Path
from urllib.parse import urlencode

from django.http import QueryDict
from tqdm import tqdm

from benchmark import database
from benchmark.generator import SEED
from benchmark.queries import fixed
from benchmark.random_queries import RandomQueries
from initiatives.models.choices import Kind
from initiatives.pages.lists.filters import QuoteFilters
from initiatives.search import BOUND, Criteria, Sort, search


def same(arguments: list[str]) -> None:
    """Build or reuse the record, ask all queries, write the answers as JSON."""
    parser = argparse.ArgumentParser(prog="script/bench same", description=__doc__)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--answers", type=Path, required=True)
    options = parser.parse_args(arguments)
    database.prepare(options.size, options.seed)
    asked = [query.parameters for query in fixed()]
    asked += RandomQueries(options.size, options.seed).draw(options.queries)
    answers = [answer(parameters) for parameters in tqdm(asked, desc=database.engine(), unit="query", disable=None)]
    options.answers.write_text(json.dumps({"engine": database.engine(), "answers": answers}, ensure_ascii=False))


def answer(parameters: dict[str, str | list[str]]) -> dict:
    """Return what the site finds for the parameters of its list of quotes."""
    filters = QuoteFilters(QueryDict(urlencode(parameters, doseq=True)), Criteria(frozenset({Kind.QUOTE})))
    if filters.form.errors:
        raise ValueError(f"{parameters}: {filters.form.errors}")
    results = search(filters.qs.sorted_by(Sort.NEWEST), page_size=BOUND)
    return {
        "parameters": parameters,
        "count": results.count,
        "capped": results.capped,
        "ids": results.ids(Kind.QUOTE),
    }
