"""The parts of a person's name: guessed for editors to confirm; a guess is never stored by itself."""

import json
import re
from html import unescape

import pytest

from initiatives.editorial.checklist import check_item
from initiatives.models import Person
from initiatives.models.choices import State
from initiatives.text.names import guess
from tests.admin.support import add_url, change_url, publisher, save, saved
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Kassym-Jomart Tokayev", ("Kassym-Jomart", "Tokayev", "")),
        ("Токаев Касым-Жомарт Кемелевич", ("Касым-Жомарт", "Токаев", "Кемелевич")),
        ("Қасым-Жомарт Кемелұлы Тоқаев", ("Қасым-Жомарт", "Тоқаев", "Кемелұлы")),
        ("Nazarbayeva Dariga Nursultankyzy", ("Dariga", "Nazarbayeva", "Nursultankyzy")),
        ("Ursula von der Leyen", ("Ursula", "von der Leyen", "")),
        ("Abai Qunanbaiuly", ("Abai", "Qunanbaiuly", "")),
        ("Токаев Касым-Жомарт", ("Касым-Жомарт", "Токаев", "")),
        ("Lev Tolstoy", ("Lev", "Tolstoy", "")),
        ("García Márquez, Gabriel José", ("Gabriel José", "García Márquez", "")),
        ("Abai", None),
        ("", None),
    ],
)
def test_guesses(name, parts):
    assert guess(name) == parts


def offer(client, person) -> dict[str, str] | None:
    """Return the values that a person's form offers to fill in."""
    page = client.get(change_url(person)).content.decode()
    found = re.search(r'data-fill="([^"]*)" hidden', page)
    return json.loads(unescape(found[1])) if found else None


def test_a_guess_is_offered_and_never_stored():
    client, person = publisher(), PersonFactory(name="Токаев Касым-Жомарт Кемелевич")
    parts = {"given_name": "Касым-Жомарт", "family_name": "Токаев", "patronymic": "Кемелевич"}
    assert offer(client, person) == parts
    page = client.get(change_url(person)).content.decode()
    assert "Perhaps: given name “Касым-Жомарт”, family name “Токаев”, patronymic “Кемелевич”." in page
    assert saved(save(client, change_url(person), role="President"))
    person.refresh_from_db()
    assert (person.role, person.has_parts) == ("President", False)
    assert saved(save(client, change_url(person), **parts))
    person.refresh_from_db()
    assert {name: getattr(person, name) for name in parts} == parts
    assert offer(client, person) is None
    assert offer(client, PersonFactory(name="Abai")) is None


def test_a_new_person_has_the_parts_that_were_entered():
    parts = {"given_name": "Ursula", "family_name": "von der Leyen"}
    assert saved(save(publisher(), add_url("person"), name="Ursula von der Leyen", slug="uvdl", **parts))
    person = Person.objects.get()
    assert (person.given_name, person.family_name, person.patronymic) == ("Ursula", "von der Leyen", "")


def test_the_checklist_names_people_without_parts():
    kind = {"source__publisher_kind": "state_body"}
    person = PersonFactory(name="Ursula von der Leyen", role="President", summary="A politician.", **kind)
    (finding,) = check_item(person)
    assert (finding.field, finding.must) == ("family_name", False)
    person.state = State.PUBLISHED
    person.family_name = "von der Leyen"
    assert check_item(person) == []
    assert check_item(PersonFactory(name="Abai", given_name="Abai", role="Poet", summary="A poet.", **kind)) == []
