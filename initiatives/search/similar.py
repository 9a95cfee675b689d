"""Finds items close to a query, most of whose words they have, and items that share words with a text.

The rarer a word of a query, the more it weighs; words that are adjacent as typed weigh more.

Sequences of a few words are rare in any language, and each takes one look-up in the index, however large the record:
items that share them say nearly the same as the text. Items that share distinctive words are on the same subject.
"""

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import tantivy
from tantivy import Occur

from initiatives import clock
from initiatives.search import analysis, matching, schema
from initiatives.search.criteria import Criteria, Sort
from initiatives.search.documents import key_of
from initiatives.search.execution import Hit, Run
from initiatives.search.in_step import reader
from initiatives.search.query import MAX_TERMS, Atom, Phrase, Query, any_word_of, carries_nothing, phrase, written

# The most items returned as close to a query, and the share of its weight that each must have.
MOST, LEAST = 10, 0.5
# Bonus for adjacent words, or words with a small gap, as a share of the commoner word's weight.
BESIDE, GAP = 0.5, 2

# Texts of fewer words are too short to compare.
MIN_WORDS = 3
# Sequences of three words; of two in a text so short that one different word could break every sequence of three.
LONG_ROW, SHORT_ROW, SHORT_TEXT = 3, 2, 9
# How many sequences, spread over the text, are looked up, and how many of the newest items are taken for each.
MOST_ROWS, MOST_OF_A_ROW = 16, 25

# How many distinctive words of a text are searched for, and their minimum length.
DISTINCTIVE_WORDS, MIN_LENGTH = 12, 6


@dataclass(frozen=True)
class Closest:
    """The closest items, best first, each with the words it lacks; and the query, any word of which may match."""

    hits: list[Hit]
    missing: dict[Hit, list[str]]
    query: Query


def closest_to(criteria: Criteria, run: Run, found: Sequence[Hit]) -> Closest | None:
    """Return the items closest to criteria with several words, without those already found."""
    if len(criteria.query.clauses) < 2 or all(map(carries_nothing, criteria.query.wanted)):
        return None
    loose = replace(criteria, query=replace(criteria.query, clauses=()))
    total = max(1, run.searcher.num_docs)
    weight_of = {clause: math.log(1 + total / (1 + _number(run, clause))) for clause in criteria.query.clauses}
    # Of a long text the rarest words are enough.
    rarest = sorted(weight_of, key=weight_of.__getitem__, reverse=True)[:MAX_TERMS]
    clauses = [clause for clause in criteria.query.clauses if clause in rarest]
    weights = [weight_of[clause] for clause in clauses]
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
    hits = [hit for hit in run.best_of(wanted, MOST + len(found)) if hit not in found]
    if not hits:
        return None
    missing = _missing(run, hits, clauses)
    most = (1 - LEAST) * sum(weights)
    close = [hit for hit in hits if sum(weight_of[clause] for clause in missing[hit]) <= most][:MOST]
    words = {hit: [written(clause[:1]) for clause in missing[hit]] for hit in close}
    return Closest(close, words, criteria.query) if close else None


def _missing(run: Run, hits: list[Hit], clauses: list[tuple[Atom, ...]]) -> dict[Hit, list[tuple[Atom, ...]]]:
    """Return the clauses that each item lacks."""
    keys = [key_of(hit.kind, hit.object_id) for hit in hits]
    among = tantivy.Query.term_set_query(schema.SCHEMA, schema.KEY, keys)
    missing: dict[Hit, list[tuple[Atom, ...]]] = {hit: [] for hit in hits}
    for clause in clauses:
        having = run.best_of(
            tantivy.Query.boolean_query([(Occur.Must, among), (Occur.Must, matching.any_of(clause))]), len(keys)
        )
        for hit in hits:
            if hit not in having:
                missing[hit].append(clause)
    return missing


def _number(run: Run, clause: tuple[Atom, ...]) -> int:
    """Return roughly how many texts match a clause: the count of its commonest word; of a phrase, of its rarest."""
    phrases = [reading for atom in clause if isinstance(atom, Phrase) for reading in atom.readings]
    return max((min(_texts_with(run, stem) for stem in reading) for reading in phrases), default=0)


def _texts_with(run: Run, stem: str) -> int:
    return max(run.searcher.doc_freq(field, stem) for field in schema.TEXTS)


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


def sharing_words(kind: str, text: str, most: int, *, tokens: Iterable[str] = (), public: bool = False) -> list[int]:
    """Return the primary keys of items of a kind that share distinctive words with a text, or have a filter value.

    `tokens` are the filter values; `public` leaves out what the public may not see. The closest come first.
    """
    forms = {word.form for word in analysis.words(text) if len(word.form) >= MIN_LENGTH}
    # Longer words are more distinctive; a few are enough.
    query = any_word_of(sorted(forms, key=lambda form: (-len(form), form))[:DISTINCTIVE_WORDS], tokens)
    if not query:
        return []
    hits = Run(reader(), clock.now() if public else None).best(Criteria(frozenset({kind}), query), most)
    return [hit.object_id for hit in hits]


def sharing_rows(kind: str, text: str, language: str, most: int, *, public: bool = False) -> list[int]:
    """Return the keys of items of a kind, drafts too unless `public`, that share word sequences with a text.

    Those that have all of the sequences come first, then those that share most. `language` (ISO 639-1) is that of the
    text, so that its words are found in any form; if it is empty, the text may be in any language.
    """
    run = Run(reader(), clock.now() if public else None)
    rows = _rows([(stem.form, stem.stem) for stem in analysis.stems(text, language)])
    if not language:
        rows = [phrase(list(row.forms)) for row in rows]

    def having(*clauses: Phrase) -> Criteria:
        return Criteria(frozenset({kind}), Query(clauses=tuple((row,) for row in clauses)), sort=Sort.NEWEST)

    whole = [hit.object_id for hit in run.best(having(*rows), most)] if rows else []
    shared = Counter(hit.object_id for row in rows for hit in run.best(having(row), MOST_OF_A_ROW))
    return list(dict.fromkeys([*whole, *(key for key, _rows in shared.most_common(most))]))[:most]


def _rows(words: list[tuple[str, str]]) -> list[Phrase]:
    """Return some sequences of a text's words, evenly spread."""
    if len(words) < MIN_WORDS:
        return []
    length = SHORT_ROW if len(words) < SHORT_TEXT else LONG_ROW
    last = len(words) - length
    count = min(MOST_ROWS, last + 1)
    starts = [round(number * last / max(1, count - 1)) for number in range(count)]
    rows = [words[start : start + length] for start in dict.fromkeys(starts)]
    return [Phrase(tuple(form for form, _ in row), (tuple(stem for _, stem in row),)) for row in rows]
