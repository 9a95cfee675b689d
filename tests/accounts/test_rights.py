"""Users cannot grant rights they lack to a group, a user or themselves, or get into an account that has them."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.accounts.support import PASSWORD, logged_in, make_user

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def permission(codename: str) -> Permission:
    return Permission.objects.get(codename=codename)


@pytest.fixture
def manager() -> Client:
    """The browser of a user who may change users, groups and themes, and nothing else."""
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
    """Send the form of a group, or of a new one if none is given."""
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


def test_users_add_only_their_own_rights_to_a_group(manager):
    one = group("own", "change_theme")
    answer = send_group(manager, one, "change_theme", "publish_theme", "change_user")
    assert "You do not have these permissions yourself" in str(errors(answer)["permissions"])
    assert "Can publish" in str(errors(answer)["permissions"])
    assert "Can change user" not in str(errors(answer)["permissions"])
    assert rights(one) == {"change_theme"}
    assert send_group(manager, one, "change_theme", "change_user").status_code == 302
    assert rights(one) == {"change_theme", "change_user"}


def test_existing_rights_of_a_group_may_be_kept_or_removed(manager):
    one = group("wide", "publish_theme", "delete_theme")
    assert send_group(manager, one, "publish_theme", "delete_theme", "change_theme").status_code == 302
    assert rights(one) == {"publish_theme", "delete_theme", "change_theme"}
    assert send_group(manager, one, "publish_theme").status_code == 302
    assert send_group(manager, one, "publish_theme", "delete_theme").status_code == 200, "what went does not come back"
    assert rights(one) == {"publish_theme"}


def test_users_give_a_new_group_only_their_own_rights(manager):
    assert "permissions" in errors(send_group(manager, None, "publish_theme"))
    assert not Group.objects.filter(name="new").exists()
    assert send_group(manager, None, "change_theme").status_code == 302
    assert rights(Group.objects.get(name="new")) == {"change_theme"}


@pytest.mark.parametrize("name", ["manager", "aigul"])
def test_users_are_not_added_to_a_group_with_more_rights_than_the_editors(manager, name):
    user = User.objects.filter(username=name).first() or make_user(name)
    narrow, wide = group("narrow", "change_theme"), group("wide", "change_theme", "publish_theme")
    answer = send_user(manager, user, narrow, wide)
    assert "These groups have permissions that you do not have: wide." in str(errors(answer)["groups"])
    assert not user.groups.exists()
    assert send_user(manager, user, narrow, is_staff="on").status_code == 302
    assert list(user.groups.all()) == [narrow]


@pytest.mark.parametrize("more", ["a group", "a permission", "everything"])
def test_users_with_more_rights_can_only_be_viewed(manager, root, more):
    """A changed name or address, or a closed or deleted account, would let the editor in or lock the user out."""
    user = make_user("aigul", email="aigul@old.example", is_superuser=more == "everything")
    if more == "a group":
        user.groups.add(group("wide", "publish_theme"))
    elif more == "a permission":
        user.user_permissions.add(permission("publish_theme"))
    User.objects.get(username="manager").user_permissions.add(permission("delete_user"))
    url = f"/admin/auth/user/{user.pk}"
    page = manager.get(f"{url}/change/").content.decode()
    assert 'name="_save"' not in page
    changes = ({"username": "mine"}, {"email": "manager@new.example"}, {"is_active": ""}, {})
    assert [send_user(manager, user, **fields).status_code for fields in changes] == [403] * 4
    assert manager.post(f"{url}/delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [user.pk], "post": "yes"}
    manager.post("/admin/auth/user/", chosen)
    as_before = User.objects.get(pk=user.pk)
    assert (as_before.username, as_before.email, as_before.is_active) == ("aigul", "aigul@old.example", True)
    assert send_user(root, user, username="other").status_code == 302


def test_rights_from_a_group_count(manager):
    User.objects.get(username="manager").groups.add(Group.objects.get(name="Editor"))
    user = make_user("aigul")
    assert send_user(manager, user, Group.objects.get(name="Editor")).status_code == 302
    assert send_user(manager, user, Group.objects.get(name="Publisher")).status_code == 200


@pytest.mark.parametrize("name", ["Editor", "Publisher", "Administrator"])
def test_administrators_add_users_to_existing_groups(name):
    make_user("admin", "Administrator")
    user = make_user("aigul")
    assert send_user(logged_in("admin"), user, Group.objects.get(name=name)).status_code == 302
    assert [one.name for one in user.groups.all()] == [name]


def test_account_managers_grant_access_to_the_desk_and_only_superusers_make_superusers(manager, root):
    user = make_user("aigul", is_staff=False)
    single = {"user_permissions": [permission("publish_theme").pk]}
    assert send_user(manager, user, is_staff="on", is_superuser="on", **single).status_code == 302
    user = User.objects.get(username="aigul")
    assert (user.is_staff, user.is_superuser, user.user_permissions.count()) == (True, False, 0)
    assert send_user(root, user, is_staff="on", is_superuser="on", **single).status_code == 302
    user = User.objects.get(username="aigul")
    assert (user.is_staff, user.is_superuser, user.user_permissions.count()) == (True, True, 1)


def new_user(client: Client, name: str, *groups: str, **fields):
    """Send the form of a new user with all required fields."""
    data = {"username": name, "password1": "another long password", "password2": "another long password"}
    data |= {"email": f"{name}@example.org", "is_staff": "on", "groups": [Group.objects.get(name=g).pk for g in groups]}
    return client.post("/admin/auth/user/add/", data | fields)


def test_an_administrator_sets_up_a_colleague_on_one_page():
    make_user("boss", "Administrator")
    boss = logged_in("boss")
    page = boss.get("/admin/auth/user/add/")
    form = page.context["adminform"].form
    assert form.fields["is_staff"].label == "May log in"
    assert form.fields["is_staff"].initial
    assert not {"is_superuser", "user_permissions"} & set(form.fields)
    assert new_user(boss, "aigul", "Editor", first_name="Aigul", is_superuser="on")["Location"] == "/admin/auth/user/"
    colleague = logged_in("aigul", "another long password")
    assert colleague.get("/admin/initiatives/quote/add/").status_code == 200
    aigul = User.objects.get(username="aigul")
    assert (aigul.first_name, aigul.email, aigul.is_superuser) == ("Aigul", "aigul@example.org", False)
    assert "email" in errors(new_user(boss, "daniyar", email=""))
    assert "password2" in errors(new_user(boss, "daniyar", password1="short", password2="short"))


def test_a_new_user_is_added_to_no_group_above_the_editors(manager):
    group("wide", "change_theme", "publish_theme")
    group("narrow", "change_theme")
    answer = new_user(manager, "aigul", "narrow", "wide")
    assert "These groups have permissions that you do not have: wide." in str(errors(answer)["groups"])
    assert not User.objects.filter(username="aigul").exists()
    assert new_user(manager, "aigul", "narrow").status_code == 302


def test_users_cannot_remove_their_own_access_to_the_desk(manager):
    answer = send_user(manager, User.objects.get(username="manager"))
    assert "This is your own account" in str(errors(answer)["is_staff"])


PASSWORDS = {"usable_password": "true", "password1": "another long password", "password2": "another long password"}


def test_refusing_to_change_a_superusers_password_is_explained(manager, root):
    superuser = User.objects.get(username="root")
    url = f"/admin/auth/user/{superuser.pk}/password/"
    for answer in (manager.get(url, follow=True), manager.post(url, PASSWORDS, follow=True)):
        assert answer.status_code == 200
        assert "You cannot set this password: root has permissions that you do not have." in answer.content.decode()
    assert User.objects.get(pk=superuser.pk).password == superuser.password
    assert manager.get("/admin/auth/user/999/password/").status_code == 404
    assert manager.get("/admin/auth/user/no-number/password/").status_code == 404


@pytest.mark.parametrize("is_active", [True, False])
@pytest.mark.parametrize("in_group", [True, False])
def test_the_password_of_users_with_more_rights_cannot_be_set(manager, root, is_active, in_group):
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


def test_the_second_factor_of_users_with_more_rights_cannot_be_removed(manager, root):
    same, more = make_user("dana"), make_user("aigul", "Publisher")
    for user in (same, more):
        TOTPDevice.objects.create(user=user, name="app")
    chosen = {"action": "reset_second_factor", "_selected_action": [same.pk, more.pk]}
    page = manager.post("/admin/auth/user/", chosen)
    assert (page.context["users"], page.context["left_out"]) == ([same], [more])
    chosen["confirmed"] = "Yes, remove it"
    answer = manager.post("/admin/auth/user/", chosen, follow=True)
    assert "1 second factor was removed." in answer.content.decode()
    assert list(TOTPDevice.objects.values_list("user", flat=True)) == [more.pk]
    root.post("/admin/auth/user/", chosen)
    assert not TOTPDevice.objects.exists()


def test_superusers_grant_everything(root):
    one, user = group("wide", "publish_theme"), make_user("aigul")
    assert send_group(root, one, "publish_theme", "delete_user").status_code == 302
    assert send_user(root, user, one).status_code == 302
    assert rights(one) == {"publish_theme", "delete_user"}
    assert list(user.groups.all()) == [one]


def test_the_forms_explain_this_beside_the_fields(manager):
    page = manager.get(f"/admin/auth/group/{group('one').pk}/change/").content.decode()
    assert "You can add only permissions that you have yourself." in page
    page = manager.get(f"/admin/auth/user/{make_user('aigul').pk}/change/").content.decode()
    assert "You can add only groups whose permissions you have yourself." in page
    assert "Whether the user can log in to this desk." in page
    assert "Gives all permissions. Only superusers can change this." in page


def test_queries_do_not_grow_with_the_rights_of_groups(manager):
    user = make_user("aigul")

    def asked(*groups: Group) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert "groups" in errors(send_user(manager, user, *groups))
        return len(queries)

    few = asked(group("a", "publish_theme"))
    many = [group(name, "publish_theme", "publish_quote", "delete_quote") for name in "bcdef"]
    assert asked(*many) == few
