"""Every main page of the desk is accessible, on desktops and phones, in light and dark, and follows our policy."""

import pytest
from django.contrib.auth.models import User
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.browser.conftest import PHONE, Visit
from tests.browser.desk_pages import answers_of_the_desk, desk_pages
from tests.browser.editing import log_in
from tests.browser.looks import overhang, small_targets, violations

pytestmark = pytest.mark.browser

# Axe's findings in Django's own pages, by rule and element: widgets and scripts that we do not replace.
STOCK = {
    ("label-title-only", "#searchbar"),  # the search field of a list has a title and a hidden label with an image
    ("label", "_0"),  # day and time are two fields under one legend
    ("label", "_1"),
    ("list", "select2"),  # a button among the chosen values
    ("aria-prohibited-attr", ".help-tooltip"),  # the two boxes for choosing groups and permissions
    ("target-size", "#id_"),  # a field covered by the buttons at the bottom of the window until scrolled
}
# Smaller than 24 px: the field inside a select that is itself large enough; arrows with a larger click area.
SMALL_IN_LARGE = {"", "select2-search__field", "Remove from sorting", "Toggle sorting"}


@pytest.fixture(scope="module")
def root(site, django_db_blocker) -> User:
    """A superuser."""
    with django_db_blocker.unblock():
        return User.objects.create_superuser("root")


@pytest.fixture(scope="module")
def pages(root, django_db_blocker) -> dict[str, str]:
    """The address of each page by name."""
    with django_db_blocker.unblock():
        return desk_pages(root)


def look(here: Visit, name: str) -> dict[tuple[str, str], object]:
    """Return the problems of the current page by name and check; empty if there are none.

    It is checked as it was opened, then at a phone's width; in dark colours too, unless it is a plain list.
    """
    page = here.page
    faults = {"failed in silence": list(here.faults), "sticks out": max(0, overhang(page))}
    # No console errors, policy violations or requests to other hosts: axe causes some, so they were read first.
    faults["keeps people out"] = _violations(here)
    page.set_viewport_size(PHONE)
    faults["sticks out of a phone"] = max(0, overhang(page))
    faults["too small"] = sorted(set(small_targets(page)) - SMALL_IN_LARGE)
    if not name.startswith("list of"):
        page.emulate_media(color_scheme="dark")
        faults["keeps people out of a dark phone"] = _violations(here)
        page.emulate_media(color_scheme="light")
    page.set_viewport_size(here.viewport)
    here.faults.clear()
    return {(name, what): fault for what, fault in faults.items() if fault}


def _violations(here: Visit) -> list[tuple[str, str, str]]:
    return [
        (rule, where, why)
        for rule, where, why in violations(here.page)
        if not any(rule == known and part in where for known, part in STOCK)
    ]


def test_the_desk_has_no_faults_but_those_of_django(visit, pages, root):
    here = visit(color_scheme="light")
    here.open("/admin/login/")
    found = look(here, "log-in")
    log_in(here, root)
    for name, path in pages.items():
        here.open(path)
        found |= look(here, name)
    for name, _page in answers_of_the_desk(here):
        found |= look(here, name)
    device = TOTPDevice.objects.create(user=root, name="app")
    here.open("/admin/")
    found |= look(here, "verify")
    assert here.path().startswith("/admin/second-factor/verify/")
    here.page.get_by_label("Code").fill("000000")
    here.page.get_by_role("button", name="Continue").click()
    here.page.locator(".errorlist").wait_for()
    found |= look(here, "wrong code")
    device.delete()
    assert found == {}
