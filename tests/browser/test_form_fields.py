"""Form fields of the desk that respond while typing."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from initiatives.models import Quote
from tests import factories
from tests.browser.conftest import PHONE
from tests.browser.editing import log_in, staff

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(visit, site):
    """The browser of an editor."""
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


def test_characters_of_a_quotation_are_counted_but_not_limited(desk):
    page = desk.open("/admin/initiatives/quote/add/")
    text = page.locator("[name=text]")
    text.fill("Закон 😀")
    expect(page.locator(".text-length")).to_have_text("7 of 10,000 characters")
    text.fill("я" * 10_001)
    expect(page.locator(".text-length.is-over")).to_have_text("10,001 of 10,000 characters")
    assert len(text.input_value()) == 10_001
    assert desk.faults == []


def test_a_slug_in_latin_letters_is_filled_in_while_a_title_is_typed(desk):
    page = desk.open("/admin/initiatives/source/add/")
    page.get_by_label("Title").fill("Жаңа ёж")
    page.keyboard.press("End")
    expect(page.get_by_label("Slug")).to_have_value("zhana-yozh")
    assert desk.faults == []


def test_filters_open_above_a_list_on_a_phone_and_beside_it_on_a_desktop(visit, site):
    here = log_in(visit(viewport=PHONE), staff("Editor", "typist"))
    page = here.open("/admin/initiatives/quote/")
    filters = page.locator("#changelist-filter")
    expect(filters).to_be_hidden()
    button = page.get_by_role("button", name="Filter", exact=True)
    assert button.bounding_box()["y"] < page.locator("#result_list").bounding_box()["y"]
    button.click()
    page.locator("#changelist-filter").get_by_role("link", name="Russian").click()
    page.wait_for_url("**language__exact=ru**")
    expect(filters).to_be_hidden()
    button.click()
    expect(filters).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(filters).to_be_hidden()
    desk = log_in(visit(), staff("Editor", "typist")).open("/admin/initiatives/quote/")
    expect(desk.locator("#changelist-filter")).to_be_visible()
    expect(desk.get_by_role("button", name="Filter", exact=True)).to_be_hidden()
    assert here.faults == []


def test_the_parts_of_a_name_are_filled_in_once_an_editor_accepts_them(desk):
    person = factories.PersonFactory(name="Nazarbayeva Dariga Nursultankyzy")
    try:
        page = desk.open(f"/admin/initiatives/person/{person.pk}/change/")
        fields = [page.locator(f"[name={name}]") for name in ("given_name", "family_name", "patronymic")]
        assert [field.input_value() for field in fields] == ["", "", ""]
        fields[2].fill("Nursultanqyzy")
        page.get_by_role("button", name="Enter these").click()
        expect(fields[0]).to_be_focused()
        assert [field.input_value() for field in fields] == ["Dariga", "Nazarbayeva", "Nursultanqyzy"]
        assert desk.faults == []
    finally:
        person.delete()
        person.source.delete()


def test_ctrl_s_saves_from_inside_a_pick_list(desk):
    quote = factories.QuoteFactory(text="Words to be saved")
    page = desk.open(f"/admin/initiatives/quote/{quote.pk}/change/")
    for place in (".field-themes .select2-search__field", ".select2-dropdown .select2-search__field"):
        page.locator("[name=context]").fill(f"From {place}")
        if "dropdown" in place:
            page.get_by_role("combobox", name="Speaker").click()
        page.locator(place).focus()
        page.keyboard.press("Control+s")
        expect(page.locator(".messagelist .success")).to_be_visible()
        quote.refresh_from_db()
        assert quote.context == f"From {place}"
        page.reload()
    quote.delete()
    assert desk.faults == []


def test_pick_lists_are_named_by_their_labels_even_in_new_parts(desk):
    page = desk.open("/admin/initiatives/initiative/add/")
    page.locator("#milestones-group .add-row a").click()
    part = page.locator("#milestones-0")
    part.get_by_role("combobox", name="Source", exact=True).click()
    expect(page.locator(".select2-dropdown").get_by_role("searchbox", name="Source")).to_be_focused()
    expect(part.get_by_role("searchbox", name="Further sources")).to_be_visible()
    assert desk.faults == []


def test_near_duplicates_are_shown_while_typing(desk):
    twin = factories.QuoteFactory(text="What was on record here before anything else was entered")
    form = reverse("admin:initiatives_quote_change", args=[twin.pk])
    page = desk.open("/admin/initiatives/quote/add/")
    page.locator("[name=text]").fill("What was on record here before anything else was written")
    warning = page.locator(".near-duplicates")
    expect(warning).to_contain_text("similar quote is already on record")
    expect(warning.get_by_role("link")).to_have_attribute("href", form)
    page.locator("[name=text]").fill("Something different is said here by another person")
    expect(warning).to_be_empty()
    # But never for the quote itself.
    page = desk.open(form)
    with page.expect_response("**/near-duplicates/"):
        page.locator("[name=text]").fill("What was on record here before anything else was written")
    expect(page.locator(".near-duplicates")).to_be_empty()
    assert desk.faults == []


def test_suggested_themes_can_be_added_by_keyboard(desk):
    water = factories.ThemeFactory(name="Water and rivers")
    quote = factories.QuoteFactory(text="The water and rivers of the country belong to all")
    page = desk.open(reverse("admin:initiatives_quote_change", args=[quote.pk]))
    offered = page.get_by_role("group", name="Themes that may fit").get_by_role("button", name="Water and rivers")
    expect(page.get_by_role("status").filter(has_text="may fit")).to_be_attached()
    assert page.locator("[name=themes]").evaluate("field => field.selectedOptions.length") == 0
    offered.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".field-themes .select2-selection__choice")).to_contain_text("Water and rivers")
    expect(page.get_by_role("status").filter(has_text="Added: Water and rivers")).to_be_attached()
    expect(offered).to_be_hidden()
    # A removed theme is suggested again.
    page.locator(".select2-selection__choice__remove").click()
    page.keyboard.press("Escape")
    expect(offered).to_be_visible()
    offered.click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_contain_text("was changed successfully")
    assert list(Quote.objects.get(pk=quote.pk).themes.all()) == [water]
    assert desk.faults == []


def test_an_error_links_to_its_field(desk):
    page = desk.open("/admin/initiatives/initiative/add/")
    page.get_by_label("Title").fill("Law")
    page.locator("#milestones-group .add-row a").click()
    page.locator("[name=milestones-0-text]").fill("It was signed.")
    page.locator("[name=milestones-0-date]").fill("11.2062")
    page.get_by_role("button", name="Save", exact=True).click()
    errors = page.locator(".error-links")
    errors.get_by_role("link", name="Summary").click()
    expect(page.locator("[name=summary]")).to_be_focused()
    expect(errors.last).to_contain_text("Milestone 1: Date: November 2062 is in the future. Correct the date.")
    errors.get_by_role("link", name="Milestone 1: Date").click()
    expect(page.locator("[name=milestones-0-date]")).to_be_focused()
    errors.get_by_role("link", name="Milestone 1: Source").click()
    expect(page.locator("#milestones-0 .field-source .select2-selection")).to_be_focused()
    assert desk.faults == []


def test_lists_fit_beside_the_menu(visit, site):
    """In Kazakh, whose words are the longest."""
    here = log_in(visit(), staff("Editor", "typist"))
    here.open("/admin/").get_by_role("button", name="Қазақ").click()
    for model in ("quote", "source", "initiative", "person"):
        page = here.open(f"/admin/initiatives/{model}/")
        expect(page.locator("#nav-sidebar")).to_be_visible()
        hidden = page.locator("#changelist .results").evaluate("results => results.scrollWidth - results.clientWidth")
        assert hidden <= 0, model
    assert here.faults == []
