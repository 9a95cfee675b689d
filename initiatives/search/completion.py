"""Completion: what a beginning may become, from the names of public items and the words of published texts.

Index look-ups only. Items are loaded as the public sees them; words are counted by the search that they lead to.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from initiatives.models import Publishable
from initiatives.models.choices import Kind
from initiatives.search import analysis, counting, kazakh, lookups
from initiatives.search.counting import Count
from initiatives.search.criteria import Criteria
from initiatives.search.query import MAX_LENGTH, Query, QueryError, parse, plain_words
from initiatives.search.vocabulary import NAMED

# The least that is completed: letters of a name, or of a word (two letters begin too many).
SHORTEST_NAME, SHORTEST_WORD = 2, 3
# The most words that a name is looked for by.
MOST_TYPED = 8
# What is offered at the most: items of a kind, of all kinds, and words; so many words are tried.
MOST_OF_A_KIND, MOST_ITEMS, MOST_WORDS, MOST_TRIED = 3, 6, 3, 6

# Counts criteria up to a bound: search.count_each.
CountEach = Callable[[Sequence[Criteria], int], list[Count]]


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
    count: Count


def named_items(typed: str) -> list[Named]:
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
    for kind, ids in lookups.named(forms, begun, MOST_OF_A_KIND).items():
        found += enumerate(_load(Kind(kind), ids, [*forms, begun] if begun else forms))
    # Where there are too many, those go that come last of their kind.
    found = sorted(found, key=lambda placed: placed[0])[:MOST_ITEMS]
    return sorted((named for _place, named in found), key=lambda named: list(NAMED).index(named.kind))


def begun_words(typed: str, criteria: Criteria, count_each: CountEach) -> list[Begun]:
    """Return the queries that finishing the last word of what was typed makes, the most common words first.

    Each finds something that meets the criteria; of words with one stem, which find the same, the most common one.
    """
    words = list(plain_words(typed)) if _is_open(typed) else []
    if not words or words[-1][2] != len(typed) or len(words[-1][0]) < SHORTEST_WORD or len(typed) > MAX_LENGTH:
        return []
    form, start, _end = words[-1]
    trials: dict[tuple[str, str], tuple[Query, str]] = {}
    tried: set[str] = set()
    for other, stem, language in lookups.words_beginning(form, 4 * MOST_TRIED):
        # A word may be of several languages.
        if other not in tried and (stem, language) not in trials:
            tried.add(other)
            with suppress(QueryError):
                trials[stem, language] = parse(typed[:start].lstrip() + other), language
        if len(trials) == MOST_TRIED:
            break
    found: list[Begun] = []
    rest = list(trials.values())
    # As a rule the first ones find something; only then, more are asked about.
    while rest and len(found) < MOST_WORDS:
        some, rest = rest[: MOST_WORDS - len(found)], rest[MOST_WORDS - len(found) :]
        counts = count_each([criteria.with_words(query) for query, _language in some], counting.SOME)
        found += [
            Begun(query, language, count) for (query, language), count in zip(some, counts, strict=True) if count.number
        ]
    return found


def _is_open(typed: str) -> bool:
    """Whether the last word of what was typed may go on."""
    return typed[-1:].isalnum()


def _load(kind: Kind, ids: list[int], forms: list[str]) -> list[Named]:
    """Load the public ones of some items, in the order given."""
    items = lookups.public_items(kind, ids)
    return [_named(kind, items[pk], forms) for pk in ids if pk in items]


def _named(kind: Kind, item, forms: list[str]) -> Named:
    """Return an item with the name that holds most of some words; its own, if no other one holds more."""
    name = item.title if hasattr(item, "title") else item.name
    best = max([name, *getattr(item, "alias_list", [])], key=lambda text: _held(text, forms))
    return Named(kind, item, name, "" if best == name else best)


def _held(text: str, forms: list[str]) -> int:
    """Return how many words of a text begin with one of some beginnings, each counted once."""
    words = [kazakh.plain(word.form) for word in analysis.words(text)]
    return sum(any(word.startswith(form) for word in words) for form in forms)
