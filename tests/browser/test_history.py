"""History on the desk: an editor compares and restores a draft, a publisher corrects a public quote."""

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page, expect

from initiatives.models import Quote
from tests import factories

pytestmark = pytest.mark.browser

PASSWORD = "a-long-password-of-tests"


@pytest.fixture(scope="module")
def quotes(site, django_db_blocker) -> dict[str, Quote]:
    """A draft and a public quote, and the accounts of an editor and a publisher."""
    with django_db_blocker.unblock():
        for group in ("Editor", "Publisher"):
            user = User.objects.create_user(group.lower(), password=PASSWORD, is_staff=True, first_name=f"The {group}")
            user.groups.add(Group.objects.get(name=group))
        return {
            "draft": factories.QuoteFactory(text="A draft that somebody wrote down"),
            "public": factories.QuoteFactory(public=True, text="A state that hears its people"),
        }


def log_in(page: Page, site, name: str) -> None:
    page.goto(f"{site.url}/admin/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def correct(page: Page, site, quote: Quote, words: str) -> None:
    page.goto(f"{site.url}/admin/initiatives/quote/{quote.pk}/change/")
    page.get_by_label("Words", exact=False).first.fill(words)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def to_history(page: Page, site, quote: Quote) -> None:
    page.goto(f"{site.url}/admin/initiatives/quote/{quote.pk}/change/")
    page.get_by_role("link", name="History").click()


def test_an_editor_compares_and_restores_a_draft(visit, quotes):
    here = visit()
    page = here.page
    log_in(page, here.site, "editor")
    correct(page, here.site, quotes["draft"], "A draft that somebody typed")
    to_history(page, here.site, quotes["draft"])
    first = page.locator(".versions-list > li").first
    expect(first).to_contain_text("The Editor")
    expect(first.locator("del")).to_have_text("wrote down")
    expect(first.locator("ins")).to_have_text("typed")
    page.get_by_role("link", name="Compare any two versions").click()
    expect(page.get_by_label("Newer version")).to_be_visible()
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".difference ins")).to_have_text("typed")
    page.get_by_role("link", name="History", exact=True).click()
    page.get_by_role("link", name="Restore this version").last.click()
    expect(page.locator("#content")).to_contain_text("Afterwards")
    page.get_by_role("button", name="Yes, restore it").click()
    expect(page.locator(".messagelist")).to_contain_text("Restored to the version of")
    expect(page.get_by_label("Words", exact=False).first).to_have_value("A draft that somebody wrote down")
    assert here.faults == []


def test_a_publisher_corrects_a_public_quote_and_restores_it(visit, quotes):
    here = visit()
    page = here.page
    log_in(page, here.site, "publisher")
    correct(page, here.site, quotes["public"], "A state that listens to its people")
    here.open(quotes["public"].get_absolute_url())
    page.get_by_role("link", name="See what changed").click()
    entry = page.locator(".change").first
    expect(entry.locator("del")).to_have_text("hears")
    expect(entry.locator("ins")).to_have_text("listens to")
    expect(entry).not_to_contain_text("The Publisher")
    to_history(page, here.site, quotes["public"])
    page.get_by_role("link", name="Restore this version").last.click()
    page.get_by_role("button", name="Yes, restore it").click()
    here.open("/changes/?item=quote-" + str(quotes["public"].pk))
    # The wording that readers saw in between stays in the log.
    expect(page.locator(".change")).to_have_count(2)
    expect(page.locator(".change").first.locator("ins")).to_have_text("hears")
    assert here.faults == []


def test_an_editor_cannot_restore_a_public_item(visit, quotes):
    here = visit()
    log_in(here.page, here.site, "editor")
    to_history(here.page, here.site, quotes["public"])
    expect(here.page.locator(".versions-list > li").first).to_be_visible()
    expect(here.page.get_by_role("link", name="Restore this version")).to_have_count(0)
