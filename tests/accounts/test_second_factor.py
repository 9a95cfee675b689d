"""The second factor: who needs one, setting it up, codes, recovery codes, a lost phone."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from initiatives.accounts import second_factor
from tests.accounts.support import (
    CODES,
    INDEX,
    OVERVIEW,
    PASSWORD,
    REMOVE,
    SET_UP,
    VERIFY,
    keep_recovery_codes,
    logged_in,
    make_user,
    opens,
    session_key,
    set_up,
    totp,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("group", ["", "Editor", "Publisher", "Administrator"])
@pytest.mark.parametrize("superuser", [False, True])
def test_every_member_of_staff_must_have_a_second_factor(required, settings, group, superuser):
    make_user("somebody", group, is_superuser=superuser)
    assert second_factor.is_required(User.objects.get())
    assert logged_in("somebody").get(INDEX)["Location"].startswith(SET_UP)
    settings.SECOND_FACTOR = False
    assert not second_factor.is_required(User.objects.get())
    assert opens(logged_in("somebody"), INDEX)


def test_users_without_access_to_the_desk_need_none(required):
    assert not second_factor.is_required(make_user("somebody", is_staff=False))


def test_first_log_in_of_an_administrator_sets_up_the_app_and_continues(required):
    User.objects.create_superuser("root", password=PASSWORD)
    client = Client()
    target = "/admin/initiatives/quote/?q=state"
    answer = client.get(target, follow=True)
    answer = client.post(
        answer.redirect_chain[-1][0], {"username": "root", "password": PASSWORD, "next": target}, follow=True
    )
    assert answer.redirect_chain[-1][0].startswith(SET_UP)
    page = answer.content.decode()
    assert re.search(r'<svg[^>]* viewBox="[^"]+"[^>]* class="qr-code"', page), "drawn as large as its place"
    assert '<a href="otpauth://totp/' in page
    assert "style=" not in page
    assert second_factor.shown_key(session_key(client)) in page
    before = client.session.session_key
    answer = client.post(answer.redirect_chain[-1][0], {"code": totp(session_key(client)), "next": target}, follow=True)
    codes = answer.context["codes"]
    assert len(codes) == 10
    assert all(code in answer.content.decode() for code in codes)
    assert answer.context["go_on"] == target
    assert client.session.session_key != before
    assert client.get(target).status_code == 200
    # The codes were shown once, and the key is no longer shown anywhere.
    assert client.get(CODES).context["codes"] is None
    assert "second_factor_key" not in client.session


def test_a_code_is_required_at_every_log_in_and_works_once():
    make_user("aigul", "Editor")
    set_up(logged_in("aigul"))
    key = TOTPDevice.objects.get().key
    client = logged_in("aigul")
    assert not opens(client)
    # The code used to set up the app does not work again.
    answer = client.post(VERIFY, {"code": totp(key)})
    assert "wrong, has expired or has already been used" in str(answer.context["form"].errors)
    TOTPDevice.objects.get().throttle_reset()
    before = client.session.session_key
    code = totp(key, 1)
    answer = client.post(f"{VERIFY}?next=/admin/initiatives/quote/", {"code": f"{code[:3]} {code[3:]}"})
    assert answer["Location"] == "/admin/initiatives/quote/"
    assert client.session.session_key != before
    assert opens(client)
    again = logged_in("aigul")
    again.post(VERIFY, {"code": code})
    assert not opens(again)


def test_each_wrong_code_lengthens_the_delay():
    user = make_user("aigul", "Editor")
    TOTPDevice.objects.create(user=user, name="app")
    client = logged_in("aigul")
    for _attempt in range(3):
        client.post(VERIFY, {"code": "000000"})
        TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(hours=1))
    client.post(VERIFY, {"code": "000000"})
    device = TOTPDevice.objects.get()
    assert device.throttling_failure_count == 4
    answer = client.post(VERIFY, {"code": totp(device.key)})
    assert "Too many wrong codes" in str(answer.context["form"].errors)
    assert not opens(client)
    # Wrong codes of the app do not delay recovery codes.
    code = second_factor.new_recovery_codes(user)[0]
    client.post(VERIFY, {"code": code})
    assert opens(client)


@pytest.mark.parametrize(
    "typed", ["", "\0", "1" * 32, "1" * 500, "۱۲۳۴۵۶", "-1", "+12345", "1e5", "abcd-efgh", "ә", "²"]
)
def test_no_invalid_code_causes_an_error_or_is_accepted(typed):
    user = make_user("aigul", "Editor")
    client = logged_in("aigul")
    client.get(SET_UP)
    assert client.post(SET_UP, {"code": typed}).status_code == 200
    assert not TOTPDevice.objects.exists()
    TOTPDevice.objects.create(user=user, name="app")
    second_factor.new_recovery_codes(user)
    client = logged_in("aigul")
    assert client.post(VERIFY, {"code": typed}).status_code == 200
    assert not opens(client)


def test_each_recovery_code_works_once_with_a_warning_when_few_are_left():
    make_user("aigul", "Editor")
    codes = set_up(logged_in("aigul"))
    client = logged_in("aigul")
    answer = client.post(VERIFY, {"code": codes[0].upper()}, follow=True)
    assert "9 recovery codes left" in answer.content.decode()
    assert opens(client)
    again = logged_in("aigul")
    again.post(VERIFY, {"code": codes[0]})
    assert not opens(again)
    StaticDevice.objects.get().throttle_reset()
    keep_recovery_codes(2)
    answer = again.post(VERIFY, {"code": codes[1].replace("-", " ")}, follow=True)
    assert "1 recovery code left. Create new ones" in answer.content.decode()


def test_another_users_codes_open_nothing():
    make_user("aigul", "Editor")
    codes = set_up(logged_in("aigul"))
    key = TOTPDevice.objects.get().key
    user = make_user("daniyar", "Editor")
    TOTPDevice.objects.create(user=user, name="app")
    client = logged_in("daniyar")
    for code in (totp(key, 1), codes[0]):
        client.post(VERIFY, {"code": code})
        assert not opens(client)


def test_only_the_users_own_codes_are_tried():
    make_user("aigul", "Editor")
    others = set_up(logged_in("aigul"))
    user = make_user("daniyar", "Editor")
    device = TOTPDevice.objects.create(user=user, name="app")
    codes = second_factor.new_recovery_codes(user)
    for code in (totp(device.key), codes[0]):
        client = logged_in("daniyar")
        client.post(VERIFY, {"code": code})
        assert opens(client)
    client.post(VERIFY, {"code": others[0]})
    assert StaticToken.objects.filter(device__user__username="aigul").count() == len(others)


def test_a_session_shows_its_own_key_only():
    make_user("aigul", "Publisher")
    mine, others = logged_in("aigul"), logged_in("aigul")
    mine.get(SET_UP)
    others.get(SET_UP)
    assert session_key(mine) != session_key(others)
    mine.get(SET_UP)
    set_up(mine)
    # The key shown to the other session sets up nothing and opens nothing.
    other_key = session_key(others)
    assert others.post(SET_UP, {"code": totp(other_key)})["Location"] == VERIFY
    others.post(VERIFY, {"code": totp(other_key, 1)})
    assert not opens(others)


def test_replacing_the_app_requires_the_password_and_closes_other_sessions():
    make_user("aigul", "Editor")
    client = logged_in("aigul")
    old_codes = set_up(client)
    key = TOTPDevice.objects.get().key
    elsewhere = logged_in("aigul")
    elsewhere.post(VERIFY, {"code": totp(key, 1)})
    assert opens(elsewhere)
    client.get(SET_UP)
    answer = client.post(SET_UP, {"code": totp(session_key(client))})
    assert "password" in answer.context["form"].errors
    answer = client.post(SET_UP, {"code": totp(session_key(client)), "password": "wrong"})
    assert "Wrong password" in str(answer.context["form"].errors)
    assert TOTPDevice.objects.get().key == key
    codes = set_up(client, password=PASSWORD)
    assert TOTPDevice.objects.get().key != key
    assert not set(codes) & set(old_codes)
    assert opens(client)
    assert not opens(elsewhere)


def test_guessing_the_password_on_the_desk_is_locked_too():
    make_user("aigul", "Editor")
    client = logged_in("aigul")
    set_up(client)
    answers = [client.post(REMOVE, {"password": "wrong"}) for _attempt in range(10)]
    assert [answer.status_code for answer in answers] == [200] * 9 + [429]
    assert TOTPDevice.objects.exists()


def test_new_recovery_codes_replace_the_old():
    make_user("aigul", "Editor")
    client = logged_in("aigul")
    old = set_up(client)
    assert "password" in client.post(CODES, {}).context["form"].errors
    codes = client.post(CODES, {"password": PASSWORD}, follow=True).context["codes"]
    assert len(codes) == 10
    assert not set(codes) & set(old)
    assert client.get(CODES).context["codes"] is None
    assert opens(client), "the session goes on"
    other = logged_in("aigul")
    other.post(VERIFY, {"code": old[0]})
    assert not opens(other)


def test_without_an_app_there_are_no_codes_and_nothing_to_remove():
    client = logged_in(make_user("aigul", "Editor").username)
    assert client.get(CODES)["Location"] == OVERVIEW
    assert client.post(CODES, {"password": PASSWORD})["Location"] == OVERVIEW
    assert client.get(REMOVE)["Location"] == OVERVIEW
    assert "You log in with your password only" in client.get(OVERVIEW).content.decode()


def test_users_who_do_not_need_one_can_remove_it(settings):
    make_user("aigul", "Publisher")
    client = logged_in("aigul")
    set_up(client)
    settings.SECOND_FACTOR = True
    assert client.post(REMOVE, {"password": PASSWORD})["Location"] == OVERVIEW
    assert TOTPDevice.objects.exists()
    assert REMOVE not in client.get(OVERVIEW).content.decode()
    settings.SECOND_FACTOR = False
    assert REMOVE in client.get(OVERVIEW).content.decode()
    client.post(REMOVE, {"password": PASSWORD})
    assert not TOTPDevice.objects.exists()
    assert not StaticToken.objects.exists()
    assert opens(logged_in("aigul"))


def test_a_lost_phone_is_reset_by_a_command():
    user = make_user("aigul", "Editor")
    client = logged_in("aigul")
    set_up(client)
    out = StringIO()
    call_command("reset_second_factor", "aigul", stdout=out)
    assert "aigul" in out.getvalue()
    assert not TOTPDevice.objects.filter(user=user).exists()
    assert opens(logged_in("aigul"))
    for name in ("aigul", "nobody"):
        with pytest.raises(CommandError, match=name):
            call_command("reset_second_factor", name)


def test_a_lost_phone_is_reset_by_an_administrator():
    user = make_user("aigul", "Editor")
    set_up(logged_in("aigul"))
    User.objects.create_superuser("root", password=PASSWORD)
    client = logged_in("root")
    data = {"action": "reset_second_factor", "_selected_action": [user.pk], "confirmed": "yes"}
    answer = client.post("/admin/auth/user/", data, follow=True)
    assert "1 second factor was removed." in answer.content.decode()
    assert not TOTPDevice.objects.exists()
    assert "Second factor removed" in client.get(f"/admin/auth/user/{user.pk}/history/").content.decode()


def test_administrators_cannot_reset_superusers():
    manager = make_user("manager")
    manager.user_permissions.set(Permission.objects.filter(content_type__app_label="auth"))
    root = User.objects.create_superuser("root", password=PASSWORD)
    TOTPDevice.objects.create(user=root, name="app")
    client = logged_in("manager")
    client.post(
        "/admin/auth/user/", {"action": "reset_second_factor", "_selected_action": [root.pk], "confirmed": "yes"}
    )
    assert TOTPDevice.objects.exists()
    assert client.get(f"/admin/auth/user/{root.pk}/password/").status_code == 302
    assert client.post(f"/admin/auth/user/{root.pk}/change/", {"username": "mine"}).status_code == 403
    assert client.post(f"/admin/auth/user/{root.pk}/delete/", {"post": "yes"}).status_code == 403
    form = client.get(f"/admin/auth/user/{manager.pk}/change/").context["adminform"].form
    assert "groups" in form.fields
    assert not {"is_superuser", "user_permissions"} & set(form.fields)
