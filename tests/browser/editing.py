"""What the browser tests of the editors' desk share: members of the staff, logged in, and axe without Django's own."""

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.test import Client
from playwright.sync_api import Page

from tests.browser.conftest import Visit

# The rules of WCAG 2.0 to 2.2, A and AA.
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
}


def staff(group: str, name: str) -> User:
    """Return a member of the staff in a group, made if need be."""
    user, made = User.objects.get_or_create(username=name, defaults={"is_staff": True})
    if made:
        user.set_password("a long password of tests")
        user.save()
        user.groups.add(Group.objects.get(name=group))
    return user


def log_in(here: Visit, user: User) -> Visit:
    """Log a visit in, without the form."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    here.page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": here.site.url}])
    return here


def log_out(here: Visit) -> None:
    """Let the session of a visit expire."""
    here.page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong with a page, but for Django's own breadcrumbs, whose links are not underlined.

    Axe writes styles of its own, which our policy blocks and the console reports: look at a visit's faults before.
    """
    found = Axe().run(page, context={"exclude": [[".breadcrumbs"]]}, options=AXE_OPTIONS).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]
