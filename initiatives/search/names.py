"""Names of themes and people in a query: who types one means the items that carry it, not only the words.

A theme is meant if all words of its name, or of another name of it, stand in the query; a person, if any word
of a name does. Quoted phrases are taken to the letter and mean nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from initiatives.models import Person, Theme
from initiatives.models.choices import Kind
from initiatives.search import analysis
from initiatives.search.content import token
from initiatives.search.criteria import Criteria
from initiatives.search.execution import Run
from initiatives.search.query import Phrase, Query, any_word_of, expand

# A shorter word of a person's name, such as "de", means nobody.
MIN_NAME = 3
# Of more items than these, the best matches are looked at.
MOST_NAMES = 100

NAMED = frozenset({Kind.THEME, Kind.PERSON})

# The facet that holds a kind of named item, and the kinds of items that carry it.
FACETS = {Kind.THEME: "theme", Kind.PERSON: "speaker"}
CARRIERS = {
    Kind.THEME: frozenset({Kind.QUOTE, Kind.INITIATIVE, Kind.PRINCIPLE, Kind.MILESTONE, Kind.THEME}),
    Kind.PERSON: frozenset({Kind.QUOTE, Kind.PERSON}),
}


@dataclass(frozen=True)
class Name:
    """A name of a theme or a person: its own, or (`other`) another one."""

    kind: Kind
    item: Theme | Person
    name: str
    other: bool


def known_names(queries: Iterable[Query], run: Run) -> list[Name]:
    """Return the names that any word of some queries stands in, of what a run sees; of each item its own first."""
    forms = dict.fromkeys(form for query in queries for form in _words(query))
    if not forms:
        return []
    found = run.best(Criteria(NAMED, any_word_of(forms)), MOST_NAMES)
    names = []
    for kind, model in ((Kind.THEME, Theme), (Kind.PERSON, Person)):
        keys = [hit.object_id for hit in found if hit.kind == kind]
        # In a fixed order: of several items with a name, the first one is named.
        items: Any = model._default_manager.only("slug", "name", "aliases").filter(pk__in=keys).order_by("pk")
        for item in items if keys else []:
            names.append(Name(kind, item, item.name, other=False))
            names += [Name(kind, item, alias, other=True) for alias in item.alias_list]
    return names


def with_names(query: Query, names: list[Name]) -> tuple[Query, list[Name]]:
    """Return a query with the items that its words name as filter values too, and the names that did it.

    Of each item the first name that does counts.
    """
    words = _words(query)
    typed = set().union(*words.values())
    tokens_of: dict[str, list[str]] = {}
    used: dict[str, Name] = {}
    for name in names:
        for stems in _meant(name, typed):
            meant = token(FACETS[name.kind], name.item.pk)
            used.setdefault(meant, name)
            for form, readings in words.items():
                if readings & stems:
                    tokens_of.setdefault(form, []).append(meant)
    return expand(query, tokens_of), list(used.values())


def _words(query: Query) -> dict[str, set[str]]:
    """Return the single words of a query that may be part of a name, each with its stems in all languages."""
    return {
        atom.forms[0]: {reading[0] for reading in atom.readings}
        for atom in query.wanted
        if isinstance(atom, Phrase) and len(atom.forms) == 1 and not atom.literal
    }


def _meant(name: Name, typed: set[str]) -> list[set[str]]:
    """Return the stems of a name that mean its item among those typed, once for each way to read the name."""
    forms = [word.form for word in analysis.words(name.name)]
    readings = [set(reading) for reading in analysis.stems_in_all_languages(forms)] if forms else []
    if name.kind == Kind.THEME:
        return [stems for stems in readings if stems <= typed]
    parts = {stem for stems in readings for stem in stems & typed if len(stem) >= MIN_NAME}
    return [parts] if parts else []
