"""Names that are nearly the same: what somebody may have meant who mistyped one.

The names of a file are compared only with the few known ones that share their rarest runs of three letters, so that the
work is bounded however many items are on record.
"""

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

from initiatives.editorial.spreadsheets.named_items import fold

# The least share of letters that must be the same, in the same order.
LIKE = 0.8
# Of each name so many runs are looked up, of each run so many names, and of those so many compared letter by letter.
MOST_RUNS, MOST_OF_A_RUN, MOST_COMPARED = 12, 300, 6

_DIGITS = re.compile(r"\d+")


def nearest(names: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """Return what each of some names may stand for; `known` has the names on record by their folded form (see `fold`).

    Case and the order of words make no difference; names with other numbers are never close: "Address 2019" is not
    "Address 2020".
    """
    folded = {name: fold(name) for name in names}
    runs: dict[str, array] = {run: array("L") for form in folded.values() for run in _runs(form)}
    forms = list(known)
    for place, form in enumerate(forms):
        for run in _runs(form):
            if run in runs and len(runs[run]) < MOST_OF_A_RUN:
                runs[run].append(place)
    found = {}
    for name, form in folded.items():
        rarest = sorted((run for run in _runs(form) if runs[run]), key=lambda run: (len(runs[run]), run))
        shared: Counter[int] = Counter()
        for run in rarest[:MOST_RUNS]:
            shared.update(runs[run])
        candidates = [forms[place] for place, _count in shared.most_common(MOST_COMPARED)]
        best = max(((_likeness(form, other), other) for other in candidates), default=(0.0, ""))
        if best[0] >= LIKE:
            found[name] = known[best[1]]
    return found


def _runs(form: str) -> set[str]:
    padded = f" {form} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}


def _likeness(form: str, other: str) -> float:
    if _DIGITS.findall(form) != _DIGITS.findall(other):
        return 0.0
    pairs = [(form, other), (" ".join(sorted(form.split())), " ".join(sorted(other.split())))]
    return max(_ratio(*pair) for pair in pairs)


def _ratio(form: str, other: str) -> float:
    matcher = SequenceMatcher(None, form, other, autojunk=False)
    # Upper bounds, and fast.
    if matcher.real_quick_ratio() < LIKE or matcher.quick_ratio() < LIKE:
        return 0.0
    return matcher.ratio()
