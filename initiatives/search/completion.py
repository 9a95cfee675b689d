"""Completion: what a beginning may become, from the names of public items and the words of published texts.

Items are loaded as the public sees them; words are counted by the search that they lead to.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import tantivy
from tantivy import Occur

from initiatives.models import Publishable
from initiatives.models.choices import Kind
from initiatives.search import analysis, dictionary, kazakh, matching, schema
from initiatives.search.content import KINDS, token
from initiatives.search.criteria import Criteria
from initiatives.search.documents import called_token, words_of_name
from initiatives.search.execution import DEEPEST, Run
from initiatives.search.index import Reader
from initiatives.search.query import MAX_LENGTH, Query, QueryError, parse, plain_words

# The kinds of items that are offered by name, with the facet by which quotes carry them.
NAMED: dict[str, str] = {
    Kind.THEME: "theme",
    Kind.PERSON: "speaker",
    Kind.INITIATIVE: "initiative",
    Kind.SOURCE: "source",
    Kind.PRINCIPLE: "",
    Kind.BODY: "",
}

# The least that is completed: letters of a name, or of a word (two letters begin too many).
SHORTEST_NAME, SHORTEST_WORD = 2, 3
# The most words that a name is looked for by.
MOST_TYPED = 8
# What is offered at the most: items of a kind, of all kinds, and words; so many words are tried.
MOST_OF_A_KIND, MOST_ITEMS, MOST_WORDS, MOST_TRIED = 3, 6, 3, 6

# Counts criteria: search.count_each.
CountEach = Callable[[Sequence[Criteria]], list[int]]


@dataclass(frozen=True)
class Named:
    """An item whose name was begun: by its own name or, if `other` is not empty, by that one."""

    kind: Kind
    item: Publishable
    name: str
    other: str = ""


@dataclass(frozen=True)
class Begun:
    """A query whose last word was begun, with the language (ISO 639-1) of the word, and how much the query finds."""

    query: Query
    language: str
    count: int


def named_items(typed: str, reader: Reader, run: Run) -> list[Named]:
    """Return the public items in whose name, or in another name, all words stand that were typed, the last one begun.

    By kind, the themes first; of a kind, first what most quotes carry.
    """
    if len(typed) > MAX_LENGTH:
        return []
    forms = [kazakh.plain(word.form) for word in analysis.words(typed)]
    if not 1 <= len(forms) <= MOST_TYPED or max(map(len, forms)) < SHORTEST_NAME:
        return []
    begun = forms.pop() if _is_open(typed) else None
    found = []
    for kind, ids in _best_named(reader, run, forms, begun).items():
        found += enumerate(_load(Kind(kind), ids, [*forms, begun] if begun else forms))
    # Where there are too many, those go that come last of their kind.
    found = sorted(found, key=lambda placed: placed[0])[:MOST_ITEMS]
    return sorted((named for _place, named in found), key=lambda named: list(NAMED).index(named.kind))


def called(query: Query, run: Run) -> list[Named]:
    """Return the public items that are called what was typed, by their own or by another name, by kind."""
    words = words_of_name(query.typed)
    if not words or query.excluded:
        return []
    found = _with_all(run, [matching.filter_query(called_token(words))], MOST_ITEMS)
    return [named for kind, ids in found.items() for named in _load(Kind(kind), ids, words.split())]


def begun_words(typed: str, criteria: Criteria, run: Run, count_each: CountEach) -> list[Begun]:
    """Return the queries that finishing the last word of what was typed makes, the most common words first.

    Each finds something that meets the criteria; of words with one stem, which find the same, the most common one.
    """
    words = list(plain_words(typed)) if _is_open(typed) else []
    if not words or words[-1][2] != len(typed) or len(words[-1][0]) < SHORTEST_WORD or len(typed) > MAX_LENGTH:
        return []
    form, start, _end = words[-1]
    trials: dict[tuple[str, str], tuple[Query, str]] = {}
    tried: set[str] = set()
    among = matching.query_of(criteria, run.searcher, run.now)
    for word in dictionary.beginning(run.searcher, form, among, 4 * MOST_TRIED):
        # A word may be of several languages.
        if word.form not in tried and (word.stem, word.language) not in trials:
            tried.add(word.form)
            with suppress(QueryError):
                trials[word.stem, word.language] = parse(typed[:start].lstrip() + word.form), word.language
        if len(trials) == MOST_TRIED:
            break
    counts = count_each([criteria.with_words(query) for query, _language in trials.values()])
    found = [Begun(query, language, count) for (query, language), count in zip(trials.values(), counts, strict=True)]
    return [begun for begun in found if begun.count][:MOST_WORDS]


def _is_open(typed: str) -> bool:
    """Whether the last word of what was typed may go on."""
    return typed[-1:].isalnum()


def _best_named(reader: Reader, run: Run, forms: list[str], begun: str | None) -> dict[str, list[int]]:
    """Return, by kind, the items in whose names all of some words stand and one begins so: those with most quotes."""
    field = schema.NAME_WORDS
    asked = [tantivy.Query.term_query(schema.SCHEMA, field, form, "basic") for form in forms]
    if begun is not None:
        asked.append(tantivy.Query.regex_query(schema.SCHEMA, field, f"{re.escape(begun)}.*"))
    kinds = matching.any_filter(token("kind", kind) for kind in NAMED)
    quotes, best = _quotes_of(reader, run), _with_all(run, [kinds, *asked], DEEPEST)
    for kind, ids in best.items():
        of_item = quotes.get(NAMED[kind], {})
        ids.sort(key=lambda pk: (-of_item.get(str(pk), 0), pk))
        del ids[MOST_OF_A_KIND:]
    return best


def _with_all(run: Run, parts: list[tantivy.Query], most: int) -> dict[str, list[int]]:
    """Return the public items that match all of some queries by kind, in the order of NAMED; the best ones first."""
    musts = [(Occur.Must, part) for part in parts]
    hits = run.best_of(tantivy.Query.boolean_query([*musts, *matching.hidden(run.searcher, run.now)]), most)
    found = {kind: [hit.object_id for hit in hits if hit.kind == kind] for kind in NAMED}
    return {kind: ids for kind, ids in found.items() if ids}


def _quotes_of(reader: Reader, run: Run) -> dict[str, dict[str, int]]:
    """Return how many public quotes each theme, person, initiative and source has; counted once for each state."""
    kept = reader.kept.get("quotes")
    if kept is None:
        criteria = Criteria(frozenset({Kind.QUOTE}))
        kept = reader.kept["quotes"] = run.facets(criteria, [facet for facet in NAMED.values() if facet])
    return kept


def _load(kind: Kind, ids: list[int], forms: list[str]) -> list[Named]:
    """Load the public ones of some items, in the order given."""
    items: Any = KINDS[kind].model._default_manager
    related = ["set"] if kind == Kind.PRINCIPLE else []
    public = items.published().select_related(*related).in_bulk(ids) if ids else {}
    return [_named(kind, public[pk], forms) for pk in ids if pk in public]


def _named(kind: Kind, item, forms: list[str]) -> Named:
    """Return an item with the name that holds most of some words; its own, if no other one holds more."""
    name = item.title if hasattr(item, "title") else item.name
    best = max([name, *getattr(item, "alias_list", [])], key=lambda text: _held(text, forms))
    return Named(kind, item, name, "" if best == name else best)


def _held(text: str, forms: list[str]) -> int:
    """Return how many words of a text begin with one of some beginnings, each counted once."""
    words = [kazakh.plain(word.form) for word in analysis.words(text)]
    return sum(any(word.startswith(form) for word in words) for form in forms)
