"""Dependencies of each item and part: if any of them is not public, the item is hidden too."""

import datetime

import pytest
from django.db.models import Model
from django.utils import timezone

from initiatives.models import visible_from
from initiatives.models.choices import Kind, State
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
from tests.helpers import found

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def life_event(**fields):
    """Return a milestone of a person."""
    return MilestoneFactory(initiative=None, person=PersonFactory(public=True), **fields)


# How each is made public, and everything that must be public for it ("" is the item itself)
STANDS_ON = {
    "theme": (lambda: ThemeFactory(public=True, name="zword"), [""]),
    "source": (lambda: SourceFactory(public=True, title="zword"), [""]),
    "person": (lambda: PersonFactory(public=True, name="zword"), ["", "source"]),
    "body": (lambda: BodyFactory(public=True, name="zword"), ["", "source"]),
    "initiative": (lambda: InitiativeFactory(public=True, title="zword"), ["", "source"]),
    "set of principles": (lambda: PrincipleFactory(title="zword").set, ["", "source"]),
    "principle": (lambda: PrincipleFactory(title="zword"), ["set", "set.source"]),
    "quote": (lambda: QuoteFactory(public=True, text="zword"), ["", "source", "speaker", "speaker.source"]),
    "translation": (
        lambda: QuoteTranslationFactory(text="zword"),
        ["quote", "quote.source", "quote.speaker", "quote.speaker.source"],
    ),
    "milestone": (lambda: MilestoneFactory(text="zword"), ["initiative", "initiative.source", "source"]),
    "life event": (lambda: life_event(text="zword"), ["person", "person.source", "source"]),
}
CASES = [pytest.param(make, path, id=f"{kind}-{path}") for kind, (make, paths) in STANDS_ON.items() for path in paths]


def followed(item: Model, path: str) -> Model:
    """Return the item at the end of a path."""
    for name in filter(None, path.split(".")):
        item = getattr(item, name)
    return item


def shows(item: Model, at: datetime.datetime | None = None) -> bool:
    return type(item).objects.published(at).filter(pk=item.pk).exists()


def fresh(item: Model) -> Model:
    return type(item).objects.get(pk=item.pk)


def by_search(item: Model) -> list[int]:
    """Return what a search finds for the item: a translation by its quote, a set by its principles."""
    kinds = {"quotetranslation": Kind.QUOTE, "principleset": Kind.PRINCIPLE}
    return found("zword", kinds.get(item._meta.model_name, item._meta.model_name))


@pytest.mark.parametrize(("make", "path"), CASES)
def test_an_item_is_visible_only_while_all_its_dependencies_are(make, path):
    item = make()
    assert shows(item)
    assert len(by_search(item)) == 1
    held = followed(item, path)
    for state in (State.DRAFT, State.IN_REVIEW, State.ARCHIVED):
        held.state = state
        held.save()
        assert not shows(item), state
        assert visible_from(fresh(item)) is None, state
        assert by_search(item) == [], state
    held.state = State.PUBLISHED
    held.save()
    assert shows(item)
    assert visible_from(fresh(item)) is not None
    assert len(by_search(item)) == 1


@pytest.mark.parametrize(("make", "path"), CASES)
def test_an_item_is_visible_once_all_its_dependencies_are_published(make, path):
    item = make()
    held = followed(item, path)
    held.published_at = timezone.now() + datetime.timedelta(hours=1)
    held.save()
    assert visible_from(fresh(item)) == held.published_at
    assert not shows(item)
    assert not shows(item, held.published_at - datetime.timedelta(microseconds=1))
    assert shows(item, held.published_at)


@pytest.mark.parametrize("path", ["initiative", "initiative.source", "person", "person.source", "source"])
def test_no_page_shows_a_milestone_whose_owner_or_evidence_is_hidden(client, path):
    milestone = life_event(text="zword") if path.startswith("person") else MilestoneFactory(text="zword")
    addresses = ["/timeline/", milestone.owner.get_absolute_url(), milestone.source.get_absolute_url()]
    assert all("zword" in client.get(address).content.decode() for address in addresses)
    # Without signals: pages check the record itself, whatever the index contains.
    held = followed(milestone, path)
    type(held).objects.filter(pk=held.pk).update(state=State.DRAFT)
    assert all("zword" not in client.get(address).content.decode() for address in addresses)
