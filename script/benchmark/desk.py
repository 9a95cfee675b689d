"""`script/bench admin`: times the pages of the editors' desk in a made-up record of any size."""

import argparse

from benchmark import desk_record
from benchmark.generator import SEED


def admin(arguments: list[str]) -> None:
    """Build or reuse the record, measure, print the table."""
    parser = argparse.ArgumentParser(prog="script/bench admin", description=__doc__)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args(arguments)
    desk_record.prepare(options.size, options.seed)
