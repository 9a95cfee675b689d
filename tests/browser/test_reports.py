"""Reporting an error in a real browser, with and without script."""

import pytest
from playwright.sync_api import expect

from initiatives.models import ErrorReport
from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_an_error_is_reported(visit, site, script):
    before = ErrorReport.objects.count()
    here = visit(viewport=PHONE, java_script_enabled=script)
    page = here.open(site.pages["initiative"])
    name = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Report an error").click()
    page.get_by_label("Your e-mail address").fill("nobody")
    page.get_by_role("button", name="Send the report").click()
    page.get_by_role("link", name="Say what is wrong.").click()
    expect(page.get_by_label("What is wrong?")).to_be_focused()
    expect(page.get_by_label("Your e-mail address")).to_have_value("nobody")
    page.get_by_label("What is wrong?").fill("The date is wrong.\nSee page 4.")
    page.get_by_label("Your e-mail address").fill("reader@example.org")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for your report")
    assert here.faults == []
    assert here.page.context.cookies() == []
    page.get_by_role("main").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    assert ErrorReport.objects.count() == before + 1
    assert ErrorReport.objects.latest("pk").text == "The date is wrong.\nSee page 4."
