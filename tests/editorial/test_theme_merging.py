"""Merging themes and undoing it, renaming them, and reordering them."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from initiatives.editorial.theme_merging import MergeError, merge, put_in_order, undo, what_moves
from initiatives.models import OldSlug, Quote, Theme, ThemeMerge
from initiatives.models.choices import Kind
from initiatives.search.check import check
from tests.admin.support import (
    account,
    change_url,
    desk,
    editor,
    form_of,
    list_url,
    messages_of,
    publisher,
    save,
    saved,
)
from tests.admin.test_admin_pages import assert_strict
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    PrincipleFactory,
    QuoteFactory,
    ThemeFactory,
)
from tests.helpers import count_queries, found

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def user():
    return User.objects.create_user("publisher-of-tests")


@pytest.fixture
def courts():
    return ThemeFactory(name="Courts", slug="courts", aliases="Judiciary\nTribunals", public=True, position=4)


@pytest.fixture
def justice():
    return ThemeFactory(name="Justice", slug="justice", aliases="Tribunals", public=True)


def state() -> dict:
    """All that merging changes: themes with their fields, relations, redirects."""
    return {
        "themes": list(Theme.objects.order_by("pk").values()),
        "quotes": list(Quote.themes.through.objects.order_by("quote", "theme").values_list("quote", "theme")),
        "redirects": list(OldSlug.objects.order_by("slug").values_list("kind", "slug", "object_id")),
    }


def assert_search_in_step():
    assert list(check()) == []


def test_items_move_and_none_is_related_twice(courts, justice, user):
    one, both, other = (
        QuoteFactory(public=True, themes=[courts]),
        QuoteFactory(public=True, themes=[courts, justice]),
        QuoteFactory(public=True, themes=[justice]),
    )
    initiative = InitiativeFactory(public=True, themes=[courts])
    milestone = MilestoneFactory(initiative=initiative)
    principle = PrincipleFactory()
    principle.themes.add(courts)
    assert [(move.name, move.moved, move.both) for move in what_moves(courts, justice)] == [
        ("quotes", 1, 1),
        ("initiatives", 1, 0),
        ("principles", 1, 0),
    ]
    merge(courts, justice, user, keep_names=False)
    assert not Theme.objects.filter(name="Courts").exists()
    for item in (one, both, other, initiative, principle):
        assert list(item.themes.all()) == [justice]
        assert [row.theme for row in item.history.first().themes.all()] == [justice]
    assert "Courts" in one.history.first().history_change_reason
    assert other.history.count() == 2, "what did not change has no new version"
    assert set(found("Justice")) == {one.pk, both.pk, other.pk}
    assert milestone.pk in found("Justice", Kind.MILESTONE)
    assert_search_in_step()


def test_the_old_address_and_earlier_ones_redirect_to_the_target(courts, justice, user, client):
    courts.slug = "law-courts"
    courts.save()
    quote = QuoteFactory(public=True, themes=[courts])
    merge(courts, justice, user, keep_names=True)
    for slug in ("courts", "law-courts"):
        response = client.get(reverse("theme", args=[slug]))
        assert (response.status_code, response["Location"]) == (301, "/themes/justice/")
        assert response["Cache-Control"] == "no-cache", "undoing the merge gives the address back"
        response = client.get(f"/quotes/?theme={slug}", follow=True)
        assert response.status_code == 200
        assert quote.text in response.content.decode()
        assert "There is no" not in response.content.decode()


@pytest.mark.parametrize("keep", [True, False])
def test_names_are_kept_if_wanted(courts, justice, user, keep):
    merge(courts, justice, user, keep_names=keep)
    justice.refresh_from_db()
    assert justice.alias_list == (["Tribunals", "Courts", "Judiciary"] if keep else ["Tribunals"])
    assert bool(found("Judiciary", Kind.THEME)) is keep


@pytest.mark.parametrize("keep", [True, False])
def test_undoing_restores_everything(courts, justice, user, keep):
    # Existing redirects to the target, and to an item of another kind with the same number, are kept.
    for kind, slug, key in (
        ("theme", "benches", courts.pk),
        ("theme", "fairness", justice.pk),
        ("person", "x", courts.pk),
    ):
        OldSlug.objects.create(kind=kind, slug=slug, object_id=key)
    QuoteFactory(public=True, themes=[courts])
    QuoteFactory(themes=[courts, justice])
    initiative = InitiativeFactory(public=True, themes=[courts])
    before = state()
    log = merge(courts, justice, user, keep_names=keep)
    assert state() != before
    undo(log, user)
    after = state()
    for theme in (*before["themes"], *after["themes"]):
        del theme["updated_at"]
    assert after == before
    assert list(initiative.themes.all()) == [courts]
    assert [row.theme for row in initiative.history.first().themes.all()] == [courts]
    assert_search_in_step()
    log.refresh_from_db()
    assert (log.undone_by, log.undone_at is not None) == (user, True)
    with pytest.raises(MergeError, match="already been undone"):
        undo(log, user)


def test_undoing_respects_later_changes(courts, justice, user):
    moved, taken, new, gone, given = (QuoteFactory(themes=[courts]) for _number in range(5))
    new.themes.set([])
    log = merge(courts, justice, user, keep_names=True)
    taken.themes.clear()
    given.themes.set([other := ThemeFactory()])
    new.themes.add(justice)
    gone.delete()
    justice.refresh_from_db()
    justice.aliases += "\nFairness"
    justice.save()
    undo(log, user)
    assert list(moved.themes.all()) == [courts]
    assert list(taken.themes.all()) == []
    assert list(given.themes.all()) == [other]
    assert list(new.themes.all()) == [justice]
    justice.refresh_from_db()
    assert justice.alias_list == ["Tribunals", "Fairness"]


def test_successive_merges_are_undone_last_first(courts, justice, user):
    state_ = ThemeFactory(name="State")
    quote = QuoteFactory(themes=[courts])
    first = merge(courts, justice, user, keep_names=True)
    second = merge(justice, state_, user, keep_names=True)
    assert list(quote.themes.all()) == [state_]
    with pytest.raises(MergeError, match="undo that merge first"):
        undo(first, user)
    undo(second, user)
    undo(first, user)
    assert list(quote.themes.all()) == [courts]


@pytest.mark.parametrize("taken", [{"name": "Courts"}, {"slug": "courts"}])
def test_a_name_or_slug_now_in_use_is_not_reclaimed(courts, justice, user, taken):
    log = merge(courts, justice, user, keep_names=False)
    OldSlug.objects.all().delete()
    other = ThemeFactory(**taken)
    with pytest.raises(MergeError, match=str(other)):
        undo(log, user)
    assert ThemeMerge.objects.get().undone_at is None


def test_a_theme_is_not_merged_into_itself_or_nothing(courts, justice, user):
    with pytest.raises(MergeError):
        merge(courts, courts, user, keep_names=True)
    Theme.objects.filter(pk=justice.pk).delete()
    with pytest.raises(MergeError):
        merge(courts, justice, user, keep_names=True)
    assert Theme.objects.get() == courts


def test_queries_do_not_grow_with_the_items(courts, justice, user):
    QuoteFactory(themes=[courts])
    few = count_queries(lambda: merge(courts, justice, user, keep_names=True))
    third = ThemeFactory()
    for _number in range(20):
        QuoteFactory(themes=[justice])
    justice.refresh_from_db()
    assert count_queries(lambda: merge(justice, third, user, keep_names=True)) <= few


def merge_url(theme) -> str:
    return reverse("admin:initiatives_theme_merge", args=[theme.pk])


def test_a_publisher_merges_and_undoes_on_the_desk(courts, justice):
    user = account("Publisher")
    client = desk(user)
    quote = QuoteFactory(themes=[courts])
    page = client.get(change_url(courts))
    assert merge_url(courts) in page.content.decode()
    assert_strict(client.get(merge_url(courts)))
    page = client.get(merge_url(courts), {"into": justice.pk})
    assert_strict(page)
    assert "Quotes: 1 moves." in " ".join(page.content.decode().split())
    assert Theme.objects.count() == 2, "looking changes nothing"
    assert "Merged into “Justice”." in page.content.decode(), "the reason that is offered"
    sent = {"into": justice.pk, "keep_names": "on", "change_reason": ""}
    assert "This field is required." in client.post(merge_url(courts), sent, follow=True).content.decode()
    page = client.post(merge_url(courts), {**sent, "change_reason": "They are the same."}, follow=True)
    assert "Merged “Courts” into “Justice”" in messages_of(page)
    log = ThemeMerge.objects.get()
    assert log.merged_by == user
    assert quote.history.first().history_user == user
    assert change_url(log) in client.get(list_url("thememerge")).content.decode()
    undo_url = reverse("admin:initiatives_thememerge_undo", args=[log.pk])
    assert undo_url in client.get(change_url(log)).content.decode()
    assert_strict(client.get(undo_url))
    page = client.post(undo_url, follow=True)
    assert "“Courts” is a theme again" in messages_of(page)
    assert list(quote.themes.all()) == [courts]
    assert undo_url not in client.get(change_url(log)).content.decode()
    assert "already been undone" in messages_of(client.post(undo_url, follow=True))


@pytest.mark.parametrize("into", ["", "x", "0", "99999999999999999999"])
def test_an_invalid_choice_is_named(courts, justice, into):
    client = publisher()
    for page in (client.get(merge_url(courts), {"into": into}), client.post(merge_url(courts), {"into": into})):
        assert page.status_code == 200
    assert "Choose the theme" in page.content.decode()
    assert client.post(merge_url(courts), {"into": courts.pk}).status_code == 200
    assert Theme.objects.count() == 2


def test_merging_into_a_draft_warns(courts):
    draft = ThemeFactory(name="Draft")
    page = publisher().get(merge_url(courts), {"into": draft.pk})
    assert "“Draft” is not public" in page.content.decode()


def test_an_editor_cannot_merge_undo_or_reorder(courts, justice, user):
    client = editor()
    log = merge(ThemeFactory(name="Third"), justice, user, keep_names=True)
    assert merge_url(courts) not in client.get(change_url(courts)).content.decode()
    for url in (
        merge_url(courts),
        reverse("admin:initiatives_theme_order"),
        reverse("admin:initiatives_thememerge_undo", args=[log.pk]),
    ):
        assert client.get(url).status_code == 403
        assert client.post(url, {"into": justice.pk, "_save": "1"}).status_code == 403
        assert Client().post(url, {"into": justice.pk}).status_code == 302
    assert client.get(change_url(log)).status_code == 200
    assert Theme.objects.count() == 2


def test_a_new_slug_leaves_a_redirect(courts, client):
    quote = QuoteFactory(public=True, themes=[courts])
    assert saved(save(publisher(), change_url(courts), name="Law courts", slug="law-courts"))
    response = client.get(reverse("theme", args=["courts"]))
    assert (response.status_code, response["Location"]) == (301, "/themes/law-courts/")
    response = client.get("/quotes/?theme=courts", follow=True)
    assert quote.text in response.content.decode()


def order() -> list[str]:
    return list(Theme.objects.values_list("name", flat=True))


def test_themes_are_reordered_as_a_whole():
    themes = {name: ThemeFactory(name=name) for name in "abcd"}
    client = publisher()
    url = reverse("admin:initiatives_theme_order")
    assert url in client.get(list_url("theme")).content.decode()
    page = client.get(url)
    assert_strict(page)
    form = form_of(client, url)
    # Moving saves nothing: the page is shown again in the new order.
    page = client.post(url, form | {"up": themes["c"].pk})
    assert [theme.name for theme in page.context["themes"]] == ["a", "c", "b", "d"]
    page = client.post(url, {"theme": [theme.pk for theme in page.context["themes"]], "down": themes["a"].pk})
    assert [theme.name for theme in page.context["themes"]] == ["c", "a", "b", "d"]
    assert order() == ["a", "b", "c", "d"]
    page = client.post(url, {"theme": [theme.pk for theme in page.context["themes"]], "_save": "1"}, follow=True)
    assert "Order saved." in messages_of(page)
    assert order() == ["c", "a", "b", "d"]
    assert list(Theme.objects.values_list("position", flat=True)) == [10, 20, 30, 40]
    assert themes["c"].history.first().history_change_reason == "Themes reordered"


def test_themes_missing_from_the_order_come_last_and_nonsense_is_ignored():
    a, b, c = (ThemeFactory(name=name) for name in "abc")
    assert put_in_order([c.pk, 0, 12345]) == 3
    assert order() == ["c", "a", "b"]
    assert put_in_order([c.pk, a.pk, b.pk]) == 0
    client = publisher()
    for data in ({"theme": ["x", "²"], "up": "x"}, {"up": a.pk}, {"theme": [a.pk], "up": a.pk, "down": "9" * 30}):
        assert client.post(reverse("admin:initiatives_theme_order"), data).status_code == 200
    assert order() == ["c", "a", "b"]
