"""Helpers for the browser tests of the editors' desk: members of staff and their actions."""

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.test import Client
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit


def staff(group: str, name: str) -> User:
    """Return a member of staff in a group, created if needed."""
    user, made = User.objects.get_or_create(username=name, defaults={"is_staff": True})
    if made:
        user.set_password("a long password of tests")
        user.save()
        user.groups.add(Group.objects.get(name=group))
    return user


def log_in(here: Visit, user: User) -> Visit:
    """Log in without the form."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    here.page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": here.site.url}])
    return here


def log_out(here: Visit) -> None:
    """Let the session of a visit expire."""
    here.page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)


def pick(page: Page, field: str, typed: str, name: str) -> None:
    """Choose from a select field as a user does: open it, type, click."""
    page.locator(f".field-{field} .select2-selection").first.click()
    # Wait for the results for the typed words: a click on the previous list would be lost.
    with page.expect_response(lambda answer: "term=" in answer.url):
        page.locator(".select2-search__field").last.fill(typed)
    page.locator(".select2-results__option", has_text=name).first.click()


def save(page: Page, said: str = "") -> None:
    """Save a form of the desk, and wait for the confirmation."""
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_contain_text(said or "was changed successfully")


def act(page: Page, action: str, button: str, *names: str) -> None:
    """Choose all items in the current list, or some by name, and an action; `button` confirms it."""
    for row in [page.get_by_role("row").filter(has_text=name) for name in names] or [page.locator("thead")]:
        row.get_by_role("checkbox").check()
    page.locator("select[name=action]").select_option(label=action)
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_role("button", name=button)).to_be_visible()


def choose_file(page: Page, content: bytes, name: str) -> None:
    """Choose a file to import, and open the preview."""
    page.get_by_label("File").set_input_files({"name": name, "mimeType": "", "buffer": content})
    page.get_by_role("button", name="Preview the import").click()


def totals(page: Page) -> dict[str, int]:
    """Return the number of rows of each kind in an import's preview."""
    page.locator(".totals").wait_for()
    counts = [line.split(maxsplit=1) for line in page.locator(".totals li").all_inner_texts()]
    return {label: int(number) for number, label in counts if int(number)}
