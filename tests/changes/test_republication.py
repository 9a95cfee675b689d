"""Items hidden, changed and published again: readers see how they differ from what they saw before."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initiatives.changes.log import changes, entries
from initiatives.models import (
    Change,
    Initiative,
    LastSeen,
    Person,
    PrincipleSet,
    QuoteTranslation,
    Source,
    Theme,
)
from initiatives.models.choices import State
from initiatives.models.history import because, one_version
from tests.admin.support import change_url, form_of, publisher, saved
from tests.admin.support import save as send
from tests.admin.support import send as post
from tests.changes.support import corrections_of, log, save, words
from tests.editorial.spreadsheet_support import bring_in, csv_file, dicts
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
from tests.helpers import count_queries, few_examples, rolled_back

pytestmark = [pytest.mark.database, pytest.mark.django_db]


# An item or part, and the path to the item that hides it; "" is the item itself
HIDDEN = {
    "quote": (lambda: QuoteFactory(public=True, text="One"), ""),
    "quote by its own source": (
        lambda: QuoteFactory(public=True, text="One", speaker=PersonFactory(public=True)),
        "source",
    ),
    "quote by its speaker": (lambda: QuoteFactory(public=True, text="One"), "speaker"),
    "quote by its speaker's source": (
        lambda: QuoteFactory(public=True, text="One", speaker=PersonFactory(public=True)),
        "speaker.source",
    ),
    "quote by the source of both": (lambda: QuoteFactory(public=True, text="One"), "source"),
    "milestone by its source": (lambda: MilestoneFactory(text="One"), "source"),
    "milestone by its initiative": (lambda: MilestoneFactory(text="One"), "initiative"),
    "milestone by its initiative's source": (lambda: MilestoneFactory(text="One"), "initiative.source"),
    "life event": (
        lambda: MilestoneFactory(initiative=None, person=PersonFactory(public=True), text="One"),
        "person",
    ),
    "translation": (lambda: QuoteTranslationFactory(text="One"), "quote"),
    "translation by the speaker": (lambda: QuoteTranslationFactory(text="One"), "quote.speaker"),
    "principle": (lambda: PrincipleFactory(text="One"), "set"),
    "principle by the source": (lambda: PrincipleFactory(text="One"), "set.source"),
}


@pytest.fixture(params=HIDDEN)
def public(request):
    """Return an item that readers can see, and the item that hides it."""
    make, path = HIDDEN[request.param]
    item = hides = make()
    for name in filter(None, path.split(".")):
        hides = getattr(hides, name)
    return item, hides


def test_changes_while_hidden_are_logged_on_republication(clock, client, public):
    item, hides = public
    clock.forward(hours=1)
    save(hides, state=State.DRAFT)
    for text in ("Two, a draft", "Three"):
        clock.forward(hours=1)
        save(item, text=text)
    assert log() == []
    clock.forward(hours=1)
    save(hides, state=State.PUBLISHED)
    assert corrections_of(item) == [("One", "Three")]
    assert Change.objects.get(nature="correction").at == clock()
    assert "a draft" not in words(client)
    assert not LastSeen.objects.exists()


def test_an_unchanged_republication_is_no_correction(clock, public):
    item, hides = public
    for text in ("Two", "One"):
        clock.forward(hours=1)
        save(hides, state=State.ARCHIVED)
        save(item, text=text)
    save(hides, state=State.PUBLISHED)
    assert log() == []
    assert not LastSeen.objects.exists()


def test_a_scheduled_republication_is_logged_at_its_time(clock, public):
    item, hides = public
    clock.forward(hours=1)
    save(hides, state=State.DRAFT)
    save(item, text="Two")
    save(hides, state=State.PUBLISHED, published_at=clock() + datetime.timedelta(hours=5))
    clock.forward(hours=4)
    save(item, text="Three")
    assert log() == []
    save(hides, published_at=clock() + datetime.timedelta(hours=2))
    clock.forward(hours=1)
    assert log() == [], "it was put off"
    clock.forward(hours=1)
    assert corrections_of(item) == [("One", "Three")]
    assert Change.objects.get(nature="correction").at == hides.published_at
    clock.forward(hours=1)
    save(hides, state=State.DRAFT)
    save(item, text="Four")
    clock.forward(hours=1)
    save(hides, state=State.PUBLISHED)
    assert corrections_of(item) == [("One", "Three"), ("Three", "Four")]


def test_a_cancelled_scheduled_publication_is_not_logged(clock, public):
    item, hides = public
    clock.forward(hours=1)
    save(hides, published_at=clock() + datetime.timedelta(hours=1))
    save(item, text="Two")
    save(hides, state=State.DRAFT)
    clock.forward(hours=2)
    assert not Change.objects.filter(nature="correction").exists()


@pytest.mark.parametrize("name", [name for name, (_make, path) in HIDDEN.items() if path and "quote by" not in name])
def test_a_part_removed_while_hidden_is_logged(clock, name):
    make, path = HIDDEN[name]
    item = hides = make()
    for one in path.split("."):
        hides = getattr(hides, one)
    clock.forward(hours=1)
    save(hides, state=State.DRAFT)
    item.delete()
    assert log() == []
    clock.forward(hours=1)
    save(hides, state=State.PUBLISHED)
    assert [(change.nature, change.at) for change in changes().exclude(nature="withdrawal")] == [("removal", clock())]
    save(hides, state=State.DRAFT)
    save(hides, state=State.PUBLISHED)
    assert len(log()) == 1, "once"


@pytest.mark.parametrize("state", [State.DRAFT, State.ARCHIVED])
def test_a_part_changed_in_the_form_that_hides_its_item_was_never_seen(clock, client, state):
    translation = QuoteTranslationFactory(text="One")
    desk, url = publisher(), change_url(translation.quote)
    clock.forward(hours=1)
    assert saved(send(desk, url, state=state, translations__0__text="Never seen", change_reason="To be checked."))
    clock.forward(hours=1)
    assert saved(send(desk, url, state=State.PUBLISHED, translations__0__text="Two"))
    assert corrections_of(translation) == [("One", "Two")]
    assert "Never seen" not in words(client)


def test_a_part_changed_in_the_form_that_first_publishes_its_item_is_no_correction(clock):
    translation = QuoteTranslationFactory(quote=QuoteFactory(public=True, state=State.DRAFT), text="Never seen")
    clock.forward(hours=1)
    url = change_url(translation.quote)
    assert saved(send(publisher(), url, state=State.PUBLISHED, translations__0__text="As first published"))
    assert QuoteTranslation.objects.published().get().text == "As first published"
    assert log() == []


def test_relations_changed_while_hidden_are_logged_too(clock):
    old, new = ThemeFactory(public=True), ThemeFactory(public=True)
    quote = QuoteFactory(public=True)
    with one_version(quote):
        quote.themes.add(old)
    Change.objects.all()._raw_delete("default")
    clock.forward(hours=1)
    save(quote, state=State.DRAFT)
    quote.themes.set([new])
    clock.forward(hours=1)
    with one_version(quote):
        save(quote, state=State.PUBLISHED)
    assert corrections_of(quote, "themes") == [(old.name, new.name)]


def test_an_item_given_a_hidden_source_is_hidden(clock):
    quote = QuoteFactory(public=True, text="One", speaker=PersonFactory(public=True))
    source, draft = quote.source, SourceFactory()
    clock.forward(hours=1)
    save(quote, source=draft)
    save(quote, text="Two")
    clock.forward(hours=1)
    save(quote, source=source)
    assert corrections_of(quote) == [("One", "Two")]


def test_queries_do_not_grow_with_the_items_of_a_source(clock):
    source = SourceFactory(public=True)
    quotes = QuoteFactory.create_batch(2, public=True, source=source, speaker=PersonFactory(public=True))

    def hide_and_show() -> list[int]:
        clock.forward(hours=1)
        hidden = count_queries(lambda: save(source, state=State.DRAFT))
        for quote in quotes:
            save(quote, text=f"{quote.text} again")
        return [hidden, count_queries(lambda: save(source, state=State.PUBLISHED))]

    few = hide_and_show()
    quotes += QuoteFactory.create_batch(6, public=True, source=source, speaker=quotes[0].speaker)
    assert hide_and_show() == few
    assert len(log()) == 10


# The text field of a kind; "text" for all others
WORDS = {Person: "role", Source: "publisher", Theme: "description", Initiative: "summary", PrincipleSet: "introduction"}
KINDS = ["quote", "speaker", "source", "theme", "initiative", "milestone", "evidence", "translation"]
KINDS += ["set", "principle"]
# Parts that are published with an item, and for the same reason
OWN_PARTS = {"initiative": ["milestone"], "quote": ["quotetranslation"], "principleset": ["principle"]}


def seen_of(item) -> tuple | None:
    """Return what readers see of an item: its words, its source and its themes; None if it is not public."""
    found = type(item).objects.published().filter(pk=item.pk).first()
    if found is None:
        return None
    themes = set(found.themes.published().values_list("pk", flat=True)) if hasattr(found, "themes") else set()
    return getattr(found, WORDS.get(type(item), "text")), getattr(found, "source_id", None), themes


def beside(reason: str) -> list[tuple[str, int, str]]:
    """Return the changes that have a reason; readers must see all of them."""
    kept = [(one.kind, one.object_id, one.nature) for one in Change.objects.filter(reason=reason)]
    shown = [entry.change for entry in entries(changes()) if entry.reason == reason]
    assert sorted((one.kind, one.object_id, one.nature) for one in shown) == sorted(kept)
    return kept


def check(reason: str, item, key: int, before: tuple | None, after: tuple | None) -> None:
    """Check the reason for a change of an item, given what readers saw of it before and after."""
    kept, kind = beside(reason), item._meta.model_name
    if before == after:
        assert kept == []
    elif before is not None and after is not None:
        assert kept == [(kind, key, "correction")]
    elif before is not None:
        assert kept == [(kind, key, "withdrawal" if hasattr(item, "state") else "removal")]
    else:
        assert {one for one, _key, _nature in kept} <= {kind, *OWN_PARTS.get(kind, ())}
        assert len(kept) == len(set(kept))


@few_examples
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(KINDS),
            st.sampled_from(
                ["words", "words", "hide", "hide", "publish", "publish", "schedule", "delete", "move", "file"]
            ),
            st.sampled_from([0, 5, 60]),
        ),
        max_size=14,
    ),
    begin=st.sampled_from([State.DRAFT, State.PUBLISHED, State.PUBLISHED]),
)
def test_the_log_connects_what_readers_saw_first_with_what_they_see(clock, steps, begin):
    """For any order of hiding, changing and publishing, every wording that readers saw is logged, and no other.

    Each step has its own reason: it is shown once, beside its change, if readers saw that change.
    """
    with rolled_back():
        public, counter = begin == State.PUBLISHED, iter(range(1_000_000))
        source, evidence = SourceFactory(public=public), SourceFactory(public=public)
        speaker = PersonFactory(public=public, source=source)
        initiative = InitiativeFactory(public=public, source=source)
        quote = QuoteFactory(public=public, source=source, speaker=speaker)
        owner = PrincipleSetFactory(public=public, source=evidence)
        theme = ThemeFactory(public=public)
        parts = {
            "milestone": lambda **key: MilestoneFactory(initiative=initiative, source=evidence, **key),
            "translation": lambda **key: QuoteTranslationFactory(quote=quote, **key),
            "principle": lambda **key: PrincipleFactory(set=owner, **key),
        }
        items = {"quote": quote, "speaker": speaker, "source": source, "theme": theme}
        items |= {"initiative": initiative, "evidence": evidence, "set": owner}
        items |= {kind: make() for kind, make in parts.items()}
        read: dict[str, list[str]] = {kind: [] for kind in items}

        def write(item) -> None:
            save(item, **{WORDS.get(type(item), "text"): f"Words {next(counter)}"})

        def look() -> None:
            """Read what is public, and compare it with the log."""
            shown = entries(changes())
            for kind, item in items.items():
                if (seen := seen_of(item)) is not None:
                    if read[kind][-1:] != [seen[0]]:
                        read[kind].append(seen[0])
                    corrections = corrections_of(item, WORDS.get(type(item), "text"), shown)
                    assert corrections == list(zip(read[kind], read[kind][1:], strict=False))

        look()
        for number, (kind, what, minutes) in enumerate(steps):
            clock.forward(minutes=minutes)
            look()
            item, key, before = items[kind], items[kind].pk, seen_of(items[kind])
            with because(f"Reason {number}."):
                if what == "words":
                    write(item)
                elif what == "delete" and kind in parts:
                    item.delete()
                elif what == "move" and kind in {"quote", "initiative", "set"}:
                    save(item, source=evidence if item.source_id == source.pk else source)
                elif what == "file" and kind == "quote":
                    with one_version(item):
                        (item.themes.remove if item.themes.exists() else item.themes.add)(theme)
                elif hasattr(item, "state"):
                    delay = datetime.timedelta(minutes=90 if what == "schedule" else -1)
                    save(item, state=State.DRAFT if what == "hide" else State.PUBLISHED, published_at=clock() + delay)
            check(f"Reason {number}.", item, key, before, seen_of(item) if item.pk else None)
            if item.pk is None:
                with because(f"Back {number}."):
                    items[kind] = parts[kind](pk=key, text=f"Words {next(counter)}")
                check(f"Back {number}.", items[kind], key, None, seen_of(items[kind]))
            look()


@pytest.mark.parametrize("hidden_first", [False, True])
def test_a_removal_is_logged_once(clock, hidden_first):
    milestone = MilestoneFactory()
    initiative = milestone.initiative
    clock.forward(hours=1)
    if hidden_first:
        save(initiative, state=State.DRAFT)
    milestone.delete()
    save(initiative, state=State.PUBLISHED)
    for state, later in ((State.ARCHIVED, 0), (State.PUBLISHED, 5), (State.PUBLISHED, 4), (State.PUBLISHED, 0)):
        clock.forward(hours=1)
        save(initiative, state=state, published_at=clock() + datetime.timedelta(hours=later))
        assert Change.objects.filter(nature="removal").count() == 1


def test_an_item_that_is_deleted_while_hidden_and_recovered_was_not_removed(clock):
    quote = QuoteFactory(public=True, text="One", speaker=PersonFactory(public=True))
    key, source, speaker = quote.pk, quote.source, quote.speaker
    clock.forward(hours=1)
    save(source, state=State.DRAFT)
    quote.delete()
    save(source, state=State.PUBLISHED)
    clock.forward(hours=1)
    quote = QuoteFactory(pk=key, text="Two", source=source, speaker=speaker)
    save(quote, state=State.PUBLISHED)
    assert log() == [("correction", ["Words"])]


def add_by_form(initiative, text: str) -> None:
    desk = publisher()
    form = form_of(desk, change_url(initiative)) | {"milestones-TOTAL_FORMS": ["1"]}
    part = {"date": "2020-05-25", "text": text, "source": SourceFactory(public=True).pk}
    part = {f"milestones-0-{name}": [value] for name, value in part.items()}
    assert saved(post(desk, change_url(initiative), form | part, state="draft", change_reason="To be checked."))


def add_by_file(initiative, text: str) -> None:
    row = {"slug": initiative.slug, "status": "draft", "milestone": text, "milestone_date": "2020"}
    row |= {"milestone_source": SourceFactory(public=True).slug}
    bring_in(publisher(), "initiative", csv_file(*dicts(row)), reason="To be checked.")


@pytest.mark.parametrize("add", [add_by_form, add_by_file])
def test_a_part_added_when_its_item_is_hidden_was_never_seen(clock, add):
    initiative = InitiativeFactory(public=True)
    clock.forward(hours=1)
    add(initiative, "Never seen")
    clock.forward(hours=1)
    save(initiative.milestones.get(), text="Other words")
    initiative.refresh_from_db()
    save(initiative, state=State.PUBLISHED)
    assert log() == []
