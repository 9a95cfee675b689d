"""Lockout limits beyond one name from one address, their cost, and the log of log-ins."""

import logging
from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessLog
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.accounts.support import (
    PASSWORD,
    REMOVE,
    SET_UP,
    VERIFY,
    CountingHasher,
    log_in,
    logged_in,
    make_user,
    set_up,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def hasher(settings):
    """Hash passwords with the counting hasher."""
    settings.PASSWORD_HASHERS = ["tests.accounts.support.CountingHasher"]
    make_user("aigul", "Editor")
    CountingHasher.hashed = 0
    return CountingHasher


def failures_from(address: str, count: int) -> list[int]:
    """Fail with a different name each time; return the statuses of the responses."""
    return [log_in(f"name-{address}-{number}", "wrong", REMOTE_ADDR=address).status_code for number in range(count)]


def failures_of(name: str, count: int, first: int = 0) -> list[int]:
    """Fail from a different address each time; return the statuses of the responses."""
    addresses = [f"198.51.100.{first + number}" for number in range(count)]
    return [log_in(name, "wrong", REMOTE_ADDR=address).status_code for address in addresses]


def test_an_address_is_locked_after_thirty_failures_whatever_the_names(hasher):
    assert failures_from("192.0.2.1", 30) == [200] * 29 + [429]
    assert hasher.hashed == 30
    answer = log_in("aigul", REMOTE_ADDR="192.0.2.1")
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert "Try again in 15 minutes" in answer.content.decode()
    assert failures_from("192.0.2.1", 30) == [429] * 30
    assert hasher.hashed == 30, "a refusal hashes nothing"
    assert AccessAttempt.objects.count() == 30, "and writes nothing"
    assert log_in("aigul", REMOTE_ADDR="192.0.2.2").status_code == 302


def test_an_ipv6_network_counts_as_one_address(hasher):
    for number in range(30):
        log_in(f"name-{number}", "wrong", REMOTE_ADDR=f"2001:db8:1:2::{number:x}")
    assert log_in("aigul", REMOTE_ADDR="2001:db8:1:2:ffff::1").status_code == 429
    assert log_in("aigul", REMOTE_ADDR="2001:db8:1:3::1").status_code == 302


def test_a_success_with_one_name_keeps_the_failures_of_others(hasher):
    failures_from("192.0.2.1", 29)
    assert log_in("aigul", REMOTE_ADDR="192.0.2.1").status_code == 302
    assert log_in("another", "wrong", REMOTE_ADDR="192.0.2.1").status_code == 429


@pytest.mark.parametrize("name", ["aigul", "unknown"])
def test_a_name_is_locked_after_fifty_failures_from_anywhere(hasher, name):
    assert failures_of(name, 50) == [200] * 49 + [429]
    hashed = hasher.hashed
    assert failures_of(name, 5, first=100) == [429] * 5
    assert log_in(name, REMOTE_ADDR="192.0.2.1").status_code == 429
    assert hasher.hashed == hashed == 50
    make_user("daniyar", "Editor")
    assert log_in("daniyar", REMOTE_ADDR="198.51.100.1").status_code == 302


@pytest.mark.parametrize(("days", "status"), [(29, 302), (31, 429)])
def test_users_are_not_locked_out_where_they_recently_logged_in(hasher, days, status):
    assert log_in("aigul", REMOTE_ADDR="192.0.2.1").status_code == 302
    AccessLog.objects.update(attempt_time=timezone.now() - timedelta(days=days))
    failures_of("aigul", 50)
    assert log_in("aigul", REMOTE_ADDR="192.0.2.1").status_code == status
    assert log_in("aigul", REMOTE_ADDR="192.0.2.2").status_code == 429


def test_a_log_in_with_another_name_from_the_same_address_does_not_count(hasher):
    make_user("daniyar", "Editor")
    log_in("daniyar", REMOTE_ADDR="192.0.2.1")
    failures_of("aigul", 50)
    assert log_in("aigul", REMOTE_ADDR="192.0.2.1").status_code == 429


def test_a_known_name_has_only_ten_attempts(hasher):
    log_in("aigul", REMOTE_ADDR="192.0.2.1")
    failures_of("aigul", 50)
    answers = [log_in("aigul", "wrong", REMOTE_ADDR="192.0.2.1").status_code for _attempt in range(11)]
    assert answers == [200] * 9 + [429] * 2


def test_the_locks_expire(hasher):
    failures_from("192.0.2.1", 30)
    failures_of("aigul", 50)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert log_in("aigul", REMOTE_ADDR="192.0.2.1").status_code == 302


def test_old_records_of_log_ins_are_deleted():
    make_user("aigul", "Editor")
    log_in("aigul", REMOTE_ADDR="192.0.2.1")
    AccessLog.objects.update(attempt_time=timezone.now() - timedelta(days=31))
    log_in("aigul", REMOTE_ADDR="192.0.2.2")
    assert AccessLog.objects.get().ip_address == "192.0.2.2"


def test_queries_of_a_log_in_do_not_grow_with_failures():
    make_user("aigul", "Editor")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            log_in("aigul", "wrong", REMOTE_ADDR="192.0.2.1")
        return len(queries)

    asked()
    few = asked()
    failures_from("192.0.2.1", 15)
    failures_of("aigul", 20)
    assert asked() == few


# Logging


@pytest.fixture
def logged(caplog):
    """Return the level and message of each line logged by the accounts."""
    caplog.set_level(logging.INFO, "initiatives.accounts")
    return lambda: [
        (record.levelname, record.getMessage())
        for record in caplog.records
        if record.name.startswith("initiatives.accounts")
    ]


def test_log_ins_and_log_outs_are_logged(logged):
    make_user("aigul", "Editor")
    client = log_in("aigul", REMOTE_ADDR="192.0.2.1").client
    client.post("/admin/logout/", REMOTE_ADDR="192.0.2.2")
    assert logged() == [
        ("INFO", "Logged in from 192.0.2.1, account aigul"),
        ("INFO", "Logged out from 192.0.2.2, account aigul"),
    ]


def test_failures_and_lockouts_are_logged(logged):
    make_user("aigul", "Editor")
    for _attempt in range(11):
        log_in("aigul", "wrong", REMOTE_ADDR="192.0.2.1")
    failed = ("WARNING", "Log-in failed from 192.0.2.1, account aigul")
    closed = ("WARNING", "Log-in is closed to 192.0.2.1, account aigul")
    assert logged() == [failed] * 10 + [closed] * 2


def test_a_name_without_an_account_is_not_logged(caplog):
    caplog.set_level(logging.DEBUG)
    make_user("aigul", "Editor")
    for _attempt in range(11):
        log_in(PASSWORD, "wrong", REMOTE_ADDR="192.0.2.1")
    assert "Log-in failed from 192.0.2.1, no such account" in caplog.text
    assert "Log-in is closed to 192.0.2.1, no such account" in caplog.text
    messages = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert not [message for message in messages if PASSWORD in message]


def test_wrong_codes_are_logged_without_the_code(logged):
    make_user("aigul", "Editor")
    client = logged_in("aigul")
    client.get(SET_UP)
    client.post(SET_UP, {"code": "123456"}, REMOTE_ADDR="192.0.2.1")
    set_up(client)
    client = logged_in("aigul")
    client.post(VERIFY, {"code": "123456"}, REMOTE_ADDR="192.0.2.1")
    client.post(VERIFY, {"code": "abcd-efgh"}, REMOTE_ADDR="192.0.2.2")
    warnings = [line for level, line in logged() if level == "WARNING"]
    assert warnings == [
        "Wrong code from 192.0.2.1, account aigul",
        "Wrong code from 192.0.2.1, account aigul",
        "Wrong code from 192.0.2.2, account aigul",
    ]


def test_a_wrong_password_on_the_desk_is_logged(logged):
    make_user("aigul", "Editor")
    client = logged_in("aigul")
    set_up(client)
    client.post(REMOVE, {"password": "wrong"}, REMOTE_ADDR="192.0.2.1")
    assert logged()[-1] == ("WARNING", "Log-in failed from 192.0.2.1, account aigul")
