"""Nobody gives rights that they lack, to a group, a user or themselves, or gets into an account that has them."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.accounts.support import PASSWORD, logged_in, make_user

pytestmark = pytest.mark.django_db


def permission(codename: str) -> Permission:
    return Permission.objects.get(codename=codename)


@pytest.fixture
def manager() -> Client:
    """The browser of somebody who may change users, groups and themes, and nothing else."""
    user = make_user("manager")
    user.user_permissions.set(
        permission(name) for name in ("change_user", "add_user", "change_group", "add_group", "change_theme")
    )
    return logged_in("manager")


@pytest.fixture
def root() -> Client:
    """The browser of a superuser."""
    User.objects.create_superuser("root", password=PASSWORD)
    return logged_in("root")


def group(name: str, *codenames: str) -> Group:
    made = Group.objects.create(name=name)
    made.permissions.set(permission(codename) for codename in codenames)
    return made


def send_group(client: Client, one: Group | None, *codenames: str):
    """Send the form of a group, of a new one if there is none."""
    url = f"/admin/auth/group/{one.pk}/change/" if one else "/admin/auth/group/add/"
    data = {"name": one.name if one else "new", "permissions": [permission(codename).pk for codename in codenames]}
    return client.post(url, data)


def send_user(client: Client, user: User, *groups: Group, **fields):
    """Send the form of a user."""
    data = {"username": user.username, "is_active": "on", "groups": [one.pk for one in groups], **fields}
    data |= {"date_joined_0": "2020-01-01", "date_joined_1": "10:00"}
    return client.post(f"/admin/auth/user/{user.pk}/change/", data)


def rights(one: Group) -> set[str]:
    return set(one.permissions.values_list("codename", flat=True))


def errors(answer) -> dict:
    return answer.context["adminform"].form.errors


def test_a_group_is_widened_only_by_what_the_editor_has(manager):
    one = group("own", "change_theme")
    answer = send_group(manager, one, "change_theme", "publish_theme", "change_user")
    assert "You do not have these permissions yourself" in str(errors(answer)["permissions"])
    assert "Can publish" in str(errors(answer)["permissions"])
    assert "Can change user" not in str(errors(answer)["permissions"])
    assert rights(one) == {"change_theme"}
    assert send_group(manager, one, "change_theme", "change_user").status_code == 302
    assert rights(one) == {"change_theme", "change_user"}


def test_what_a_group_has_already_may_stay_or_go(manager):
    one = group("wide", "publish_theme", "delete_theme")
    assert send_group(manager, one, "publish_theme", "delete_theme", "change_theme").status_code == 302
    assert rights(one) == {"publish_theme", "delete_theme", "change_theme"}
    assert send_group(manager, one, "publish_theme").status_code == 302
    assert send_group(manager, one, "publish_theme", "delete_theme").status_code == 200, "what went does not come back"
    assert rights(one) == {"publish_theme"}


def test_a_new_group_is_given_only_what_the_editor_has(manager):
    assert "permissions" in errors(send_group(manager, None, "publish_theme"))
    assert not Group.objects.filter(name="new").exists()
    assert send_group(manager, None, "change_theme").status_code == 302
    assert rights(Group.objects.get(name="new")) == {"change_theme"}


@pytest.mark.parametrize("name", ["manager", "aigul"])
def test_nobody_is_put_into_a_group_that_can_more_than_the_editor(manager, name):
    user = User.objects.filter(username=name).first() or make_user(name)
    narrow, wide = group("narrow", "change_theme"), group("wide", "change_theme", "publish_theme")
    answer = send_user(manager, user, narrow, wide)
    assert "These groups have permissions that you do not have: wide." in str(errors(answer)["groups"])
    assert not user.groups.exists()
    assert send_user(manager, user, narrow).status_code == 302
    assert list(user.groups.all()) == [narrow]


def test_who_is_in_a_group_already_stays(manager):
    user, wide = make_user("aigul"), group("wide", "publish_theme")
    user.groups.add(wide)
    assert send_user(manager, user, wide, first_name="Aigul").status_code == 302
    assert list(user.groups.all()) == [wide]
    assert send_user(manager, user).status_code == 302
    assert send_user(manager, user, wide).status_code == 200


def test_rights_that_come_by_a_group_count(manager):
    User.objects.get(username="manager").groups.add(Group.objects.get(name="Editor"))
    user = make_user("aigul")
    assert send_user(manager, user, Group.objects.get(name="Editor")).status_code == 302
    assert send_user(manager, user, Group.objects.get(name="Publisher")).status_code == 200


@pytest.mark.parametrize("name", ["Editor", "Publisher", "Administrator"])
def test_administrators_fill_the_groups_that_there_are(name):
    make_user("admin", "Administrator")
    user = make_user("aigul")
    assert send_user(logged_in("admin"), user, Group.objects.get(name=name)).status_code == 302
    assert [one.name for one in user.groups.all()] == [name]


def test_only_superusers_open_the_desk_and_make_superusers(manager, root):
    user = make_user("aigul", is_staff=False)
    single = {"user_permissions": [permission("publish_theme").pk]}
    assert send_user(manager, user, is_staff="on", is_superuser="on", **single).status_code == 302
    user = User.objects.get(username="aigul")
    assert (user.is_staff, user.is_superuser, user.user_permissions.count()) == (False, False, 0)
    assert send_user(root, user, is_staff="on", is_superuser="on", **single).status_code == 302
    user = User.objects.get(username="aigul")
    assert (user.is_staff, user.is_superuser, user.user_permissions.count()) == (True, True, 1)


def test_a_member_of_staff_stays_one_when_an_administrator_saves(manager):
    assert send_user(manager, make_user("aigul"), first_name="Aigul").status_code == 302
    assert User.objects.get(username="aigul").is_staff


PASSWORDS = {"usable_password": "true", "password1": "another long password", "password2": "another long password"}


@pytest.mark.parametrize("is_active", [True, False])
@pytest.mark.parametrize("in_group", [True, False])
def test_nobody_sets_the_password_of_who_may_do_more(manager, root, is_active, in_group):
    user = make_user("aigul", is_active=is_active)
    user.groups.add(group("same", "change_theme"))
    url = f"/admin/auth/user/{user.pk}/password/"
    assert manager.get(url).status_code == 200
    if in_group:
        user.groups.add(group("wide", "publish_theme"))
    else:
        user.user_permissions.add(permission("publish_theme"))
    answer = manager.post(url, PASSWORDS, follow=True)
    assert "You cannot set this password: aigul has permissions that you do not have." in answer.content.decode()
    assert User.objects.get(pk=user.pk).password == user.password
    root.post(url, PASSWORDS)
    assert User.objects.get(pk=user.pk).check_password(PASSWORDS["password1"])


def test_nobody_removes_the_second_factor_of_who_may_do_more(manager, root):
    same, more = make_user("dana"), make_user("aigul", "Publisher")
    for user in (same, more):
        TOTPDevice.objects.create(user=user, name="app")
    chosen = {"action": "reset_second_factor", "_selected_action": [same.pk, more.pk]}
    answer = manager.post("/admin/auth/user/", chosen, follow=True)
    assert "1 second factor was removed." in answer.content.decode()
    assert list(TOTPDevice.objects.values_list("user", flat=True)) == [more.pk]
    root.post("/admin/auth/user/", chosen)
    assert not TOTPDevice.objects.exists()


def test_superusers_give_everything(root):
    one, user = group("wide", "publish_theme"), make_user("aigul")
    assert send_group(root, one, "publish_theme", "delete_user").status_code == 302
    assert send_user(root, user, one).status_code == 302
    assert rights(one) == {"publish_theme", "delete_user"}
    assert list(user.groups.all()) == [one]


def test_the_forms_say_so_beside_the_fields(manager):
    page = manager.get(f"/admin/auth/group/{group('one').pk}/change/").content.decode()
    assert "You can add only permissions that you have yourself." in page
    page = manager.get(f"/admin/auth/user/{make_user('aigul').pk}/change/").content.decode()
    assert "You can add only groups whose permissions you have yourself." in page
    assert "Whether the user can log in to this desk. Only superusers can change this." in page
    assert "Gives all permissions. Only superusers can change this." in page


def test_groups_are_looked_at_by_as_many_queries_whatever_they_hold(manager):
    user = make_user("aigul")

    def asked(*groups: Group) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert "groups" in errors(send_user(manager, user, *groups))
        return len(queries)

    few = asked(group("a", "publish_theme"))
    many = [group(name, "publish_theme", "publish_quote", "delete_quote") for name in "bcdef"]
    assert asked(*many) == few
