"""The page on how the record is kept, and the definitions that it shares with other pages."""

import pytest

from initiatives.models import choices
from tests.factories import InitiativeFactory, MilestoneFactory

pytestmark = pytest.mark.django_db


def test_every_value_has_a_definition():
    assert set(choices.STATUS_MEANINGS) == {*choices.Status, choices.NO_STATUS}
    assert set(choices.VERIFICATION_MEANINGS) == set(choices.Verification)
    assert set(choices.PROVENANCE_MEANINGS) == set(choices.Provenance)
    assert set(choices.EFFECT_MEANINGS) == set(choices.Effect)
    assert set(choices.COMPARED_MEANINGS) == set(choices.Compared)
    assert set(choices.PUBLISHER_MEANINGS) == set(choices.PublisherKind)


def test_the_page_defines_all_values(client):
    html = client.get("/method/").content.decode()
    for meaning in (
        *choices.STATUS_MEANINGS.values(),
        *choices.VERIFICATION_MEANINGS.values(),
        *choices.PROVENANCE_MEANINGS.values(),
        *choices.EFFECT_MEANINGS.values(),
        *choices.PUBLISHER_MEANINGS.values(),
        *choices.COMPARED_MEANINGS.values(),
        *choices.FOLDED_LABELS.values(),
    ):
        assert str(meaning) in html
    assert 'href="/initiatives/?status=in_force"' in html


@pytest.mark.parametrize("status", ["", "adopted"])
def test_an_initiative_explains_its_status(client, status):
    initiative = InitiativeFactory(public=True)
    if status:
        MilestoneFactory(initiative=initiative, status=status)
    html = client.get(initiative.get_absolute_url()).content.decode()
    assert str(choices.STATUS_MEANINGS[status or choices.NO_STATUS]) in html
    assert 'href="/method/#statuses"' in html
