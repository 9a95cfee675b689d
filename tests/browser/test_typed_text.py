"""Typed input survives leaving the page, the end of the session, and another user's change."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from initiatives.models import Initiative, Source
from tests import factories
from tests.browser.editing import log_in, log_out, save, staff

pytestmark = pytest.mark.browser
SOURCE = "/admin/initiatives/source/add/"
OFFER = "You have text here that was not saved"


@pytest.fixture
def desk(visit, site):
    """The browser of an editor."""
    return log_in(visit(), staff("Editor", "typist"))


@pytest.fixture
def law(site):
    law = factories.InitiativeFactory(title="Law on bridges")
    factories.MilestoneFactory(initiative=law, text="It was drafted.")
    yield law
    Initiative.objects.filter(pk=law.pk).delete()


def form_of(item) -> str:
    return reverse(f"admin:initiatives_{item._meta.model_name}_change", args=[item.pk])


def offer(page: Page):
    return page.get_by_role("status").filter(has_text=OFFER)


def test_unsaved_input_is_offered_on_return(desk, law):
    page = desk.open(form_of(law))
    expect(offer(page)).to_be_hidden()
    page.get_by_label("Summary").fill("What the law orders.")
    page.locator("#milestones-group .add-row a").click()
    page.locator("[name=milestones-1-text]").fill("It was signed.")
    page.locator("[name=milestones-1-status]").select_option("adopted")
    # The browser warns before leaving.
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]
    expect(offer(page)).to_be_visible()
    expect(page.get_by_label("Summary")).not_to_have_value("What the law orders.")
    page.get_by_role("button", name="Restore it").click()
    expect(offer(page)).to_be_hidden()
    expect(page.get_by_label("Summary")).to_have_value("What the law orders.")
    expect(page.locator("[name=milestones-1-text]")).to_have_value("It was signed.")
    expect(page.locator("[name=milestones-1-status]")).to_have_value("adopted")
    # A form with errors keeps it, too; once saved, it is gone.
    page.keyboard.press("Control+s")
    page.locator(".errornote").wait_for()
    page.locator("#milestones-1 .inline-deletelink").click()
    page.keyboard.press("Control+s")
    expect(page.locator(".messagelist .success")).to_contain_text("changed successfully")
    assert page.url.endswith(form_of(law))
    expect(offer(page)).to_be_hidden()
    law.refresh_from_db()
    assert law.summary == "What the law orders."
    assert desk.faults == []


def test_restoring_input_does_not_undo_another_users_change(desk, law):
    page = desk.open(form_of(law))
    page.get_by_label("Summary").fill("My words.")
    page.goto(f"{desk.site.url}/admin/")
    law.title, law.summary = "Law on bridges and ferries", "Their words."
    law.save()
    page = desk.open(form_of(law))
    page.get_by_role("button", name="Restore it").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".conflict")).to_contain_text("Their words")
    expect(page.get_by_label("Title")).to_have_value("Law on bridges and ferries")
    expect(page.get_by_label("Summary")).to_have_value("My words.")


def test_logging_in_after_an_expired_session_restores_the_form(desk):
    page = desk.open(SOURCE)
    page.get_by_label("Title").fill("The gazette of the year")
    log_out(desk)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".access-form")).to_contain_text("What you sent was not saved.")
    expect(page.locator(".access-form")).to_contain_text("The gazette of the year")
    page.get_by_role("link", name="Log in and come back here").click()
    page.get_by_label("Username").fill("typist")
    page.get_by_label("Password").fill("a long password of tests")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"**{SOURCE}")
    page.get_by_role("button", name="Restore it").click()
    page.get_by_label("Kind:", exact=True).select_option(index=1)
    save(page, "was added successfully")
    assert Source.objects.get(title="The gazette of the year").slug == "the-gazette-of-the-year"
    page = desk.open(SOURCE)
    expect(offer(page)).to_be_hidden()


def test_input_is_not_offered_to_other_users_and_logging_out_clears_it(desk):
    page = desk.open(SOURCE)
    page.get_by_label("Title").fill("A secret of the first editor")
    log_in(desk, staff("Editor", "typist-2"))
    page = desk.open(SOURCE)
    expect(offer(page)).to_be_hidden()
    log_in(desk, staff("Editor", "typist"))
    page = desk.open(SOURCE)
    expect(offer(page)).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    page.get_by_text("Log in again").wait_for()
    log_in(desk, staff("Editor", "typist"))
    page = desk.open(SOURCE)
    expect(offer(page)).to_be_hidden()


def test_the_save_buttons_are_visible_and_cover_no_field(visit, site, law):
    for viewport in ({"width": 1280, "height": 800}, {"width": 390, "height": 740}):
        here = log_in(visit(viewport=viewport), staff("Editor", "typist"))
        page = here.open(form_of(law))
        expect(page.get_by_role("button", name="Save", exact=True)).to_be_in_viewport()
        for field in page.locator("textarea:visible, input[type=text]:visible").all():
            field.focus()
            below, bar = field.bounding_box(), page.locator(".submit-row").bounding_box()
            assert below["y"] + min(below["height"], 60) <= bar["y"] + 1 or below["y"] >= bar["y"] + bar["height"]
