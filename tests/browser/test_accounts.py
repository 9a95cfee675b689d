"""Logging in to the editors' desk in a real browser; test_desk_pages checks its pages."""

import re
import time
from binascii import unhexlify

import pytest
from axes.models import AccessAttempt
from django.conf import settings as site_settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
PASSWORD = "correct horse battery"


@pytest.fixture
def accounts(site):
    """An editor, a publisher and an administrator, for one test."""
    for name, group in (("aigul", "Editor"), ("daniyar", "Publisher")):
        user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
        user.groups.add(Group.objects.get(name=group))
    User.objects.create_superuser("root", password=PASSWORD)
    yield
    for model in (User, AccessAttempt):
        model.objects.all().delete()
    call_command("clearsessions")


def log_in(here: Visit, name: str, password: str = PASSWORD) -> Page:
    page = here.open("/admin/") if "/admin/login/" not in here.page.url else here.page
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(password)
    page.locator("#login-form input[type=submit]").click()
    return page


def code(key: str, ahead: int = 0) -> str:
    """Return the code that an app with this key will show after some steps."""
    clock = TOTP(unhexlify(key))
    clock.time = time.time() + 30 * ahead
    return f"{clock.token():06}"


def test_a_publisher_sets_up_the_second_factor_and_uses_it(visit, accounts, settings):
    settings.SECOND_FACTOR = True
    here = visit()
    page = log_in(here, "daniyar")
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up your second factor")
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    expect(page.locator("#nav-sidebar")).to_have_count(0)
    # The key in letters is the same as in the QR code: typed into an app, it gives the right codes.
    shown = page.locator(".access-key").inner_text().replace(" ", "")
    assert f"secret={shown}" in page.get_by_role("link", name="Open the app").get_attribute("href")
    page.get_by_label("Code shown in the app").fill("000000")
    page.get_by_role("button", name="Set up").click()
    expect(page.locator(".errorlist")).to_contain_text("This code is wrong")
    assert page.locator(".access-key").inner_text().replace(" ", "") == shown
    key = page.evaluate(
        """key => [...key].reduce((bits, letter) =>
        bits + 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'), '')""",
        shown,
    )
    key = f"{int(key, 2):040x}"
    page.get_by_label("Code shown in the app").fill(code(key))
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    codes = page.locator(".access-codes code").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("link", name="I have saved the codes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("To do")
    page.get_by_role("button", name="Log out").click()

    log_in(here, "daniyar")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in: second step")
    expect(page.get_by_label("Code")).to_be_focused()
    page.keyboard.type(code(key, 1))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("To do")
    page.get_by_role("button", name="Log out").click()

    log_in(here, "daniyar")
    page.get_by_label("Code").fill(codes[4])
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".messagelist")).to_contain_text("9 recovery codes left")
    assert here.faults == []


def test_an_editor_may_add_a_second_factor_and_remove_it_again(visit, accounts):
    here = visit(viewport=PHONE)
    page = log_in(here, "aigul")
    page.get_by_role("link", name="Second factor").click()
    page.get_by_role("link", name="Set up a second factor").click()
    session_key = re.search(r"secret=(\w+)", page.get_by_role("link", name="Open the app").get_attribute("href"))
    assert session_key
    page.get_by_role("link", name="Home").click()
    device = TOTPDevice.objects.create(user=User.objects.get(username="aigul"), name="app")
    StaticDevice.objects.create(user=device.user, name="recovery codes")
    page.reload()
    page.get_by_label("Code").fill(code(device.key))
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Second factor").click()
    page.get_by_role("link", name="Remove").click()
    page.get_by_label("Your password").fill("wrong")
    page.get_by_role("button", name="Yes, remove it").click()
    expect(page.locator(".errorlist")).to_have_text("Wrong password. Try again.")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Yes, remove it").click()
    expect(page.locator(".messagelist")).to_contain_text("with your password only")
    assert here.faults == []


def test_the_lockout_page_says_how_long_it_lasts(visit, accounts):
    here = visit()
    for _attempt in range(site_settings.AXES_FAILURE_LIMIT):
        page = log_in(here, "aigul", "wrong")
        page.wait_for_load_state()
    expect(page.get_by_role("heading", level=1)).to_have_text("Too many failed log-ins")
    expect(page.locator("main")).to_contain_text("Try again in 15 minutes")
    page.get_by_role("link", name="Back to log-in").click()
    expect(page.locator("#id_username")).to_be_visible()
    assert [fault for fault in here.faults if "429" not in fault] == []


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_language_of_the_desk_can_be_changed(visit, accounts, script):
    here = visit(java_script_enabled=script, locale="ru-RU")
    page = here.open("/admin/")
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    page.get_by_role("button", name="Қазақ").click()
    expect(page.locator("html")).to_have_attribute("lang", "kk")
    expect(page.get_by_role("button", name="Қазақ")).to_have_attribute("aria-current", "true")
    log_in(here, "aigul")
    here.open("/admin/initiatives/quote/?q=state")
    expect(page.locator("html")).to_have_attribute("lang", "kk")
    page.get_by_role("button", name="Русский").click()
    assert here.path() == "/admin/initiatives/quote/?q=state"
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    here.open("/quotes/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert here.faults == []


def test_the_colour_scheme_follows_the_switch_as_well_as_the_system(visit):
    page = visit(color_scheme="light").open("/admin/login/")
    colours = "getComputedStyle(document.body).backgroundColor + getComputedStyle(document.body).color"
    light = page.evaluate(colours)
    toggle = page.locator(".theme-toggle")
    for _press in range(3):
        toggle.click()
        if page.locator("html").get_attribute("data-theme") == "dark":
            break
    dark = page.evaluate(colours)
    assert dark != light
    page.reload()
    assert page.evaluate(colours) == dark
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(colours) == dark
