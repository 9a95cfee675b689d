"""Getting to the editors' desk: log-in and its lockout, the second factor, sessions, languages."""

import re
import time
from binascii import unhexlify
from datetime import timedelta
from io import StringIO

import pytest
from axes.models import AccessAttempt
from django.conf import settings as site_settings
from django.contrib import admin
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import Group, Permission, User
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, reverse
from django.utils import timezone, translation
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from initiatives.accounts import second_factor
from initiatives.accounts.lockout import client_address
from tests.factories import QuoteFactory

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
LOGIN, INDEX = "/admin/login/", "/admin/"
SET_UP, VERIFY = "/admin/second-factor/set-up/", "/admin/second-factor/verify/"
CODES, OVERVIEW, REMOVE = "/admin/second-factor/codes/", "/admin/second-factor/", "/admin/second-factor/remove/"


@pytest.fixture(autouse=True)
def own_language():
    """Begin and end in English, whatever a request left."""
    yield
    translation.activate(site_settings.LANGUAGE_CODE)


@pytest.fixture
def required(settings):
    """Ask publishers and administrators for a second factor."""
    settings.SECOND_FACTOR = True


def make_user(name: str, group: str = "", **fields) -> User:
    user = User.objects.create_user(name, password=PASSWORD, **{"is_staff": True, **fields})
    if group:
        user.groups.add(Group.objects.get(name=group))
    return user


def log_in(name: str, password: str = PASSWORD, client: Client | None = None, **more):
    """Send the log-in form; return the answer, whose `client` is logged in if all went well."""
    return (client or Client()).post(LOGIN, {"username": name, "password": password, "next": INDEX}, **more)


def logged_in(name: str, password: str = PASSWORD) -> Client:
    """Return a browser that has given a name and a password by the form."""
    answer = log_in(name, password)
    assert answer.status_code == 302, "log-in failed"
    return answer.client


def totp(key: str, ahead: int = 0) -> str:
    """Return the code that an app with this key shows, some steps of 30 seconds from now."""
    clock = TOTP(unhexlify(key))
    clock.time = time.time() + 30 * ahead
    return f"{clock.token():06}"


def session_key(client: Client) -> str:
    return client.session["second_factor_key"]


def set_up(client: Client, **more) -> list[str]:
    """Set up the app of a browser's user; return the recovery codes that are shown."""
    client.get(SET_UP)
    answer = client.post(SET_UP, {"code": totp(session_key(client)), **more}, follow=True)
    assert answer.context["codes"], answer.context["form"].errors
    return answer.context["codes"]


def opens(client: Client, address: str = "/admin/initiatives/quote/") -> bool:
    return client.get(address).status_code == 200


# Log-in and lockout.


def test_a_name_is_closed_to_an_address_after_ten_failures():
    make_user("aigul", "Editor")
    for _attempt in range(9):
        assert log_in("aigul", "wrong").status_code == 200
    answer = log_in("aigul", "wrong")
    assert answer.status_code == 429
    assert "15 minutes" in answer.content.decode()
    assert answer["Retry-After"] == "900"
    assert "no-store" in answer["Cache-Control"]
    assert log_in("aigul").status_code == 429, "the right password does not help either"
    # Nobody is locked out from elsewhere, and nobody else from here.
    assert log_in("aigul", REMOTE_ADDR="192.0.2.7").status_code == 302
    make_user("daniyar", "Editor")
    assert log_in("daniyar").status_code == 302


def test_the_lock_opens_by_itself_and_trying_does_not_prolong_it():
    make_user("aigul", "Editor")
    for _attempt in range(10):
        log_in("aigul", "wrong")
    locked = AccessAttempt.objects.get()
    assert log_in("aigul").status_code == 429
    assert AccessAttempt.objects.get().attempt_time == locked.attempt_time
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert log_in("aigul").status_code == 302
    assert not AccessAttempt.objects.exists()


def test_success_counts_from_the_start_and_old_attempts_are_deleted():
    make_user("aigul", "Editor")
    log_in("somebody-else", "wrong")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(days=1))
    for _attempt in range(9):
        log_in("aigul", "wrong")
    assert not AccessAttempt.objects.filter(username="somebody-else").exists()
    assert log_in("aigul").status_code == 302
    assert log_in("aigul", "wrong").status_code == 200


def test_another_browser_is_no_way_round_the_lock():
    make_user("aigul", "Editor")
    for number in range(10):
        log_in("aigul", "wrong", headers={"user-agent": f"browser {number}"})
    assert log_in("aigul", headers={"user-agent": "another"}).status_code == 429


def _said(answer, name: str) -> str:
    """Return a page's words without what is different each time."""
    content = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    return content.replace(name, "NAME")


class CountingHasher(MD5PasswordHasher):
    """Counts how many passwords are hashed."""

    hashed = 0

    def encode(self, password, salt):
        """Hash one."""
        type(self).hashed += 1
        return super().encode(password, salt)


def test_log_in_never_tells_whether_a_name_exists(settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
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
def test_nor_does_the_lock(name):
    make_user("known", "Editor")
    answers = [log_in(name, "wrong") for _attempt in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 9 + [429] * 2
    assert name not in answers[-1].content.decode()


@pytest.mark.parametrize("typed", ["\0", "a\0b", "x" * 5000, "'; drop", "ә" * 150, "\u202e", " "])
def test_nothing_typed_at_log_in_fails(typed):
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
def test_addresses_are_those_that_the_proxy_writes(settings, direct, forwarded, https, address):
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


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_no_page_leads_elsewhere(elsewhere):
    make_user("aigul", "Editor")
    client = Client()
    answer = client.post(LOGIN, {"username": "aigul", "password": PASSWORD, "next": elsewhere})
    assert answer["Location"] == INDEX
    assert elsewhere not in client.get(SET_UP, {"next": elsewhere}).context["next"]
    answer = client.post("/admin/language/", {"language": "ru", "next": elsewhere})
    assert answer["Location"] == "/"
    client.get(SET_UP)
    answer = client.post(f"{SET_UP}?next={elsewhere}", {"code": totp(session_key(client)), "next": elsewhere})
    assert elsewhere not in answer["Location"]
    assert client.get(CODES, {"next": elsewhere}).context["go_on"] == INDEX
    client = logged_in("aigul")
    key = TOTPDevice.objects.get().key
    answer = client.post(f"{VERIFY}?next={elsewhere}", {"code": totp(key, 1), "next": elsewhere})
    assert answer["Location"] == INDEX


# The second factor.


def admin_addresses(patterns=None, prefix=INDEX) -> list[str]:
    """Return an address for every pattern of the desk, with some value in the place of each argument."""
    found = []
    for pattern in admin.site.get_urls() if patterns is None else patterns:
        route = str(pattern.pattern)
        if route.startswith("^(?P<app_label>"):
            route = "initiatives/"
        elif route.startswith("(?P<url>"):
            route = "no-such-page"
        path = prefix + re.sub(r"<[^>]+>", "1", route)
        if isinstance(pattern, URLResolver):
            found += admin_addresses(pattern.url_patterns, path)
        else:
            found.append(path)
    return found


# What is there for who has given the password only: the step itself, another language, and the way out.
OPEN = {LOGIN, SET_UP, VERIFY, "/admin/language/", "/admin/logout/"}


def test_the_walk_over_the_desk_reaches_its_pages():
    addresses = set(admin_addresses())
    assert {
        INDEX,
        OVERVIEW,
        CODES,
        "/admin/jsi18n/",
        "/admin/autocomplete/",
        "/admin/password_change/",
        "/admin/initiatives/quote/",
        "/admin/initiatives/quote/add/",
        "/admin/initiatives/quote/1/change/",
        "/admin/auth/user/1/password/",
    } <= addresses
    assert len(addresses) > 60


@pytest.mark.parametrize("who", ["publisher", "root"])
@pytest.mark.parametrize("has_app", [False, True])
def test_no_page_of_the_desk_opens_without_the_second_factor(required, who, has_app):
    user = User.objects.create_superuser(who, password=PASSWORD) if who == "root" else make_user(who, "Publisher")
    QuoteFactory(pk=1, public=True)
    if has_app:
        TOTPDevice.objects.create(user=user, name="app")
    client = logged_in(who)
    step = VERIFY if has_app else SET_UP
    for address in admin_addresses():
        if address in OPEN:
            continue
        for method in (client.get, client.post):
            answer = method(address)
            assert answer.status_code == 302, (address, answer.status_code)
            assert answer["Location"].startswith(f"{step}?next="), address
            assert "no-store" in answer["Cache-Control"], address
    # The steps themselves: only the one that is due, and nothing of the desk around it.
    page = client.get(step)
    assert page.status_code == 200
    assert "/admin/initiatives/" not in page.content.decode()
    assert "/admin/auth/" not in page.content.decode()
    assert client.get(SET_UP if has_app else VERIFY)["Location"] == step


def test_no_page_of_the_desk_is_kept_or_seen_by_visitors():
    editor = logged_in(make_user("aigul", "Editor").username)
    for address in admin_addresses():
        answer = Client().get(address)
        assert "no-store" in answer["Cache-Control"], address
        assert answer.status_code == 302 or address in OPEN, address
        if address != "/admin/logout/":
            assert "no-store" in editor.get(address)["Cache-Control"], address


@pytest.mark.parametrize(
    ("group", "fields", "right", "needed"),
    [
        ("Editor", {}, "", False),
        ("Publisher", {}, "", True),
        ("", {"is_superuser": True}, "", True),
        ("Editor", {}, "publish_theme", True),
        ("", {}, "add_user", True),
        ("", {}, "change_group", True),
        ("", {}, "delete_quote", False),
    ],
)
def test_who_must_have_a_second_factor(required, settings, group, fields, right, needed):
    user = make_user("somebody", group, **fields)
    if right:
        user.user_permissions.add(Permission.objects.get(codename=right))
    assert second_factor.is_required(User.objects.get()) == needed
    assert opens(logged_in("somebody"), INDEX) == (not needed)
    settings.SECOND_FACTOR = False
    assert not second_factor.is_required(User.objects.get())
    assert opens(logged_in("somebody"), INDEX)


def test_first_log_in_of_an_administrator_sets_up_the_app_and_goes_on(required):
    User.objects.create_superuser("root", password=PASSWORD)
    client = Client()
    target = "/admin/initiatives/quote/?q=state"
    answer = client.get(target, follow=True)
    answer = client.post(
        answer.redirect_chain[-1][0], {"username": "root", "password": PASSWORD, "next": target}, follow=True
    )
    assert answer.redirect_chain[-1][0].startswith(SET_UP)
    page = answer.content.decode()
    assert "<svg" in page
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
    # The codes were shown once, and the key is nowhere any more.
    assert client.get(CODES).context["codes"] is None
    assert "second_factor_key" not in client.session


def test_the_app_is_asked_for_at_every_log_in_and_each_code_works_once():
    make_user("aigul", "Editor")
    set_up(logged_in("aigul"))
    key = TOTPDevice.objects.get().key
    client = logged_in("aigul")
    assert not opens(client)
    # The code that set the app up was used.
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


def test_wrong_codes_make_wait_longer_each_time():
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
    # The recovery codes wait for nobody's guesses at the app's.
    code = second_factor.new_recovery_codes(user)[0]
    client.post(VERIFY, {"code": code})
    assert opens(client)


@pytest.mark.parametrize(
    "typed", ["", "\0", "1" * 32, "1" * 500, "۱۲۳۴۵۶", "-1", "+12345", "1e5", "abcd-efgh", "ә", "²"]
)
def test_nothing_typed_as_a_code_fails_or_opens(typed):
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


def test_each_recovery_code_opens_once_and_it_is_said_when_few_are_left():
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
    StaticToken.objects.exclude(token__in=[code.replace("-", "") for code in codes[:3]]).delete()
    answer = again.post(VERIFY, {"code": codes[1].replace("-", " ")}, follow=True)
    assert "1 recovery code left. Make new ones" in answer.content.decode()


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


def test_a_session_shows_its_own_key_only():
    make_user("aigul", "Publisher")
    mine, others = logged_in("aigul"), logged_in("aigul")
    mine.get(SET_UP)
    others.get(SET_UP)
    assert session_key(mine) != session_key(others)
    mine.get(SET_UP)
    set_up(mine)
    # What the other has seen sets nothing up, and opens nothing.
    other_key = session_key(others)
    assert others.post(SET_UP, {"code": totp(other_key)})["Location"] == VERIFY
    others.post(VERIFY, {"code": totp(other_key, 1)})
    assert not opens(others)


def test_replacing_the_app_takes_the_password_and_closes_other_sessions():
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


def test_guessing_the_password_inside_is_locked_too():
    make_user("aigul", "Editor")
    client = logged_in("aigul")
    set_up(client)
    answers = [client.post(REMOVE, {"password": "wrong"}) for _attempt in range(10)]
    assert [answer.status_code for answer in answers] == [200] * 9 + [429]
    assert TOTPDevice.objects.exists()


def test_new_recovery_codes_take_the_place_of_the_old():
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


def test_who_need_not_have_one_removes_it(settings):
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
    data = {"action": "reset_second_factor", "_selected_action": [user.pk], "index": "0"}
    answer = client.post("/admin/auth/user/", data, follow=True)
    assert "1 second factor was removed." in answer.content.decode()
    assert not TOTPDevice.objects.exists()
    assert "Second factor removed" in client.get(f"/admin/auth/user/{user.pk}/history/").content.decode()


def test_who_manages_accounts_does_not_touch_superusers():
    manager = make_user("manager")
    manager.user_permissions.set(Permission.objects.filter(content_type__app_label="auth"))
    root = User.objects.create_superuser("root", password=PASSWORD)
    TOTPDevice.objects.create(user=root, name="app")
    client = logged_in("manager")
    client.post("/admin/auth/user/", {"action": "reset_second_factor", "_selected_action": [root.pk], "index": "0"})
    assert TOTPDevice.objects.exists()
    assert client.get(f"/admin/auth/user/{root.pk}/password/").status_code == 403
    assert client.post(f"/admin/auth/user/{root.pk}/change/", {"username": "mine"}).status_code == 403
    assert client.post(f"/admin/auth/user/{root.pk}/delete/", {"post": "yes"}).status_code == 403
    form = client.get(f"/admin/auth/user/{manager.pk}/change/").context["adminform"].form
    assert "groups" in form.fields
    assert not {"is_superuser", "user_permissions"} & set(form.fields)


def test_keys_and_codes_have_no_pages():
    assert not {TOTPDevice, StaticDevice, StaticToken} & set(admin.site._registry)


def test_the_list_of_accounts_asks_no_more_as_it_grows():
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


# Sessions.


def age(client: Client, **seconds: int) -> None:
    """Make a session older: `began` or `seen` so many seconds ago."""
    session = client.session
    for name, ago in seconds.items():
        session[f"desk_{name}"] = int(time.time()) - ago
    session.save()


@pytest.mark.parametrize(
    ("times", "stays"),
    [
        ({"seen": 7100}, True),
        ({"seen": 7300}, False),
        ({"began": 43100, "seen": 10}, True),
        ({"began": 43300, "seen": 10}, False),
    ],
)
def test_a_session_ends_after_so_long_and_after_so_long_without_a_page(times, stays):
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


def test_pages_keep_a_session_open_but_do_not_write_each_time():
    client = logged_in(make_user("aigul", "Editor").username)
    age(client, seen=400)
    assert opens(client)
    assert client.session["desk_seen"] > time.time() - 5
    with CaptureQueriesContext(connection) as queries:
        assert opens(client)
    assert not [query for query in queries if "UPDATE" in query["sql"] and "django_session" in query["sql"]]


def test_an_old_session_does_not_set_up_or_verify():
    make_user("aigul", "Publisher")
    client = logged_in("aigul")
    age(client, seen=7300)
    assert client.get(SET_UP)["Location"].startswith(LOGIN)


def test_a_session_without_clocks_is_over():
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


def test_cookies_go_to_the_desk_only_and_not_to_scripts():
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


def test_a_form_from_before_the_log_in_says_what_to_do():
    make_user("aigul", "Editor")
    client = Client(enforce_csrf_checks=True)
    answer = client.post(LOGIN, {"username": "aigul", "password": PASSWORD})
    assert answer.status_code == 403
    assert "Nothing was saved" in answer.content.decode()


# Public pages, and languages.


@pytest.mark.parametrize("address", ["/", "/quotes/", "/themes/", "/search/?q=state", "/no-such-page/"])
def test_public_pages_know_no_editors_and_one_language(address):
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


def language_of(answer) -> str:
    return re.search(r'<html lang="([^"]+)"', answer.content.decode())[1]


def test_the_desk_speaks_the_browsers_language_or_the_chosen_one():
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
    # Nothing else is a language.
    client.post("/admin/language/", {"language": "xx"})
    client.get("/admin/language/?language=ru")
    assert language_of(client.get(LOGIN)) == "kk"


def test_a_missing_page_of_the_desk_is_a_page_of_the_site():
    client = logged_in(make_user("aigul", "Editor").username)
    answer = client.get("/admin/no-such-page/", headers={"accept-language": "ru"})
    assert answer.status_code == 404
    assert language_of(answer) == "en"


def test_every_address_is_known_by_name():
    assert (reverse("admin:second_factor"), reverse("admin:recovery_codes")) == (OVERVIEW, CODES)
