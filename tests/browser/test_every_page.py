"""Every public page on a first visit: no layout shift, overflow, error or accessibility fault; and in print."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, Visit
from tests.browser.looks import overhang, small_targets, violations

pytestmark = pytest.mark.browser

# Pages are split into this many tests, so that none takes minutes.
PARTS = 6
# Pages to print: one of each layout.
PRINTED = ("home", "quotes", "quote", "initiative")
# Requests allowed on a first visit: the page, style sheets, fonts, the icon. Cyrillic text needs one more font.
MAX_REQUESTS = 12
# The layout shift while a page loaded. Two frames later all shifts have been recorded.
LAYOUT_SHIFT = """() => new Promise(resolve => {
    let sum = 0;
    const add = entries => entries.forEach(entry => { sum += entry.value; });
    const observer = new PerformanceObserver(list => add(list.getEntries()));
    observer.observe({type: 'layout-shift', buffered: true});
    const end = () => { add(observer.takeRecords()); resolve(sum); };
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(end)));
})"""
# After this time, text uses a fallback font (font-display: optional in base.css allows 100 ms).
WITHOUT_FONTS = """() => new Promise(resolve => {
    const painted = () => performance.getEntriesByName('first-contentful-paint').length > 0;
    const look = () => performance.now() > 300 && painted() ? resolve() : requestAnimationFrame(look);
    look();
})"""
# At twice the text size, with the menu open: how many pixels stick out of the screen, headings that are cut, and search
# fields that are too narrow for twenty letters.
WITH_LARGE_TEXT = """letters => {
    const root = document.documentElement, menu = document.querySelector('.masthead__nav details');
    root.style.fontSize = '200%';
    if (menu) menu.open = true;
    const pen = document.createElement('canvas').getContext('2d');
    const narrow = [...document.querySelectorAll('.search-form .field')].filter(field => {
        const style = getComputedStyle(field);
        pen.font = style.font;
        const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        return field.checkVisibility() && room < pen.measureText(letters).width;
    });
    const cut = [...document.querySelectorAll('h1')].filter(title => title.scrollWidth > title.clientWidth + 1);
    const over = Math.max(0, root.scrollWidth - innerWidth);
    const found = [over, ...[...narrow, ...cut].map(element => element.outerHTML)];
    root.style.fontSize = '';
    if (menu) menu.open = false;
    return found.filter(Boolean);
}"""
OF_SCREENS = "button, input, select, summary, textarea, .masthead__nav, .chips, .sorts, .pages, .onward, .colophon"
# Links to evidence that are printed without its address.
WITHOUT_ADDRESS = """[...document.querySelectorAll('.evidence a')].filter(
    link => !getComputedStyle(link, '::after').content.includes('http')
).map(link => link.textContent)"""
SEEN = """selector => [...document.querySelectorAll(selector)].filter(element => {
    const box = element.getBoundingClientRect();
    return element.checkVisibility({visibilityProperty: true}) && box.width > 0 && box.height > 0;
}).map(element => element.className)"""


def open_with_late_fonts(here: Visit, path: str) -> Page:
    """Open a page whose fonts arrive only after its text is shown in fallback fonts."""
    held: list | None = []
    page = here.page
    page.route("**/*.woff2", lambda route: route.continue_() if held is None else held.append(route))
    page.goto(here.site.url + path, wait_until="domcontentloaded")
    page.evaluate(WITHOUT_FONTS)
    late, held = held, None
    for route in late:
        route.continue_()
    return settled(page)


def settled(page: Page) -> Page:
    """Wait until a page and its fonts have loaded."""
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready.then(() => true)")
    return page


def _asks_for_cyrillic(here: Visit) -> bool:
    return any("record-sans-cyrillic" in url for url in here.requests)


def look(here: Visit, path: str, is_printed: bool) -> dict[str, object]:
    """Return the problems of a page by check; empty if there are none.

    It is opened on a phone in dark colours, with late fonts, and again on a desktop in light ones, with cached fonts.
    """
    page = open_with_late_fonts(here, path)
    faults = {
        "moves though fonts come late": page.evaluate(LAYOUT_SHIFT),
        "asks too often": max(0, len(here.requests) - MAX_REQUESTS - _asks_for_cyrillic(here)),
        "sticks out of a phone": max(0, overhang(page)),
        "too small": small_targets(page),
        "does not fit large text": page.evaluate(WITH_LARGE_TEXT, "rule of law in courts"),
    }
    if is_printed:
        page.emulate_media(media="print")
        faults["printed though only a screen can do it"] = page.evaluate(SEEN, OF_SCREENS)
        faults["printed without an address"] = page.evaluate(WITHOUT_ADDRESS)
        faults["not printed"] = not page.pdf().startswith(b"%PDF")
        page.emulate_media(media="screen")
    # No console errors, policy violations or requests to other hosts. Axe causes some, so they are read first.
    faults["failed in silence"] = list(here.faults)
    faults["keeps people out of a dark phone"] = violations(page)
    here.faults.clear()
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")
    page.reload()
    faults["moves though fonts are there"] = settled(page).evaluate(LAYOUT_SHIFT)
    for width, screen in ((768, "tablet"), (DESKTOP["width"], "desktop")):
        page.set_viewport_size(DESKTOP | {"width": width})
        faults[f"sticks out of a {screen}"] = max(0, overhang(page))
    faults["failed in silence on a desktop"] = list(here.faults)
    faults["keeps people out of a light desktop"] = violations(page)
    return faults


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_has_a_fault(visit, site, part):
    found = {}
    for name, path in list(site.pages.items())[part::PARTS]:
        # A new visitor each time, so that nothing is cached.
        here = visit(viewport=PHONE, color_scheme="dark")
        found |= {(name, what): fault for what, fault in look(here, path, name in PRINTED).items() if fault}
        here.page.context.close()
    assert found == {}
