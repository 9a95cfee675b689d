"""A copy of the record stays up to date by requesting changes, and receives nothing that readers never saw."""

import datetime

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from initiatives.editorial.theme_merging import merge, undo
from initiatives.models import Body, Initiative, Person, Principle, Quote, Source, Theme
from initiatives.models.choices import State
from initiatives.models.history import one_version
from tests.api.test_lists import ask, refusal, walk
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
from tests.helpers import count_queries, few_examples, rolled_back

pytestmark = [pytest.mark.database, pytest.mark.django_db]

KINDS = {
    "quotes": Quote,
    "initiatives": Initiative,
    "principles": Principle,
    "themes": Theme,
    "people": Person,
    "bodies": Body,
    "sources": Source,
}


@pytest.fixture
def now():
    """The time after everything was created."""
    return lambda: timezone.now().isoformat()


def since(client, name, time, **more):
    return list(walk(client, name, updated_since=time, **more))


def gone(number):
    return {"type": "deleted", "id": number, "deleted": True}


def hide(item):
    item.state = State.ARCHIVED
    item.save()


def test_only_changes_are_returned(client, now):
    changed, withdrawn, deleted, _same = QuoteFactory.create_batch(4, public=True)
    draft = QuoteFactory()
    time = now()
    numbers = [changed.pk, withdrawn.pk, deleted.pk]
    changed.text = "Other words"
    changed.save()
    hide(withdrawn)
    deleted.delete()
    draft.text = "Another draft"
    draft.save()
    hide(QuoteFactory())
    QuoteFactory().delete()
    # The theme was public; a quote with its number never was.
    hide(ThemeFactory(public=True, pk=draft.pk))
    items = since(client, "quotes", time)
    assert [item["id"] for item in items] == numbers
    assert items[0]["text"] == "Other words"
    assert items[1:] == [gone(number) for number in numbers[1:]]
    assert since(client, "quotes", now()) == []
    assert since(client, "quotes", time, limit=1) == items
    assert ask(client, "quotes", updated_since=time, limit=len(items))["next"] is None


def test_dependencies_and_named_items_count_as_changes(client, now):
    theme = ThemeFactory(public=True)
    quote = QuoteFactory(public=True, themes=[theme])
    initiative = InitiativeFactory(public=True)
    milestone = MilestoneFactory(initiative=initiative, source=initiative.source)
    translation = QuoteTranslationFactory(quote=quote)

    def changed_ids(name, change):
        time = now()
        change()
        return [item["id"] for item in since(client, name, time)]

    def renamed():
        theme.name += " again"
        theme.save()

    def without_theme():
        with one_version(quote):
            quote.themes.clear()

    other = ThemeFactory(public=True)
    also = QuoteFactory(public=True, themes=[other])
    assert changed_ids("quotes", other.delete) == [also.pk]
    assert changed_ids("quotes", renamed) == [quote.pk]
    assert changed_ids("quotes", without_theme) == [quote.pk]
    # A theme removed from the quote no longer affects it.
    assert changed_ids("quotes", renamed) == []
    assert changed_ids("quotes", translation.delete) == [quote.pk]
    assert changed_ids("initiatives", milestone.delete) == [initiative.pk]
    assert changed_ids("initiatives", lambda: MilestoneFactory(initiative=initiative, source=quote.source)) == [
        initiative.pk
    ]
    assert changed_ids("initiatives", lambda: hide(quote.source)) == [initiative.pk]
    quote.source.title = "Another title"
    assert changed_ids("quotes", quote.source.save) == [quote.pk]
    assert changed_ids("quotes", quote.source.save) == changed_ids("quotes", quote.save) == []


def test_an_item_that_loses_its_source_is_deleted_and_restored(client, now):
    quote = QuoteFactory(public=True)
    time = now()
    hide(quote.source)
    assert since(client, "quotes", time) == [gone(quote.pk)]
    assert since(client, "people", time) == [gone(quote.speaker_id)]
    time = now()
    quote.source.state = State.PUBLISHED
    quote.source.save()
    assert [item.get("text") for item in since(client, "quotes", time)] == [quote.text]


def test_a_scheduled_item_is_returned_at_its_time(client, now, monkeypatch):
    soon = timezone.now() + datetime.timedelta(hours=1)
    quote = QuoteFactory(public=True)
    quote.source.published_at = soon
    quote.source.save()
    time = (soon - datetime.timedelta(minutes=1)).isoformat()
    monkeypatch.setattr(timezone, "now", lambda: soon)
    assert [item["id"] for item in since(client, "quotes", time)] == [quote.pk]


def test_a_scheduled_item_changes_all_items_that_name_it(client, now, monkeypatch):
    """A quote names its themes and initiatives, an initiative its institutions, once these are public."""
    soon = timezone.now() + datetime.timedelta(hours=1)
    time = (soon - datetime.timedelta(minutes=1)).isoformat()
    scheduled = {"state": State.PUBLISHED, "published_at": soon}
    theme, source = ThemeFactory(**scheduled), SourceFactory(**scheduled)
    body, initiative = BodyFactory(public=True, source=source), InitiativeFactory(public=True, source=source)
    quote, principle, other = (
        QuoteFactory(public=True),
        PrincipleFactory(set__public=True),
        InitiativeFactory(public=True),
    )
    quote.themes.add(theme)
    also = QuoteFactory(public=True)
    also.initiatives.add(initiative)
    principle.initiatives.add(initiative)
    other.bodies.add(body)
    step = MilestoneFactory(source=source)
    still_to_come = soon + datetime.timedelta(hours=1)
    QuoteFactory(public=True, themes=[ThemeFactory(state=State.PUBLISHED, published_at=still_to_come)])
    monkeypatch.setattr(timezone, "now", lambda: soon)
    assert {item["id"]: item["themes"] for item in since(client, "quotes", time)} == {
        quote.pk: [theme.name],
        also.pk: [],
    }
    assert [item["id"] for item in since(client, "principles", time)] == [principle.pk]
    assert [item["id"] for item in since(client, "initiatives", time)] == [
        initiative.pk,
        other.pk,
        step.initiative_id,
    ]
    assert [item["institutions"] for item in since(client, "initiatives", time)] == [[], [body.name], []]


def test_a_merged_theme_is_deleted(client, now):
    theme, target = ThemeFactory.create_batch(2, public=True)
    quote = QuoteFactory(public=True, themes=[theme])
    number, time = theme.pk, now()
    merge(theme, target, None, keep_names=True)
    assert gone(number) | {"merged_into": target.pk} in since(client, "themes", time)
    assert [item["themes"] for item in since(client, "quotes", time)] == [[target.name]]
    assert quote.pk
    last = ThemeFactory(public=True)
    other = target.pk
    merge(target, last, None, keep_names=True)
    became = {item["id"]: item.get("merged_into") for item in since(client, "themes", time) if item.get("deleted")}
    assert became == {number: last.pk, other: last.pk}
    hide(last)
    assert gone(number) in since(client, "themes", time)
    # A merge that was undone no longer counts.
    undone, kept = ThemeFactory.create_batch(2, public=True)
    number = undone.pk
    hide(undo(merge(undone, kept, None, keep_names=True), None))
    assert gone(number) in since(client, "themes", time)


def test_as_of_is_before_the_time_of_the_response(client):
    time_sent = ask(client, "quotes", updated_since="2020-01-01")["as_of"]
    assert time_sent.endswith("Z")
    as_of = datetime.datetime.fromisoformat(time_sent)
    assert datetime.timedelta(0) < timezone.now() - as_of < datetime.timedelta(minutes=11)


def test_many_changes_are_read_in_batches_some_without_public_items(client, now, monkeypatch):
    time, public = now(), []
    for _time in range(3):
        QuoteFactory.create_batch(3)
        public += QuoteFactory.create_batch(2, public=True)
    hide(public[2])
    monkeypatch.setattr("initiatives.data.updates.AT_ONCE", 2)
    items = since(client, "quotes", time, limit=1)
    assert [item["id"] for item in items] == [quote.pk for quote in public]
    assert [item["id"] for item in items if "deleted" in item] == [public[2].pk]


def test_no_change_is_left_out_when_several_look_ups_return_many(client, now, monkeypatch):
    monkeypatch.setattr("initiatives.data.updates.AT_ONCE", 2)
    quotes = QuoteFactory.create_batch(8, public=True)
    for changed, of_changed_sources in ((quotes[:5], quotes[3:]), (quotes[3:], quotes[:5])):
        time = now()
        for quote in changed:
            quote.context += "Said again."
            quote.save()
        for quote in of_changed_sources:
            quote.source.title += "!"
            quote.source.save()
        assert [item["id"] for item in since(client, "quotes", time)] == [quote.pk for quote in quotes]


def test_it_cannot_be_combined_with_filters(client):
    assert list(refusal(client, "quotes", updated_since="2020-01-01", q="law", theme="x")) == ["q", "theme"]


@pytest.mark.parametrize("name", KINDS)
def test_queries_do_not_grow_with_changes(client, name):
    def make(number):
        for item in QuoteFactory.create_batch(number, public=True):
            hide(item) if item.pk % 2 else PrincipleFactory()
            PersonFactory(public=True)
            InitiativeFactory(public=True)

    make(2)
    queries = count_queries(lambda: ask(client, name, updated_since="2020-01-01", limit=100))
    make(6)
    assert count_queries(lambda: ask(client, name, updated_since="2020-01-01", limit=100)) == queries


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["quote", "source", "speaker", "theme", "other source"]),
        st.sampled_from(["draft", "published", "later", "archived", "changed", "deleted"]),
    ),
    max_size=8,
)


@few_examples
@given(first=STEPS, then=STEPS)
def test_a_copy_updated_from_time_to_time_equals_the_record(first, then, client, db):
    with rolled_back():
        quote = QuoteFactory(public=True, themes=[ThemeFactory(public=True)])
        items = {
            "quote": quote,
            "source": quote.source,
            "speaker": quote.speaker,
            "theme": quote.themes.get(),
            "other source": SourceFactory(),
        }
        copies = {name: {} for name in KINDS}
        time = "2020-01-01T00:00:00Z"
        for steps in (first, then):
            for what, how in steps:
                take(items, what, how)
            asked, time = time, timezone.now().isoformat()
            for name, model in KINDS.items():
                copy = copies[name]
                for item in since(client, name, asked):
                    if item.get("deleted"):
                        copy.pop(item["id"], None)
                    else:
                        copy[item["id"]] = item
                whole = {item["id"]: item for item in walk(client, name)}
                assert copy == whole
                assert set(whole) == set(model.objects.published().values_list("pk", flat=True))


def take(items, what, how):
    """Change one of the items, if it exists."""
    item = items[what]
    if item.pk is None or not type(item).objects.filter(pk=item.pk).exists():
        return
    if how == "deleted":
        if what in ("quote", "theme"):
            item.delete()
        return
    if how == "changed":
        item.refresh_from_db()
        name = {"quote": "text", "speaker": "name", "theme": "name"}.get(what, "title")
        setattr(item, name, f"{getattr(item, name)} and more")
    elif how == "later":
        item.state, item.published_at = State.PUBLISHED, timezone.now() + datetime.timedelta(days=1)
    else:
        item.state = {"draft": State.DRAFT, "published": State.PUBLISHED, "archived": State.ARCHIVED}[how]
        item.published_at = timezone.now() if how == "published" else item.published_at
    item.save()
