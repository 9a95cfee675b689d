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


def test_the_characters_of_a_quotation_are_counted_and_none_is_cut_off(desk):
    page = desk.open("/admin/initiatives/quote/add/")
    text = page.locator("[name=text]")
    text.fill("Закон 😀")
    expect(page.locator(".text-length")).to_have_text("7 of 10,000 characters")
    text.fill("я" * 10_001)
    expect(page.locator(".text-length.is-over")).to_have_text("10,001 of 10,000 characters")
    assert len(text.input_value()) == 10_001
    assert desk.faults == []
