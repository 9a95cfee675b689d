"""Completion in search boxes, in a real browser: by keyboard, mouse and touch, and without script."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.looks import overhang, small_targets, violations

pytestmark = pytest.mark.browser

# Every search box of the site: its page, and the page that shows the results for a chosen word.
BOXES = {"home": ("/", "/search/"), "list": ("/initiatives/", "/initiatives/"), "masthead": ("/themes/", "/search/")}


def type_slowly(page: Page, text: str) -> None:
    """Type into the search box, and wait for suggestions."""
    # The page's own box if there is one in the header as well.
    box = page.locator("input[name=q]").last
    box.click()
    box.press_sequentially(text)
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()


def active_option(page: Page) -> str | None:
    """Return the text of the option announced to assistive technology."""
    return page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.textContent ?? null"
    )


def test_finding_quotes_on_a_theme_from_the_home_page_by_keyboard_alone(visit):
    here = visit()
    page = here.open("/")
    for _press in range(15):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "q":
            break
    page.keyboard.type("rule")
    expect(page.get_by_role("option").first).to_have_text(re.compile("^Rule of law"))
    expect(page.locator(".search-form [aria-live=polite]")).to_have_text(re.compile(r"^\d suggestions?$"))
    page.keyboard.press("ArrowDown")
    assert active_option(page).startswith("Rule of law")
    expect(page.get_by_role("option", selected=True)).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/quotes/?theme=rule-of-law")
    expect(page.get_by_role("heading", level=1)).to_have_text("Quotes on rule of law")
    assert here.faults == []


@pytest.mark.parametrize("box", BOXES)
def test_a_chosen_word_is_searched_for_in_the_list_of_the_box(visit, box):
    here = visit()
    path, list_path = BOXES[box]
    page = here.open(path)
    type_slowly(page, "parlia")
    words = page.get_by_role("option").filter(has_text=re.compile("results?$"))
    number = int(re.search(r"(\d+)\+? results?$", words.first.inner_text()).group(1))
    words.first.click()
    page.wait_for_url(f"**{list_path}?q=parliament")
    expect(page).to_have_title(re.compile("parliament"))
    # The number of each kind, which has no sum on the page.
    counts = re.findall(r"\d+", page.get_by_role("status").inner_text())
    assert sum(map(int, counts)) == number
    assert here.faults == []


def test_arrow_keys_cycle_through_the_suggestions_and_the_box(visit):
    page = visit().open("/")
    type_slowly(page, "state")
    count = page.get_by_role("option").count()
    assert count > 2
    seen = []
    for _press in range(count + 1):
        page.keyboard.press("ArrowDown")
        seen.append(active_option(page))
    assert None not in seen[:count]
    assert seen[count] is None
    page.keyboard.press("ArrowUp")
    assert active_option(page) == seen[count - 1]
    expect(page.get_by_role("combobox")).to_have_value("state")
    expect(page.get_by_role("option", selected=True)).to_be_in_viewport()


def test_enter_without_a_choice_searches_for_the_typed_text(visit):
    here = visit()
    page = here.open("/")
    type_slowly(page, "stat")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=stat")


def test_escape_closes_the_suggestions_and_an_arrow_key_reopens_them(visit):
    page = visit().open("/")
    type_slowly(page, "state")
    box = page.get_by_role("combobox")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.locator("[role=listbox]")).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile(".*"))
    expect(box).to_have_value("state")
    expect(box).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("listbox")).to_be_visible()


def test_tab_leaves_the_box_and_chooses_nothing(visit):
    here = visit()
    page = here.open("/")
    type_slowly(page, "state")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.locator("[role=listbox]")).to_be_hidden()
    assert here.path() == "/"
    expect(page.get_by_role("combobox")).to_have_value("state")


def test_emptying_the_box_closes_the_suggestions(visit):
    page = visit().open("/")
    type_slowly(page, "state")
    page.get_by_role("combobox").fill("s")
    expect(page.locator("[role=listbox]")).to_be_hidden()
    with page.expect_response(re.compile(r"/suggest/.*q=szzzz$")):
        page.get_by_role("combobox").press_sequentially("zzzz")
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(page.locator("[role=listbox]")).to_be_hidden()


def test_by_touch(visit):
    here = visit(viewport=PHONE, has_touch=True, is_mobile=True)
    page = here.open("/")
    box = page.locator("input[name=q]")
    box.tap()
    box.press_sequentially("rule")
    option = page.get_by_role("option").filter(has_text="Initiative")
    assert option.first.bounding_box()["height"] >= 44
    option.first.tap()
    page.wait_for_url("**/initiatives/rule-of-law/")


def test_active_filters_are_kept_and_counts_without_them_are_hidden(visit):
    here = visit()
    page = here.open("/initiatives/?theme=political-reform")
    type_slowly(page, "parl")
    word = page.get_by_role("option", name="parliament", exact=True)
    expect(word).to_have_text("parliament")
    word.click()
    page.wait_for_url("**/initiatives/?q=parliament&theme=political-reform")


def test_without_script_the_form_still_works(visit):
    here = visit(java_script_enabled=False)
    page = here.open("/")
    box = page.get_by_label("Search the whole record")
    expect(box).to_have_role("searchbox")
    box.press_sequentially("fair state")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Search results for “fair state”")


def test_the_form_works_if_the_server_does_not_respond(visit):
    here = visit()
    page = here.open("/")
    page.route("**/suggest/**", lambda route: route.abort())
    with page.expect_event("requestfailed", lambda request: request.url.endswith("q=state")):
        page.locator("input[name=q]").press_sequentially("state")
    expect(page.locator("[role=listbox]")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=state")


@pytest.mark.parametrize("box", BOXES)
def test_axe_finds_no_violation_with_suggestions_open(visit, box):
    page = visit().open(BOXES[box][0])
    type_slowly(page, "re")
    page.keyboard.press("ArrowDown")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []


def test_suggestions_fit_a_phone_and_are_visible_in_forced_colours(visit):
    here = visit(viewport=PHONE, forced_colors="active")
    page = here.open("/")
    type_slowly(page, "re")
    page.keyboard.press("ArrowDown")
    assert overhang(page) == 0
    assert small_targets(page) == []
    marked, plain = (
        page.get_by_role("option", selected=selected).first.evaluate("e => getComputedStyle(e).backgroundColor")
        for selected in (True, False)
    )
    assert marked != plain


def test_a_mistyped_word_is_corrected_and_one_click_restores_it(visit):
    here = visit()
    page = here.open("/quotes/?q=parliment")
    expect(page.get_by_role("status")).not_to_have_text("0 quotes")
    expect(page.get_by_text("No text contains “parliment”.")).to_be_visible()
    page.get_by_role("link", name="Search for the words as typed").click()
    expect(page.get_by_role("status")).to_have_text("0 quotes")
    assert here.path() == "/quotes/?q=%22parliment%22"
