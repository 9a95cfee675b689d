"""Notices by e-mail of changed credentials: when, to whom, with what text, and without a mail server."""

import re
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.accounts.support import (
    CODES,
    PASSWORD,
    REMOVE,
    log_in,
    logged_in,
    make_user,
    set_up,
)

pytestmark = pytest.mark.django_db

OLD, NEW = "aigul@old.example", "aigul@new.example"
OTHER_PASSWORD = "another horse battery"


@pytest.fixture
def aigul():
    """An editor with an e-mail address."""
    return make_user("aigul", "Editor", email=OLD)


@pytest.fixture
def root():
    """The browser of a superuser without an e-mail address."""
    User.objects.create_superuser("root", password=PASSWORD)
    return logged_in("root")


@pytest.fixture
def sent(mailoutbox, django_capture_on_commit_callbacks):
    """Return a function that performs an action and returns the notices sent: recipients and subjects."""

    def do(action, *args, **kwargs) -> list[tuple[list[str], str]]:
        mailoutbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            action(*args, **kwargs)
        return [(mail.to, mail.subject) for mail in mailoutbox]

    return do


def change_own_password(client: Client):
    fields = {"old_password": PASSWORD, "new_password1": OTHER_PASSWORD, "new_password2": OTHER_PASSWORD}
    answer = client.post("/admin/password_change/", fields, REMOTE_ADDR="192.0.2.9")
    assert answer.status_code == 302


def change(client: Client, user: User, **fields):
    """Change a user with the form on the desk."""
    data = {"username": user.username, "is_active": "on", "is_staff": "on", "email": user.email, **fields}
    data |= {"date_joined_0": "2020-01-01", "date_joined_1": "10:00"}
    assert client.post(f"/admin/auth/user/{user.pk}/change/", data).status_code == 302


def test_users_who_change_their_password_are_told_when_where_and_what_to_do(aigul, sent, mailoutbox):
    client = logged_in("aigul")
    assert sent(change_own_password, client) == [([OLD], "Your password was changed")]
    text = mailoutbox[0].body
    assert text.startswith("Your password was changed.\n")
    assert "Account: aigul\n" in text
    assert re.search(r"When: \d+ \w+ \d{4}, \d\d:\d\d \(Asia/Almaty\)\n", text)
    assert "From the address: 192.0.2.9\nBy: aigul\n" in text
    assert "http://testserver/admin/password_change/" in text
    assert "Tell an administrator at once" in text
    assert mailoutbox[0].content_subtype == "plain"
    assert PASSWORD not in text
    assert OTHER_PASSWORD not in text


@pytest.mark.parametrize("fields", [
    {"usable_password": "true", "password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD, "set-password": "1"},
    {"usable_password": "false", "unset-password": "1"},
])  # fmt: skip
def test_a_password_changed_by_another_user_is_notified(aigul, root, sent, mailoutbox, fields):
    def act():
        assert root.post(f"/admin/auth/user/{aigul.pk}/password/", fields).status_code == 302

    assert sent(act) == [([OLD], "Your password was changed")]
    assert "By: root\n" in mailoutbox[0].body


def test_a_password_changed_without_a_request_is_notified(aigul, sent, mailoutbox):
    aigul.set_password(OTHER_PASSWORD)
    assert sent(aigul.save) == [([OLD], "Your password was changed")]
    assert "From the address: not known\nBy: the server's command line\n" in mailoutbox[0].body


def test_a_changed_address_is_notified_to_the_old_one(aigul, root, sent):
    assert sent(change, root, aigul, email=NEW) == [([OLD], "Your e-mail address was changed")]
    assert sent(change, root, User.objects.get(pk=aigul.pk), email="") == [([NEW], "Your e-mail address was changed")]
    assert sent(change, root, User.objects.get(pk=aigul.pk), email=OLD) == []


def test_a_password_changed_with_the_address_is_notified_to_the_old_one(aigul, sent):
    aigul.email = NEW
    aigul.set_password(OTHER_PASSWORD)
    assert [to for to, _subject in sent(aigul.save)] == [[OLD], [OLD]]


def test_other_changes_are_not_notified(aigul, root, sent, settings):
    assert sent(change, root, aigul, first_name="Aigul") == []
    assert sent(log_in, "aigul", "wrong") == []
    assert sent(log_in, "aigul") == []
    assert sent(make_user, "new", email=NEW) == []
    # The password is rehashed because the hashers have changed, but it is the same.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher", *settings.PASSWORD_HASHERS]
    before = User.objects.get(pk=aigul.pk).password
    assert sent(log_in, "aigul") == []
    assert User.objects.get(pk=aigul.pk).password != before


def test_each_step_of_the_second_factor_is_notified(aigul, root, sent):
    client = logged_in("aigul")
    assert sent(set_up, client) == [([OLD], "A second factor was set up for your account")]
    assert sent(set_up, client, password=PASSWORD) == [([OLD], "Your second factor was replaced")]
    renew = {"password": PASSWORD}
    assert sent(client.post, CODES, renew) == [([OLD], "Your recovery codes were replaced by new ones")]
    assert sent(client.post, CODES, {"password": "wrong"}) == []
    assert sent(client.post, REMOVE, renew) == [([OLD], "Your second factor was removed")]
    removed = [([OLD], "Your second factor was removed")]
    set_up(client)
    data = {"action": "reset_second_factor", "_selected_action": [aigul.pk], "confirmed": "yes"}
    assert sent(root.post, "/admin/auth/user/", data) == removed
    assert sent(root.post, "/admin/auth/user/", data) == []
    set_up(logged_in("aigul"))
    assert sent(call_command, "reset_second_factor", "aigul", stdout=StringIO()) == removed


def test_an_administrator_cannot_take_over_an_account_unnoticed(sent):
    publisher = make_user("aigul", "Publisher", email=OLD)
    make_user("boss", "Administrator", email="boss@new.example")
    TOTPDevice.objects.create(user=publisher, name="app")
    boss = logged_in("boss")
    remove = {"action": "reset_second_factor", "_selected_action": [publisher.pk], "confirmed": "yes"}
    passwords = {"usable_password": "true", "password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
    messages = [
        *sent(boss.post, "/admin/auth/user/", remove),
        *sent(boss.post, f"/admin/auth/user/{publisher.pk}/password/", passwords | {"set-password": "1"}),
        *sent(change, boss, User.objects.get(pk=publisher.pk), email="boss@new.example"),
    ]
    assert messages == [
        ([OLD], "Your second factor was removed"),
        ([OLD], "Your password was changed"),
        ([OLD], "Your e-mail address was changed"),
    ]
    logged = LogEntry.objects.filter(object_id=str(publisher.pk), user__username="boss").order_by("pk")
    logged_texts = [entry.get_change_message() for entry in logged]
    assert logged_texts[:2] == ["Second factor removed.", "Changed password."]
    assert "Email address" in logged_texts[2]


def test_users_without_an_address_get_no_notice_and_can_change_everything(sent):
    make_user("aigul", "Editor")
    client = logged_in("aigul")
    assert sent(change_own_password, client) == []
    assert sent(set_up, client) == []


class BrokenBackend(BaseEmailBackend):
    """A mail server that cannot be reached."""

    def send_messages(self, email_messages):
        """Raise an error."""
        raise ConnectionRefusedError("mail server is away")


def test_a_failing_mail_server_is_logged_and_breaks_nothing(aigul, settings, sent, caplog):
    settings.EMAIL_BACKEND = f"{__name__}.BrokenBackend"
    client = logged_in("aigul")
    with caplog.at_level("ERROR"):
        assert sent(change_own_password, client) == []
    assert "mail server is away" in caplog.text
    assert log_in("aigul", OTHER_PASSWORD).status_code == 302


def test_changes_rolled_back_are_not_notified(aigul, sent):
    def fail():
        aigul.set_password(OTHER_PASSWORD)
        with transaction.atomic():
            aigul.save()
            transaction.set_rollback(True)

    assert sent(fail) == []


def test_changes_are_logged_even_without_an_address(caplog):
    make_user("aigul", "Editor")
    caplog.set_level("INFO", "initiatives.accounts")
    client = logged_in("aigul")
    change_own_password(client)
    assert "Account aigul: password changed, from 192.0.2.9" in caplog.text


def test_a_notice_is_in_the_language_of_the_request(aigul, sent):
    client = logged_in("aigul")
    client.post("/admin/language/", {"language": "ru"})
    assert sent(change_own_password, client) == [([OLD], "Ваш пароль изменён")]


def test_a_log_in_does_not_ask_for_the_old_credentials(aigul):
    with CaptureQueriesContext(connection) as queries:
        log_in("aigul")
    assert not [query["sql"] for query in queries if query["sql"].startswith('SELECT "auth_user"."password"')]
