"""Did you mean: what a visitor may have wanted to type, from the words of published texts.

Each word that stands alone and that hardly anything public has is looked for among the words of all texts (see
dictionary.py). What is found is asked of search, as every word that was typed is: hidden texts leave no trace.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from initiatives.models.choices import Kind
from initiatives.search.criteria import Criteria
from initiatives.search.dictionary import Near, nearest
from initiatives.search.index import Reader
from initiatives.search.query import Query, QueryError, parse, plain_words

# A search that finds fewer items may be misspelt; so may a word that does.
FEW = 3
# A word that something has is taken for a slip only if another one stands in so many times as many items.
MANY_TIMES = 10
# Of each word so many others are asked about, and of all their combinations so many are returned.
MOST_WORDS, MOST_QUERIES = 3, 4

_EVERYTHING = Criteria(frozenset(Kind))

# Counts criteria: search.count_each.
CountEach = Callable[[Sequence[Criteria]], list[int]]


@dataclass(frozen=True)
class Spelling:
    """A query as it may have been meant, with the language (ISO 639-1) of the first word that is another one."""

    query: Query
    language: str


def spellings(query: Query, reader: Reader, count_each: CountEach) -> list[Spelling]:
    """Return what may have been meant instead of a query, likeliest first; every word in it finds something public.

    Only single words are looked at, and of these only those that fewer than FEW public items have; phrases, beginnings
    and excluded words stay as they were typed.
    """
    better = _better(query, reader, count_each, rare=FEW)
    return _combined(query.typed, better)


def unknown_words(query: Query, reader: Reader, count_each: CountEach) -> dict[str, Near]:
    """Return the nearest known word for each word of a query that nothing public has."""
    return {form: others[0] for form, others in _better(query, reader, count_each, rare=1).items()}


def replaced(query: Query, choice: Mapping[str, Near]) -> Query:
    """Return a query with other words in the place of some. Raises QueryError if it gets too long."""
    return parse(_replaced(query.typed, choice))


def _better(query: Query, reader: Reader, count_each: CountEach, rare: int) -> dict[str, list[Near]]:
    """Return what may have been meant by words that fewer than `rare` public items have."""
    typed = list(dict.fromkeys(form for form, _start, _end in plain_words(query.typed)))
    numbers = dict(zip(typed, count_each([_alone(form) for form in typed]), strict=True))
    others = {form: near for form in typed if numbers[form] < rare and (near := nearest(reader, form, MOST_WORDS))}
    asked = list(dict.fromkeys(near.word.form for row in others.values() for near in row))
    numbers |= zip(asked, count_each([_alone(form) for form in asked]), strict=True)
    better = {}
    for form, row in others.items():
        if meant := [near for near in row if numbers[near.word.form] > numbers[form] * MANY_TIMES]:
            better[form] = meant
    return better


def _alone(form: str) -> Criteria:
    return _EVERYTHING.with_words(parse(form))


def _combined(typed: str, better: dict[str, list[Near]]) -> list[Spelling]:
    """Return queries with words replaced: all by their first choice, then by turns one of them by the next ones."""
    choices = [{form: others[0] for form, others in better.items()}] if better else []
    choices += [{**choices[0], form: other} for form, others in better.items() for other in others[1:]]
    found = []
    for choice in choices[:MOST_QUERIES]:
        # With a longer word a query can be too long.
        with suppress(QueryError):
            found.append(Spelling(parse(_replaced(typed, choice)), next(iter(choice.values())).word.language))
    return found


def _replaced(typed: str, choice: Mapping[str, Near]) -> str:
    """Return what was typed with other words in the place of some."""
    written, last = [], 0
    for form, start, end in plain_words(typed):
        if form in choice:
            written += [typed[last:start], choice[form].word.form]
            last = end
    return "".join([*written, typed[last:]])
