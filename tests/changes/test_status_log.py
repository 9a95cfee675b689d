"""The last entry of the status log agrees with the displayed status."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initiatives.changes.log import changes, entries
from initiatives.models import Change, Initiative, Milestone
from initiatives.models.choices import Nature, State
from initiatives.models.history import MADE, write_versions
from tests.changes.support import log, save, words
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    SourceFactory,
)
from tests.helpers import few_examples, rolled_back

pytestmark = [pytest.mark.database, pytest.mark.django_db]


# Statuses


def test_a_status_change_names_its_evidence(client, clock):
    initiative = MilestoneFactory(status="announced").initiative
    clock.forward(hours=1)
    law = SourceFactory(public=True, title="The law as signed")
    MilestoneFactory(initiative=initiative, source=law, status="adopted", date="2021-01-01")
    (entry,) = entries(changes())
    assert (entry.change.old_status, entry.change.new_status, entry.source) == ("announced", "adopted", law)
    assert "Announced → Adopted Evidence: The law as signed" in words(client)
    assert "Status: " in client.get("/changes.atom").content.decode()


def test_statuses_entered_with_the_initiative_are_not_changes(clock):
    initiative = InitiativeFactory(public=True)
    MilestoneFactory(initiative=initiative, status="announced", date="2019-01-01")
    MilestoneFactory(initiative=initiative, status="adopted", date="2020-01-01")
    assert log() == []
    assert Change.objects.get().new_status == "adopted"


def test_changing_or_removing_a_milestone_changes_the_status(clock):
    first = MilestoneFactory(status="announced", date="2019-01-01")
    clock.forward(hours=1)
    second = MilestoneFactory(initiative=first.initiative, status="adopted", date="2020-01-01")
    clock.forward(hours=1)
    save(second, status="in_preparation")
    clock.forward(hours=1)
    second.delete()
    found = [
        (entry.change.old_status, entry.change.new_status) for entry in entries(changes()) if not entry.differences
    ]
    assert found == [("in_preparation", "announced"), ("adopted", "in_preparation"), ("announced", "adopted")]
    clock.forward(hours=1)
    first.delete()
    assert entries(changes().filter(nature=Nature.STATUS))[0].change.new_status == ""


def test_a_scheduled_source_changes_the_status_at_its_time(clock):
    initiative = MilestoneFactory(status="announced").initiative
    clock.forward(hours=1)
    later = SourceFactory(public=True, published_at=clock() + datetime.timedelta(days=1))
    MilestoneFactory(initiative=initiative, source=later, status="adopted", date="2021-01-01")
    assert log() == []
    save(later, published_at=clock() + datetime.timedelta(days=3))
    clock.forward(days=2)
    assert log() == [], "it was put off"
    clock.forward(days=2)
    (entry,) = entries(changes())
    assert (entry.change.new_status, entry.change.at) == ("adopted", later.published_at)


def test_publishing_or_hiding_a_source_changes_the_status(clock):
    initiative = MilestoneFactory(status="announced").initiative
    source = SourceFactory()
    MilestoneFactory(initiative=initiative, source=source, status="adopted", date="2021-01-01")
    clock.forward(hours=1)
    save(source, state=State.PUBLISHED)
    assert [entry.change.new_status for entry in entries(changes())] == ["adopted"]
    clock.forward(hours=1)
    save(source, state=State.ARCHIVED)
    shown = entries(changes().filter(nature=Nature.STATUS))
    assert [entry.change.new_status for entry in shown] == ["announced"], "its evidence is named no more"


def test_milestones_written_in_bulk_change_the_status_too(clock):
    first = MilestoneFactory(status="announced")
    clock.forward(hours=1)
    owner = {"initiative": first.initiative, "source": first.source}
    step = Milestone(**owner, text="Signed.", status="adopted", date=datetime.date(2021, 1, 1), date_precision="day")
    write_versions(Milestone.objects.bulk_create([step]), MADE)
    assert [entry.change.new_status for entry in entries(changes())] == ["adopted"]


def test_statuses_of_hidden_initiatives_are_not_logged(clock):
    initiative = MilestoneFactory(status="announced").initiative
    save(initiative, state=State.DRAFT)
    clock.forward(hours=1)
    MilestoneFactory(initiative=initiative, status="adopted", date="2021-01-01")
    assert log() == []
    clock.forward(hours=1)
    save(initiative, state=State.PUBLISHED)
    shown = entries(changes().filter(nature=Nature.STATUS))
    assert [(e.change.old_status, e.change.new_status) for e in shown] == [("announced", "adopted")]


@few_examples
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["milestone", "later milestone", "source", "initiative", "remove"]),
            st.sampled_from(["announced", "adopted", "withdrawn"]),
            st.sampled_from([None, -1, 0, 30]),
        ),
        max_size=7,
    )
)
def test_the_status_log_ends_with_the_displayed_status(clock, steps):
    """For any order of changes, the last entry of the log has the status of the initiative."""
    with rolled_back():
        initiative = InitiativeFactory(public=True, published_at=clock())
        source = SourceFactory(public=True, published_at=clock())
        for number, (what, status, hours) in enumerate(steps):
            clock.forward(hours=1)
            publication = (
                {"state": State.DRAFT}
                if hours is None
                else {"state": State.PUBLISHED, "published_at": clock() + datetime.timedelta(hours=hours)}
            )
            if what == "source":
                save(source, **publication)
            elif what == "initiative":
                save(initiative, **publication)
            elif what == "remove":
                for milestone in Milestone.objects.order_by("pk")[:1]:
                    milestone.delete()
            else:
                date = f"20{20 + number if what == 'later milestone' else 19 - number}-01-01"
                MilestoneFactory(initiative=initiative, source=source, status=status, date=date)
            for _hour in range(2):
                shown = Initiative.objects.published().with_status().filter(pk=initiative.pk).first()
                if shown is not None:
                    newest = (
                        Change.objects.of(initiative).filter(nature__in=("status", "first"), at__lte=clock()).first()
                    )
                    assert newest.new_status == shown.status
                clock.forward(hours=20)


def test_the_first_status_has_no_predecessor(clock):
    MilestoneFactory(status="announced")
    assert [(one.nature, one.old_status, one.new_status) for one in Change.objects.all()] == [
        (Nature.FIRST_STATUS, "", "announced")
    ]


def test_publishing_the_source_of_an_initiative_starts_its_status_log(clock):
    initiative = InitiativeFactory(public=True, source=SourceFactory())
    MilestoneFactory(initiative=initiative, source=SourceFactory(public=True), status="announced")
    assert not Change.objects.exists()
    clock.forward(hours=1)
    save(initiative.source, state=State.PUBLISHED)
    assert [(one.at, one.new_status) for one in Change.objects.all()] == [(clock(), "announced")]
