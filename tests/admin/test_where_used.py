"""Where an item is used: shown on its form, with links to matching lists."""

import pytest
from django.contrib.auth.models import Permission, User

from initiatives.admin import lists
from tests.admin.support import change_url, desk, editor, list_url
from tests.factories import (
    BodyFactory,
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    PrincipleFactory,
    PrincipleSetFactory,
    QuoteFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.helpers import count_queries
from tests.record_support import FACTORIES

pytestmark = pytest.mark.django_db


def uses(client, item) -> dict[str, str]:
    """Return the counts on the form by name."""
    return {use.name: use.count for use in client.get(change_url(item)).context["uses"]}


def test_a_source_shows_what_uses_it():
    source, other = SourceFactory(), SourceFactory()
    speaker = PersonFactory(source=other)
    QuoteFactory.create_batch(2, source=source, speaker=speaker)
    initiative = InitiativeFactory(source=other)
    MilestoneFactory(initiative=initiative, source=source)
    MilestoneFactory(initiative=initiative, source=source)
    MilestoneFactory(initiative=initiative, source=other).further_sources.add(source)
    MilestoneFactory(initiative=None, person=PersonFactory(source=source), source=source)
    BodyFactory(source=source)
    PrincipleSetFactory(source=source)
    assert uses(editor(), source) == {
        "Quotes": "2",
        "Initiatives, milestones": "1",
        "Initiatives, milestones, further sources": "1",
        "People": "1",
        "People, milestones": "1",
        "Institutions": "1",
        "Sets of principles": "1",
    }


def test_themes_people_and_bodies_show_it_too():
    theme, person, body = ThemeFactory(), PersonFactory(), BodyFactory()
    QuoteFactory(themes=[theme], speaker=person)
    initiative = InitiativeFactory(themes=[theme])
    initiative.bodies.add(body)
    PrincipleFactory().themes.add(theme)
    # A person's own positions do not count as use.
    MilestoneFactory(initiative=None, person=person)
    client = editor()
    assert uses(client, theme) == {"Quotes": "1", "Initiatives": "1", "Sets of principles, principles": "1"}
    assert uses(client, person) == {"Quotes": "1"}
    assert uses(client, body) == {"Initiatives": "1"}


def test_each_count_links_to_a_list_of_that_length():
    """Follows every link on every form."""
    theme, source, client = ThemeFactory(), SourceFactory(), editor()
    milestone = MilestoneFactory(initiative=InitiativeFactory(themes=[theme]), source=source)
    milestone.further_sources.add(source)
    MilestoneFactory(initiative=None, person=PersonFactory(), source=source)
    PrincipleFactory().themes.add(theme)
    for _number in range(3):
        QuoteFactory(themes=[theme], source=source)
        FACTORIES["initiative"]()
    followed = 0
    for item in (theme, source):
        for use in client.get(change_url(item)).context["uses"]:
            page = client.get(use.url)
            assert page.status_code == 200, use.url
            assert str(page.context["cl"].result_count) == use.count, use.url
            followed += 1
    assert followed == 8


def test_an_unused_item_says_so():
    client = editor()
    assert "Nothing on record points to it." in client.get(change_url(ThemeFactory())).content.decode()
    assert "Where used" not in client.get(change_url(QuoteFactory())).content.decode()


def test_only_lists_the_user_may_view_are_named():
    theme = ThemeFactory()
    QuoteFactory(themes=[theme])
    InitiativeFactory(themes=[theme])
    user = User.objects.create_user("viewer", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_theme", "view_initiative"]))
    assert uses(desk(user), theme) == {"Initiatives": "1"}


def test_counts_are_bounded_and_take_one_query(monkeypatch):
    monkeypatch.setattr(lists, "COUNTED_BESIDE", 2)
    theme, client = ThemeFactory(), editor()
    QuoteFactory(themes=[theme])
    client.get(change_url(theme))
    few = count_queries(lambda: client.get(change_url(theme)))
    for _number in range(4):
        QuoteFactory(themes=[theme])
    assert uses(client, theme) == {"Quotes": "3"}
    assert count_queries(lambda: client.get(change_url(theme))) == few


@pytest.mark.parametrize("value", ["x", "²", "9" * 30, "\0"])
def test_a_list_is_linked_only_with_filters_it_knows(value):
    client = editor()
    address = f"{list_url('initiative')}?milestones__source__id__exact={value}"
    assert client.get(address).status_code in {200, 302}
    assert client.get(f"{list_url('initiative')}?milestones__source__url={value}").status_code in {302, 400}
