"""Log-in and its lockout: when a name is locked, when it opens, and what is never revealed."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from django.utils import timezone

from initiatives.accounts.lockout import client_address
from tests.accounts.support import LOGIN, CountingHasher, _said, log_in, make_user

pytestmark = [pytest.mark.database, pytest.mark.django_db]


# Log-in and lockout


def test_a_name_is_locked_for_an_address_after_ten_failures():
    make_user("aigul", "Editor")
    for _attempt in range(9):
        assert log_in("aigul", "wrong").status_code == 200
    answer = log_in("aigul", "wrong")
    assert answer.status_code == 429
    assert "15 minutes" in answer.content.decode()
    assert answer["Retry-After"] == "900"
    assert "no-store" in answer["Cache-Control"]
    assert log_in("aigul").status_code == 429, "the right password does not help either"
    # Neither this name from elsewhere nor other names from here are locked out.
    assert log_in("aigul", REMOTE_ADDR="192.0.2.7").status_code == 302
    make_user("daniyar", "Editor")
    assert log_in("daniyar").status_code == 302


def test_the_lock_expires_and_attempts_do_not_prolong_it():
    make_user("aigul", "Editor")
    for _attempt in range(10):
        log_in("aigul", "wrong")
    locked = AccessAttempt.objects.get()
    assert log_in("aigul").status_code == 429
    assert AccessAttempt.objects.get().attempt_time == locked.attempt_time
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert log_in("aigul").status_code == 302
    assert not AccessAttempt.objects.exists()


def test_success_resets_the_count_and_old_attempts_are_deleted():
    make_user("aigul", "Editor")
    log_in("somebody-else", "wrong")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(days=1))
    for _attempt in range(9):
        log_in("aigul", "wrong")
    assert not AccessAttempt.objects.filter(username="somebody-else").exists()
    assert log_in("aigul").status_code == 302
    assert log_in("aigul", "wrong").status_code == 200


def test_another_browser_does_not_bypass_the_lock():
    make_user("aigul", "Editor")
    for number in range(10):
        log_in("aigul", "wrong", headers={"user-agent": f"browser {number}"})
    assert log_in("aigul", headers={"user-agent": "another"}).status_code == 429


def test_log_in_never_reveals_whether_a_name_exists(settings):
    settings.PASSWORD_HASHERS = ["tests.accounts.support.CountingHasher"]
    make_user("known", "Editor")
    make_user("inactive", "Editor", is_active=False)
    make_user("visitor", is_staff=False)
    User.objects.create(username="no-password", is_staff=True)
    seen = set()
    for name in ("known", "inactive", "visitor", "no-password", "unknown", "Known"):
        CountingHasher.hashed = 0
        answer = log_in(name, "wrong")
        assert settings.SESSION_COOKIE_NAME not in answer.cookies
        seen.add((answer.status_code, _said(answer, name), CountingHasher.hashed))
    for name in ("inactive", "visitor"):
        CountingHasher.hashed = 0
        answer = log_in(name)
        seen.add((answer.status_code, _said(answer, name), CountingHasher.hashed))
    assert len(seen) == 1
    assert seen.pop()[2] == 1


@pytest.mark.parametrize("name", ["known", "unknown"])
def test_the_lock_does_not_reveal_whether_a_name_exists(name):
    make_user("known", "Editor")
    answers = [log_in(name, "wrong") for _attempt in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 9 + [429] * 2
    assert name not in answers[-1].content.decode()


@pytest.mark.parametrize("typed", ["\0", "a\0b", "x" * 5000, "'; drop", "ә" * 150, "\u202e", " "])
def test_no_input_at_log_in_causes_an_error(typed):
    for name, password in ((typed, "x"), ("x", typed), (typed, typed)):
        assert log_in(name, password).status_code == 200
    assert Client().get(LOGIN, {"next": typed}).status_code == 200


@pytest.mark.parametrize(
    ("direct", "forwarded", "https", "address"),
    [
        ("192.0.2.1", "", False, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.9", False, "192.0.2.1"),
        ("127.0.0.1", "198.51.100.9", True, "198.51.100.9"),
        ("127.0.0.1", "203.0.113.5, 198.51.100.9", True, "198.51.100.9"),
        ("127.0.0.1", "198.51.100.9, unknown", True, "127.0.0.1"),
        ("127.0.0.1", "", True, "127.0.0.1"),
        ("127.0.0.1", "2001:db8:1:2:3:4:5:6", True, "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "", False, "192.0.2.1"),
        ("", "", False, None),
        ("", "'", True, None),
    ],
)
def test_addresses_are_those_set_by_the_proxy(settings, direct, forwarded, https, address):
    settings.HTTPS = https
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert client_address(RequestFactory().get("/", REMOTE_ADDR=direct, headers=headers)) == address


def test_a_visitor_cannot_choose_the_address(settings):
    settings.HTTPS = True
    make_user("aigul", "Editor")
    for number in range(10):
        log_in("aigul", "wrong", headers={"x-forwarded-for": f"203.0.113.{number}, 198.51.100.9"})
    assert log_in("aigul", headers={"x-forwarded-for": "203.0.113.77, 198.51.100.9"}).status_code == 429
    assert log_in("aigul", headers={"x-forwarded-for": "198.51.100.10"}).status_code == 302
