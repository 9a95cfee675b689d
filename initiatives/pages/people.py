"""The index of people and institutions, with the number of items on each.

The number of queries is fixed: the search index counts quotes and initiatives.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Count

from initiatives.models import Body, Milestone, Person
from initiatives.models.choices import Kind
from initiatives.models.people import Actor
from initiatives.search import Unavailable, all_speakers, facets_of_all
from initiatives.search.results import SpeakerGroup

# The most entries shown at once; if there are more, letters lead to all of them.
MOST = 100
# The heading of names that do not begin with a letter.
OTHERS = "#"
# The longest name to search for.
LONGEST = 100


@dataclass(frozen=True)
class CountedPerson:
    """A person with their numbers of quotes and milestones, and the years of their first and last quotes, if known."""

    item: Person
    quotes: int
    first: int | None
    last: int | None
    milestones: int


@dataclass(frozen=True)
class CountedBody:
    """An institution with its number of initiatives."""

    item: Body
    initiatives: int


@dataclass(frozen=True)
class Letter:
    """A letter under which people or institutions are filed, or OTHERS, and whether its page is shown."""

    letter: str
    current: bool


@dataclass(frozen=True)
class Directory:
    """What the index shows: the people with the most quotes, those of a letter, or those who match a query."""

    people: list[CountedPerson]
    bodies: list[CountedBody]
    # How many people and institutions are not shown.
    more_people: int
    more_bodies: int
    # Empty if all entries fit on the page.
    letters: list[Letter]
    letter: str
    typed: str
    # False while search is not available, when the numbers of quotes and initiatives are not known.
    is_counted: bool

    @property
    def is_narrowed(self) -> bool:
        """Whether the list is filtered."""
        return bool(self.letter or self.typed)


def directory(typed: str = "", letter: str = "") -> Directory:
    """Return the index, limited to names or roles with all typed words, or to a letter, if given."""
    typed, letter = _cleaned(typed), _cleaned(letter).upper()
    said, involved, is_counted = _counts()
    people, bodies = _people(said), _bodies(involved)
    used = {filed_under(one.item) for one in people} | {filed_under(one.item) for one in bodies}
    filed = sorted(used, key=lambda one: (one == OTHERS, one))
    has_letters = max(len(people), len(bodies)) > MOST
    if typed:
        people, bodies = _found(people, typed), _found(bodies, typed)
    elif letter:
        people, bodies = _filed(people, letter), _filed(bodies, letter)
    most = None if letter and not typed else MOST
    return Directory(
        people=people[:most],
        bodies=bodies[:most],
        more_people=len(people) - len(people[:most]),
        more_bodies=len(bodies) - len(bodies[:most]),
        letters=[Letter(one, one == letter and not typed) for one in filed] if has_letters else [],
        letter="" if typed else letter,
        typed=typed,
        is_counted=is_counted,
    )


def filed_under(item: Actor) -> str:
    """Return the letter under which a person or institution is filed: the first of the family name; OTHERS if none."""
    first = next(filter(str.isalnum, item.filing_name), "")
    return first.upper()[:1] if first.isalpha() else OTHERS


Counted = TypeVar("Counted", CountedPerson, CountedBody)


def _found(counted: Iterable[Counted], typed: str) -> list[Counted]:
    words = typed.casefold().split()
    return [one for one in counted if all(word in _described(one.item).casefold() for word in words)]


def _described(item: Person | Body) -> str:
    return "\n".join([item.name, getattr(item, "role", ""), item.aliases])


def _filed(counted: Iterable[Counted], letter: str) -> list[Counted]:
    """Return the entries under a letter, in alphabetical order."""
    some = [one for one in counted if filed_under(one.item) == letter]
    return sorted(some, key=lambda one: one.item.filing_name.casefold())


def _counts() -> tuple[dict[int, SpeakerGroup], dict[str, int], bool]:
    """Return quotes by speaker, the number of initiatives by institution, and whether they could be counted."""
    try:
        said = {group.speaker_id: group for group in all_speakers()}
        return said, facets_of_all(([Kind.INITIATIVE], "body"))[0], True
    except Unavailable:
        return {}, {}, False


def _people(said: dict[int, SpeakerGroup]) -> list[CountedPerson]:
    """Return all public people, those with the most quotes first."""
    milestones = Milestone.objects.published().exclude(person=None)
    numbers = dict(milestones.order_by().values_list("person").annotate(number=Count("pk")))
    people = []
    parts = ("given_name", "family_name", "patronymic")
    for person in Person.objects.published().only("slug", "name", *parts, "role", "aliases"):
        group = said.get(person.pk)
        first, last = (group.first, group.last) if group else (None, None)
        people.append(
            CountedPerson(
                person,
                group.count if group else 0,
                first[0].year if first else None,
                last[0].year if last else None,
                numbers.get(person.pk, 0),
            )
        )
    return sorted(people, key=lambda one: (-one.quotes, -one.milestones, one.item.filing_name.casefold()))


def _bodies(involved: dict[str, int]) -> list[CountedBody]:
    """Return all public institutions, those with the most initiatives first."""
    bodies = [
        CountedBody(body, involved.get(str(body.pk), 0))
        for body in Body.objects.published().only("slug", "name", "aliases")
    ]
    return sorted(bodies, key=lambda one: (-one.initiatives, one.item.name.casefold()))


def _cleaned(typed: str) -> str:
    return typed.replace("\0", "").strip()[:LONGEST]
