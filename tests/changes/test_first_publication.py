"""What publishes an item may change its parts too: nobody outside saw how they read before."""

from functools import partial

import pytest

from initiatives.models.choices import State
from tests.admin.support import change_url, publisher, saved
from tests.admin.support import save as send
from tests.changes.support import log, words
from tests.editorial.spreadsheet_support import bring_in, csv_file, dicts
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    PrincipleFactory,
    PrincipleSetFactory,
    QuoteFactory,
    QuoteTranslationFactory,
)

pytestmark = pytest.mark.django_db

# A part of an item that was never public, the field for the item, and where the form of the item has the part.
PARTS = {
    "milestone": (MilestoneFactory, "initiative", InitiativeFactory, "milestones"),
    "life event": (partial(MilestoneFactory, initiative=None), "person", PersonFactory, "milestones"),
    "principle": (PrincipleFactory, "set", PrincipleSetFactory, "principles"),
    "translation": (QuoteTranslationFactory, "quote", QuoteFactory, "translations"),
}


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("what", [{"text": "As first published"}, {"DELETE": "on"}])
def test_a_part_changed_in_the_form_that_first_publishes_its_item_was_never_seen(clock, client, name, what):
    make, field, owned_by, prefix = PARTS[name]
    owner = owned_by(public=True, state=State.DRAFT)
    make(**{field: owner}, text="Never seen")
    clock.forward(hours=1)
    changed = {f"{prefix}__0__{key}": value for key, value in what.items()}
    assert saved(send(publisher(), change_url(owner), state=State.PUBLISHED, **changed))
    owner.refresh_from_db()
    assert owner.is_public
    assert log() == []
    assert "Never seen" not in words(client)


@pytest.mark.parametrize("before", [State.DRAFT, State.ARCHIVED])
def test_a_milestone_changed_in_the_file_that_first_publishes_its_initiative_was_never_seen(clock, client, before):
    initiative = InitiativeFactory(public=True, state=before)
    milestone = MilestoneFactory(initiative=initiative, text="Never seen", date="2020-05-25")
    clock.forward(hours=1)
    row = {"slug": initiative.slug, "status": State.PUBLISHED, "milestone_id": milestone.pk}
    row |= {"milestone_date": "2020-05-25", "milestone": "As first published", "milestone_source": milestone.source.slug}
    bring_in(publisher(), "initiative", csv_file(*dicts(row)))
    assert "As first published" in words(client, initiative.get_absolute_url())
    assert log() == []
    assert "Never seen" not in words(client)


def test_a_principle_changed_in_the_file_that_first_publishes_its_set_was_never_seen(clock, client):
    owner = PrincipleSetFactory(public=True, state=State.DRAFT)
    PrincipleFactory(set=owner, title="Law", text="Never seen")
    clock.forward(hours=1)
    row = {"slug": owner.slug, "status": State.PUBLISHED, "number": 1, "principle": "Law"}
    row |= {"principle_text": "As first published"}
    bring_in(publisher(), "principleset", csv_file(*dicts(row)))
    assert "As first published" in words(client, owner.get_absolute_url())
    assert log() == []
