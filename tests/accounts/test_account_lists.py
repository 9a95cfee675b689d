"""The list of users: who is shown, who has a second factor, and the effect of removing one."""

import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.accounts.support import PASSWORD, log_in, logged_in, make_user

pytestmark = pytest.mark.django_db

USERS = "/admin/auth/user/"


@pytest.fixture
def root():
    """Return the browser of a superuser."""
    User.objects.create_superuser("root", password=PASSWORD)
    return logged_in("root")


def row(client, user: User) -> dict[str, str]:
    """Return a user's row: the text of each column, with yes or no for an icon."""
    answer = client.get(USERS, {"q": user.username})
    admin = answer.context["cl"].model_admin
    shown = answer.context["cl"].result_list.get(pk=user.pk)
    return {name: getattr(admin, name)(shown) for name in ("full_name", "in_groups", "has_second_factor")}


def remove_from(client, *users: User) -> str:
    """Remove the second factor of some users with the action; return the desk's messages."""
    data = {"action": "reset_second_factor", "_selected_action": [user.pk for user in users], "index": "0"}
    return client.post(USERS, data | {"confirmed": "Yes, remove it"}, follow=True).content.decode()


def test_the_list_shows_names_and_groups(root):
    named = make_user("aigul", "Editor", first_name="Aigul", last_name="Bek")
    named.groups.add(*make_user("other", "Publisher").groups.all())
    assert row(root, named) == {"full_name": "Aigul Bek", "in_groups": "Editor, Publisher", "has_second_factor": False}
    nameless = make_user("daniyar")
    assert row(root, nameless) == {"full_name": "–", "in_groups": "–", "has_second_factor": False}


def test_an_app_counts_once_confirmed_and_only_for_its_user(root):
    user, other = make_user("aigul", "Editor"), make_user("daniyar", "Editor")
    device = TOTPDevice.objects.create(user=user, name="app", confirmed=False)
    assert not row(root, user)["has_second_factor"]
    device.confirmed = True
    device.save()
    assert row(root, user)["has_second_factor"]
    assert not row(root, other)["has_second_factor"]


def test_a_factor_is_removed_once_confirmed(root):
    user, other = make_user("aigul", "Editor", first_name="Aigul"), make_user("daniyar")
    TOTPDevice.objects.create(user=user, name="app")
    data = {"action": "reset_second_factor", "_selected_action": [user.pk, other.pk], "index": "0"}
    page = root.post(USERS, data)
    assert page.context["users"] == [user]
    assert "aigul (Aigul)" in page.content.decode()
    assert TOTPDevice.objects.exists()
    sent = dict(
        re.findall(r'<input type="(?:hidden|submit)"[^>]* name="([^"]+)" value="([^"]+)"', page.content.decode())
    )
    assert sent["_selected_action"] == str(user.pk)
    root.post(USERS, sent)
    assert not TOTPDevice.objects.exists()


def test_the_list_shows_who_is_locked_out(root, settings):
    settings.AXES_FAILURE_LIMIT, settings.AXES_LIMIT_OF_NAME = 3, 5
    make_user("aigul", "Editor")
    make_user("daniyar", "Editor")
    make_user("reader", is_staff=False)

    def shown() -> dict[str, str]:
        users = root.get(USERS).context["cl"]
        return {user.username: users.model_admin.may_log_in(user) for user in users.result_list}

    open_to_all = {"aigul": "yes", "daniyar": "yes", "reader": "no", "root": "yes"}
    for _attempt in range(2):
        for address in ("192.0.2.1", "192.0.2.2"):
            log_in("aigul", "wrong", REMOTE_ADDR=address)
    assert shown() == open_to_all, "three from one address, or five from anywhere, close it"
    log_in("aigul", "wrong", REMOTE_ADDR="192.0.2.1")
    assert shown() == open_to_all | {"aigul": "locked out for now"}
    data = {"action": "lift_lockout", "_selected_action": [User.objects.get(username="aigul").pk]}
    assert "1 user can try again." in root.post(USERS, data, follow=True).content.decode()
    assert shown() == open_to_all
    for number in range(5):
        log_in("daniyar", "wrong", REMOTE_ADDR=f"192.0.2.{number}")
    assert shown() == open_to_all | {"daniyar": "locked out for now"}
    AccessAttempt.objects.update(attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME - timedelta(seconds=1))
    assert shown() == open_to_all


def test_each_removed_factor_is_counted_and_logged(root):
    users = [make_user(name, "Editor") for name in ("aigul", "daniyar", "samal")]
    for user in users[:2]:
        TOTPDevice.objects.create(user=user, name="app")
    assert "2 second factors were removed." in remove_from(root, *users)
    logged = LogEntry.objects.filter(change_message__contains="Second factor removed")
    assert sorted(logged.values_list("object_repr", "user__username")) == [("aigul", "root"), ("daniyar", "root")]
    assert "0 second factors were removed." in remove_from(root, *users)


def test_administrators_reset_others_but_no_superuser(root):
    manager, editor = make_user("manager", "Editor"), make_user("aigul", "Editor")
    manager.user_permissions.set(Permission.objects.filter(content_type__app_label="auth"))
    superuser = User.objects.get(username="root")
    for user in (editor, superuser):
        TOTPDevice.objects.create(user=user, name="app")
    client = logged_in("manager")
    assert "1 second factor was removed." in remove_from(client, superuser, editor)
    assert [device.user for device in TOTPDevice.objects.all()] == [superuser]
    assert client.get(f"{USERS}{editor.pk}/delete/").status_code == 200
    assert client.get(f"{USERS}{superuser.pk}/delete/").status_code == 403


def test_viewing_the_page_resets_nothing(root):
    reader, editor = make_user("reader"), make_user("aigul", "Editor")
    reader.user_permissions.set(Permission.objects.filter(codename="view_user"))
    TOTPDevice.objects.create(user=editor, name="app")
    client = logged_in("reader")
    remove_from(client, editor)
    assert TOTPDevice.objects.exists()
    assert client.get(f"{USERS}{editor.pk}/delete/").status_code == 403
    assert client.post(f"{USERS}{editor.pk}/change/", {"username": "mine"}).status_code == 403


def test_superusers_grant_individual_permissions(root):
    form = root.get(f"{USERS}{make_user('aigul').pk}/change/").context["adminform"].form
    assert {"is_superuser", "user_permissions", "groups"} <= set(form.fields)
