"""The editors' desk in a real browser: from an empty form to a public page, as an editor and a publisher."""

import datetime
import re

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page, expect

from initiatives.models import Source
from initiatives.models.choices import State
from tests import factories
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.editing import pick
from tests.browser.looks import overhang

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery staple"
WORDS = "The record of today is written by those who will be asked about it tomorrow."
DOCUMENT = "Address to the readers of the record"


@pytest.fixture(scope="module")
def accounts(site, django_db_blocker) -> None:
    """An editor, a publisher and an administrator."""
    with django_db_blocker.unblock():
        for name in ("Editor", "Publisher", "Administrator"):
            user = User.objects.create_user(name.lower(), password=PASSWORD, is_staff=True)
            user.groups.add(Group.objects.get(name=name))


@pytest.fixture
def at_desk(visit, accounts):
    """Log in: `at_desk("editor")` returns the visit, with the start page open."""

    def begin(name: str, **options):
        here = visit(**options)
        page = here.open("/admin/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("To do")
        return here

    return begin


def block(page: Page, title: str):
    """Return the block of the start page with this title."""
    return page.get_by_role("region", name=title)


def test_a_source_and_a_quote_are_drafted_reviewed_and_published(at_desk, visit):
    # The editor records a source, then a quote, as drafts.
    editor = at_desk("editor")
    page = editor.page
    page.get_by_role("list", name="Add:").get_by_role("link", name="Sources").click()
    page.get_by_label("Title").fill(DOCUMENT)
    page.locator("#id_kind").select_option(label="address")
    page.locator("#id_publisher_kind").select_option(label="state body")
    page.locator("#id_url").fill("https://example.org/address")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_contain_text("was added successfully")
    factories.copy_of(Source.objects.get(title=DOCUMENT), WORDS)

    editor.open("/admin/initiatives/quote/add/")
    page.locator("#id_text").fill(WORDS)
    pick(page, "speaker", "Tok", "Tokayev")
    pick(page, "source", "readers", DOCUMENT)
    assert page.locator("#id_state option").all_inner_texts() == ["draft", "in review"]
    page.get_by_role("button", name="Save and check").click()

    # The check lists what is missing, at the top and beside the fields.
    check = page.get_by_role("region", name="Publishing checklist")
    expect(check.get_by_role("listitem")).to_have_count(5)
    check.get_by_role("link", name="Place in the source").click()
    locator = page.locator("#id_locator")
    expect(locator).to_be_in_viewport()
    expect(locator).to_have_accessible_description(re.compile("Where in the source are these words"))
    locator.fill("paragraph 3")
    page.locator("#id_context").fill("At the opening of the record.")
    page.locator("#id_date").fill("2026-11-02")
    pick(page, "themes", "rule of", "Rule of law")
    page.locator("#id_verification").select_option(label="verified against the primary source")
    page.get_by_role("button", name="Save and check").click()
    expect(check).to_contain_text("Nothing is missing.")

    # It is among the editor's drafts, and the editor submits it.
    editor.open("/admin/")
    block(page, "My drafts").get_by_role("link", name=re.compile("^The record of today")).click()
    page.locator("#id_state").select_option(label="in review")
    page.get_by_role("button", name="Save", exact=True).click()
    assert editor.faults == []

    # The publisher sees it on the start page, sends it back with a note, and gets it again.
    publisher = at_desk("publisher")
    desk = publisher.page
    block(desk, "Waiting for review").get_by_role("link", name=re.compile("^The record of today")).click()
    desk.locator("#id_state").select_option(label="draft")
    desk.locator("#id_review_note").fill("Which paragraph of which edition?")
    desk.get_by_role("button", name="Save", exact=True).click()
    editor.open("/admin/")
    expect(block(page, "My drafts")).to_contain_text("Note: Which paragraph of which edition?")
    block(page, "My drafts").get_by_role("link", name=re.compile("^The record of today")).click()
    expect(page.get_by_text("Which paragraph of which edition?").first).to_be_visible()
    page.locator("#id_locator").fill("paragraph 3 of the printed edition")
    page.locator("#id_review_note").fill("")
    page.locator("#id_state").select_option(label="in review")
    page.get_by_role("button", name="Save", exact=True).click()

    # The publisher schedules it, and the page names the draft source as an obstacle.
    publisher.open("/admin/")
    block(desk, "Waiting for review").get_by_role("link", name="Quotes: 1").click()
    desk.get_by_role("link", name=re.compile("^The record of today")).click()
    desk.locator("#id_state").select_option(label="published")
    tomorrow = datetime.date.today() + datetime.timedelta(days=2)
    desk.locator("#id_published_at_0").fill(tomorrow.isoformat())
    desk.locator("#id_published_at_1").fill("10:00")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.locator(".messagelist .warning")).to_contain_text(DOCUMENT)
    publisher.open("/admin/")
    expect(block(desk, "Scheduled")).to_contain_text("The record of today")
    visitor = visit()
    public = visitor.open("/quotes/?q=%22written+by+those+who%22")
    expect(public.get_by_role("status")).to_have_text("0 quotes")

    # The publisher then publishes both together.
    block(desk, "Scheduled").get_by_role("link", name=re.compile("^The record of today")).click()
    desk.locator("#id_published_at_0").fill("2026-11-03")
    desk.get_by_role("button", name="Save", exact=True).click()
    publisher.open("/admin/initiatives/source/?q=readers+of+the+record")
    desk.get_by_role("checkbox", name=re.compile("Select this object")).first.check()
    desk.locator("select[name=action]").select_option(label="Publish selected items")
    desk.get_by_role("button", name="Go").click()
    expect(
        desk.get_by_text("Without an archived copy, the evidence is lost if the address stops working.")
    ).to_be_visible()
    desk.get_by_role("button", name="Yes, publish").click()
    expect(desk.locator(".messagelist .success")).to_have_text("Published: 1.")
    public = visitor.open("/quotes/?q=%22written+by+those+who%22")
    expect(public.get_by_role("status")).to_have_text("1 quote")
    assert editor.faults == publisher.faults == visitor.faults == []


@pytest.fixture
def full_desk(accounts) -> None:
    """Items for the blocks of the start page."""
    source = Source.objects.published().first()
    factories.QuoteFactory(state=State.IN_REVIEW, source=source)
    source.link_checks.create(address=source.url, checked_at=source.updated_at, answer="404 Not Found", failed_days=3)
    yield
    source.link_checks.all().delete()


def test_the_start_page_fits_the_screen_and_works_without_script(at_desk, full_desk):
    page = at_desk("publisher", java_script_enabled=False).page
    for viewport in (PHONE, DESKTOP):
        page.set_viewport_size(viewport)
        assert overhang(page) <= 0
        for title in ("Waiting for review", "Addresses that no longer work", "Primary source needed"):
            expect(block(page, title)).to_be_visible()
    block(page, "Addresses that no longer work").get_by_role("link", name=re.compile("^Sources: ")).click()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
