"""Checks for every page: faults found by axe, overflow, and targets that are too small to touch."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# The rules of WCAG 2.0 to 2.2, A and AA, and axe's own good practice.
_AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}
# Finds links and fields that are smaller than 24 × 24 px, unless they are in a line of text (WCAG 2.5.8).
_SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, input, summary')].filter(element => {
    const box = element.getBoundingClientRect();
    const lone = getComputedStyle(element).display !== 'inline';
    return lone && element.checkVisibility() && box.width > 1 && (box.height < 24 || box.width < 24);
}).map(element => element.textContent.trim() || element.name)"""


def violations(page: Page) -> list[tuple[str, str, str]]:
    """Return axe's findings on a page: the rule, where, and why.

    Axe adds its own styles, which our policy blocks and the console reports: check a visit's faults first.
    """
    # Colours in the middle of a transition do not count.
    page.emulate_media(reduced_motion="reduce")
    found = Axe().run(page, options=_AXE_OPTIONS).response["violations"]
    return [
        (rule["id"], " ".join(map(str, node["target"])), node["failureSummary"])
        for rule in found
        for node in rule["nodes"]
    ]


def overhang(page: Page) -> int:
    """Return how many pixels a page is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def small_targets(page: Page) -> list[str]:
    """Return the texts or names of the links and fields that are too small to touch."""
    return page.evaluate(_SMALL_TARGETS)
