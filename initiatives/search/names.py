"""Names of themes and people in a query: who types one means the items that carry it, not only the words.

A theme is meant if all words of its name, or of another name of it, stand in the query; a person, if any word
of a name does. Quoted phrases are taken to the letter and mean nobody.
"""

import datetime

from initiatives.choices import Kind
from initiatives.models import Person, Theme
from initiatives.search import analysis
from initiatives.search.content import token
from initiatives.search.criteria import Criteria
from initiatives.search.execution import run
from initiatives.search.query import Phrase, Query, any_word_of, expand

# A shorter word of a person's name, such as "de", means nobody.
MIN_NAME = 3
# Of more items than these, the best matches are looked at.
MOST_NAMES = 100

NAMED = frozenset({Kind.THEME, Kind.PERSON})


def expanded(query: Query, now: datetime.datetime | None) -> Query:
    """Return the query with its names of themes and people as filter values too.

    Names count that are public at the time `now`; all of them, drafts too, if it is None.
    """
    words = {
        atom.forms[0]: {reading[0] for reading in atom.readings}
        for atom in query.wanted
        if isinstance(atom, Phrase) and len(atom.forms) == 1
    }
    if not words:
        return query
    typed = set().union(*words.values())
    tokens_of: dict[str, list[str]] = {}

    def mean(stems: set[str], meant: str) -> None:
        for form, readings in words.items():
            if readings & stems:
                tokens_of.setdefault(form, []).append(meant)

    named = run(Criteria(NAMED, any_word_of(words)), now, 1, MOST_NAMES, [])
    for theme in Theme.objects.filter(pk__in=named.ids(Kind.THEME)).only("name", "aliases"):
        for stems in _readings(theme.name, *theme.alias_list):
            if stems <= typed:
                mean(stems, token("theme", theme.pk))
    for person in Person.objects.filter(pk__in=named.ids(Kind.PERSON)).only("name", "aliases"):
        stems = set().union(*_readings(person.name, *person.alias_list))
        mean({stem for stem in stems & typed if len(stem) >= MIN_NAME}, token("speaker", person.pk))
    return expand(query, tokens_of)


def _readings(*names: str) -> list[set[str]]:
    """Return the stems of each name, once for each language that it may be in."""
    forms_of_names = [[word.form for word in analysis.words(name)] for name in names]
    return [set(reading) for forms in forms_of_names if forms for reading in analysis.stems_in_all_languages(forms)]
