"""Widens queries by what their words also mean: names of themes and people, and synonyms.

A theme is named by a query that has all words of its name, or of one of its aliases; a person, by any word of a name.
The query then also finds the items that carry the theme or the person.

A synonym set is looked up by the first stem of each of its members (SynonymKey, written only here). A member is found
in a query as whole words in a row, in any form with the same stems in the set's language. The other members are then
added to each of its words as literal phrases, so that `small business support` becomes
`(small or "sme") (business or "sme") support`. Phrases in quotation marks are never widened.
"""

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

from django.db import transaction
from django.db.models import Value

from initiatives.models import Person, SynonymKey, SynonymSet, Theme
from initiatives.models.choices import Kind
from initiatives.search import analysis
from initiatives.search.content import token
from initiatives.search.criteria import Criteria
from initiatives.search.execution import Run
from initiatives.search.query import Atom, Phrase, Query, any_word_of, expand, phrase

# Shorter words of a person's name, such as "de", are ignored.
MIN_NAME = 3
# The most themes and people whose names are compared with a query.
MOST_NAMES = 100
# The most sets that are compared with a query, and the most phrases that are added to it.
MOST_SETS, MOST_ADDED = 50, 12

# The facet of each kind that can be named, and the kinds of items that carry it.
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
    """A member of a set as its editor wrote it, with the language of the set (ISO 639-1)."""

    text: str
    language: str


@dataclass(frozen=True)
class Widened:
    """A query as it is run, and what it was widened by."""

    query: Query
    names: tuple[Name, ...] = ()
    synonyms: tuple[Synonym, ...] = ()


class Widener:
    """Widens queries by the names that a run sees; does not repeat the look-ups for the same words."""

    def __init__(self, run: Run):
        self._run = run
        self._known: set[Atom] = set()
        self._names: list[Name] = []
        self._sets: list[SynonymSet] = []

    def widen(self, queries: Sequence[Query]) -> list[Widened]:
        """Return each query, widened; at most four statements, however many queries."""
        atoms = {atom for query in queries for atom in query.wanted}
        if not atoms <= self._known:
            self._names, self._sets, self._known = _known_names(queries, self._run), _known_sets(queries), atoms
        widened = []
        for query in queries:
            # Synonyms first: they are added as literal phrases, which name nothing.
            query, synonyms = _with_synonyms(query, self._sets)
            query, used = _with_names(query, self._names)
            widened.append(Widened(query, tuple(used), tuple(synonyms)))
        return widened

    def widen_one(self, query: Query) -> Widened:
        """Return a query, widened."""
        (widened,) = self.widen([query])
        return widened


@transaction.atomic
def refresh_synonyms(synonym_set: SynonymSet) -> bool:
    """Write the keys by which a set is looked up; return whether they differed."""
    stored = set(synonym_set.keys.values_list("stem", flat=True))
    wanted = _keys(synonym_set)
    if stored == wanted:
        return False
    synonym_set.keys.exclude(stem__in=wanted).delete()
    SynonymKey.objects.bulk_create(SynonymKey(set=synonym_set, stem=stem) for stem in wanted - stored)
    return True


def rebuild_synonyms() -> int:
    """Write the keys of all sets; return how many sets had others."""
    return sum(refresh_synonyms(synonym_set) for synonym_set in list(SynonymSet.objects.all()))


def check_synonyms() -> Iterator[str]:
    """Yield a line for each set whose keys do not match its words."""
    for synonym_set in SynonymSet.objects.prefetch_related("keys"):
        if {key.stem for key in synonym_set.keys.all()} != _keys(synonym_set):
            yield f"synonyms {synonym_set.pk}: indexed otherwise than they stand"


def _known_names(queries: Iterable[Query], run: Run) -> list[Name]:
    """Return the names of the themes and people that any word of some queries may name, aliases behind the name."""
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
    """Return a query that also matches items by filter values of what it names, and the first matching name of each."""
    words = _single_words(query)
    typed = set().union(*words.values())
    tokens_of: dict[str, list[str]] = {}
    used: dict[str, Name] = {}
    for name in names:
        for stems in _matching_stems(name, typed):
            named = token(FACETS[name.kind], name.item.pk)
            used.setdefault(named, name)
            for form, readings in words.items():
                if readings & stems:
                    tokens_of.setdefault(form, []).append(named)
    return expand(query, tokens_of), list(used.values())


def _single_words(query: Query) -> dict[str, set[str]]:
    """Return the words of a query that may be part of a name, each with its stems in all languages."""
    return {
        atom.forms[0]: {reading[0] for reading in atom.readings}
        for atom in query.wanted
        if _expands(atom) and len(atom.forms) == 1
    }


def _matching_stems(name: Name, typed: set[str]) -> list[set[str]]:
    """Return the typed stems that name an item, one set for each way to read its name."""
    forms = [word.form for word in analysis.words(name.name)]
    readings = [set(reading) for reading in analysis.stems_in_all_languages(forms)] if forms else []
    if name.kind == Kind.THEME:
        return [stems for stems in readings if stems <= typed]
    parts = {stem for stems in readings for stem in stems & typed if len(stem) >= MIN_NAME}
    return [parts] if parts else []


def _known_sets(queries: Iterable[Query]) -> list[SynonymSet]:
    """Return the sets that may have a member in any of some queries, in one statement."""
    forms = {form for query in queries for atom in query.wanted if _expands(atom) for form in atom.forms}
    stems = {stem for form in forms for (stem,) in analysis.stems_in_all_languages([form])}
    if not stems:
        return []
    return list(SynonymSet.objects.filter(keys__stem__in=stems).distinct().order_by("pk")[:MOST_SETS])


def _with_synonyms(query: Query, sets: list[SynonymSet]) -> tuple[Query, list[Synonym]]:
    """Return a query that also matches synonyms of its words, and these; at most MOST_ADDED of them."""
    clauses: list[dict[Atom, None]] = [dict.fromkeys(clause) for clause in query.clauses]
    added: dict[Synonym, None] = {}
    for synonym_set in sets:
        members = _members(tuple(synonym_set.word_list), synonym_set.language)
        for member in members:
            for places in _places(query, member.stems, synonym_set.language):
                for other in members:
                    synonym = Synonym(other.text, synonym_set.language)
                    if other == member or (synonym not in added and len(added) == MOST_ADDED):
                        continue
                    added[synonym] = None
                    for place in places:
                        clauses[place][other.phrase] = None
    return replace(query, clauses=tuple(tuple(clause) for clause in clauses)), list(added)


@dataclass(frozen=True)
class _Member:
    text: str
    stems: tuple[str, ...]
    phrase: Phrase


@functools.lru_cache(maxsize=1000)
def _members(texts: tuple[str, ...], language: str) -> list[_Member]:
    members = []
    for text in texts:
        forms = [word.form for word in analysis.words(text)]
        if forms:
            members.append(_Member(text, _stems(forms, language), phrase(forms, literal=True)))
    return members


def _keys(synonym_set: SynonymSet) -> set[str]:
    return {member.stems[0] for member in _members(tuple(synonym_set.word_list), synonym_set.language)}


def _stems(forms: Iterable[str], language: str) -> tuple[str, ...]:
    return tuple(analysis.stem(form, language) for form in forms)


def _expands(atom: Atom) -> TypeGuard[Phrase]:
    return isinstance(atom, Phrase) and not atom.literal


def _places(query: Query, stems: tuple[str, ...], language: str) -> Iterator[range]:
    """Yield the runs of clauses whose words, read in a language, are exactly these stems in a row.

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
