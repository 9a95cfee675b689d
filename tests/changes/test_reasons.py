"""Reasons: each belongs to one change that readers could see, and is shown with no other."""

import datetime

import pytest

from initiatives.changes.log import changes, entries
from initiatives.models import Change
from initiatives.models.choices import State
from initiatives.models.history import because, one_version
from tests.changes.support import corrections_of, log, save, words
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    QuoteFactory,
    SourceFactory,
    ThemeFactory,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def reasons() -> list[tuple[str, list[str]]]:
    """Return the reasons in the log, oldest first, each with the fields it is shown beside."""
    return [(entry.reason, entry.labels) for entry in reversed(entries(changes()))]


def save_because(reason: str, item, **values) -> None:
    with because(reason):
        save(item, **values)


def test_corrections_with_different_reasons_are_different_corrections(clock):
    quote = QuoteFactory(public=True, text="One")
    clock.forward(hours=1)
    save_because("A slip of the pen.", quote, text="Two")
    clock.forward(minutes=1)
    save_because("The page was wrong.", quote, locator="p. 4")
    clock.forward(minutes=1)
    save(quote, context="In parliament.")
    assert reasons() == [
        ("A slip of the pen.", ["Words"]),
        ("The page was wrong.", ["Place in the source"]),
        ("", ["Context"]),
    ]


def test_a_reason_for_an_invisible_change_stays_at_the_desk(clock, client):
    quote, theme = QuoteFactory(public=True, text="One"), ThemeFactory(public=True, state=State.DRAFT)
    clock.forward(hours=1)
    save_because("A slip of the pen.", quote, text="Two")
    clock.forward(minutes=1)
    with because("Secret plans for a theme."), one_version(quote):
        quote.themes.add(theme)
    assert reasons() == [("A slip of the pen.", ["Words"])]
    clock.forward(hours=1)
    save(theme, state=State.PUBLISHED)
    assert reasons() == [("A slip of the pen.", ["Words"])]
    assert "Secret plans" not in words(client)
    assert not Change.objects.filter(reason__contains="Secret").exists()
    # A change that readers saw is logged.
    clock.forward(hours=1)
    with because("It is about another subject."), one_version(quote):
        quote.themes.remove(theme)
    assert reasons()[-1] == ("It is about another subject.", ["Themes"])


def test_briefly_public_words_are_logged(clock):
    quote = QuoteFactory(public=True, text="One")
    clock.forward(hours=1)
    for text in ("A name that was wrong", "One"):
        clock.forward(seconds=5)
        save(quote, text=text)
    assert corrections_of(quote) == [("One", "A name that was wrong"), ("A name that was wrong", "One")]


def test_a_briefly_removed_part_is_logged(clock):
    milestone = MilestoneFactory(pk=7001)
    clock.forward(hours=1)
    with because("It never happened."):
        milestone.delete()
    clock.forward(minutes=1)
    MilestoneFactory(pk=7001, initiative=milestone.initiative, source=milestone.source, text=milestone.text)
    assert [(entry.change.nature, entry.reason) for entry in entries(changes())] == [("removal", "It never happened.")]


@pytest.mark.parametrize("to", ["hidden source", "other initiative"])
def test_a_part_moved_out_of_sight_is_logged_as_removed(clock, to):
    milestone, other = MilestoneFactory(text="It was signed."), InitiativeFactory(public=True)
    initiative = milestone.initiative
    clock.forward(hours=1)
    moved = {"source": SourceFactory()} if to == "hidden source" else {"initiative": other}
    save_because("The source is doubtful.", milestone, **moved)
    (entry,) = entries(changes())
    assert (entry.change.nature, entry.item, entry.reason) == ("removal", initiative, "The source is doubtful.")
    clock.forward(hours=1)
    milestone.delete()
    removed = [entry.item for entry in entries(changes())]
    assert removed == ([initiative] if to == "hidden source" else [other, initiative])


def test_the_reason_for_publishing_an_item_is_not_given_for_other_items(clock):
    source = SourceFactory(public=True)
    quote = QuoteFactory(public=True, text="One", source=source, speaker=PersonFactory(public=True))
    clock.forward(hours=1)
    save_because("Is it a forgery?", source, state=State.DRAFT)
    save_because("Changed while hidden.", quote, text="Two")
    clock.forward(hours=1)
    save_because("It is genuine.", source, state=State.PUBLISHED, title="The same, confirmed")
    given = {entry.item: entry.reason for entry in entries(changes()) if entry.change.nature == "correction"}
    assert given == {quote: "", source: "It is genuine."}
    assert not Change.objects.filter(reason="Changed while hidden.").exists()


def test_a_future_change_takes_no_reason_from_an_invisible_edit(clock):
    quote = QuoteFactory(public=True, text="One")
    clock.forward(hours=1)
    later = clock() + datetime.timedelta(hours=5)
    save_because("To be checked.", quote, published_at=later)
    save_because("Unseen.", quote, text="Two")
    clock.forward(hours=6)
    found = [(entry.change.nature, entry.reason) for entry in entries(changes())]
    assert found == [("correction", ""), ("withdrawal", "To be checked.")]
    assert not Change.objects.filter(reason="Unseen.").exists()


def test_statuses_keep_their_reasons_and_take_no_others(clock):
    initiative = MilestoneFactory(status="announced").initiative
    clock.forward(hours=1)
    later = SourceFactory(public=True, published_at=clock() + datetime.timedelta(hours=3))
    MilestoneFactory(initiative=initiative, source=later, status="in_force", date="2023-01-01")
    with because("The decree was found."):
        adopted = MilestoneFactory(initiative=initiative, status="adopted", date="2021-01-01")
    clock.forward(minutes=1)
    save_because("It was repealed.", adopted, status="withdrawn")
    clock.forward(minutes=1)
    save_because("It was not.", adopted, status="adopted")
    save_because("The law has another name.", initiative, title="Another name")
    clock.forward(hours=4)
    statuses = [
        (entry.change.new_status, entry.reason)
        for entry in reversed(entries(changes()))
        if entry.change.nature == "status"
    ]
    assert statuses == [
        ("adopted", "The decree was found."),
        ("withdrawn", "It was repealed."),
        ("adopted", "It was not."),
        ("in_force", ""),
    ]


def test_ten_minutes_run_from_the_first_of_several_corrections(clock):
    quote = QuoteFactory(public=True, text="One", locator="p. 1", context="", editors_note="")
    clock.forward(hours=1)
    for field in ("text", "locator", "context", "editors_note"):
        save(quote, **{field: "Another"})
        clock.forward(minutes=4)
    assert log() == [("correction", ["Editor's note"]), ("correction", ["Words", "Place in the source", "Context"])]
