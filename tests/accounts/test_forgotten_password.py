"""Forgotten passwords: who receives a link, what it opens, and that it does not reveal who has an account."""

import re
import threading
import time

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from tests.accounts.support import (
    FORGOTTEN,
    INDEX,
    LOGIN,
    PASSWORD,
    VERIFY,
    log_in,
    logged_in,
    make_user,
    opens,
    set_up,
)

pytestmark = pytest.mark.django_db

ADDRESS, NEW_PASSWORD = "aigul@reforms.example", "another long password"
ANSWER = "If an account has this address, we have sent it a link."


@pytest.fixture
def aigul() -> User:
    return make_user("aigul", "Editor", email=ADDRESS)


def ask(address: str, **more):
    """Send the form; return the page that follows, once all e-mails are sent."""
    answer = Client().post(FORGOTTEN, {"email": address}, follow=True, **more)
    for thread in threading.enumerate():
        if thread.name == "forgotten password":
            thread.join()
    return answer


def link(mail) -> str:
    """Return the path of the link in an e-mail."""
    return re.search(r"^http://testserver(/\S+)$", mail.body, re.MULTILINE)[1]


def follow(address: str, password: str = NEW_PASSWORD, client: Client | None = None):
    """Open a link in a browser and submit its form, if any; return the page that follows."""
    client = client or Client()
    page = client.get(address, follow=True)
    if not page.context["validlink"]:
        return page
    here = page.redirect_chain[-1][0]
    return client.post(here, {"new_password1": password, "new_password2": password}, follow=True)


def test_a_link_on_the_log_in_page_leads_to_a_new_password(aigul, mailoutbox):
    before = logged_in("aigul")
    assert f'href="{FORGOTTEN}"' in Client().get(LOGIN).content.decode()
    answer = ask(ADDRESS.upper())
    assert answer.redirect_chain[-1][0] == LOGIN
    assert ANSWER in answer.content.decode()
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([ADDRESS], "A new password for the editors' desk")
    assert "Account: aigul" in mail.body
    assert "for 60 minutes" in mail.body
    client = Client()
    done = follow(link(mail), client=client)
    assert "Your password was changed. Log in with it." in done.content.decode()
    assert not opens(client), "the link itself does not log in"
    assert not opens(before)
    assert log_in("aigul", PASSWORD).status_code == 200
    assert opens(logged_in("aigul", NEW_PASSWORD))
    (entry,) = LogEntry.objects.filter(object_id=str(aigul.pk))
    assert "by a link sent to the e-mail address" in entry.get_change_message()


def test_the_owner_is_notified_of_the_new_password(aigul, mailoutbox, django_capture_on_commit_callbacks):
    ask(ADDRESS)
    with django_capture_on_commit_callbacks(execute=True):
        follow(link(mailoutbox[0]))
    assert mailoutbox[1].subject == "Your password was changed"
    assert "By: a link sent to the account's e-mail address" in mailoutbox[1].body


def test_a_link_works_once_and_for_an_hour(aigul, mailoutbox, settings):
    ask(ADDRESS)
    address = link(mailoutbox[0])
    assert "too common" in follow(address, "password").content.decode()
    follow(address)
    again = follow(address, "a third long password")
    assert "This link no longer works" in again.content.decode()
    assert opens(logged_in("aigul", NEW_PASSWORD))
    aigul.set_password(PASSWORD)
    aigul.save()
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "This link no longer works" in follow(address).content.decode()


@pytest.mark.parametrize("uid", ["MQ", "1", "x" * 300, "%00", "ә"])
def test_invented_links_open_nothing_and_cause_no_error(aigul, uid):
    answer = Client().get(f"{FORGOTTEN}{uid}/set-password/")
    assert (answer.status_code, answer.context["validlink"]) == (200, False)
    assert Client().post(f"{FORGOTTEN}{uid}/abc-def/", {"new_password1": "x"}).status_code == 200


def test_the_response_does_not_reveal_whether_there_is_an_account(aigul, mailoutbox):
    make_user("closed", email="closed@reforms.example", is_active=False)
    pages = [ask(address) for address in (ADDRESS, "closed@reforms.example", "nobody@reforms.example")]
    texts = {re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.content.decode()) for page in pages}
    assert len(texts) == 1
    assert [mail.to for mail in mailoutbox] == [[ADDRESS]]


class SlowBackend(EmailBackend):
    """A mail server that responds slowly."""

    def send_messages(self, messages):
        """Wait."""
        time.sleep(2)
        return super().send_messages(messages)


def test_the_response_time_does_not_reveal_whether_there_is_an_account(aigul, mailoutbox, settings):
    settings.EMAIL_BACKEND = f"{__name__}.SlowBackend"
    began = time.monotonic()
    Client().post(FORGOTTEN, {"email": ADDRESS})
    assert time.monotonic() - began < 2
    ask("nobody@reforms.example")
    assert len(mailoutbox) == 1


def test_an_account_receives_one_e_mail_within_the_pause(aigul, mailoutbox, settings):
    for number in range(5):
        ask(ADDRESS, REMOTE_ADDR=f"192.0.2.{number}")
    assert len(mailoutbox) == 1
    settings.RATE_LIMITS = {"forgotten": "2/day"}
    client = Client()
    asked = [client.post(FORGOTTEN, {"email": "nobody@reforms.example"}).status_code for _ in range(3)]
    assert asked == [302, 302, 429]
    assert client.get(FORGOTTEN).status_code == 200


def test_lockout_and_second_factor_apply_afterwards(aigul, mailoutbox, settings):
    settings.AXES_FAILURE_LIMIT = 3
    set_up(logged_in("aigul"))
    for _attempt in range(3):
        log_in("aigul", "wrong")
    ask(ADDRESS)
    follow(link(mailoutbox[-1]))
    assert log_in("aigul", NEW_PASSWORD).status_code == 429
    elsewhere = log_in("aigul", NEW_PASSWORD, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 302
    assert elsewhere.client.get(INDEX, REMOTE_ADDR="192.0.2.7")["Location"].startswith(VERIFY)


def test_the_link_has_the_language_of_the_desk_and_the_sites_own_address(aigul, mailoutbox, settings):
    settings.ALLOWED_HOSTS = ["*"]
    client = Client(headers={"host": "evil.example"})
    client.post("/admin/language/", {"language": "ru"})
    client.post(FORGOTTEN, {"email": ADDRESS})
    ask("nobody@reforms.example")
    assert "evil.example" not in mailoutbox[0].body
    assert link(mailoutbox[0]).startswith(FORGOTTEN)
