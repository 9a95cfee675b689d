"""What comes closest, where nothing or hardly anything has all words: the items that hold most of a query's weight.

A word weighs the more, the fewer items have it; words that stand beside each other as they were typed weigh more.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import tantivy
from tantivy import Occur

from initiatives.search import analysis, matching, schema
from initiatives.search.criteria import Criteria
from initiatives.search.documents import key_of
from initiatives.search.execution import Hit, Run
from initiatives.search.query import Atom, Phrase, Query, written

# So many are shown.
MOST = 10
# The bonus of two adjacent words, or of words with few between them, as a share of the commoner word's weight.
BESIDE, GAP = 0.5, 2


@dataclass(frozen=True)
class Closest:
    """The closest items, best first, each with the words that it lacks; and the query of which any word may match."""

    hits: list[Hit]
    missing: dict[Hit, list[str]]
    query: Query


def closest(run: Run, criteria: Criteria, found: Sequence[Hit]) -> Closest | None:
    """Return the items that come closest to criteria with several words, without those that were found anyway."""
    clauses = criteria.query.clauses
    if len(clauses) < 2:
        return None
    loose = replace(criteria, query=replace(criteria.query, clauses=()))
    total = max(1, run.searcher.num_docs)
    weights = [math.log(1 + total / (1 + _number(run, clause))) for clause in clauses]
    scored = [
        (Occur.Should, tantivy.Query.const_score_query(matching.any_of(clause), weight))
        for clause, weight in zip(clauses, weights, strict=True)
    ]
    for (first, weight), (second, other) in itertools.pairwise(zip(clauses, weights, strict=True)):
        scored += [(Occur.Should, near) for near in _beside(first, second, min(weight, other) * BESIDE)]
    wanted = tantivy.Query.boolean_query(
        [
            (Occur.Must, tantivy.Query.boolean_query(scored)),
            *matching.filters(loose, run.searcher, run.hidden),
        ]
    )
    hits = [hit for hit in run.best_of(wanted, MOST + len(found)) if hit not in found][:MOST]
    return Closest(hits, _missing(run, hits, criteria.query), criteria.query) if hits else None


def _missing(run: Run, hits: list[Hit], query: Query) -> dict[Hit, list[str]]:
    """Return, for each item, the words of a query that it lacks, as somebody would type them."""
    keys = [key_of(hit.kind, hit.object_id) for hit in hits]
    among = tantivy.Query.term_set_query(schema.SCHEMA, schema.KEY, keys)
    missing: dict[Hit, list[str]] = {hit: [] for hit in hits}
    for clause in query.clauses:
        having = run.best_of(
            tantivy.Query.boolean_query([(Occur.Must, among), (Occur.Must, matching.any_of(clause))]), len(keys)
        )
        for hit in hits:
            if hit not in having:
                missing[hit].append(written(clause[:1]))
    return missing


def _number(run: Run, clause: tuple[Atom, ...]) -> int:
    """Return how many texts have a word of a clause, roughly: the commonest of its stems."""
    stems = {stem for atom in clause if isinstance(atom, Phrase) for reading in atom.readings for stem in reading}
    return max((run.searcher.doc_freq(field, stem) for stem in stems for field in schema.TEXTS), default=0)


def _beside(first: tuple[Atom, ...], second: tuple[Atom, ...], weight: float) -> list[tantivy.Query]:
    one, other = first[0], second[0]
    if not isinstance(one, Phrase) or not isinstance(other, Phrase):
        return []
    readings = analysis.stems_in_all_languages([one.forms[-1], other.forms[0]])
    return [
        tantivy.Query.const_score_query(tantivy.Query.phrase_query(schema.SCHEMA, field, list(stems), GAP), weight)
        for stems in readings
        for field in schema.TEXTS
    ]
