"""The results of a search: one page, and methods that cover all results, in the same state of the index."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from initiatives.models.choices import Kind
from initiatives.search import execution, schema, vocabulary
from initiatives.search.content import UNDATED
from initiatives.search.criteria import Criteria
from initiatives.search.documents import date_and_precision
from initiatives.search.execution import Hit, Run, order_of, values_of
from initiatives.search.index import Unavailable
from initiatives.search.query import Query
from initiatives.search.similar import Closest, closest_to
from initiatives.search.vocabulary import FEW, Named, Spelling
from initiatives.search.widening import Name, Session, Synonym

# How many of the best hits decide the order of kinds.
MOST_RANKED = 100

# A date and its precision (DatePrecision).
KnownDate = tuple[datetime.date, str]


@dataclass(frozen=True)
class SpeakerGroup:
    """One speaker's quotes among the results."""

    speaker_id: int
    count: int
    # The first and the last known date; None if no quote has one.
    first: KnownDate | None
    last: KnownDate | None
    undated: int
    # The first few, in the order of the search.
    best: list[Hit]


@dataclass(frozen=True)
class Speakers:
    """The groups with the most quotes, and the total number of speakers."""

    groups: list[SpeakerGroup]
    number: int


@dataclass(frozen=True)
class Years:
    """Quotes by year."""

    counts: dict[int, int]
    undated: int


@dataclass(frozen=True)
class KindGroup:
    """What a search finds of one kind: how many items, and the first few."""

    kind: Kind
    count: int
    best: list[Hit]


@dataclass(frozen=True)
class Part:
    """Some of the hits, their order, and the place where the next part begins (None at the end)."""

    hits: list[Hit]
    order: str
    next: int | None


@dataclass(frozen=True)
class Results:
    """One page of results, with methods that cover all of them.

    The methods raise Unavailable if the list came from the database without an index.
    """

    hits: list[Hit]
    count: int
    page: int
    page_size: int
    # Number of items by facet and value; a chosen facet is counted as if none of its values were chosen.
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    # The query as it was run, with names and synonyms.
    query: Query = Query()
    # The names and synonyms that widened it.
    names: tuple[Name, ...] = ()
    synonyms: tuple[Synonym, ...] = ()
    # Unknown words and their replacements; the word that was read as a year.
    read_as: tuple[tuple[str, str], ...] = ()
    year: str = ""
    # The criteria as they were run, and the session.
    criteria: Criteria | None = None
    run: Session | None = field(default=None, repr=False, compare=False)

    @property
    def searched(self) -> bool:
        """Whether the index was searched; if not, the results are a plain list (see execution.without_index)."""
        return self.run is not None

    @property
    def pages(self) -> int:
        """The number of pages that can be opened; an empty result has one."""
        return max(1, -(-min(self.count, execution.DEEPEST) // self.page_size))

    def ids(self, kind: str) -> list[int]:
        """Return the primary keys of the hits of a kind, in order."""
        return [hit.object_id for hit in self.hits if hit.kind == kind]

    def every(self) -> Iterator[Hit]:
        """Yield all hits in the order of the pages."""
        run, criteria = self._searched()
        return run.every(criteria, self.page_size)

    def part(self, place: int | None, most: int, order: str | None) -> Part | None:
        """Return up to `most` hits from a place (None: the first); None if the place belongs to another order.

        `place` and `order` come from the previous part.
        """
        run, criteria = self._searched()
        present = order_of(criteria)
        if place is not None and order != present:
            return None
        hits, following = run.part(criteria, place, most, self.page_size)
        return Part(hits, present, following)

    def count_each(self, many: Sequence[Criteria]) -> list[int]:
        """Return how many public items each of these other searches finds, in the same state of the index."""
        return self._searched()[0].count_each(many)

    def spellings(self, typed: Query) -> list[Spelling]:
        """Return suggested spellings of a query as typed, likeliest first (see vocabulary.spellings)."""
        return vocabulary.spellings(typed, self._searched()[0])

    def called(self) -> list[Named]:
        """Return the public items whose name or alias is the query (see vocabulary.called)."""
        run, _criteria = self._searched()
        return vocabulary.called(self.query, run)

    def closest(self) -> Closest | None:
        """Return the items closest to a query of several words that few items match; None if there are none."""
        if self.run is None or self.criteria is None or self.count >= FEW:
            return None
        return closest_to(self.criteria, self.run, self.hits)

    def by_speaker(self, most: int, best: int) -> Speakers:
        """Return the quotes by speaker: the `most` largest groups, with the first `best` quotes of each."""
        run, criteria = self._searched()
        groups, quotes = speakers(run, criteria), criteria.of_kind(Kind.QUOTE)
        largest = [
            replace(group, best=run.best(quotes.choose("speaker", [group.speaker_id]), best)) for group in groups[:most]
        ]
        return Speakers(largest, len(groups))

    def by_kind(self, most: int) -> list[KindGroup]:
        """Return what the search finds of each kind, with the first `most` hits.

        The kind with the best match comes first. Kinds without results are left out.
        """
        session, criteria = self._searched()
        ranked = [Kind(hit.kind) for hit in session.best(criteria, MOST_RANKED)]
        groups = []
        for kind in dict.fromkeys([*ranked, *(kind for kind in Kind if kind in criteria.kinds)]):
            of_kind = criteria.of_kind(kind)
            if count := session.count(of_kind):
                groups.append(KindGroup(kind, count, session.best(of_kind, most)))
        return groups

    def count_kinds(self, kinds: Sequence[Kind]) -> list[int]:
        """Return how many items of each kind the search finds, as it was read, whatever kind was chosen."""
        run, criteria = self._searched()
        return [run.count(criteria.of_kind(kind)) for kind in kinds]

    def by_theme(self) -> dict[int, dict[str, int]]:
        """Return the number of items in each year, or undated, by theme (primary key)."""
        run, criteria = self._searched()
        of_themes = {column: values_of(column) for column in schema.THEMES}
        found = run.aggregate(criteria, {"year": {**values_of("year"), "aggs": of_themes}})
        counts: dict[int, Counter[str]] = defaultdict(Counter)
        for of_year in found["year"]["buckets"]:
            for column in schema.THEMES:
                for of_theme in of_year[column]["buckets"]:
                    counts[int(of_theme["key"])][of_year["key"]] += of_theme["doc_count"]
        counts.pop(schema.NONE, None)
        return {theme: dict(years) for theme, years in counts.items()}

    def by_year(self) -> Years:
        """Return the number of items in each year, ignoring a chosen year."""
        counts = self._facet_without_year("year")
        undated = counts.pop(UNDATED, 0)
        return Years({int(year): number for year, number in sorted(counts.items())}, undated)

    def by_month(self) -> dict[tuple[str, int, int], int]:
        """Return the number of dated items by kind, year and month, ignoring a chosen year.

        The month is 0 where only the year is known.
        """
        months = {}
        for value, number in self._facet_without_year("month").items():
            kind, _colon, month = value.partition(":")
            months[kind, int(month[:4]), int(month[5:])] = number
        return months

    def _facet_without_year(self, facet: str) -> dict[str, int]:
        run, criteria = self._searched()
        return run.facet(criteria.without_facet("year"), facet)

    def _searched(self) -> tuple[Session, Criteria]:
        if self.run is None or self.criteria is None:
            raise Unavailable
        return self.run, self.criteria


def speakers(run: Run, criteria: Criteria) -> list[SpeakerGroup]:
    """Return the quotes that meet criteria by speaker, largest groups first, leaving `best` empty."""
    of_dates = {name: {name: {"field": schema.KNOWN}} for name in ("min", "max", "value_count")}
    found = run.aggregate(criteria, {"speaker": {**values_of("speaker"), "aggs": of_dates}})["speaker"]["buckets"]
    found.sort(key=lambda bucket: (-bucket["doc_count"], bucket["key"]))
    groups = []
    for bucket in found:
        dated = int(bucket["value_count"]["value"])
        groups.append(
            SpeakerGroup(
                speaker_id=int(bucket["key"]),
                count=bucket["doc_count"],
                first=date_and_precision(int(bucket["min"]["value"])) if dated else None,
                last=date_and_precision(int(bucket["max"]["value"])) if dated else None,
                undated=bucket["doc_count"] - dated,
                best=[],
            )
        )
    return groups
