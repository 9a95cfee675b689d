"""Log-in rules one by one: limits of sessions and codes, and the conditions for each step."""

import time
from base64 import b32encode
from binascii import unhexlify

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from initiatives.accounts import second_factor
from initiatives.accounts.lockout import client_name
from tests.accounts.support import (
    CODES,
    INDEX,
    LOGIN,
    OVERVIEW,
    PASSWORD,
    REMOVE,
    SET_UP,
    VERIFY,
    age,
    keep_recovery_codes,
    log_in,
    logged_in,
    make_user,
    opens,
    session_key,
    set_up,
    totp,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def stopped(monkeypatch) -> float:
    """Stop the clock for sessions and codes."""
    now = float(int(time.time()))
    monkeypatch.setattr(time, "time", lambda: now)
    return now


# Sessions


@pytest.mark.parametrize(
    ("times", "stays"),
    [
        ({"seen": 7200}, True),
        ({"seen": 7201}, False),
        ({"began": 43200, "seen": 10}, True),
        ({"began": 43201, "seen": 10}, False),
    ],
)
def test_sessions_last_exactly_as_long_as_set(stopped, times, stays):
    client = logged_in(make_user("aigul", "Editor").username)
    age(client, **times)
    assert opens(client) == stays


def test_a_session_without_a_last_visit_is_over():
    client = logged_in(make_user("aigul", "Editor").username)
    session = client.session
    del session["desk_seen"]
    session.save()
    assert not opens(client)


@pytest.mark.parametrize(("ago", "noted"), [(299, False), (300, True)])
def test_a_session_is_recorded_as_seen_every_five_minutes(stopped, ago, noted):
    client = logged_in(make_user("aigul", "Editor").username)
    age(client, seen=ago)
    assert opens(client)
    assert (client.session["desk_seen"] == int(stopped)) == noted


@pytest.mark.parametrize("address", [SET_UP, VERIFY, CODES, OVERVIEW, REMOVE, "/admin/password_change/"])
def test_no_step_is_open_to_an_old_session(address):
    client = logged_in(make_user("aigul", "Editor").username)
    set_up(client)
    age(client, seen=7300)
    assert client.get(address)["Location"].startswith(f"{LOGIN}?next={address}")
    assert not Session.objects.exists()


@pytest.mark.parametrize("address", [SET_UP, VERIFY])
def test_no_step_is_open_to_visitors_and_readers(address):
    assert Client().get(address)["Location"].startswith(LOGIN)
    client = logged_in(make_user("aigul", "Editor").username)
    User.objects.update(is_staff=False)
    assert client.get(address)["Location"].startswith(LOGIN)


def test_a_user_who_still_needs_a_code_may_log_in_under_another_name(required):
    make_user("daniyar", "Editor")
    client = logged_in(make_user("aigul", "Publisher").username)
    assert client.get(LOGIN)["Location"].startswith(SET_UP)
    assert log_in("daniyar", client=client)["Location"] == INDEX
    assert client.get(SET_UP).wsgi_request.user.username == "daniyar"


@pytest.mark.parametrize("address", [SET_UP, VERIFY, CODES, REMOVE, LOGIN, "/admin/language/", "/admin/logout/"])
def test_forms_from_other_sites_are_refused(address):
    make_user("aigul", "Editor")
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get())
    assert client.post(address, {"language": "ru", "password": PASSWORD, "code": "1"}).status_code == 403


def test_long_names_are_truncated_when_counted(rf):
    longest = User._meta.get_field("username").max_length
    assert client_name(rf.post("/", {"username": "x" * (longest + 1)})) == "x" * longest
    assert client_name(rf.post("/", {"username": "typed"}), {"username": "given"}) == "given"
    assert client_name(rf.post("/")) == ""


def test_the_lockout_page_shows_nothing_of_the_desk():
    make_user("aigul", "Editor")
    client = logged_in("aigul")
    set_up(client)
    answers = [client.post(REMOVE, {"password": "wrong"}) for _attempt in range(10)]
    assert answers[-1].status_code == 429
    assert "/admin/initiatives/" not in answers[-1].content.decode()


# Codes


@pytest.mark.parametrize(("ahead", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phones_clock_may_be_off_by_half_a_minute(stopped, ahead, taken):
    make_user("aigul", "Editor")
    client = logged_in("aigul")
    client.get(SET_UP)
    client.post(SET_UP, {"code": totp(session_key(client), ahead)})
    assert TOTPDevice.objects.exists() == taken
    if taken:
        device = TOTPDevice.objects.get()
        assert device.drift == ahead, "the next code is looked for where this one was"
        again = logged_in("aigul")
        again.post(VERIFY, {"code": totp(device.key, ahead)})
        assert not opens(again), "the code was used"
        TOTPDevice.objects.get().throttle_reset()
        again.post(VERIFY, {"code": totp(device.key, ahead + 1)})
        assert opens(again)


def test_an_unconfirmed_app_does_not_count():
    user = make_user("aigul", "Editor")
    device = TOTPDevice.objects.create(user=user, name="app", confirmed=False)
    assert second_factor.phone(user) is None
    assert opens(logged_in("aigul"))
    device.confirmed = True
    device.save()
    assert not opens(logged_in("aigul"))
    # Nor do unconfirmed recovery codes.
    code = second_factor.new_recovery_codes(user)[0]
    StaticDevice.objects.update(confirmed=False)
    assert second_factor.codes_left(user) == 0
    client = logged_in("aigul")
    client.post(VERIFY, {"code": code})
    assert not opens(client)


def test_a_recovery_code_of_digits_is_not_taken_for_a_code_of_the_app(monkeypatch):
    monkeypatch.setattr(second_factor, "_ALPHABET", "234567")
    user = make_user("aigul", "Editor")
    TOTPDevice.objects.create(user=user, name="app")
    code = second_factor.new_recovery_codes(user)[0]
    client = logged_in("aigul")
    client.post(VERIFY, {"code": code})
    assert opens(client)
    assert TOTPDevice.objects.get().throttling_failure_count == 0


def test_a_recovery_code_opens_nothing_for_a_user_without_codes():
    make_user("aigul", "Editor")
    TOTPDevice.objects.create(user=User.objects.get(), name="app")
    client = logged_in("aigul")
    answer = client.post(VERIFY, {"code": "abcd-efgh"})
    assert "This code is wrong" in str(answer.context["form"].errors)
    assert not opens(client)


def test_new_recovery_codes_are_not_delayed_by_guesses_at_the_old():
    user = make_user("aigul", "Editor")
    TOTPDevice.objects.create(user=user, name="app")
    second_factor.new_recovery_codes(user)
    client = logged_in("aigul")
    client.post(VERIFY, {"code": "abcd-efgh"})
    assert StaticDevice.objects.get().throttling_failure_count == 1
    StaticDevice.objects.update(throttling_failure_count=10)
    client.post(VERIFY, {"code": second_factor.new_recovery_codes(user)[0]})
    assert opens(client)


@pytest.mark.parametrize(("left", "said"), [(5, False), (4, True)])
def test_a_warning_is_shown_when_three_recovery_codes_are_left(left, said):
    user = make_user("aigul", "Editor")
    TOTPDevice.objects.create(user=user, name="app")
    code = second_factor.new_recovery_codes(user)[0]
    keep_recovery_codes(left)
    page = logged_in("aigul").post(VERIFY, {"code": code}, follow=True).content.decode()
    assert f"{left - 1} recovery codes left" in page
    assert ("Create new ones" in page) == said


def test_the_session_key_changes_when_a_code_is_accepted():
    user = make_user("aigul", "Editor")
    device = TOTPDevice.objects.create(user=user, name="app")
    codes = second_factor.new_recovery_codes(user)
    for code in (totp(device.key), codes[0]):
        client = logged_in("aigul")
        before = client.session.session_key
        client.post(VERIFY, {"code": code})
        assert client.session.session_key != before
        assert not Session.objects.filter(session_key=before).exists()


def test_a_logged_in_user_skips_the_code_page():
    client = logged_in(make_user("aigul", "Editor").username)
    assert client.get(VERIFY)["Location"] == INDEX
    set_up(client)
    assert client.get(VERIFY, {"next": OVERVIEW})["Location"] == OVERVIEW


def test_the_stored_app_has_the_key_that_was_shown():
    client = logged_in(make_user("aigul", "Editor").username)
    page = client.get(SET_UP)
    key = session_key(client)
    shown = page.context["key"].split(" ")
    assert "".join(shown) == b32encode(unhexlify(key)).decode()
    assert {len(group) for group in shown} == {4}
    client.post(SET_UP, {"code": totp(key)})
    assert TOTPDevice.objects.get().key == key
