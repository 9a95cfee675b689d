"""Every main page of the desk as it is seen: accessible, on a phone too, in light and dark, under our policy."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP
from tests.browser.desk_pages import answers_of_the_desk, desk_pages
from tests.browser.editing import log_in
from tests.browser.test_pages import AXE_OPTIONS, SMALL_TARGETS

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}

# What axe finds in Django's own pages, by rule and by what it is found in: widgets and scripts that we do not replace.
STOCK = {
    ("label-title-only", "#searchbar"),  # the search field of a list has a title and a hidden label with a picture
    ("label", "_0"),  # day and time are two fields under one legend
    ("label", "_1"),
    ("label", "select2"),  # fields that Select2 makes
    ("list", "select2"),
    ("aria-input-field-name", "select2"),
    ("aria-prohibited-attr", ".help-tooltip"),  # the two boxes in which groups and permissions are chosen
}
# Smaller than 24 px: the field inside a pick list that is itself large enough; arrows that are taken from around.
SMALL_IN_LARGE = {"", "select2-search__field", "Remove from sorting", "Toggle sorting"}


@pytest.fixture(scope="module")
def root(site, django_db_blocker) -> User:
    """A superuser."""
    with django_db_blocker.unblock():
        return User.objects.create_superuser("root")


@pytest.fixture(scope="module")
def pages(root, django_db_blocker) -> dict[str, str]:
    """The address of each page by what it is."""
    with django_db_blocker.unblock():
        return desk_pages(root)


def new_violations(page: Page) -> list[str]:
    """Return what axe finds that is not Django's own, in both schemes."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for violation in Axe().run(page, options=AXE_OPTIONS).response["violations"]:
            for node in violation["nodes"]:
                where = " ".join(map(str, node["target"]))
                if not any(rule == violation["id"] and part in where for rule, part in STOCK):
                    found.append(f"{scheme}: {violation['id']} at {where}: {node['failureSummary']}")
    return found


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_axe_finds_at_the_desk_only_what_django_has(visit, pages, root, viewport):
    here = visit(viewport=viewport, reduced_motion="reduce", bypass_csp=True)
    found = {"log-in": new_violations(here.open("/admin/login/"))}
    log_in(here, root)
    for name, path in pages.items():
        found[name] = new_violations(here.open(path))
    for name, page in answers_of_the_desk(here):
        found[name] = new_violations(page)
    device = TOTPDevice.objects.create(user=root, name="app")
    found["verify"] = new_violations(here.open("/admin/"))
    assert here.path().startswith("/admin/second-factor/verify/")
    here.page.get_by_label("Code").fill("000000")
    here.page.get_by_role("button", name="Go on").click()
    found["wrong code"] = new_violations(here.page)
    device.delete()
    assert {name: violations for name, violations in found.items() if violations} == {}


def test_the_desk_fits_a_phone(visit, pages, root):
    here = visit(viewport=PHONE)
    faults = {}

    def look(name: str, page: Page) -> None:
        width = page.evaluate("document.documentElement.scrollWidth")
        small = set(page.evaluate(SMALL_TARGETS)) - SMALL_IN_LARGE
        if width > PHONE["width"] or small:
            faults[name] = (width, small)

    look("log-in", here.open("/admin/login/"))
    log_in(here, root)
    for name, path in pages.items():
        look(name, here.open(path))
    for name, page in answers_of_the_desk(here):
        look(name, page)
    assert faults == {}
    # No policy was broken on the way, either: the console would say so.
    assert here.faults == []
