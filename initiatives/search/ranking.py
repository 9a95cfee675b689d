"""How well a candidate answers a query, counted in its words. Pure, and the same for either engine.

Of each clause of the query the atom counts that stands in the candidate best: its occurrences, weighted by where
they stand, levelled off (the tenth says less than the second). The sum is divided by the logarithm of the length, so
that a short quote beats a long page. That is the shape of PostgreSQL's `ts_rank` with normalisation 1.
"""

import math
from collections.abc import Callable, Iterable

from initiatives.search.query import Atom, Phrase, Prefix, Query, Token

# Occurrences in names, main and other passages.
NAMES, MAIN, OTHER = 10.0, 4.0, 2.0


def written(names: Iterable[str], main: Iterable[str], other: Iterable[str]) -> str:
    """Return the words of a document, in their order, as one text from which `scorer` counts."""
    # Two spaces between words: neighbours share none, so that equal ones are both counted.
    return "\t".join(f" {'  '.join(words)} " if words else "" for words in (list(names), list(main), list(other)))


def needle(stems: Iterable[str]) -> str:
    """Return the text by which words in a row are found in the words of a document (see `written`)."""
    return f" {'  '.join(stems)} "


def scorer(query: Query) -> Callable[[str, str], float]:
    """Return the function that gives the rank of a document from its words (see `written`) and its filter values.

    Higher is better. A filter value that a name in the query stands for counts as one of the other passages.
    """
    clauses = [(_needles(clause), _tokens(clause)) for clause in query.clauses]

    def score(words: str, tokens: str) -> float:
        if words[0] == words[-1] == "\t":  # as of nearly all quotes: no other passages, nothing to be cut out
            names, main, other = "", words, ""
        else:
            names, main, other = words.split("\t")
        total = 0.0
        for needles, values in clauses:
            best = 0.0
            for needle in needles:
                found = MAIN * main.count(needle)
                if names:
                    found += NAMES * names.count(needle)
                if other:
                    found += OTHER * other.count(needle)
                if found > best:
                    best = found
            if best < OTHER and values and not values.isdisjoint(tokens.split()):
                best = OTHER
            total += best / (best + MAIN)
        return total / math.log(len(words) + 2)

    return score


def _needles(clause: Iterable[Atom]) -> list[str]:
    """Return the texts of which one must stand in a document's words."""
    needles = {}
    for atom in clause:
        if isinstance(atom, Phrase):
            needles.update(dict.fromkeys(map(needle, atom.readings)))
        elif isinstance(atom, Prefix):
            needles[f" {atom.form}"] = None
    return list(needles)


def _tokens(clause: Iterable[Atom]) -> frozenset[str]:
    """Return the filter values of which one must be among a document's."""
    return frozenset(atom.token for atom in clause if isinstance(atom, Token))
