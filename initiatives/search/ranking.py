"""How well a candidate answers a query, counted in its words. Pure, and the same for either engine.

Of each clause of the query the atom counts that stands in the candidate best: its occurrences, weighted by where
they stand, levelled off (the tenth says less than the second). The sum is divided by the logarithm of the length, so
that a short quote beats a long page. That is the shape of PostgreSQL's `ts_rank` with normalisation 1.
"""

import math
from collections.abc import Callable, Iterable

from initiatives.search.query import Atom, Phrase, Prefix, Query

# Occurrences in names, main and other passages.
NAMES, MAIN, OTHER = 10.0, 4.0, 2.0


def written(names: Iterable[str], main: Iterable[str], other: Iterable[str]) -> str:
    """Return the words of a document, in their order, as one text from which `scorer` counts."""
    # Two spaces between words: neighbours share none, so that equal ones are both counted.
    return "\t".join(f" {'  '.join(words)} " if words else "" for words in (list(names), list(main), list(other)))


def scorer(query: Query) -> Callable[[str], float]:
    """Return the function that gives the rank of a document's words (see `written`); higher is better."""
    clauses = [needles for clause in query.clauses if (needles := _needles(clause))]

    def score(text: str) -> float:
        names, main, other = text.split("\t")
        total = 0.0
        for needles in clauses:
            best = 0.0
            for needle in needles:
                found = MAIN * main.count(needle)
                if names:
                    found += NAMES * names.count(needle)
                if other:
                    found += OTHER * other.count(needle)
                if found > best:
                    best = found
            total += best / (best + MAIN)
        return total / math.log(len(text) + 2)

    return score


def _needles(clause: Iterable[Atom]) -> list[str]:
    """Return the texts of which one must stand in a document's words; filter values are elsewhere and give no rank."""
    needles = {}
    for atom in clause:
        if isinstance(atom, Phrase):
            needles.update(dict.fromkeys(f" {'  '.join(stems)} " for stems in atom.readings))
        elif isinstance(atom, Prefix):
            needles[f" {atom.form}"] = None
    return list(needles)
