"""Fields of the desk's forms that answer while one types."""

import pytest
from playwright.sync_api import expect

from tests.browser.editing import log_in, staff

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(visit, site):
    """A visit of an editor."""
    return log_in(visit(), staff("Editor", "typist"))


def test_a_date_is_explained_while_it_is_typed(desk):
    page = desk.open("/admin/initiatives/initiative/add/")
    page.locator("#milestones-group .add-row a").click()
    date = page.locator("[name=milestones-0-date]")
    said = page.locator(".field-date .written-date").first
    date.press_sequentially("09.2026")
    expect(said).to_have_text("September 2026, known to the month")
    date.fill("09/08/2026")
    expect(said).to_have_text("9 August 2026")
    date.fill("08/13/2026")
    expect(said).to_contain_text("is not a date")
    assert desk.faults == []
