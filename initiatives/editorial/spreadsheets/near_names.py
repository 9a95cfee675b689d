"""Suggestions for names that may be mistyped: which name on record is nearly the same."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import islice

from rapidfuzz import fuzz, process

from initiatives.editorial.spreadsheets.named_items import fold

# The lowest share of letters, in percent, that two names have in common, in the same order.
LIKE = 80
# Pairs of names that are compared, at about 0.2 µs each. Beyond that, the last names of a file get no suggestion:
# with 10,000 names on record, the first 3,000 get one.
MOST_PAIRS = 30_000_000

_DIGITS = re.compile(r"\d+")


def nearest(names: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """Return the most similar name on record for each of `names` that has one; `known` has them by folded form.

    Case and the order of words make no difference. Names with different numbers are never similar: "Address 2019" is
    not "Address 2020".
    """
    by_numbers: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for form in known:
        by_numbers[tuple(_DIGITS.findall(form))].append(form)
    # Each with its words sorted, in the same order.
    in_order = {numbers: [_sorted(form) for form in forms] for numbers, forms in by_numbers.items()}
    found = {}
    for name in islice(names, MOST_PAIRS // max(len(known), 1)):
        form = fold(name)
        numbers = tuple(_DIGITS.findall(form))
        forms = by_numbers.get(numbers, [])
        matches = [
            process.extractOne(form, forms, scorer=fuzz.ratio, score_cutoff=LIKE),
            process.extractOne(_sorted(form), in_order.get(numbers, []), scorer=fuzz.ratio, score_cutoff=LIKE),
        ]
        best = max(filter(None, matches), key=lambda match: match[1], default=None)
        if best is not None:
            found[name] = known[forms[best[2]]]
    return found


def _sorted(form: str) -> str:
    return " ".join(sorted(form.split()))
