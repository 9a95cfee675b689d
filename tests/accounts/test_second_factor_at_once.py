"""One code opens one session, even with concurrent requests; an operation that fails half-way changes nothing."""

import contextlib
import sqlite3

import pytest
from django.db import DatabaseError, connection
from django.db.models.signals import pre_delete, pre_save
from django.test import Client
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from initiatives.accounts import second_factor
from tests.accounts.support import (
    SET_UP,
    VERIFY,
    logged_in,
    make_user,
    opens,
    session_key,
    set_up,
    totp,
)

pytestmark = pytest.mark.database


def another_writes(table: str, where: str = "TRUE") -> bool:
    """Return whether another connection can write to some rows now without waiting."""
    statement = f"UPDATE {table} SET id = id WHERE {where}"
    if connection.vendor == "sqlite":
        name = connection.settings_dict["NAME"]
        with contextlib.closing(sqlite3.connect(name, uri=str(name).startswith("file:"), timeout=0)) as other:
            with contextlib.suppress(sqlite3.OperationalError):
                other.execute(statement)
                other.commit()
                return True
            return False
    other = connection.copy()
    try:
        with other.cursor() as cursor, contextlib.suppress(DatabaseError):
            cursor.execute("SET lock_timeout = '100ms'")
            cursor.execute(statement)
            return True
        return False
    finally:
        other.close()


@contextlib.contextmanager
def looking(signal, sender, table: str, where: str = "TRUE"):
    """Record, each time a signal is sent, whether another connection can write to some rows."""
    seen: list[bool] = []

    def look(**kwargs):
        seen.append(another_writes(table, where))

    signal.connect(look, sender=sender)
    try:
        yield seen
    finally:
        signal.disconnect(look, sender=sender)


@pytest.mark.django_db(transaction=True)
def test_a_code_is_checked_by_one_request_at_a_time():
    user = make_user("aigul", is_superuser=True)
    device = TOTPDevice.objects.create(user=user, name="app")
    assert another_writes(TOTPDevice._meta.db_table)
    client = logged_in("aigul")
    with looking(pre_save, TOTPDevice, TOTPDevice._meta.db_table) as free:
        client.post(VERIFY, {"code": totp(device.key)})
    assert free == [False]
    assert opens(client)


@pytest.mark.django_db(transaction=True)
def test_a_recovery_code_is_checked_by_one_request_at_a_time():
    user = make_user("aigul", is_superuser=True)
    TOTPDevice.objects.create(user=user, name="app")
    code = second_factor.new_recovery_codes(user)[0]
    client = logged_in("aigul")
    with looking(pre_delete, StaticToken, StaticDevice._meta.db_table) as free:
        client.post(VERIFY, {"code": code})
    assert free == [False]
    assert opens(client)


@pytest.mark.django_db(transaction=True)
def test_an_app_is_set_up_by_one_request_at_a_time():
    user = make_user("aigul", is_superuser=True)
    client = logged_in("aigul")
    with looking(pre_save, TOTPDevice, "auth_user", f"id = {user.pk}") as free:
        assert len(set_up(client)) == 10
    assert free == [False]


class HalfWayError(Exception):
    """The error raised by these tests."""


@contextlib.contextmanager
def failing(signal, sender):
    """Raise an error when a signal is sent."""

    def fail(**kwargs):
        raise HalfWayError

    signal.connect(fail, sender=sender)
    try:
        with pytest.raises(HalfWayError):
            yield
    finally:
        signal.disconnect(fail, sender=sender)


def keys_and_codes() -> tuple[set[str], set[str]]:
    """Return the keys of all apps, and all recovery codes."""
    keys = set(TOTPDevice.objects.values_list("key", flat=True))
    return keys, set(StaticToken.objects.values_list("token", flat=True))


@pytest.fixture
def aigul(db) -> Client:
    """Return the browser of a user with an app and recovery codes."""
    make_user("aigul", is_superuser=True)
    client = logged_in("aigul")
    set_up(client)
    return client


def test_replacing_an_app_is_rolled_back_on_failure(aigul):
    before = keys_and_codes()
    aigul.get(SET_UP)
    fields = {"code": totp(session_key(aigul)), "password": "correct horse battery"}
    with failing(pre_delete, StaticToken):
        aigul.post(SET_UP, fields)
    assert keys_and_codes() == before


def test_replacing_recovery_codes_is_rolled_back_on_failure(aigul, monkeypatch):
    before = keys_and_codes()
    monkeypatch.setattr(StaticToken.objects, "bulk_create", lambda tokens: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        second_factor.new_recovery_codes(TOTPDevice.objects.get().user)
    assert keys_and_codes() == before


def test_removing_a_second_factor_is_rolled_back_on_failure(aigul):
    before = keys_and_codes()
    with failing(pre_delete, StaticDevice):
        second_factor.remove(TOTPDevice.objects.get().user)
    assert keys_and_codes() == before
