"""The way from a list to a quote and back, and pages that wait for their fonts."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_every_page import LAYOUT_SHIFT
from tests.browser.test_script import option

pytestmark = pytest.mark.browser


class TestWayBack:
    def test_the_link_keeps_the_filters_and_neighbours_come_from_the_list(self, visit):
        here = visit()
        page = here.open("/quotes/")
        option(page, "Political reform").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Quotes on political reform")
        links = page.locator(".quote-card .onward")
        listed = [link.get_attribute("href") for link in links.all()]
        assert len(listed) > 2
        links.nth(1).click()
        page.wait_for_url(f"**{listed[1]}")
        neighbours = page.get_by_role("navigation", name="In the list you came from")
        assert [link.get_attribute("href") for link in neighbours.get_by_role("link").all()] == [listed[0], listed[2]]
        expect(neighbours.get_by_role("link", name="Next quote")).to_contain_text("Kassym-Jomart Tokayev")
        neighbours.get_by_role("link", name="Next quote").click()
        page.wait_for_url(f"**{listed[2]}")
        expect(neighbours.get_by_role("link", name="Previous quote")).to_have_attribute("href", listed[1])
        page.get_by_role("link", name="Quotes on political reform").click()
        page.wait_for_url("**/quotes/?theme=political-reform")
        assert here.faults == []

    def test_neighbours_go_on_across_pages_and_end_with_the_list(self, visit, settings):
        settings.PAGE_SIZE = 2
        # Pages are kept for the other tests, so this list is visited by this one only.
        path = "/quotes/?language=en&sort=oldest"
        here = visit()
        page = here.open(path)
        pages = [[]]
        while True:
            pages[-1] = [link.get_attribute("href") for link in page.locator(".quote-card .onward").all()]
            following = page.locator(".pages a[rel=next]")
            if not following.count():
                break
            pages.append([])
            page = here.open(following.get_attribute("href"))
        assert len(pages) > 1
        here.open(path)
        page.locator(".quote-card .onward").last.click()
        neighbours = page.get_by_role("navigation", name="In the list you came from")
        for quote in [quote for some in pages[1:] for quote in some]:
            neighbours.get_by_role("link", name="Next quote").click()
            page.wait_for_url(f"**{quote}")
        expect(neighbours.get_by_role("link", name="Previous quote")).to_be_visible()
        expect(neighbours.get_by_role("link", name="Next quote")).to_have_count(0)
        assert here.faults == []

    @pytest.mark.parametrize("path", ["/search/?q=state&kind=quote", "/timeline/?kind=quote", "/quotes/?view=speakers"])
    def test_every_list_of_quotes_has_a_link_back(self, visit, path):
        here = visit()
        page = here.open(path)
        page.get_by_role("link", name="See in context").first.click()
        page.wait_for_url(re.compile(r"/quotes/\d+-"))
        expect(page.locator(".trail a")).to_have_attribute("href", path)

    def test_visitors_from_elsewhere_see_neighbours_from_the_source(self, visit, site):
        here = visit()
        page = here.open("/quotes/?theme=political-reform")
        quote = page.locator(".quote-card .onward").first.get_attribute("href")
        here.open(site.pages["person"])
        page.get_by_role("link", name=re.compile("^See in context")).first.click()
        page.wait_for_url(re.compile(r"/quotes/\d+-"))
        expect(page.locator(".trail a")).to_have_attribute("href", "/quotes/")
        here.open(quote)
        expect(page.locator(".trail a")).to_have_attribute("href", "/quotes/")
        expect(page.get_by_role("navigation", name="From the same source")).to_be_visible()

    def test_the_link_has_no_filters_if_storage_is_blocked(self, visit):
        here = visit()
        here.page.add_init_script("Object.defineProperty(window, 'sessionStorage', {get() { throw new Error(); }})")
        page = here.open("/quotes/?theme=political-reform")
        page.locator(".quote-card .onward").first.click()
        page.wait_for_url(re.compile(r"/quotes/\d+-"))
        expect(page.locator(".trail a")).to_have_attribute("href", "/quotes/")
        assert here.faults == []


class TestFonts:
    @staticmethod
    def drawn(page: Page, selector: str) -> set[str]:
        """Return the fonts that Chromium used for an element."""
        devtools = page.context.new_cdp_session(page)
        for domain in ("DOM", "CSS"):
            devtools.send(f"{domain}.enable")
        root = devtools.send("DOM.getDocument")["root"]["nodeId"]
        node = devtools.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
        fonts = devtools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        return {font["familyName"] for font in fonts}

    def test_cyrillic_text_never_uses_a_fallback_font_on_a_first_visit(self, visit, site):
        here = visit(viewport=PHONE)
        page = here.page
        held = []
        page.route("**/*.woff2", lambda route: held.append(route))
        page.goto(site.url + site.pages["quote with translations"], wait_until="domcontentloaded")
        page.wait_for_timeout(500)  # much longer than other pages wait for their fonts
        expect(page.locator("h1")).not_to_be_visible()
        for route in held:
            route.continue_()
        expect(page.locator("h1")).to_be_visible()
        page.evaluate("document.fonts.ready.then(() => true)")
        for language in ("ru", "kk"):
            assert self.drawn(page, f".words:lang({language})") == {"Literata"}
        assert self.drawn(page, "h1") == {"Record Sans"}
        assert page.evaluate(LAYOUT_SHIFT) == 0

    def test_the_wait_for_a_missing_font_is_limited(self, visit, site):
        here = visit()
        here.page.route("**/*.woff2", lambda route: route.abort())
        page = here.open(site.pages["quote with translations"])
        expect(page.locator("h1")).to_be_visible()
