"""Corrections: what readers could see before and after, and nothing else."""

import datetime

import pytest
from django.contrib.auth.models import User
from django.db.models import ProtectedError

from initiatives.changes.log import changes, entries
from initiatives.models import Change
from initiatives.models.choices import Nature, State
from initiatives.models.history import one_version
from tests.changes.support import log, save, words
from tests.factories import (
    BodyFactory,
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    PrincipleFactory,
    QuoteFactory,
    QuoteTranslationFactory,
    SourceFactory,
    ThemeFactory,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]


# Corrections


def test_a_correction_shows_both_wordings_with_differences_marked(client, clock):
    quote = QuoteFactory(public=True, text="A state that hears its people")
    clock.forward(hours=1)
    save(quote, text="A state that listens to its people", locator="p. 4")
    content = client.get("/changes/").content.decode()
    assert "A state that " in content
    assert "<del>hears</del>" in content
    assert "<ins>listens to</ins>" in content
    assert "1 March 2026" in content
    (entry,) = entries(changes())
    assert entry.labels == ["Words", "Place in the source"]
    assert [piece.text for piece in entry.differences[1].old] == []
    page = words(client, quote.get_absolute_url())
    assert "Corrections 1 March 2026: Words; Place in the source" in page
    assert f"?item=quote-{quote.pk}" in client.get(quote.get_absolute_url()).content.decode()
    assert "Latest corrections" in words(client, "/")


def test_a_first_publication_is_no_correction(client, clock):
    quote = QuoteFactory(text="Secret draft")
    save(quote, text="Public words")
    save(quote, state=State.PUBLISHED, source=SourceFactory(public=True), speaker=PersonFactory(public=True))
    clock.forward(hours=1)
    MilestoneFactory(initiative=InitiativeFactory(public=True))
    QuoteTranslationFactory(quote=quote)
    assert log() == []
    assert "No published page has been changed yet." in words(client)


def test_changes_under_embargo_are_never_logged(client, clock):
    soon = clock() + datetime.timedelta(hours=2)
    quote = QuoteFactory(public=True, published_at=soon, text="First embargoed words")
    save(quote, text="Second embargoed words")
    clock.forward(hours=3)
    assert log() == []
    save(quote, text="Third words")
    assert log() == [("correction", ["Words"])]
    assert "First" not in words(client)
    assert "Second embargoed" in words(client)


def test_items_that_depended_on_a_hidden_item_were_not_public(clock):
    source = SourceFactory()
    quote = QuoteFactory(state=State.PUBLISHED, published_at=clock(), source=source, speaker=PersonFactory(public=True))
    save(quote, text="Other words, still hidden")
    save(source, state=State.PUBLISHED)
    clock.forward(hours=1)
    assert log() == []


@pytest.mark.parametrize("hide", ["quote", "source", "speaker"])
def test_corrections_are_hidden_and_shown_with_their_item(client, clock, hide):
    quote = QuoteFactory(public=True, text="Old words")
    clock.forward(hours=1)
    save(quote, text="New words")
    hidden = quote if hide == "quote" else getattr(quote, hide)
    save(hidden, state=State.ARCHIVED)
    assert log() == []
    assert "words" not in words(client)
    assert "Old" not in client.get("/changes.atom").content.decode()
    assert client.get(f"/changes/?item=quote-{quote.pk}").status_code == 200
    save(hidden, state=State.PUBLISHED)
    assert log() == [("correction", ["Words"])]


def test_field_names_are_written_for_readers(client, clock):
    old, new = SourceFactory(public=True, title="Old document"), SourceFactory(public=True, title="New document")
    quote = QuoteFactory(
        public=True,
        speaker=PersonFactory(public=True),
        source=old,
        date="2019-05-02",
        date_precision="month",
        verification="secondary",
        language="en",
    )
    clock.forward(hours=1)
    save(quote, source=new, date="2020-01-01", date_precision="year", verification="primary", featured_on="2026-01-01")
    (entry,) = entries(changes())
    assert {(d.label, d.old[0].text, d.new[0].text) for d in entry.differences} == {
        ("Source", "Old document", "New document"),
        ("Date", "May 2019", "2020"),
        ("Verification", "as quoted by a secondary source", "verified against the primary source"),
    }
    save(old, state=State.DRAFT, title="Secret document")
    assert "Secret document" not in words(client)
    assert "source that is not public" in words(client)


def test_themes_are_named_only_while_they_are_public(clock):
    stays, goes, draft = ThemeFactory(public=True), ThemeFactory(public=True), ThemeFactory()
    quote = QuoteFactory.build(speaker=PersonFactory(public=True), source=SourceFactory(public=True))
    with one_version(quote):
        save(quote, state=State.PUBLISHED)
        quote.themes.set([stays, goes])
    clock.forward(hours=1)
    with one_version(quote):
        quote.themes.set([stays, draft])
    (entry,) = entries(changes())
    (difference,) = entry.differences
    assert [(piece.text, piece.marked) for piece in difference.old if piece.text != "; "] == [
        (stays.name, False),
        (goes.name, True),
    ]
    assert [(piece.text, piece.marked) for piece in difference.new] == [(stays.name, False)]
    save(goes, state=State.ARCHIVED)
    assert log() == [], "nothing is left that could be shown"


def test_internal_fields_are_no_corrections(clock):
    theme = ThemeFactory(public=True)
    clock.forward(hours=1)
    save(theme, position=7, slug="another-name")
    assert not Change.objects.exists()
    save(theme, description="What belongs here.")
    assert log() == [("correction", ["Description"])]


@pytest.mark.parametrize(
    ("factory", "field"),
    [
        (BodyFactory, "summary"),
        (PersonFactory, "role"),
        (SourceFactory, "publisher"),
        (InitiativeFactory, "editors_note"),
        (ThemeFactory, "description"),
    ],
)
def test_every_kind_of_item_is_in_the_log(client, clock, factory, field):
    item = factory(public=True)
    clock.forward(hours=1)
    save(item, **{field: "Quite another wording"})
    kind = item._meta.model_name
    for address in ("/changes/", f"/changes/?kind={kind}", f"/changes/?item={kind}-{item.pk}", item.get_absolute_url()):
        assert item._meta.get_field(field).verbose_name.lower() in words(client, address).lower()
    assert "Quite another wording" not in words(client, "/changes/?kind=principleset")


def test_parts_are_corrected_on_the_page_of_their_owner(client, clock):
    translation = QuoteTranslationFactory(text="Слова")
    milestone = MilestoneFactory(text="A step was taken")
    principle = PrincipleFactory(title="Open by default")
    clock.forward(hours=1)
    save(translation, text="Другие слова")
    clock.forward(minutes=1)
    save(milestone, text="A step was made")
    clock.forward(minutes=1)
    save(principle, text="Now with an explanation.")
    found = {entry.part: entry.item for entry in entries(changes())}
    assert found == {
        "Translation: Russian": translation.quote,
        "Milestone, 25 May 2020": milestone.initiative,
        "Principle 1": principle.set,
    }
    for part, item in found.items():
        assert part in words(client, item.get_absolute_url())
    save(milestone.source, state=State.DRAFT)
    assert "A step was" not in words(client)


def test_a_changed_effect_voice_or_kind_of_publisher_is_a_correction(client, clock):
    milestone = MilestoneFactory(effect="confirms", status="adopted")
    clock.forward(hours=1)
    voice = {"attributed_to": "Watch", "attributed_kind": "civil_society"}
    save(milestone, effect="contests", date_is_report=True, **voice)
    save(milestone.source, publisher_kind="state_media")
    shown = entries(changes())
    assert [(entry.item, [difference.label for difference in entry.differences]) for entry in shown] == [
        (milestone.source, ["Kind of publisher"]),
        (
            milestone.initiative,
            ["Effect", "Only the date of the report is known", "According to", "Kind of that voice"],
        ),
    ]
    said = words(client)
    assert "confirms" in said
    assert "contests" in said
    assert "civil society" in said
    assert not Change.objects.filter(nature=Nature.STATUS).exists(), "no step in law"


def test_an_effect_set_while_its_initiative_is_a_draft_is_never_logged(client, clock):
    milestone = MilestoneFactory(initiative=InitiativeFactory(), effect="confirms")
    save(milestone, effect="contests")
    save(milestone.initiative, state=State.PUBLISHED, source=SourceFactory(public=True))
    assert log() == []
    assert "confirms" not in words(client)


def test_an_initiative_that_turns_out_to_be_a_slogan_loses_its_status_in_the_log(client, clock):
    initiative = MilestoneFactory(status="adopted").initiative
    clock.forward(hours=1)
    save(initiative, kind="slogan")
    found = {(entry.change.nature, entry.change.old_status, entry.change.new_status) for entry in entries(changes())}
    assert found == {("correction", "", ""), ("status", "adopted", "")}


def test_a_removed_part_is_logged(client, clock):
    milestone = MilestoneFactory(text="A step that was none")
    hidden = MilestoneFactory(text="Nobody saw it", initiative=milestone.initiative, source=SourceFactory())
    clock.forward(hours=1)
    source = milestone.source
    milestone.delete()
    hidden.delete()
    assert log() == [("removal", ["Milestone, 25 May 2020"])]
    assert "A step that was none" in words(client)
    save(source, state=State.ARCHIVED)
    assert log() == []


def test_parts_deleted_with_their_owner_are_not_logged(clock):
    milestone = MilestoneFactory()
    clock.forward(hours=1)
    milestone.initiative.delete()
    assert log() == []


def test_markdown_is_compared_as_displayed(clock):
    initiative = InitiativeFactory(public=True, body="Some **strong** words with a [link](/old).")
    clock.forward(hours=1)
    save(initiative, body="Some weak words with a [link](/old).")
    (entry,) = entries(changes())
    assert "".join(piece.text for piece in entry.differences[0].old) == "Some strong words with a link."
    clock.forward(hours=1)
    save(initiative, body="Some weak words with a [link](/new).")
    difference = entries(changes())[0].differences[0]
    assert "/new" in "".join(piece.text for piece in difference.new), "a link alone is a correction too"


def test_names_with_markup_are_shown_as_text(client, clock):
    quote = QuoteFactory(public=True, text="Old <script>alert(1)</script>")
    clock.forward(hours=1)
    save(quote, text="New <script>alert(2)</script>\x0b")
    for address in ("/changes/", "/changes.atom", quote.get_absolute_url(), "/"):
        assert "<script>alert" not in client.get(address).content.decode()


# Quick corrections


def test_quick_corrections_of_several_fields_are_one_correction(clock):
    quote = QuoteFactory(public=True, text="One")
    clock.forward(hours=1)
    save(quote, text="Two")
    clock.forward(minutes=5)
    save(quote, locator="p. 4")
    assert log() == [("correction", ["Words", "Place in the source"])]
    save(quote, text="One")
    assert log() == [("correction", ["Words"]), ("correction", ["Words", "Place in the source"])], "it was public"


def test_a_later_change_or_one_by_another_editor_is_another_correction(clock):
    quote = QuoteFactory(public=True, text="One")
    clock.forward(hours=1)
    save(quote, text="Two")
    clock.forward(minutes=11)
    save(quote, text="Three")
    quote._history_user = User.objects.create_user("daniyar")
    save(quote, text="Four")
    assert len(log()) == 3


def test_a_word_hidden_in_between_stays_hidden(client, clock):
    """The log has what readers saw before and after, however soon it is public again."""
    quote = QuoteFactory(public=True, text="One")
    clock.forward(hours=1)
    save(quote, text="Two")
    save(quote, state=State.DRAFT, text="Never seen")
    save(quote, state=State.PUBLISHED, text="Three")
    found = [
        ["".join(piece.text for piece in side) for side in (entry.differences[0].old, entry.differences[0].new)]
        for entry in entries(changes().exclude(nature="withdrawal"))
    ]
    assert found == [["Two", "Three"], ["One", "Two"]]
    assert "Never seen" not in words(client)


def test_a_correction_after_a_withheld_one_is_logged(clock):
    quote = QuoteFactory(public=True, text="One")
    clock.forward(hours=1)
    save(quote, text="Two")
    Change.objects.update(withheld="It named a child.")
    clock.forward(minutes=5)
    save(quote, locator="p. 4")
    assert log() == [("correction", ["Place in the source"]), ("correction", ["withheld"])]


def test_a_part_corrected_and_moved_is_logged_at_both_items(clock):
    milestone, other = MilestoneFactory(text="One"), InitiativeFactory(public=True)
    clock.forward(hours=1)
    save(milestone, text="Two")
    first = milestone.initiative
    save(milestone, initiative=other, date="2020-06-01")
    logged = Change.objects.filter(nature__in=["correction", "removal"])
    assert [change.nature for change in logged.of(first)] == ["removal", "correction"]
    assert [change.nature for change in logged.of(other)] == ["correction"]


def test_changes_readers_may_have_seen_are_not_deleted(clock):
    quote = QuoteFactory(public=True, text="One")
    clock.forward(hours=1)
    save(quote, text="Two")
    with pytest.raises(ProtectedError):
        Change.objects.all().delete()
    assert log() == [("correction", ["Words"])]
