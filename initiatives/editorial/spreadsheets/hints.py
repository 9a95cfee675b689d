"""Hints in a preview: likely duplicates, and everything readers will see of published items."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from initiatives.editorial.facts import facts_of
from initiatives.editorial.near_duplicates import near_duplicates_of, repeated
from initiatives.editorial.spreadsheets.named_items import NamedItems, fold, label_of
from initiatives.editorial.spreadsheets.outcomes import ImportPreview
from initiatives.models import Quote
from initiatives.models.choices import State

# The lowest share of letters, in percent, that two names have in common, in the same order.
LIKE = 80
# Pairs of names that are compared, at about 0.2 µs each. Beyond that, the last names of a file get no suggestion:
# with 10,000 names on record, the first 3,000 get one.
MOST_PAIRS = 30_000_000

_DIGITS = re.compile(r"\d+")


def point_out_names(examined: ImportPreview, added: list[NamedItems]) -> None:
    """Add to each new name the similar existing name that may be meant."""
    for made, items in zip(examined.made, added, strict=True):
        made.close = nearest(made.names, items.known_names())


def point_out_titles(examined: ImportPreview, new: dict[int, str], model) -> None:
    """Add to rows with new items, by line, the existing item that may be meant."""
    known = {fold(label_of(item)): label_of(item) for item in model._default_manager.all()} if new else {}
    close = nearest(new.values(), known)
    notes = {
        line: _("Close to “%(name)s”, which is on record.") % {"name": close[name]}
        for line, name in new.items()
        if name in close
    }
    for number, outcome in enumerate(examined.outcomes):
        if outcome.line in notes:
            examined.outcomes[number] = replace(outcome, notes=(*outcome.notes, notes[outcome.line]))


def point_out_quotes(examined: ImportPreview, new: dict[int, Quote]) -> None:
    """Add to rows with new quotes, by line, their near duplicates among stored quotes and other rows."""
    lines = list(new)
    earlier = {lines[place]: lines[other] for place, other in repeated([quote.text for quote in new.values()]).items()}
    found = near_duplicates_of([quote.text for quote in new.values()])
    twins = {line: tuple(there) for line, there in zip(new, found, strict=True)}
    for number, outcome in enumerate(examined.outcomes):
        if outcome.line not in new:
            continue
        notes = outcome.notes
        if outcome.line in earlier:
            notes = (*notes, _("Nearly the same as line %(line)d.") % {"line": earlier[outcome.line]})
        examined.outcomes[number] = replace(outcome, notes=notes, twins=twins.get(outcome.line, ()))


def show_published(examined: ImportPreview, items: Mapping[int, tuple[Any, Any]]) -> None:
    """Add to rows that publish a stored item everything that readers will see of it.

    `items` holds, by line, the stored item and the item after the import.
    """
    published = {
        line: stored
        for line, (stored, after) in items.items()
        if after.state == State.PUBLISHED and stored.state != State.PUBLISHED
    }
    facts = facts_of(list(published.values()))
    for number, outcome in enumerate(examined.outcomes):
        if outcome.line in published:
            examined.outcomes[number] = replace(outcome, facts=tuple(facts[published[outcome.line].pk]))


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
