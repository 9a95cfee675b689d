"""Features that need script: updating in place, copying, choosing colours. Pages work without them."""

import re

import pytest
from playwright.sync_api import Page, expect

from initiatives.models import Quote
from initiatives.pages.citations import citation_text, dated, publisher_of
from initiatives.pages.lists import facets
from tests.browser.conftest import PHONE
from tests.browser.looks import overhang, small_targets, violations

pytestmark = pytest.mark.browser

LIGHT, DARK = "rgb(252, 252, 250)", "rgb(15, 23, 27)"


def option(page: Page, label: str):
    return page.get_by_role("region", name="Theme").get_by_role("link", name=re.compile(f"^{label}"))


def stays(page: Page) -> None:
    """Mark the page, so that `stayed` can tell whether it was reloaded."""
    page.evaluate("window.stays = true")


def stayed(page: Page) -> bool:
    return page.evaluate("window.stays === true")


def background(page: Page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


class TestResultsInPlace:
    def test_filters_chips_and_the_back_button(self, visit):
        here = visit()
        page = here.open("/quotes/")
        stays(page)
        everything = page.get_by_role("status").inner_text()
        option(page, "Rule of law").click()
        expect(page.get_by_role("status")).to_have_text("1 quote")
        assert here.path() == "/quotes/?theme=rule-of-law"
        expect(page).to_have_title(re.compile("^Quotes on rule of law"))
        canonical = page.locator("link[rel=canonical]")
        expect(canonical).to_have_count(1)
        expect(canonical).to_have_attribute("href", re.compile(r"\?theme=rule-of-law$"))
        page.get_by_role("link", name="Remove filter Theme: Rule of law").click()
        expect(page.get_by_role("status")).to_have_text(everything)
        assert here.path() == "/quotes/"
        page.go_back()
        expect(page.get_by_role("status")).to_have_text("1 quote")
        page.go_back()
        expect(page.get_by_role("status")).to_have_text(everything)
        page.go_forward()
        expect(page.get_by_role("heading", level=1)).to_have_text("Quotes on rule of law")
        assert stayed(page)
        assert here.faults == []

    def test_a_chart_is_loaded_with_its_style_sheet(self, visit):
        here = visit()
        page = here.open("/quotes/")
        stays(page)
        page.get_by_role("link", name="by year", exact=True).click()
        chart = page.get_by_role("group", name="Quotes by year")
        expect(chart).to_have_css("display", "block")
        page.go_back()
        expect(chart).to_have_count(0)
        page.go_forward()
        expect(chart).to_be_visible()
        assert sum(url.endswith("charts.css") for url in here.requests) == 1
        assert stayed(page)
        assert here.faults == []

    def test_the_focus_stays_on_the_chosen_option(self, visit):
        page = visit().open("/quotes/")
        option(page, "Rule of law").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text("1 quote")
        expect(option(page, "Rule of law")).to_be_focused()
        page.get_by_role("link", name="Remove filter").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".chip")).to_have_count(0)
        # The focused element is gone, so the focus moves to the results.
        expect(page.locator("#results")).to_be_focused()

    def test_the_count_is_announced_by_the_existing_element(self, visit):
        page = visit().open("/quotes/")
        status = page.get_by_role("status").element_handle()
        option(page, "Rule of law").click()
        expect(page.get_by_role("status")).to_have_text("1 quote")
        assert status.evaluate("element => element.isConnected")

    def test_a_search_keeps_the_filters_and_the_field(self, visit):
        here = visit()
        page = here.open("/quotes/?theme=political-reform")
        stays(page)
        field = page.get_by_label("Search quotes")
        field.fill("parliament")
        field.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Quotes matching “parliament” on political reform")
        assert here.path() == "/quotes/?q=parliament&theme=political-reform"
        expect(field).to_be_focused()
        expect(page.locator("mark").first).to_have_text("Parliament")
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text("Quotes on political reform")
        expect(field).to_have_value("")
        assert stayed(page)

    def test_choosing_a_filter_keeps_typed_text(self, visit):
        page = visit().open("/quotes/")
        page.get_by_label("Search quotes").fill("not sent yet")
        option(page, "Rule of law").click()
        expect(page.get_by_role("status")).to_have_text("1 quote")
        expect(page.get_by_label("Search quotes")).to_have_value("not sent yet")

    def test_a_late_response_does_not_replace_the_latest_choice(self, visit):
        here = visit()
        page = here.open("/quotes/")
        stays(page)
        given_up = []
        page.on("requestfailed", lambda request: given_up.append(request.url.removeprefix(here.site.url)))
        held = []
        page.route("**/quotes/?theme=rule-of-law", lambda route: held.append(route))
        option(page, "Rule of law").click()
        expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
        option(page, "Export").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Quotes on export")
        assert given_up == ["/quotes/?theme=rule-of-law"]
        held.pop().abort()
        assert here.path() == "/quotes/?theme=export"
        assert stayed(page)

    def test_failures_are_left_to_the_browser(self, visit):
        here = visit()
        page = here.open("/quotes/")
        stays(page)
        page.route(
            "**/quotes/?theme=rule-of-law",
            lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_(),
        )
        option(page, "Rule of law").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Quotes on rule of law")
        assert not stayed(page)

    def test_an_error_page_is_shown_in_full(self, visit):
        page = visit().open("/quotes/?q=state")
        page.get_by_label("From", exact=True).fill("2020-13")
        page.get_by_role("button", name="Apply").click()
        expect(page.get_by_role("alert")).to_contain_text("From:")
        expect(page.get_by_label("From", exact=True)).to_have_value("2020-13")
        expect(page.get_by_label("Search quotes")).to_have_value("state")

    def test_years_are_sent_with_the_words_and_kept_while_other_filters_change(self, visit):
        here = visit()
        page = here.open("/quotes/?theme=political-reform")
        stays(page)
        first, last = page.get_by_label("From", exact=True), page.get_by_label("To", exact=True)
        first.fill("2020")
        option(page, "Rule of law").click()
        expect(page.locator(".chip")).to_have_count(2)
        expect(first).to_have_value("2020")
        page.get_by_label("Search quotes").fill("state")
        last.fill("2020-10")
        last.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("2020 to October 2020")
        assert here.path() == "/quotes/?q=state&theme=political-reform&theme=rule-of-law&from=2020&to=2020-10"
        page.get_by_role("link", name="Remove filter From: 2020").click()
        expect(first).to_have_value("")
        expect(last).to_have_value("2020-10")
        assert stayed(page)

    def test_the_order_the_view_and_a_bar_of_a_plot(self, visit):
        here = visit()
        page = here.open("/quotes/")
        stays(page)
        page.get_by_role("link", name="oldest first").click()
        expect(page.get_by_role("link", name="oldest first")).to_have_attribute("aria-current", "true")
        page.get_by_role("link", name="by year").click()
        bar = page.locator(".plot__bar").first
        year = bar.get_attribute("aria-label")[:4]
        bar.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".plot")).to_have_count(0)
        assert here.path() == f"/quotes/?year={year}&sort=oldest"
        assert stayed(page)

    def test_the_next_page_starts_at_the_results(self, visit):
        here = visit()
        page = here.open("/timeline/")
        stays(page)
        page.get_by_role("link", name="Page 2").click()
        expect(page.get_by_role("link", name="Page 2")).to_have_attribute("aria-current", "page")
        expect(page.locator("#results")).to_be_focused()
        assert page.locator("#results").bounding_box()["y"] < 100
        assert here.path() == "/timeline/?page=2"
        assert stayed(page)

    def test_all_values_of_a_facet_can_be_shown_and_filters_stay_open_on_a_phone(self, visit):
        here = visit(viewport=PHONE, has_touch=True)
        page = here.open("/timeline/")
        page.locator(".filters__summary").click()
        themes = page.get_by_role("region", name="Theme")
        expect(themes.locator(".option")).to_have_count(facets.SHOWN)
        themes.get_by_role("link", name=re.compile(r"^\d+ more ?: Theme")).click()
        expect(themes.get_by_role("link", name=re.compile("^Show fewer ?: Theme"))).to_be_visible()
        assert here.path() == "/timeline/?all=theme#facet-theme"
        assert themes.bounding_box()["y"] < PHONE["height"]
        stays(page)
        last = themes.locator(".option").last
        label = last.locator(".option__label").inner_text()
        last.click()
        expect(option(page, re.escape(label))).to_have_attribute("aria-current", "true")
        assert stayed(page)

    def test_a_link_opened_in_another_tab_is_left_to_the_browser(self, visit):
        here = visit()
        page = here.open("/quotes/")
        with page.context.expect_page() as opened:
            option(page, "Rule of law").click(modifiers=["Control"])
        expect(opened.value.get_by_role("heading", level=1)).to_have_text("Quotes on rule of law")
        assert here.path() == "/quotes/"


class TestCopying:
    @pytest.fixture
    def reader(self, visit):
        return visit(permissions=["clipboard-read", "clipboard-write"])

    def test_copying_a_quote_with_its_attribution(self, reader, site):
        page = reader.open(site.pages["quote with translations"])
        page.get_by_role("button", name="Copy quote").first.click()
        expect(page.get_by_text("Copied")).to_be_visible()
        number = re.search(r"\d+", reader.path()).group()
        quote = Quote.objects.select_related("source").get(pk=number)
        assert page.evaluate("navigator.clipboard.readText()") == (
            f"«Слышащее государство» — Kassym-Jomart Tokayev, {dated(quote)}. Source: {quote.source.title}, "
            f"{publisher_of(quote.source)}, {quote.locator}. http://testserver/q/{number}"
        )

    def test_copying_a_quote_from_its_card(self, reader):
        page = reader.open("/quotes/")
        card = page.locator(".quote-card").first
        card.get_by_role("button", name="Copy quote").click()
        expect(page.get_by_text("Copied")).to_be_visible()
        number = re.search(r"\d+", card.locator(".onward").get_attribute("href")).group()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == citation_text(Quote.objects.select_related("source", "speaker").get(pk=number))

    def test_copying_a_citation_in_the_chosen_style(self, reader, site):
        page = reader.open(site.pages["initiative"])
        page.get_by_label("MLA 9").check()
        page.get_by_role("button", name=re.compile("^Copy ?: MLA 9")).click()
        expect(page.get_by_text("Copied")).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == page.locator(".citation:visible").inner_text()
        assert " Source: " in copied

    def test_copying_a_link_from_a_list_updated_in_place(self, reader):
        page = reader.open("/quotes/")
        option(page, "Rule of law").click()
        expect(page.locator(".quote-card")).to_have_count(1)
        page.get_by_role("button", name="Copy link").click()
        expect(page.get_by_text("Copied")).to_be_visible()
        address = page.locator(".quote-card .onward").get_attribute("href")
        assert page.evaluate("navigator.clipboard.readText()") == page.evaluate("location.origin") + address

    def test_a_failure_to_copy_is_shown(self, visit, site):
        page = visit().open(site.pages["quote"])
        # This browser always allows copying; others may refuse it.
        page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject(new Error('refused')))")
        page.get_by_role("button", name="Copy quote").first.click()
        expect(page.get_by_text("Could not copy. Select the text and copy it by hand.")).to_be_visible()

    def test_without_script_there_is_no_button(self, visit, site):
        page = visit(java_script_enabled=False).open(site.pages["quote"])
        expect(page.get_by_text("Copy quote").first).not_to_be_visible()

    def test_the_message_appears_at_the_pressed_button(self, reader, site):
        page = reader.open(site.pages["quote"])
        page.get_by_text("Share or embed").click()
        for button in (
            page.locator(".quote-page__tools").get_by_role("button", name="Copy quote"),
            page.locator(".share").get_by_role("button", name="Copy link"),
            page.get_by_role("button", name="Copy code"),
        ):
            button.click()
            said = page.get_by_text("Copied").last
            expect(said).to_be_visible()
            pressed, bubble = button.bounding_box(), said.bounding_box()
            assert abs(bubble["x"] - pressed["x"]) < 1
            assert 0 <= pressed["y"] - (bubble["y"] + bubble["height"]) < 8


class TestSharing:
    def test_the_address_is_passed_to_the_share_sheet(self, visit, site):
        here = visit()
        # Chromium has no share sheet on this machine.
        here.page.add_init_script("navigator.share = (what) => { window.shared = what; return Promise.reject(); }")
        page = here.open(site.pages["quote"])
        page.get_by_text("Share or embed").click()
        page.get_by_role("button", name="Other apps").click()
        assert page.evaluate("window.shared") == {"title": page.title(), "url": f"http://testserver{here.path()}"}
        assert here.faults == []

    def test_without_a_share_sheet_there_is_no_button(self, visit, site):
        here = visit()
        here.page.add_init_script("delete Navigator.prototype.share")
        page = here.open(site.pages["quote"])
        page.get_by_text("Share or embed").click()
        expect(page.locator(".share").get_by_role("button", name="Copy link")).to_be_visible()
        expect(page.get_by_text("Other apps")).not_to_be_visible()

    @pytest.mark.parametrize("name", ["quote", "initiative"])
    def test_the_open_menu_has_no_fault_on_a_phone(self, visit, site, name):
        here = visit(viewport=PHONE, color_scheme="dark")
        page = here.open(site.pages[name])
        page.locator("summary.share__opener").click()
        page.locator(".share__qr").scroll_into_view_if_needed()
        # `decode` waits for the picture, and fails if there is none. The policy forbids Playwright's own polling.
        page.locator(".share__qr").evaluate("picture => picture.decode()")
        assert (overhang(page) <= 0, small_targets(page), here.faults) == (True, [], [])
        assert violations(page) == []

    def test_the_menu_opens_by_keyboard_without_script_and_shows_the_frame(self, visit, site):
        here = visit(java_script_enabled=False)
        page = here.open(site.pages["quote"])
        menu = page.locator("summary.share__opener")
        expect(page.get_by_role("link", name="Telegram")).not_to_be_visible()
        menu.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Telegram")).to_be_visible()
        expect(page.get_by_label("Code to embed this quote")).to_be_visible()
        menu.press("End")
        frame = page.frame_locator(".share iframe")
        expect(frame.get_by_role("link", name="See this quote in The Reform Record")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert here.faults == []


class TestColours:
    def test_colours_follow_the_device_until_a_reader_chooses(self, visit):
        here = visit(color_scheme="dark")
        page = here.open("/")
        assert background(page) == DARK
        expect(page.get_by_label("Same as device")).to_be_checked()
        page.get_by_label("Light", exact=True).check()
        assert background(page) == LIGHT
        expect(page.locator("meta[name=theme-color][media=all]")).to_have_attribute("content", "#fcfcfa")
        page.get_by_label("Same as device").check()
        assert background(page) == DARK

    def test_a_choice_is_kept_and_applied_before_pages_are_drawn(self, visit):
        here = visit(color_scheme="light")
        page = here.open("/")
        page.get_by_label("Dark", exact=True).check()
        # Record the colours of each following page before anything is drawn.
        page.add_init_script(
            """addEventListener('DOMContentLoaded', () => {
                window.began = [document.documentElement.dataset.scheme,
                                getComputedStyle(document.documentElement).colorScheme];
            }, {capture: true, once: true})"""
        )
        for path in ("/quotes/", "/method/"):
            here.open(path)
            assert page.evaluate("window.began") == ["dark", "dark"]
            assert background(page) == DARK
            expect(page.get_by_label("Dark", exact=True)).to_be_checked()
        assert here.faults == []

    def test_a_choice_applies_to_other_tabs(self, visit):
        here = visit(color_scheme="light")
        page = here.open("/")
        other = page.context.new_page()
        other.goto(here.site.url + "/method/")
        page.get_by_label("Dark", exact=True).check()
        expect(other.get_by_label("Dark", exact=True)).to_be_checked()
        assert background(other) == DARK

    def test_pages_are_printed_on_white_whatever_the_choice(self, visit):
        page = visit(color_scheme="dark").open("/")
        page.get_by_label("Dark", exact=True).check()
        page.emulate_media(media="print")
        assert background(page) == "rgb(255, 255, 255)"

    def test_without_script_colours_follow_the_device(self, visit):
        page = visit(color_scheme="dark", java_script_enabled=False).open("/")
        expect(page.get_by_text("Same as device")).not_to_be_visible()
