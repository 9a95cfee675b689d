"""The forms of public pages in a real browser: reporting an error and checking a sentence, with and without script."""

import pytest
from playwright.sync_api import expect

from initiatives.models import ErrorReport
from tests.browser.conftest import PHONE
from tests.browser.looks import overhang, violations

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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        ("not enough just to hear and see the problems of citizens", "On record, in these words"),
        ("not enough just to hear or see the problem of citizens", "On record, but the words differ"),
        ("The railway will be sold to the highest bidder.", "Not in this record"),
    ],
)
def test_a_sentence_is_checked_by_keyboard(visit, sentence, answer, scheme):
    """Without script, too; afterwards the heading with the answer has the focus, and no fault is found."""
    here = visit(viewport=PHONE, java_script_enabled=False)
    page = here.open("/check/")
    page.get_by_label("The sentence").fill(sentence)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=answer)).to_be_visible()
    here = visit(viewport=PHONE, color_scheme=scheme)
    page = here.open("/check/")
    page.get_by_label("The sentence").fill(sentence)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", name=answer)).to_be_focused()
    expect(page.get_by_label("The sentence")).to_have_value(sentence)
    assert here.faults == []
    assert overhang(page) == 0
    assert violations(page) == []
