"""Interprets a search: widens its words by names of themes and people and by synonyms, or reads them as Kazakh.

A query names a theme if it has all words of the theme's name or of one of its aliases, and a person if it has any word
of a name. The query then also finds the items with that theme or person.

A member of a synonym set matches consecutive whole words of a query, in any form with the same stems in the set's
language. The other members are then added to each of its words as literal phrases, so that `small business support`
becomes `(small or "sme") (business or "sme") support`. Phrases in quotation marks are never widened.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, TypeGuard

from django.db import DEFAULT_DB_ALIAS, Error
from django.db.models import Value

from initiatives import clock
from initiatives.models import Person, SynonymSet, Theme
from initiatives.models.choices import Kind
from initiatives.models.databases import read_alias, reading
from initiatives.search import analysis
from initiatives.search.content import token
from initiatives.search.criteria import Criteria, InitiativeFacets, Sort
from initiatives.search.execution import Run
from initiatives.search.index import Reader
from initiatives.search.known_words import carrying_words
from initiatives.search.query import Atom, Phrase, Query, Token, any_word_of, phrase, respelt

# Shorter words of a person's name, such as "de", are ignored.
MIN_NAME = 3
# The most themes and people to compare with a query.
MOST_NAMES = 100
# The most sets to compare with a query, and the most phrases to add to it.
MOST_SETS, MOST_ADDED = 50, 12

# The facet of each kind that can be named, and the kinds of items that have it.
FACETS = {Kind.THEME: "theme", Kind.PERSON: "speaker"}
CARRIERS = {
    Kind.THEME: frozenset({Kind.QUOTE, Kind.INITIATIVE, Kind.PRINCIPLE, Kind.MILESTONE, Kind.THEME}),
    Kind.PERSON: frozenset({Kind.QUOTE, Kind.PERSON}),
}


@dataclass(frozen=True)
class Name:
    """A name of a theme or a person; `other` if it is an alias."""

    kind: Kind
    item: Theme | Person
    name: str
    other: bool


@dataclass(frozen=True)
class Synonym:
    """A member of a set as the editor wrote it, with the language of the set (ISO 639-1)."""

    text: str
    language: str


@dataclass(frozen=True)
class _Member:
    """A member of a set, its stems in the language of the set, and the phrase that also finds it."""

    text: str
    stems: tuple[str, ...]
    phrase: Phrase


@dataclass(frozen=True)
class _Set:
    """A synonym set by its primary key."""

    key: int
    language: str
    members: tuple[_Member, ...]


@dataclass(frozen=True)
class Widened:
    """A query as run, with the names and synonyms that widened it."""

    query: Query
    names: tuple[Name, ...] = ()
    synonyms: tuple[Synonym, ...] = ()


class Session(Run):
    """A run that interprets words. All searches and counts of a page share one, so each word is looked up once.

    It uses one state of the index and one time, so all numbers on the page agree.
    """

    def __init__(self, index: Reader, now: datetime.datetime | None) -> None:
        super().__init__(index, now)
        self.initiative_facets = InitiativeFacets(now or clock.now())
        self._widened: dict[Query, Widened] = {}
        self._known: set[Atom] = set()
        self._names: list[Name] = []

    def widen(self, query: Query) -> Widened:
        """Return the widened query."""
        self._widen([query])
        return self._widened[query]

    def meaning(self, criteria: Criteria) -> Criteria:
        """Return criteria as they are run: with a widened query, and statuses replaced by initiatives."""
        return self.initiative_facets.chosen_in(replace(criteria, query=self.widen(criteria.query).query))

    def as_kazakh(self, meant: Criteria) -> Criteria | None:
        """Return criteria, as they are run, with their words read as Kazakh; None if that changes nothing.

        If only a filter excludes all results, the words are known as typed, and meant that way.
        """
        second = replace(meant, query=respelt(meant.query)) if meant.query.typed else meant
        if second == meant:
            return None
        unfiltered = Criteria(meant.kinds, meant.query)
        if replace(meant, sort=Sort.RELEVANCE) != unfiltered and self.count(unfiltered):
            return None
        return second

    def count_each(self, many: Sequence[Criteria]) -> list[int]:
        """Return how many items meet each of these criteria, as their searches would."""
        self._widen([criteria.query for criteria in many])
        counts = []
        for criteria in many:
            meant = self.meaning(criteria)
            number = self.count(meant)
            if not number and (second := self.as_kazakh(meant)):
                number = self.count(second)
            counts.append(number)
        return counts

    def _widen(self, queries: Iterable[Query]) -> None:
        """Widen queries, in at most three statements however many there are."""
        new = [query for query in dict.fromkeys(queries) if query not in self._widened]
        atoms = {atom for query in new for atom in query.wanted}
        if not atoms <= self._known:
            self._known |= atoms
            # A fixed order: of several items with the same name, the first one counts.
            names = dict.fromkeys([*self._names, *_known_names(new, self)])
            self._names = sorted(names, key=lambda name: (name.kind == Kind.PERSON, name.item.pk))
        for query in new:
            # Synonyms first: they are added as literal phrases, which match no names.
            wider, synonyms = _with_synonyms(query, _known_sets(query, self))
            wider, used = _with_names(wider, self._names)
            self._widened[query] = Widened(wider, tuple(used), tuple(synonyms))


def _known_names(queries: Iterable[Query], run: Run) -> list[Name]:
    """Return the names of themes and people that words of these queries may match, each name before its aliases."""
    forms = dict.fromkeys(form for query in queries for form in _single_words(query))
    if not forms:
        return []
    found = run.best(Criteria(frozenset(FACETS), any_word_of(forms)), MOST_NAMES)
    models: dict[Kind, Any] = {Kind.THEME: Theme, Kind.PERSON: Person}
    names = []
    parts: list[Any] = []
    for kind, model in models.items():
        if keys := [hit.object_id for hit in found if hit.kind == kind]:
            items = model._default_manager.filter(pk__in=keys).order_by()
            parts.append(items.values_list(Value(kind.value), "pk", "slug", "name", "aliases"))
    rows = list(parts[0].union(*parts[1:], all=True)) if parts else []
    # A fixed order: of several items with the same name, the first one counts.
    for kind, pk, slug, name, aliases in sorted(rows, key=lambda row: (row[0] != Kind.THEME, row[1])):
        item: Any = models[Kind(kind)](pk=pk, slug=slug, name=name, aliases=aliases)
        names.append(Name(Kind(kind), item, name, other=False))
        names += [Name(Kind(kind), item, alias, other=True) for alias in item.alias_list]
    return names


def _with_names(query: Query, names: list[Name]) -> tuple[Query, list[Name]]:
    """Return a query that also matches the filter values of items it names, and the first matching name of each."""
    words = _single_words(query)
    typed = set().union(*words.values())
    tokens: dict[str, list[Atom]] = defaultdict(list)
    used: dict[Token, Name] = {}
    for name in names:
        for stems in _matching_stems(name, typed):
            named = Token(token(FACETS[name.kind], name.item.pk))
            used.setdefault(named, name)
            for form, readings in words.items():
                if readings & stems:
                    tokens[form] += [named, *_elsewhere_spelt(name, readings, names)]
    clauses = []
    for clause in query.clauses:
        single = [atom.forms[0] for atom in clause if _expands(atom) and len(atom.forms) == 1]
        added = dict.fromkeys(named for form in single for named in tokens.get(form, ()))
        clauses.append((*clause, *added))
    return replace(query, clauses=tuple(clauses)), list(used.values())


def _elsewhere_spelt(name: Name, readings: set[str], names: list[Name]) -> Iterator[Phrase]:
    """Yield a word of a person's name as it is in their other names of as many words: Tokayev for Токаев."""
    own = [word.form for word in analysis.words(name.name)]
    for other in names if name.kind == Kind.PERSON else []:
        forms = [word.form for word in analysis.words(other.name)]
        if other.item == name.item and len(forms) == len(own):
            for one, form in zip(own, forms, strict=True):
                if one != form and readings & {stem for (stem,) in analysis.stems_in_all_languages([one])}:
                    yield phrase([form], literal=True)


def _single_words(query: Query) -> dict[str, set[str]]:
    """Return the words of a query that may be part of a name, with their stems in all languages."""
    return {
        atom.forms[0]: {reading[0] for reading in atom.readings}
        for atom in query.wanted
        if _expands(atom) and len(atom.forms) == 1
    }


def _matching_stems(name: Name, typed: set[str]) -> list[set[str]]:
    """Return the typed stems that match an item's name, one set for each reading of the name."""
    forms = carrying_words([word.form for word in analysis.words(name.name)])
    readings = [set(reading) for reading in analysis.stems_in_all_languages(forms)] if forms else []
    if name.kind == Kind.THEME:
        return [stems for stems in readings if stems <= typed]
    parts = {stem for stems in readings for stem in stems & typed if len(stem) >= MIN_NAME}
    return [parts] if parts else []


def _known_sets(query: Query, run: Run) -> list[_Set]:
    """Return the sets that may have a member in a query, in fixed order."""
    forms = {form for atom in query.wanted if _expands(atom) for form in atom.forms}
    if not forms:
        return []
    by_stem = _sets(run)
    known = {
        found.key: found
        for form in forms
        for (stem,) in analysis.stems_in_all_languages([form])
        for found in by_stem.get(stem, ())
    }
    return sorted(known.values(), key=attrgetter("key"))[:MOST_SETS]


def _sets(run: Run) -> dict[str, list[_Set]]:
    """Return all sets by the first stem of each member; reread when the record has changed."""
    last, sets = run.kept.get("synonyms", (None, {}))
    if last != run.last_change:
        sets = defaultdict(list)
        for synonym_set in _loaded_sets():
            members = tuple(_members(synonym_set.word_list, synonym_set.language))
            for stem in {member.stems[0] for member in members}:
                sets[stem].append(_Set(synonym_set.pk, synonym_set.language, members))
        run.kept["synonyms"] = run.last_change, sets
    return sets


def _loaded_sets() -> list[SynonymSet]:
    """Return all sets, from the primary if it responds: a replica may lack the last change."""
    try:
        with reading():
            return list(SynonymSet.objects.all())
    except Error:
        if read_alias() == DEFAULT_DB_ALIAS:
            raise
        return list(SynonymSet.objects.all())


def _with_synonyms(query: Query, sets: list[_Set]) -> tuple[Query, list[Synonym]]:
    """Return a query that also matches synonyms of its words, and these synonyms, at most MOST_ADDED."""
    clauses: list[dict[Atom, None]] = [dict.fromkeys(clause) for clause in query.clauses]
    # By text: sets of different languages may share a member.
    added: dict[str, Synonym] = {}
    for synonym_set in sets:
        for member in synonym_set.members:
            for places in _places(query, member.stems, synonym_set.language):
                for other in synonym_set.members:
                    synonym = Synonym(other.text, synonym_set.language)
                    if other == member or (synonym.text not in added and len(added) == MOST_ADDED):
                        continue
                    added.setdefault(synonym.text, synonym)
                    for place in places:
                        clauses[place][other.phrase] = None
    return replace(query, clauses=tuple(tuple(clause) for clause in clauses)), list(added.values())


def _members(texts: Iterable[str], language: str) -> Iterator[_Member]:
    for text in texts:
        if forms := [word.form for word in analysis.words(text)]:
            yield _Member(text, _stems(carrying_words(forms), language), phrase(forms, literal=True))


def _stems(forms: Iterable[str], language: str) -> tuple[str, ...]:
    return tuple(analysis.stem(form, language) for form in forms)


def _expands(atom: Atom) -> TypeGuard[Phrase]:
    return isinstance(atom, Phrase) and not atom.literal


def _places(query: Query, stems: tuple[str, ...], language: str) -> Iterator[range]:
    """Yield the runs of clauses whose words, read in a language, have exactly these stems in order.

    A run of several clauses consists of single words; in `a or b` each is a run of its own.
    """
    for start, clause in enumerate(query.clauses):
        if any(_expands(atom) and _stems(atom.forms, language) == stems for atom in clause):
            yield range(start, start + 1)
        row: tuple[str, ...] = ()
        for end in range(start, len(query.clauses)):
            atoms = query.clauses[end]
            if len(atoms) != 1 or not _expands(atoms[0]) or len(row) >= len(stems):
                break
            row += _stems(atoms[0].forms, language)
            if row == stems and end > start:
                yield range(start, end + 1)
