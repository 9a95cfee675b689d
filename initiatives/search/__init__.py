"""Search: `search(criteria, page)` gives the page, the count and the facets that the public may see.

Stages: a typed query is parsed (query.py) and widened by names of themes and people and by synonyms (widening.py);
the engine of the database in use turns it and the filters into one index look-up (postgres.py, sqlite.py); its newest
BOUND matches are the candidates, which are ranked, counted, paged and faceted (execution.py). A query that nothing
matches is read once more, as Kazakh typed without Kazakh letters. Beside the page: counts of what else could be
searched for, the same result in groups (grouping.py). From the words of published texts (vocabulary.py): what may have
been meant (spelling.py), and what a beginning may become (completion.py).
What the public may see is decided here: callers can only narrow it. `search_for_editors` sees everything.
"""

import datetime
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.utils import timezone

from initiatives.models import SearchDocument
from initiatives.models.choices import Kind
from initiatives.search import completion, grouping, spelling
from initiatives.search.alike import sharing_rows
from initiatives.search.completion import Begun, Named, named_items
from initiatives.search.content import STATUS_OF
from initiatives.search.counting import Count
from initiatives.search.criteria import Criteria, Sort
from initiatives.search.execution import BOUND, Hit, PageOutOfRange, Results, candidates, counts, run, tally
from initiatives.search.grouping import Months, SpeakerGroup, Speakers, Years, by_speaker
from initiatives.search.names import CARRIERS, Name
from initiatives.search.query import Query, QueryError, any_word_of, parse, respelt, unfinished, written
from initiatives.search.spelling import FEW, Spelling
from initiatives.search.statuses import STATUS, Statuses
from initiatives.search.synonyms import Synonym
from initiatives.search.widening import Widener, widen

__all__ = [
    "BOUND",
    "FEW",
    "Begun",
    "Count",
    "Counter",
    "Criteria",
    "Hit",
    "Months",
    "Name",
    "Named",
    "PageOutOfRange",
    "Query",
    "QueryError",
    "Results",
    "Sort",
    "SpeakerGroup",
    "Speakers",
    "Spelling",
    "Synonym",
    "Years",
    "any_word_of",
    "begun_words",
    "by_month",
    "by_speaker",
    "by_year",
    "count_each",
    "count_public",
    "draw",
    "named_items",
    "parse",
    "search",
    "search_for_editors",
    "sharing_rows",
    "spellings",
    "written",
]


def search(criteria: Criteria, page: int = 1, page_size: int = 20, facets: Iterable[str] = ()) -> Results:
    """Return one page of the public items that meet the criteria, their count, and counts by facet value.

    `page` counts from 1. Raises PageOutOfRange if there is no such page.
    """
    now = timezone.now()
    widened = widen(criteria.query, now)
    kinds = criteria.kinds_asked
    names = tuple(name for name in widened.names if kinds & CARRIERS[name.kind])
    statuses = Statuses(now)
    criteria = statuses.chosen_in(replace(criteria, query=widened.query))
    facets = [STATUS_OF if facet == STATUS else facet for facet in facets]
    criteria, results = _run_as_meant(criteria, now, page, page_size, facets)
    results = replace(results, names=names, synonyms=widened.synonyms)
    for facet in criteria.chosen_facets:
        if facet in facets:
            others, _capped = candidates(criteria.without_facet(facet), now)
            results.facets[facet] = tally(others, [facet]).get(facet, {})
    if STATUS_OF in facets:
        results.facets[STATUS] = statuses.count(results.facets.pop(STATUS_OF, {}))
    return results


def search_for_editors(kind: str, typed: str, limit: int = BOUND) -> list[int]:
    """Return the primary keys of items of a kind, drafts too, that match what an editor typed; best first.

    A last word without a space behind it may be unfinished. Raises QueryError like `parse`.
    """
    query = parse(typed)
    if not typed.endswith(" "):
        query = unfinished(query)
    widened = widen(query, None)
    _criteria, results = _run_as_meant(Criteria(frozenset({kind}), widened.query), None, 1, limit, [])
    return results.ids(kind)


def count_public(kind: Kind) -> int:
    """Return how many items of a kind the public can see."""
    return SearchDocument.objects.filter(kind=kind, visible_from__lte=timezone.now()).count()


class Counter:
    """Counts searches as of the time when it was made; what words mean is asked once of those that come again."""

    def __init__(self) -> None:
        self._now = timezone.now()
        self._widener, self._statuses = Widener(self._now), Statuses(self._now)

    def count_each(self, many: Sequence[Criteria], bound: int | None = None) -> list[Count]:
        """Return how many public items meet each of some criteria, up to BOUND, or another bound."""
        queries = list(dict.fromkeys(criteria.query for criteria in many))
        widened = dict(zip(queries, self._widener.widen(queries), strict=True))
        meant = [self._statuses.chosen_in(replace(criteria, query=widened[criteria.query].query)) for criteria in many]
        found = counts(meant, self._now, bound)
        second = _respelt({place: meant[place] for place, (number, _more) in enumerate(found) if not number}, self._now)
        for place, count in zip(second, counts(list(second.values()), self._now, bound), strict=True):
            found[place] = count
        return [Count(*count) for count in found]


def count_each(many: Sequence[Criteria], bound: int | None = None) -> list[Count]:
    """Return how many public items meet each of some criteria, up to BOUND, or another bound."""
    return Counter().count_each(many, bound)


def spellings(query: Query, counter: Counter | None = None) -> list[Spelling]:
    """Return what may have been meant instead of a query, likeliest first: see spelling.py.

    Who counts what it returns does it with the same counter.
    """
    return spelling.spellings(query, (counter or Counter()).count_each)


def begun_words(typed: str, criteria: Criteria) -> list[Begun]:
    """Return the queries that finishing the last word of what was typed makes: see completion.py."""
    return completion.begun_words(typed, criteria, count_each)


def by_year(results: Results, criteria: Criteria) -> Years:
    """Return how many public items of a search that was run are of each year, as if no year were chosen."""
    return grouping.by_year(replace(criteria, query=results.query), timezone.now())


def by_month(results: Results, criteria: Criteria) -> Months:
    """Return how many public items of a search that was run are of each kind and month, as if no year were chosen."""
    return grouping.by_month(results, replace(criteria, query=results.query), timezone.now())


def draw(kind: Kind, seed: int, at: datetime.datetime) -> int | None:
    """Return the primary key of an item of a kind that was public at a time, the same one for the same seed.

    None if there was none. Three index look-ups, however many items there are.
    """
    items = SearchDocument.objects.filter(kind=kind, visible_from__lte=at).order_by("object_id")
    keys = items.values_list("object_id", flat=True)
    first, last = keys.first(), keys.last()
    if first is None or last is None:
        return None
    return keys.filter(object_id__gte=random.Random(seed).randint(first, last)).first()  # noqa: S311


def _run_as_meant(
    criteria: Criteria, now: datetime.datetime | None, page: int, page_size: int, facets: list[str]
) -> tuple[Criteria, Results]:
    """Run criteria, their words as they were typed or else, if nothing has these, respelt; return those that found."""
    try:
        results = run(criteria, now, page, page_size, facets)
    except PageOutOfRange:
        # It may be a page of the second reading, if there is none of the first.
        ((number, _more),) = counts([criteria], now, 1)
        second = None if number else _respelt({0: criteria}, now).get(0)
        if second is None:
            raise
        return second, run(second, now, page, page_size, facets)
    if not results.count and (second := _respelt({0: criteria}, now).get(0)):
        again = run(second, now, page, page_size, facets)
        if again.count:
            return second, again
    return criteria, results


def _respelt(nothing: Mapping[int, Criteria], now: datetime.datetime | None) -> dict[int, Criteria]:
    """Return, of criteria that find nothing, those that may with their words read as Kazakh; so read.

    Where a filter leaves nothing over, the words as typed are known, and meant.
    """
    second = {
        key: again
        for key, criteria in nothing.items()
        if criteria.query.typed and (again := replace(criteria, query=respelt(criteria.query))) != criteria
    }
    unfiltered = {key: Criteria(nothing[key].kinds, nothing[key].query) for key in second}
    filtered = [key for key in second if replace(nothing[key], sort=Sort.RELEVANCE) != unfiltered[key]]
    for key, (known, _more) in zip(filtered, counts([unfiltered[key] for key in filtered], now, 1), strict=True):
        if known:
            del second[key]
    return second
