"""Reordering the principles of a set on the desk."""

import pytest

from initiatives.models import Principle
from tests.admin.support import (
    add_url,
    change_url,
    editor,
    errors_of_parts,
    fields_of,
    form_of,
    save,
    saved,
    send,
)
from tests.factories import PrincipleFactory, PrincipleSetFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    """A set of four principles, a to d."""
    course = PrincipleSetFactory()
    for title in "abcd":
        PrincipleFactory(set=course, title=title)
    return course


@pytest.fixture
def client():
    return editor()


def order(course) -> str:
    rows = Principle.objects.filter(set=course).order_by("number").values_list("number", "title")
    assert [number for number, _title in rows] == list(range(1, len(rows) + 1))
    return "".join(title for _number, title in rows)


def renumber(client, course, *numbers, **more):
    numbered = {f"principles__{i}__number": number for i, number in enumerate(numbers)}
    return save(client, change_url(course), **numbered, **more)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ("1324", "acbd"),
        ("4321", "dcba"),
        ("2341", "dabc"),
        ("1234", "abcd"),
        (["1", "", "2", "3"], "acdb"),
        (["", "", "", ""], "abcd"),
    ],
)
def test_any_order(client, course, numbers, expected):
    assert saved(renumber(client, course, *numbers))
    assert order(course) == expected


def test_words_and_order_change_together(client, course):
    theme = ThemeFactory()
    page = renumber(client, course, *"1324", principles__1__title="B", principles__2__themes=theme.pk)
    assert saved(page)
    assert order(course) == "acBd"
    assert course.principles.get(title="c").themes.get() == theme


def test_deleting_closes_the_gap(client, course):
    assert saved(save(client, change_url(course), principles__1__DELETE="on", change_reason="It was wrong."))
    assert order(course) == "acd"
    # The result is the same if the others are renumbered by hand.
    assert saved(renumber(client, course, *"112", principles__0__DELETE="on", change_reason="It was wrong."))
    assert order(course) == "cd"


def test_deleting_and_reordering(client, course):
    assert saved(renumber(client, course, *"1243", principles__0__DELETE="on", change_reason="It was wrong."))
    assert order(course) == "bdc"


def test_new_ones_at_the_end_and_between(client, course):
    new = {"principles__TOTAL_FORMS": "6", "principles__4__title": "e", "principles__5__title": "f"}
    assert saved(renumber(client, course, *"1356", **new, principles__4__number="2", principles__5__number="4"))
    assert order(course) == "aebfcd"
    more = {"principles__TOTAL_FORMS": "7", "principles__6__title": "g", "principles__6__number": ""}
    assert saved(save(client, change_url(course), **more))
    assert order(course) == "aebfcdg"


def test_new_set_with_its_principles(client):
    data = {"title": "Course", "slug": "course", "principles__TOTAL_FORMS": "3"}
    for i, (number, title) in enumerate((("2", "b"), ("", "c"), ("1", "a"))):
        data |= {f"principles__{i}__number": number, f"principles__{i}__title": title}
    assert saved(save(client, add_url("principleset"), **data))
    assert order(Principle.objects.first().set) == "abc"


@pytest.mark.parametrize(
    ("numbers", "wrong", "message"),
    [
        ("1224", 2, "Number 2 is used twice."),
        ("1235", 3, "Use numbers from 1 to 4."),
        ("0234", 0, "Use numbers from 1 to 4."),
        (["1", "", "3", "4"], 2, "Number 2 is missing before it."),
    ],
)
def test_duplicate_numbers_and_gaps_are_reported_beside_the_field(client, course, numbers, wrong, message):
    page = renumber(client, course, *numbers, principles__0__title="typed")
    errors = errors_of_parts(page)
    assert errors[wrong] == {"number": [message]}
    assert sum(map(len, errors)) == 1
    assert b'value="typed"' in page.content, "what was typed is kept"
    assert order(course) == "abcd"


@pytest.mark.parametrize("number", ["-1", "x", "1.5", "99999999999999999999"])
def test_invalid_numbers_are_refused(client, course, number):
    page = renumber(client, course, number, *"234")
    assert list(errors_of_parts(page)[0]) == ["number"]
    assert order(course) == "abcd"


def test_a_principle_added_by_another_editor_meanwhile_comes_last(client, course):
    data = form_of(client, change_url(course))
    PrincipleFactory(set=course, title="e")
    data |= {f"principles-{i}-number": number for i, number in enumerate("2134")}
    page = client.post(change_url(course), data)
    assert order(course) == "abcde", "nothing is saved before the editor has seen the fifth"
    send(client, change_url(course), fields_of(page))
    assert order(course) == "bacde"
