"""Sessions, cookies, passwords and languages of the desk."""

import time

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.accounts.support import (
    CODES,
    LOGIN,
    OVERVIEW,
    PASSWORD,
    SESSIONS,
    SET_UP,
    age,
    language_of,
    log_in,
    logged_in,
    make_user,
    opens,
    set_up,
)
from tests.factories import QuoteFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_keys_and_codes_have_no_pages():
    assert not {TOTPDevice, StaticDevice, StaticToken} & set(admin.site._registry)


def test_queries_of_the_account_list_do_not_grow():
    User.objects.create_superuser("root", password=PASSWORD)
    client = logged_in("root")
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert opens(client, "/admin/auth/user/")
        counts.append(len(queries))
        for name in range(10):
            make_user(f"{number}-{name}", "Editor")
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("times", "stays"),
    [
        ({"seen": 7100}, True),
        ({"seen": 7300}, False),
        ({"began": 43100, "seen": 10}, True),
        ({"began": 43300, "seen": 10}, False),
    ],
)
def test_a_session_ends_at_its_maximum_age_and_after_inactivity(times, stays):
    client = logged_in(make_user("aigul", "Editor").username)
    age(client, **times)
    answer = client.get("/admin/initiatives/quote/?q=state")
    assert (answer.status_code == 200) == stays
    if not stays:
        assert answer["Location"].startswith(f"{LOGIN}?next=/admin/initiatives/quote/")
        assert not Session.objects.exists()
        assert "Log in again" in client.get(LOGIN).content.decode()
        assert log_in("aigul", client=client).status_code == 302
        assert opens(client)


def test_pages_keep_a_session_open_without_writing_each_time():
    client = logged_in(make_user("aigul", "Editor").username)
    age(client, seen=400)
    assert opens(client)
    assert client.session["desk_seen"] > time.time() - 5
    with CaptureQueriesContext(connection) as queries:
        assert opens(client)
    assert not [query for query in queries if "UPDATE" in query["sql"] and "django_session" in query["sql"]]


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
YANDEX = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 YaBrowser/24.7 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1"


def test_a_user_sees_their_sessions_and_ends_the_others():
    make_user("aigul", "Editor")
    make_user("daniyar", "Editor")
    here = log_in("aigul", headers={"user-agent": FIREFOX}).client
    phone = log_in("aigul", headers={"user-agent": PHONE}, REMOTE_ADDR="192.0.2.7").client
    idle = log_in("aigul", headers={"user-agent": YANDEX}).client
    other = log_in("daniyar", headers={"user-agent": YANDEX}).client
    age(phone, began=600, seen=300)
    age(idle, seen=7201)
    shown = here.get(SESSIONS).context["sessions"]
    assert [(one.browser, one.address, one.is_this) for one in shown] == [
        ("Firefox, Linux", "127.0.0.1", True),
        ("Safari, iPhone", "192.0.2.7", False),
    ]
    assert (shown[1].seen - shown[1].began).seconds == 300
    assert Client().post(SESSIONS)["Location"].startswith(LOGIN)
    page = here.post(SESSIONS, follow=True).content.decode()
    assert "1 other session was ended." in page
    assert "You are logged in nowhere else." in page
    assert opens(here)
    assert opens(other)
    assert not opens(phone)


def test_sessions_with_a_former_password_are_not_shown():
    user = make_user("aigul", "Editor")
    logged_in("aigul")
    user.set_password("another long password")
    user.save()
    assert len(logged_in("aigul", "another long password").get(SESSIONS).context["sessions"]) == 1


def test_sessions_of_another_account_with_the_same_password_hash_are_not_shown():
    hashed = make_user("aigul", "Editor").password
    make_user("daniyar", "Editor")
    User.objects.update(password=hashed)  # as when a row of the table was copied
    here, other = logged_in("aigul"), logged_in("daniyar")
    assert len(here.get(SESSIONS).context["sessions"]) == 1
    here.post(SESSIONS)
    assert opens(other)


def test_any_user_agent_is_accepted():
    make_user("aigul", "Editor")
    client = log_in("aigul", headers={"user-agent": "<script>" * 1000}).client
    assert "Unknown browser, 127.0.0.1" in client.get(SESSIONS).content.decode()
    client = log_in("aigul", headers={"user-agent": YANDEX}).client
    assert {one.browser for one in client.get(SESSIONS).context["sessions"]} == {"", "Yandex, Windows"}


def test_an_old_session_does_not_set_up_or_verify():
    make_user("aigul", "Publisher")
    client = logged_in("aigul")
    age(client, seen=7300)
    assert client.get(SET_UP)["Location"].startswith(LOGIN)


def test_a_session_without_times_is_over():
    client = logged_in(make_user("aigul", "Editor").username)
    session = client.session
    del session["desk_began"]
    session.save()
    assert not opens(client)


def test_logging_out_works_at_every_step(required):
    make_user("aigul", "Publisher")
    client = logged_in("aigul")
    assert client.get("/admin/logout/").status_code == 405
    assert client.post("/admin/logout/").status_code == 200
    assert not Session.objects.exists()
    assert client.get(SET_UP)["Location"].startswith(LOGIN)


def test_cookies_are_sent_only_to_the_desk_and_hidden_from_scripts():
    make_user("aigul", "Editor")
    client = Client()
    client.get(LOGIN)
    cookies = log_in("aigul", client=client).client.cookies
    client.post("/admin/language/", {"language": "kk"})
    assert set(cookies) == {"session", "csrf", "language"}
    for cookie in cookies.values():
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/admin/", True, "Lax")


@pytest.mark.parametrize("password", ["short", "aigul-aigul-aigul", "123456789012345", "1q2w3e4r5t6y"])
def test_weak_passwords_are_refused(password):
    client = logged_in(make_user("aigul-aigul", "Editor").username)
    data = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    assert "new_password2" in client.post("/admin/password_change/", data).context["form"].errors


def test_a_new_password_ends_other_sessions():
    make_user("aigul", "Editor")
    here, elsewhere = logged_in("aigul"), logged_in("aigul")
    new = "another long password"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post("/admin/password_change/", data)["Location"] == "/admin/password_change/done/"
    assert opens(here)
    assert not opens(elsewhere)
    assert opens(logged_in("aigul", new))


def test_a_form_from_before_log_in_explains_what_to_do():
    make_user("aigul", "Editor")
    client = Client(enforce_csrf_checks=True)
    answer = client.post(LOGIN, {"username": "aigul", "password": PASSWORD})
    assert answer.status_code == 403
    assert "Nothing was saved" in answer.content.decode()


# Public pages, and languages


@pytest.mark.parametrize("address", ["/", "/quotes/", "/themes/", "/search/?q=state", "/no-such-page/"])
def test_public_pages_ignore_editors_and_have_one_language(address):
    QuoteFactory(public=True, date="2020-09-01", date_precision="day")
    client = logged_in(make_user("aigul", "Editor").username)
    set_up(client)
    client.post("/admin/language/", {"language": "ru"})
    plain = Client().get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address, headers={"accept-language": "kk"})
    assert answer.content == plain.content
    assert '<html lang="en"' in answer.content.decode()
    assert not answer.cookies
    assert answer["Vary"] == plain["Vary"] == "Accept-Encoding"
    sql = " ".join(query["sql"] for query in queries)
    assert not [table for table in ("auth_", "otp_", "axes_", "django_session") if table in sql]


def test_users_not_logged_in_who_send_much_are_told_what_to_do(required):
    address, much = "/admin/initiatives/quote/import/", {"text": "a" * 100_000}
    make_user("aigul", "Editor")
    with_password_only = logged_in("aigul")
    for client in (Client(), with_password_only):
        answer = client.post(address, much)
        assert answer.status_code == 413
        assert "You are not logged in. Log in on another page, go back" in answer.content.decode()
    set_up(with_password_only)
    assert with_password_only.post(address, much).status_code == 200
    answer = with_password_only.post("/admin/mail/", {"text": "a" * 1_000_000})
    assert answer.status_code == 413
    assert "Go back and send less; nothing was changed." in answer.content.decode()


def test_the_desk_uses_the_browsers_language_or_the_chosen_one():
    client = Client()
    assert language_of(client.get(LOGIN)) == "en"
    assert language_of(client.get(LOGIN, headers={"accept-language": "ru-RU,ru;q=0.9"})) == "ru"
    assert language_of(client.get(LOGIN, headers={"accept-language": "de"})) == "en"
    answer = client.post("/admin/language/", {"language": "kk", "next": "/admin/login/?next=/admin/"})
    assert answer["Location"] == "/admin/login/?next=/admin/"
    page = client.get(LOGIN, headers={"accept-language": "ru"})
    assert language_of(page) == "kk"
    assert page["Content-Language"] == "kk"
    assert {"Cookie", "Accept-Language"} <= {name.strip() for name in page["Vary"].split(",")}
    # Other languages are ignored.
    client.post("/admin/language/", {"language": "xx"})
    client.get("/admin/language/?language=ru")
    assert language_of(client.get(LOGIN)) == "kk"


def test_a_missing_page_of_the_desk_is_a_page_of_the_public_site():
    client = logged_in(make_user("aigul", "Editor").username)
    answer = client.get("/admin/no-such-page/", headers={"accept-language": "ru"})
    assert answer.status_code == 404
    assert language_of(answer) == "en"


def test_addresses_match_their_names():
    assert (reverse("admin:second_factor"), reverse("admin:recovery_codes")) == (OVERVIEW, CODES)
