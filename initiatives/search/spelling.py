"""Did you mean: what a visitor may have wanted to type, from the words of published texts.

Each word that stands alone and that hardly anything public has is looked up by what is left of it without one letter
(see edits.py). What is found is asked of search, as every word that was typed is: hidden texts leave no trace.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from initiatives.models.choices import Kind
from initiatives.search import analysis, lookups
from initiatives.search.counting import Count
from initiatives.search.criteria import Criteria
from initiatives.search.edits import distance, in_other_layout, keys_of
from initiatives.search.query import Query, QueryError, parse, plain_words

# A search that finds fewer items may be misspelt; so may a word that does.
FEW = 3
# A word that something has is taken for a slip only if another one stands in so many times as many items.
MANY_TIMES = 10
# Words of fewer letters have too many neighbours.
SHORTEST = 4
# In words of so many letters, two slips are seen through if the keys tell (a letter too many and one too few).
LONG = 8
# Of each word so many others are asked about, and of all their combinations so many are returned.
MOST_WORDS, MOST_QUERIES = 3, 4

_EVERYTHING = Criteria(frozenset(Kind))

# Counts criteria up to a bound: search.count_each.
CountEach = Callable[[Sequence[Criteria], int], list[Count]]


@dataclass(frozen=True)
class Spelling:
    """A query as it may have been meant, with the language (ISO 639-1) of the first word that is another one."""

    query: Query
    language: str


class _Other(NamedTuple):
    """A word that may have been meant."""

    slips: int
    number: int
    form: str
    stem: str
    language: str


def spellings(query: Query, count_each: CountEach) -> list[Spelling]:
    """Return what may have been meant instead of a query, likeliest first; every word in it finds something public.

    Only single words are looked at, and of these only those that fewer than FEW public items have; phrases, beginnings
    and excluded words stay as they were typed.
    """
    typed = list(dict.fromkeys(form for form, _start, _end in plain_words(query.typed) if len(form) >= SHORTEST))
    others = neighbours(typed)
    if not others:
        return []
    asked = list(dict.fromkeys([*others, *(other.form for row in others.values() for other in row)]))
    counts = count_each([_alone(form) for form in asked], FEW * MANY_TIMES)
    numbers = {form: count.number for form, count in zip(asked, counts, strict=True)}
    better = {
        form: meant
        for form, row in others.items()
        if numbers[form] < FEW
        and (meant := [other for other in row if numbers[other.form] > numbers[form] * MANY_TIMES])
    }
    return _combined(query.typed, better)


def neighbours(forms: Iterable[str]) -> dict[str, list[_Other]]:
    """Return the known words that a slip may have turned into some words, nearest first, then the most common ones.

    Not those that search finds by the word itself, for they have its stem; none that is further away than a slip.
    """
    keys = {form: keys_of(form) | ({in_other_layout(form)} - {""}) for form in forms}
    if not keys:
        return {}
    words_of: dict[str, set[tuple]] = defaultdict(set)
    for key, *word in lookups.words_of_keys(set().union(*keys.values())):
        words_of[key].add(tuple(word))
    found = {}
    for form, own in keys.items():
        stems = {stem for (stem,) in analysis.stems_in_all_languages([form])}
        others = [
            _Other(slips, number, other, stem, language)
            for number, other, stem, language in set().union(*(words_of[key] for key in own))
            if stem not in stems and (slips := _slips(form, other)) is not None
        ]
        others.sort(key=lambda other: (other.slips, -other.number, other.form))
        # Of words with one stem, and of a word of several languages, the first one.
        first_of_stem = {(other.stem, other.language): other for other in reversed(others)}
        first_of_form = {other.form: other for other in reversed(others)}
        if others := [
            other
            for other in others
            if other is first_of_stem[other.stem, other.language] and other is first_of_form[other.form]
        ]:
            found[form] = others[:MOST_WORDS]
    return found


def _slips(form: str, other: str) -> int | None:
    """Return how many slips part two words; None if they are too many."""
    if other == in_other_layout(form):
        return 1
    slips = distance(form, other)
    return slips if slips <= (2 if min(len(form), len(other)) >= LONG else 1) else None


def _alone(form: str) -> Criteria:
    return _EVERYTHING.with_words(parse(form))


def _combined(typed: str, better: dict[str, list[_Other]]) -> list[Spelling]:
    """Return queries with words replaced: all by their first choice, then by turns one of them by the next ones."""
    choices = [{form: others[0] for form, others in better.items()}] if better else []
    choices += [{**choices[0], form: other} for form, others in better.items() for other in others[1:]]
    found = []
    for choice in choices[:MOST_QUERIES]:
        # With a longer word a query can be too long.
        with suppress(QueryError):
            found.append(Spelling(parse(_replaced(typed, choice)), next(iter(choice.values())).language))
    return found


def _replaced(typed: str, choice: dict[str, _Other]) -> str:
    """Return what was typed with other words in the place of some."""
    written, last = [], 0
    for form, start, end in plain_words(typed):
        if form in choice:
            written += [typed[last:start], choice[form].form]
            last = end
    return "".join([*written, typed[last:]])
