"""Rules of the public log, one by one: what was public, which item a change belongs to, what is one correction."""

import datetime

import pytest
from django.contrib.auth.models import User

from initiatives.changes.log import changes, corrections_of, entries, latest_corrections, logged_item
from initiatives.models import Change
from initiatives.models.choices import Nature, State
from tests.changes.support import log, save, words
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    PrincipleFactory,
    PrincipleSetFactory,
    QuoteFactory,
    QuoteTranslationFactory,
    SourceFactory,
    ThemeFactory,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]


# A part that depends on a hidden item, and the path to that item
HIDDEN_PARTS = {
    "milestone": (lambda: MilestoneFactory(source=SourceFactory()), "source"),
    "milestone of a draft": (lambda: MilestoneFactory(initiative__source=SourceFactory()), "initiative.source"),
    "life event": (
        lambda: MilestoneFactory(initiative=None, person=PersonFactory(state=State.PUBLISHED)),
        "person.source",
    ),
    "translation": (
        lambda: QuoteTranslationFactory(quote=QuoteFactory(public=True, source=SourceFactory())),
        "quote.source",
    ),
    "principle": (
        lambda: PrincipleFactory(set=PrincipleSetFactory(public=True, source=SourceFactory())),
        "set.source",
    ),
}


@pytest.fixture(params=HIDDEN_PARTS)
def hidden(request):
    """Return a part that readers cannot see, and the item that hides it."""
    make, path = HIDDEN_PARTS[request.param]
    item = part = make()
    for name in path.split("."):
        item = getattr(item, name)
    return part, item


# What was public


def test_changes_before_an_item_was_public_are_never_logged(clock, client, hidden):
    part, held = hidden
    clock.forward(hours=1)
    save(part, text="Other words, unread by anybody")
    clock.forward(hours=1)
    save(held, state=State.PUBLISHED)
    clock.forward(hours=1)
    assert log() == []
    assert "unread by anybody" not in words(client)
    # Later changes are logged.
    save(part, text="Words that follow")
    assert [nature for nature, _labels in log()] == ["correction"]


def test_removals_before_an_item_was_public_are_never_logged(clock, client, hidden):
    part, held = hidden
    clock.forward(hours=1)
    save(part, text="Unread by anybody")
    part.delete()
    clock.forward(hours=1)
    save(held, state=State.PUBLISHED)
    clock.forward(hours=1)
    assert log() == []
    assert "Unread by anybody" not in words(client)


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.ARCHIVED])
def test_a_change_in_the_save_that_hides_is_logged_on_republication(clock, state):
    theme = ThemeFactory(public=True, state=state, published_at=clock() - datetime.timedelta(days=1))
    save(theme, state=State.PUBLISHED, description="As first published.")
    assert log() == []
    clock.forward(hours=1)
    save(theme, state=state, description="Hidden with this change.")
    clock.forward(hours=1)
    assert log() == []
    save(theme, state=State.PUBLISHED)
    assert log() == [("correction", ["Description"])]
    assert Change.objects.get(nature="correction").at == clock()


def test_corrections_count_from_the_exact_time_of_publication(clock):
    theme = ThemeFactory(public=True, published_at=clock() + datetime.timedelta(hours=1))
    clock.forward(hours=1, microseconds=-1)
    save(theme, description="Too early to be read.")
    clock.forward(microseconds=1)
    assert log() == []
    save(theme, description="At its time.")
    assert log() == [("correction", ["Description"])]


def test_a_change_shows_from_its_own_time(clock):
    initiative = MilestoneFactory(status="announced").initiative
    clock.forward(hours=1)
    later = clock() + datetime.timedelta(hours=5)
    MilestoneFactory(
        initiative=initiative,
        source=SourceFactory(public=True, published_at=later),
        status="adopted",
        date="2021-01-01",
    )
    clock.forward(hours=5, microseconds=-1)
    assert log() == []
    clock.forward(microseconds=1)
    assert [nature for nature, _labels in log()] == ["status"]


# Which item a change belongs to


def test_items_of_other_kinds_with_the_same_number_have_their_own_changes(clock, client):
    quote, theme = QuoteFactory(public=True, pk=7001), ThemeFactory(public=True, pk=7001)
    other = QuoteFactory(public=True, pk=7002)
    clock.forward(hours=1)
    save(theme, description="Another description")
    save(other, text="Another wording")
    assert corrections_of(quote, 5) == []
    assert [entry.item for entry in corrections_of(theme, 5)] == [theme]
    assert "Another" not in words(client, quote.get_absolute_url())
    assert client.get(f"/changes/?item=quote-{quote.pk}").context["entries"] == []
    assert [e.item for e in client.get(f"/changes/?item=theme-{theme.pk}").context["entries"]] == [theme]


def test_corrections_of_items_with_the_same_number_are_grouped_separately(clock):
    quote, theme = QuoteFactory(public=True, pk=7001, text="One"), ThemeFactory(public=True, pk=7001)
    other = QuoteFactory(public=True, pk=7002)
    clock.forward(hours=1)
    save(quote, text="Two")
    clock.forward(minutes=1)
    save(theme, description="Another description")
    save(other, text="Another wording")
    clock.forward(minutes=1)
    save(quote, locator="p. 4")
    (entry,) = corrections_of(quote, 5)
    assert entry.labels == ["Words", "Place in the source"]
    assert len(log()) == 3


def test_a_change_of_status_does_not_split_a_correction(clock):
    initiative = InitiativeFactory(public=True, title="One")
    MilestoneFactory(initiative=initiative, status="announced")
    clock.forward(hours=1)
    save(initiative, title="Two")
    clock.forward(minutes=1)
    MilestoneFactory(initiative=initiative, status="adopted", date="2021-01-01")
    clock.forward(minutes=1)
    save(initiative, summary="Other words.")
    assert sorted(nature for nature, _labels in log()) == ["correction", "status"]


def test_a_future_removal_is_cancelled_only_if_the_same_part_is_restored(clock):
    milestone = MilestoneFactory(pk=7001)
    initiative = milestone.initiative
    clock.forward(hours=1)
    save(initiative, published_at=clock() + datetime.timedelta(hours=2))
    milestone.delete()
    MilestoneFactory(pk=7002, initiative=initiative)
    QuoteTranslationFactory(pk=7001)
    assert Change.objects.filter(nature="removal").exists()
    MilestoneFactory(pk=7001, initiative=initiative, source=milestone.source, text=milestone.text)
    clock.forward(hours=3)
    assert log() == []


def test_a_removed_part_restored_with_other_words_is_corrected(clock):
    milestone = MilestoneFactory(pk=7001)
    clock.forward(hours=1)
    milestone.delete()
    MilestoneFactory(pk=7001, initiative=milestone.initiative, source=milestone.source, text="Other words")
    assert [nature for nature, _labels in log()] == ["correction", "removal"]


def test_a_correction_is_kept_when_a_part_is_restored(clock):
    milestone = MilestoneFactory(pk=7001)
    clock.forward(hours=1)
    save(milestone, text="Another wording")
    milestone.delete()
    clock.forward(hours=1)
    MilestoneFactory(pk=7001, initiative=milestone.initiative, source=milestone.source, text=milestone.text)
    assert [nature for nature, _labels in log()] == ["removal", "correction"]


# What is one correction


@pytest.mark.parametrize(("minutes", "seconds", "corrections"), [(10, 0, 1), (10, 1, 2)])
def test_changes_within_ten_minutes_are_one_correction(clock, minutes, seconds, corrections):
    quote = QuoteFactory(public=True, text="One")
    clock.forward(hours=1)
    save(quote, text="Two")
    clock.forward(minutes=minutes, seconds=seconds)
    save(quote, locator="p. 4")
    assert len(log()) == corrections


def test_the_last_step_sets_the_time_of_a_correction_but_does_not_extend_it(clock):
    quote = QuoteFactory(public=True, text="One")
    clock.forward(hours=1)
    for values in ({"text": "Two"}, {"locator": "p. 4"}, {"context": "In parliament."}):
        clock.forward(minutes=8)
        save(quote, **values)
    assert log() == [("correction", ["Context"]), ("correction", ["Words", "Place in the source"])]
    assert changes().last().at == clock() - datetime.timedelta(minutes=8)


def test_another_editor_starts_another_correction_at_once(clock):
    quote = QuoteFactory(public=True, text="One")
    clock.forward(hours=1)
    save(quote, text="Two")
    quote._history_user = User.objects.create_user("daniyar")
    save(quote, text="Three")
    assert len(log()) == 2


@pytest.mark.parametrize(("minutes", "natures"), [(10, []), (11, ["status"])])
def test_a_status_corrected_within_ten_minutes_is_no_change(clock, minutes, natures):
    milestone = MilestoneFactory(status="announced")
    clock.forward(minutes=minutes)
    MilestoneFactory(initiative=milestone.initiative, status="adopted", date="2021-01-01")
    assert [nature for nature, _labels in log()] == natures
    assert Change.objects.filter(nature__in=(Nature.STATUS, Nature.FIRST_STATUS)).first().new_status == "adopted"


# The order, and keys of items


def test_simultaneous_changes_are_listed_last_written_first_without_gaps(clock, client, settings):
    settings.PAGE_SIZE = 2
    themes = ThemeFactory.create_batch(5, public=True)
    clock.forward(hours=1)
    for theme in themes:
        save(theme, description="Another")
    assert [entry.item for entry in latest_corrections(3)] == themes[:1:-1]
    seen, address = [], "/changes/"
    while address:
        page = client.get(address)
        seen += [entry.item for entry in page.context["entries"]]
        address = page.context["older_url"]
    assert seen == themes[::-1]


def test_keys_are_valid_only_for_public_items_with_pages():
    quote, draft = QuoteFactory(public=True), QuoteFactory()
    milestone, user = MilestoneFactory(), User.objects.create_user("aigul")
    assert logged_item(f"quote-{quote.pk}") == quote
    for key in (
        *(f"quote-{draft.pk}", f"milestone-{milestone.pk}", f"user-{user.pk}", f"quote{quote.pk}", "quote-", "-", ""),
        *(f"quote-{quote.pk:016}", f"quote-{'9' * 16}", f"quote--{quote.pk}", "quote-²", "quote-٣", "nonsense-1"),
    ):
        assert logged_item(key) is None, key
    assert logged_item(f"quote-{quote.pk:015}") == quote


# Dates and statuses


def test_a_less_precise_date_is_a_correction(clock):
    quote = QuoteFactory(public=True, date="2020-01-01", date_precision="month")
    clock.forward(hours=1)
    save(quote, date_precision="year")
    (entry,) = entries(changes())
    assert [(d.label, d.old[0].text, d.new[0].text) for d in entry.differences] == [("Date", "January 2020", "2020")]


def statuses() -> list[tuple[str, str]]:
    """Return the changes of status that readers see, newest first."""
    return [(c.old_status, c.new_status) for c in changes().filter(nature=Nature.STATUS)]


def test_the_first_status_is_recorded_when_the_source_is_published(clock):
    initiative = InitiativeFactory(public=True, source=SourceFactory())
    MilestoneFactory(initiative=initiative, status="announced")
    clock.forward(hours=1)
    save(initiative.source, state=State.PUBLISHED)
    clock.forward(hours=1)
    MilestoneFactory(initiative=initiative, status="adopted", date="2021-01-01")
    assert statuses() == [("announced", "adopted")]


def test_a_milestone_that_moves_changes_the_status_of_both_initiatives(clock):
    first = MilestoneFactory(status="announced")
    second = MilestoneFactory(status="announced")
    moved = MilestoneFactory(initiative=first.initiative, status="adopted", date="2021-01-01")
    clock.forward(hours=1)
    save(moved, initiative=second.initiative)
    assert sorted(statuses()) == [("adopted", "announced"), ("announced", "adopted")]


def test_a_first_status_removed_at_once_leaves_the_initiative_without_one(clock):
    milestone = MilestoneFactory(status="announced")
    initiative = milestone.initiative
    clock.forward(minutes=1)
    milestone.delete()
    clock.forward(hours=1)
    MilestoneFactory(initiative=initiative, status="adopted", date="2021-01-01")
    assert statuses() == [("", "adopted")]


def test_future_statuses_follow_one_another(clock):
    initiative = MilestoneFactory(status="announced", date="2019-01-01").initiative
    clock.forward(hours=1)
    steps = ["in_preparation", "adopted", "in_force", "completed"]
    for number, status in enumerate(steps, start=1):
        source = SourceFactory(public=True, published_at=clock() + datetime.timedelta(days=number))
        MilestoneFactory(initiative=initiative, source=source, status=status, date=f"20{20 + number}-01-01")
    clock.forward(days=5)
    assert statuses()[::-1] == list(zip(["announced", *steps], steps, strict=False))


def test_a_removal_refers_to_the_last_existing_version(clock):
    milestone = MilestoneFactory(initiative=InitiativeFactory(public=True), text="It was signed.")
    last = milestone.history.latest()
    clock.forward(hours=1)
    milestone.delete()
    change = Change.objects.get(nature=Nature.REMOVAL)
    assert (change.old_version, change.new_version > change.old_version) == (last.pk, True)
