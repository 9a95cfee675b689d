"""Synonyms: who searches for a word or phrase of a set finds what holds any other of the set.

Each set is looked up by the first stem of each of its members (SynonymKey, written here only). A member is found in
a query as whole words in a row, in any form that its language stems alike; the others then stand beside each of its
words, as phrases taken to the letter, so that `small business support` becomes
`(small or "sme") (business or "sme") support`. Quoted phrases are left alone.
"""

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeGuard

from django.db import transaction

from initiatives.models import SynonymKey, SynonymSet
from initiatives.search import analysis
from initiatives.search.query import Atom, Phrase, Query, phrase

# The most sets that are looked at for one search, and the most phrases that are added to a query.
MOST_SETS = 50
MOST_ADDED = 12


@dataclass(frozen=True)
class Synonym:
    """A member of a set, as its editor wrote it, with the language of the set (ISO 639-1)."""

    text: str
    language: str


def known_sets(queries: Iterable[Query]) -> list[SynonymSet]:
    """Return the sets that may have a member in any of some queries, in one statement."""
    forms = {form for query in queries for atom in query.wanted if _expands(atom) for form in atom.forms}
    stems = {stem for form in forms for (stem,) in analysis.stems_in_all_languages([form])}
    if not stems:
        return []
    return list(SynonymSet.objects.filter(keys__stem__in=stems).distinct().order_by("pk")[:MOST_SETS])


def with_synonyms(query: Query, sets: list[SynonymSet]) -> tuple[Query, list[Synonym]]:
    """Return a query that also asks for the synonyms of its words, and these; at most MOST_ADDED of them."""
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


@transaction.atomic
def refresh(synonym_set: SynonymSet) -> bool:
    """Write the keys by which a set is looked up; return whether they differed."""
    stored = set(synonym_set.keys.values_list("stem", flat=True))
    wanted = _keys(synonym_set)
    if stored == wanted:
        return False
    synonym_set.keys.exclude(stem__in=wanted).delete()
    SynonymKey.objects.bulk_create(SynonymKey(set=synonym_set, stem=stem) for stem in wanted - stored)
    return True


def rebuild() -> int:
    """Bring the keys of all sets in step with their words; return how many sets changed."""
    return sum(refresh(synonym_set) for synonym_set in list(SynonymSet.objects.all()))


def check() -> Iterator[str]:
    """Yield a line for each set that is looked up otherwise than its words ask for."""
    for synonym_set in SynonymSet.objects.prefetch_related("keys"):
        if {key.stem for key in synonym_set.keys.all()} != _keys(synonym_set):
            yield f"synonyms {synonym_set.pk}: indexed otherwise than they stand"


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

    A run of several clauses is of words that stand alone; in `a or b` each is a run by itself.
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
