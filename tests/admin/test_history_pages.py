"""History on the desk: who changed what, and any two versions compared."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User

from initiatives.models import (
    Quote,
    QuoteTranslation,
)
from initiatives.models.choices import State
from initiatives.models.history import one_version
from initiatives.pages.edition import edition
from tests.admin.history_support import (
    change,
    compare_url,
    deleted_url,
    history_url,
    publisher_of_test,
    revert_url,
    text_of,
)
from tests.admin.support import (
    account,
    act,
    add_url,
    change_url,
    desk,
    editor,
    list_url,
    publisher,
    save,
    saved,
)
from tests.factories import (
    MilestoneFactory,
    PersonFactory,
    PrincipleFactory,
    PrincipleSetFactory,
    QuoteFactory,
    QuoteTranslationFactory,
    SourceFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


# One save, one version


def test_a_form_with_relations_and_parts_is_one_version_of_each():
    theme = ThemeFactory()
    client = editor()
    page = save(
        client,
        add_url("quote"),
        text="Words that were said",
        speaker=PersonFactory().pk,
        source=SourceFactory().pk,
        themes=[theme.pk],
        translations__TOTAL_FORMS="1",
        translations__0__text="Слова",
        translations__0__language="ru",
        translations__0__provenance="official",
    )
    assert saved(page)
    quote = Quote.objects.get()
    (version,) = quote.history.all()
    assert (version.history_type, version.history_editor) == ("+", "editor")
    assert [row.theme for row in version.themes.all()] == [theme]
    assert QuoteTranslation.history.get().history_editor == "editor"
    assert saved(save(client, change_url(quote), translations__0__text="Другие слова"))
    assert quote.history.count() == 1, "nothing of the quote itself changed"
    assert QuoteTranslation.history.count() == 2
    assert saved(save(client, change_url(quote), text="Other words", themes=[]))
    assert [version.themes.count() for version in quote.history.all()] == [0, 1]
    assert QuoteTranslation.history.count() == 2


def test_a_form_without_changes_creates_no_version():
    quote = QuoteFactory(public=True, themes=[ThemeFactory()])
    QuoteTranslationFactory(quote=quote)
    before = Quote.objects.values().get(), edition().code
    assert saved(save(publisher(), change_url(quote)))
    assert (Quote.objects.values().get(), edition().code) == before
    assert (quote.history.count(), LogEntry.objects.count()) == (2, 0)


@pytest.mark.parametrize("change", [{"themes": []}, {"translations__0__text": "Другие слова"}])
def test_changing_only_relations_or_parts_changes_the_item(change):
    quote = QuoteFactory(themes=[ThemeFactory()])
    QuoteTranslationFactory(quote=quote)
    before = Quote.objects.get().updated_at
    assert saved(save(editor(), change_url(quote), **change))
    assert Quote.objects.get().updated_at > before


def test_principles_have_one_version_each_with_their_final_number():
    first = PrincipleFactory(set=PrincipleSetFactory())
    second = PrincipleFactory(set=first.set)
    page = save(publisher(), change_url(first.set), principles__0__number="2", principles__1__number="1")
    assert saved(page)
    assert [row.number for row in first.history.all()] == [2, 1]
    assert [row.number for row in second.history.all()] == [1, 2]
    assert first.set.history.count() == 1


def test_principles_that_move_up_have_a_version_with_their_new_number():
    course = PrincipleSetFactory()
    _first, second, third = (PrincipleFactory(set=course) for _ in range(3))
    assert saved(save(publisher(), change_url(course), principles__0__DELETE="on", change_reason="It was wrong."))
    assert [row.number for row in second.history.all()] == [1, 2]
    assert [row.number for row in third.history.all()] == [2, 3]
    second.delete()
    assert [row.number for row in third.history.all()] == [1, 2, 3]


def test_bulk_actions_are_recorded_with_their_reason():
    theme = ThemeFactory()
    act(publisher(), "publish", theme, confirmed=True)
    version = theme.history.first()
    assert (version.state, version.history_editor, version.history_change_reason) == (
        "published",
        "publisher",
        "Published.",
    )
    assert "Published. " in text_of(publisher_again().get(history_url(theme)))


def publisher_again():
    return desk(User.objects.get(username="publisher"))


def test_deleting_on_the_desk_is_recorded():
    quotes = QuoteFactory.create_batch(2)
    client = publisher()
    client.post(
        list_url("quote"),
        {
            "action": "delete_selected",
            "_selected_action": [q.pk for q in quotes],
            "post": 1,
            "change_reason": "It was wrong.",
        },
    )
    assert not Quote.objects.exists()
    assert [v.history_editor for v in Quote.history.filter(history_type="-")] == ["publisher", "publisher"]


# History and comparison


def test_history_describes_who_changed_what():
    user = account("Editor")
    quote = QuoteFactory(text="A state that hears", verification="secondary")
    quote._history_user = user
    theme = ThemeFactory(name="Dialogue")
    with one_version(quote):
        change(quote, text="A state that listens", verification="primary", state=State.IN_REVIEW)
        quote.themes.add(theme)
    user.delete()
    page = publisher().get(history_url(quote))
    text = text_of(page)
    assert "editor" in text
    assert "Words Before A state that hears Now A state that listens" in text
    assert "State Before draft Now in review" in text
    assert "Verification Before as quoted by a secondary source Now verified against the primary source" in text
    assert "Themes Before – Now Dialogue" in text
    assert "outside the admin" in text, "the first version was made by a script"
    assert "<del>hears</del>" in page.content.decode()
    assert "style=" not in page.content.decode()[page.content.decode().index('id="content"') :]


def test_parts_appear_in_the_history_of_their_owner():
    milestone = MilestoneFactory(text="A step was taken")
    change(milestone, text="A step was made")
    initiative = milestone.initiative
    milestone.delete()
    text = text_of(publisher().get(history_url(initiative)))
    assert "Deleted: Milestone, 25 May 2020" in text
    assert "Changed: Milestone, 25 May 2020" in text
    assert "Before A step was taken Now A step was made" in text


def test_any_two_versions_can_be_compared():
    quote = QuoteFactory(text="One")
    change(quote, text="Two")
    change(quote, text="Three")
    third, second, first = quote.history.all()
    client = editor()
    text = text_of(client.get(compare_url(quote)))
    assert "Older version Two Newer version Three" in text
    for address in (f"?old={first.pk}&new={second.pk}", f"?old={second.pk}&new={first.pk}"):
        assert "Older version One Newer version Two" in text_of(client.get(compare_url(quote) + address))
    assert "are the same" in text_of(client.get(compare_url(quote) + f"?old={third.pk}&new={third.pk}"))
    other = QuoteFactory(text="Secret of another quote")
    assert "Secret" not in text_of(client.get(compare_url(quote) + f"?old={other.history.get().pk}&new=x"))


@pytest.mark.parametrize("path", ["", "compare/"])
def test_an_item_without_versions_says_so(path):
    quote = QuoteFactory()
    Quote.history.all().delete()
    assert "No version has been saved yet" in text_of(publisher().get(history_url(quote) + path))


def test_history_is_paginated():
    theme = ThemeFactory()
    for number in range(25):
        change(theme, description=f"Number{number}")
    client = publisher()
    assert "Number24" in text_of(client.get(history_url(theme)))
    older = text_of(client.get(f"{history_url(theme)}?page=2"))
    assert "Number4 " in older
    assert "Number24" not in older
    for page in ("3", "0", "x", "-1", "99999999999"):
        assert client.get(f"{history_url(theme)}?page={page}").status_code == 404


def test_only_staff_who_may_view_an_item_see_its_history(client):
    quote = QuoteFactory()
    version = quote.history.get()
    addresses = [history_url(quote), compare_url(quote), revert_url(quote, version), deleted_url(Quote)]
    for address in addresses:
        assert client.get(address).status_code == 302
    nobody = desk(User.objects.create_user("nobody", is_staff=True))
    for address in addresses:
        assert nobody.get(address).status_code == 403
    for address in (
        addresses[0].replace(f"/{quote.pk}/", "/999/"),
        revert_url(quote, version).replace("/quote/", "/x/", 2),
    ):
        assert publisher_of_test().get(address).status_code in (302, 404)
