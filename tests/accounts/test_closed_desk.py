"""No page of the desk opens without a log-in and, where required, a second factor."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.accounts.support import (
    CODES,
    INDEX,
    LOGIN,
    OPEN,
    OVERVIEW,
    PASSWORD,
    SET_UP,
    VERIFY,
    admin_addresses,
    logged_in,
    make_user,
    session_key,
    totp,
)
from tests.factories import QuoteFactory

pytestmark = [pytest.mark.django_db]


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_no_page_redirects_to_another_site(elsewhere):
    make_user("aigul", "Editor")
    client = Client()
    answer = client.post(LOGIN, {"username": "aigul", "password": PASSWORD, "next": elsewhere})
    assert answer["Location"] == INDEX
    assert elsewhere not in client.get(SET_UP, {"next": elsewhere}).context["next"]
    answer = client.post("/admin/language/", {"language": "ru", "next": elsewhere})
    assert answer["Location"] == "/ru/"  # the home page in the language chosen
    client.get(SET_UP)
    answer = client.post(f"{SET_UP}?next={elsewhere}", {"code": totp(session_key(client)), "next": elsewhere})
    assert elsewhere not in answer["Location"]
    assert client.get(CODES, {"next": elsewhere}).context["go_on"] == INDEX
    client = logged_in("aigul")
    key = TOTPDevice.objects.get().key
    answer = client.post(f"{VERIFY}?next={elsewhere}", {"code": totp(key, 1), "next": elsewhere})
    assert answer["Location"] == INDEX


def test_the_list_of_addresses_includes_the_pages_of_the_desk():
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
    # Only the step that is due opens, and shows nothing of the desk.
    page = client.get(step)
    assert page.status_code == 200
    assert "/admin/initiatives/" not in page.content.decode()
    assert "/admin/auth/" not in page.content.decode()
    assert client.get(SET_UP if has_app else VERIFY)["Location"] == step


def test_desk_pages_are_never_cached_or_shown_to_visitors():
    editor = logged_in(make_user("aigul", "Editor").username)
    for address in admin_addresses():
        answer = Client().get(address)
        assert "no-store" in answer["Cache-Control"], address
        assert answer.status_code == 302 or address in OPEN, address
        if address != "/admin/logout/":
            assert "no-store" in editor.get(address)["Cache-Control"], address
