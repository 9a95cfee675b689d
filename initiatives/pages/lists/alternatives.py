"""Other searches to offer: the same search in other kinds and, if it is empty, searches that find something.

Every number matches the page it links to: that page's search is counted, not estimated from this one.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from initiatives.models.choices import Kind
from initiatives.models.partial_dates import (
    first_day,
    last_day,
    read_day_or_month,
    show_partial_date,
    write_partial_date,
)
from initiatives.pages.lists.filtersets import CriteriaFilterSet, UrlOf
from initiatives.pages.lists.groups import OfKind, counted, kinds_with_results
from initiatives.search import Criteria, Query, QueryError, Results, parse, search
from initiatives.search.query import written
from initiatives.search.vocabulary import FEW, Spelling

# The most filters, or words, to try.
MOST_TRIALS = 6
# How many filters to remove are shown: those whose removal finds the most.
SHOWN = 3

# Filters that the search across all kinds also has: they are kept there if no words were typed.
SHARED = ("theme", "exclude_theme", "year", "from", "to")


@dataclass(frozen=True)
class Offer:
    """Another search, and its number of results."""

    label: str
    url: str
    count: int | None
    current: bool = False
    # The number with its kind, if the page shows results of this kind.
    counted: str = ""


@dataclass(frozen=True)
class Correction:
    """A suggested spelling and its number of results, with or without the filters."""

    offer: Offer
    # The language (ISO 639-1) of the corrected word.
    language: str
    keeps_filters: bool


@dataclass(frozen=True)
class Alternatives:
    """Searches that find something, for a list that finds nothing."""

    # Each without one of the filters.
    without: list[Offer] = field(default_factory=list)
    # The words without filters, if there are several filters.
    only_words: Offer | None = None
    # Each word by itself, without filters; only if all the words together find nothing in this list.
    single_words: list[Offer] = field(default_factory=list)
    # The same words, or without words the same filters, in kinds that this list does not contain.
    elsewhere: list[OfKind] = field(default_factory=list)
    # The words searched for there, if unknown ones were replaced.
    words_elsewhere: str = ""
    # Whether the words find nothing in this list, even without filters.
    words_find_nothing: bool = False


def kinds_of(filterset: CriteriaFilterSet, results: Results, url_of: UrlOf) -> list[Offer]:
    """Return the same search in each kind of a list, all kinds together first, including those without results.

    `url_of(changes)` returns the list's address with some parameters replaced.
    """
    chosen = filterset.form.cleaned_data.get("kind") or ""
    kinds = [kind for kind in Kind if kind in filterset.queryset.kinds]
    counts = results.count_kinds(kinds)
    # Unlike things have no sum.
    return [
        Offer(_("all"), url_of({"kind": []}), None, not chosen),
        *(
            Offer(
                str(kind.label),
                url_of({"kind": [kind.value]}),
                count,
                kind == chosen,
                counted(kind, count) if count and chosen in ("", kind) else "",
            )
            for kind, count in zip(kinds, counts, strict=True)
        ),
    ]


def alternatives(
    filterset: CriteriaFilterSet, results: Results, url_of: UrlOf, label_of: Callable[[str], str]
) -> Alternatives:
    """Return searches that find something, for one that finds nothing.

    `url_of(changes)` returns the list's address with some parameters replaced; `label_of(name)` returns the label of a
    filter with its chosen values.
    """
    chosen = filterset.chosen
    trials: dict[tuple[str, str], tuple[Criteria, str, str]] = {}
    if len(chosen) > 1:
        for name in _droppable(filterset):
            criteria = filterset.narrowed_by(other for other in chosen if other != name)
            trials["without", name] = (criteria, url_of({name: []}), label_of(name))
    query = filterset.form.cleaned_data.get("q")
    if query:
        typed = query.typed
        trials["words", ""] = (filterset.narrowed_by(["q"]), _only(filterset, url_of, typed), typed)
        if len(query.clauses) > 1:
            for word, alone in _single_words(query):
                criteria = filterset.queryset.with_words(alone)
                trials["single", word] = (criteria, _only(filterset, url_of, word), word)

    counts = results.count_each([criteria for criteria, _url, _label in trials.values()])
    found: dict[str, list[Offer]] = {"without": [], "words": [], "single": []}
    for ((tried, _name), (_criteria, url, label)), count in zip(trials.items(), counts, strict=True):
        if count:
            found[tried].append(Offer(label, url, count))
    nothing = bool(query) and not found["words"]
    others, words = elsewhere(filterset)
    by_count = sorted(found["without"], key=lambda offer: -(offer.count or 0))
    return Alternatives(
        without=by_count[:SHOWN],
        only_words=found["words"][0] if found["words"] and len(chosen) > 2 else None,
        # The rarest words are the most specific.
        single_words=sorted(found["single"], key=lambda offer: offer.count or 0) if nothing else [],
        elsewhere=others,
        words_elsewhere=words,
        words_find_nothing=nothing,
    )


def dated(filterset: CriteriaFilterSet, results: Results, url_of: UrlOf) -> Offer | None:
    """Return the list of the items dated on the day or in the month that was searched for, without other filters.

    None if the query is anything but such a date, if no item is dated then, or if the list has no filter for dates.
    """
    query = filterset.form.cleaned_data.get("q")
    date, precision = read_day_or_month(query.typed) if query else (None, "")
    if date is None or not {"from", "to"} <= filterset.filters.keys():
        return None
    criteria = filterset.queryset.since(first_day(date, precision)).until(last_day(date, precision))
    (count,) = results.count_each([criteria])
    ends = {end: [write_partial_date(date, precision)] for end in ("from", "to")}
    url = url_of({name: [] for name in filterset.narrowing} | ends)
    return Offer(show_partial_date(date, precision), url, count) if count else None


def correction(filterset: CriteriaFilterSet, results: Results, url_of: UrlOf) -> Correction | None:
    """Return a corrected spelling, if the search finds few items and the correction finds more.

    None if the search found something with unknown words replaced, or one read as a year. The filters are kept if the
    correction finds more with them. `url_of` is as for `alternatives`.
    """
    query = filterset.form.cleaned_data.get("q")
    found = results.count
    if not query or found >= FEW or (found and (results.read_as or results.year)):
        return None
    meant = results.spellings(query)
    filtered = len(filterset.chosen) > 1
    trials = [(spelling, True) for spelling in meant] + [(spelling, False) for spelling in meant if filtered]
    for spelling, kept in trials:
        # One at a time: usually the first is enough.
        (count,) = results.count_each([_respelt(filterset, spelling, kept)])
        if count > found:
            typed = spelling.query.typed
            url = url_of({"q": [typed]}) if kept else _only(filterset, url_of, typed)
            return Correction(Offer(typed, url, count), spelling.language, kept)
    return None


def _respelt(filterset: CriteriaFilterSet, spelling: Spelling, kept: bool) -> Criteria:
    return (filterset.qs if kept else filterset.queryset).with_words(spelling.query)


def _droppable(filterset: CriteriaFilterSet) -> list[str]:
    """Return the filters to try removing. `from` is kept if `to` is invalid: it may be earlier than `from`."""
    kept = {"from"} if "to" in filterset.form.errors else set()
    return [name for name in filterset.chosen if name not in kept][:MOST_TRIALS]


def _single_words(query: Query) -> list[tuple[str, Query]]:
    """Return the words and phrases of a query, each as a visitor would type it and as its own query."""
    alone = []
    for clause in query.clauses[:MOST_TRIALS]:
        word = written(clause)
        # A word can be longer in its normal form than as typed, which can make the query too long.
        with contextlib.suppress(QueryError):
            if parsed := parse(word):
                alone.append((word, parsed))
    return alone


def _only(filterset: CriteriaFilterSet, url_of: UrlOf, words: str) -> str:
    """Return the address of the list, in the same view, with these words and no other filter."""
    return url_of({**{name: [] for name in filterset.narrowing}, "q": [words]})


def elsewhere(filterset: CriteriaFilterSet) -> tuple[list[OfKind], str]:
    """Return what the same search finds in the kinds that the list lacks, or includes in part.

    Also return the words searched for if unknown ones were replaced; otherwise an empty string.
    """
    listed, asked = filterset.queryset, _asked_elsewhere(filterset)
    kinds = frozenset(kind for kind in Kind if kind not in listed.kinds or listed.only_dated)
    if not asked or not kinds:
        return [], ""
    # The page that the links lead to searches all kinds.
    there = replace(filterset.narrowed_by(asked), only_dated=False, kinds=frozenset(Kind))
    results = search(there)
    found = kinds_with_results(results, lambda kind: url_of_kind(filterset, kind))
    return [of_kind for of_kind in found if of_kind.kind in kinds], results.query.typed if results.read_as else ""


def url_of_kind(filterset: CriteriaFilterSet, kind: Kind) -> str:
    """Return the address of the search across all kinds, with the same words or shared filters, for one kind."""
    params = QueryDict(mutable=True)
    for name in _asked_elsewhere(filterset):
        params.setlist(name, filterset.given[name])
    params["kind"] = kind.value
    return f"{reverse('search')}?{params.urlencode()}"


def _asked_elsewhere(filterset: CriteriaFilterSet) -> list[str]:
    return ["q"] if "q" in filterset.chosen else [name for name in filterset.chosen if name in SHARED]
