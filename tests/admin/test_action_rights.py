"""List actions require the right to change their items; only publishers set the time of publication."""

import datetime

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from initiatives.models import Theme
from initiatives.models.choices import State
from tests.admin.support import (
    act,
    add_url,
    change_url,
    desk,
    editor,
    form_of,
    list_url,
    publisher,
    save,
    saved,
)
from tests.factories import QuoteFactory, SourceFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def with_rights(*names: str):
    """Return the browser of a staff member with individual permissions."""
    user = User.objects.create_user("-".join(names)[:100], is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return desk(user)


@pytest.mark.parametrize("confirmed", [False, True])
@pytest.mark.parametrize("factory", [ThemeFactory, QuoteFactory, SourceFactory])
@pytest.mark.parametrize("action", ["hand_in", "publish", "unpublish", "archive"])
def test_a_user_who_may_only_view_changes_no_state(factory, action, confirmed):
    item = factory(state=State.IN_REVIEW if action == "unpublish" else State.DRAFT)
    before = item.state
    model = item._meta.model_name
    client = with_rights(f"view_{model}")
    assert f'value="{action}"' not in client.get(list_url(model)).content.decode()
    page = act(client, action, item, confirmed=confirmed)
    item.refresh_from_db()
    assert item.state == before
    assert "plan" not in (page.context or {})


@pytest.mark.parametrize("action", ["publish", "unpublish", "archive"])
def test_the_right_to_publish_needs_the_right_to_change(action):
    theme = ThemeFactory(state=State.IN_REVIEW)
    act(with_rights("view_theme", "publish_theme"), action, theme, confirmed=True)
    theme.refresh_from_db()
    assert theme.state == State.IN_REVIEW


def test_the_right_to_change_only_lets_a_user_hand_in():
    theme = ThemeFactory()
    client = with_rights("view_theme", "change_theme")
    page = client.get(list_url("theme")).content.decode()
    offered = [name for name in ("hand_in", "publish", "unpublish", "archive") if f'value="{name}"' in page]
    assert offered == ["hand_in"]
    act(client, "hand_in", theme, confirmed=True)
    theme.refresh_from_db()
    assert theme.state == State.IN_REVIEW


def test_a_user_who_may_only_view_accounts_removes_no_second_factor():
    user = User.objects.create_user("aigul", is_staff=True)
    TOTPDevice.objects.create(user=user, name="app")
    client = with_rights("view_user")
    assert "reset_second_factor" not in client.get("/admin/auth/user/").content.decode()
    client.post("/admin/auth/user/", {"action": "reset_second_factor", "_selected_action": [user.pk], "index": "0"})
    assert TOTPDevice.objects.exists()


# Time of publication


def test_a_publisher_sets_when_a_new_item_appears():
    client = publisher()
    assert "published_at_0" in form_of(client, add_url("theme"))
    fields = {"state": "published", "published_at_0": "2099-05-01", "published_at_1": "10:00"}
    assert saved(save(client, add_url("theme"), name="Water", slug="water", **fields))
    theme = Theme.objects.get()
    assert timezone.localtime(theme.published_at).replace(tzinfo=None) == datetime.datetime(2099, 5, 1, 10)
    assert not theme.is_public


def test_a_publisher_sets_when_an_undated_draft_appears():
    theme = ThemeFactory()
    client = publisher()
    assert "published_at_0" in form_of(client, change_url(theme))
    fields = {"state": "published", "published_at_0": "2099-05-01", "published_at_1": "10:00"}
    assert saved(save(client, change_url(theme), **fields))
    theme.refresh_from_db()
    assert timezone.localtime(theme.published_at).replace(tzinfo=None) == datetime.datetime(2099, 5, 1, 10)


def test_an_editor_sees_the_time_if_there_is_one():
    dated = ThemeFactory(published_at=timezone.now() + datetime.timedelta(days=1))
    client = editor()
    assert "Published from" in client.get(change_url(dated)).content.decode()
    for address in (add_url("theme"), change_url(ThemeFactory())):
        assert "Published from" not in client.get(address).content.decode()
