"""What visitors do and see, in a real browser."""

import re

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page, expect

from initiatives.models import Source
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import QuoteFactory

pytestmark = pytest.mark.browser


def tab_to(page: Page, selector: str, at_most: int = 60) -> None:
    """Press Tab until a matching element has the focus, and check that the focus is visible."""
    for _press in range(at_most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"{selector} does not show that it has the focus"
            return
    pytest.fail(f"{selector} is not reached within {at_most} presses of Tab")


def test_finding_a_quote_by_keyboard_alone(visit):
    here = visit()
    page = here.open("/")
    tab_to(page, "input[name=q]", at_most=15)
    page.keyboard.type('"fair state"')
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")
    expect(page.get_by_role("status")).to_have_text(re.compile("^1 quote"))
    tab_to(page, "a[href='#results']", at_most=30)
    page.keyboard.press("Enter")
    tab_to(page, "[data-quote] .onward", at_most=30)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/quotes/\d+-"))
    expect(page.locator(".words--page")).to_contain_text("no aspect of socio-economic development")
    assert here.faults == []


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_finding_a_quote_without_script(visit, viewport):
    here = visit(viewport=viewport, java_script_enabled=False)
    page = here.open("/")
    page.get_by_label("Search the whole record").fill("state")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=re.compile(r"^Quotes \d+ results?$")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quotes matching “state”")
    if viewport == PHONE:
        page.locator(".filters__summary").click()
    page.get_by_role("region", name="Theme").get_by_role("link", name=re.compile("^Rule of law")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quotes matching “state” on rule of law")
    page.get_by_role("link", name="See in context").first.click()
    expect(page.get_by_role("heading", name="Context")).to_be_visible()
    expect(page.locator(".citation").first).to_contain_text("Kassym-Jomart Tokayev")
    assert here.faults == []


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_filtering_by_theme_and_going_back(visit, script):
    here = visit(java_script_enabled=script)
    page = here.open("/quotes/")
    everything = page.get_by_role("status").inner_text()
    facet = page.get_by_role("region", name="Theme").get_by_role("link", name=re.compile("^Rule of law"))
    facet.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quotes on rule of law")
    expect(page.get_by_role("status")).to_have_text("1 quote")
    assert here.path() == "/quotes/?theme=rule-of-law"
    expect(facet).to_have_attribute("aria-current", "true")
    expect(facet).to_contain_text("selected")
    page.get_by_role("link", name="Remove filter Theme: Rule of law").click()
    expect(page.get_by_role("status")).to_have_text(everything)
    assert here.path() == "/quotes/"
    page.go_back()
    expect(page.get_by_role("status")).to_have_text("1 quote")
    assert here.path() == "/quotes/?theme=rule-of-law"


def test_search_keeps_the_filters(visit):
    here = visit(java_script_enabled=False)
    page = here.open("/quotes/?theme=political-reform&sort=oldest")
    page.get_by_label("Search quotes").fill("parliament")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quotes matching “parliament” on political reform")
    assert "sort=oldest" in here.path()
    expect(page.locator("mark").first).to_have_text("Parliament")


def test_filters_fold_away_on_a_phone(visit):
    page = visit(viewport=PHONE, java_script_enabled=False).open("/quotes/")
    facet = page.get_by_role("link", name=re.compile("^Rule of law"))
    filters = page.locator(".filters__summary")
    expect(filters).to_be_visible()
    expect(page.locator(".filters__body")).not_to_be_visible()
    filters.click()
    facet.first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quotes on rule of law")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_phone_has_a_one_row_header_and_a_quotation_on_its_first_screen(visit, script):
    here = visit(viewport={"width": 390, "height": 844}, java_script_enabled=script, has_touch=True)
    page = here.open("/quotes/")
    assert page.locator(".masthead").bounding_box()["height"] <= 72
    words = page.locator(".quote-card .words").first.bounding_box()
    assert words["y"] + words["height"] < 844
    link = page.get_by_role("navigation", name="Main").get_by_role("link", name="Sources")
    expect(link).not_to_be_visible()
    page.get_by_text("Menu", exact=True).tap()
    expect(link).to_be_visible()
    search = page.get_by_role("banner").get_by_role("searchbox")
    page.locator(".masthead__fold--search summary").tap()
    # One of the two is open.
    expect(link).not_to_be_visible()
    if script:
        expect(page.get_by_role("banner").locator("input")).to_be_focused()
        page.keyboard.type("council")
    else:
        search.fill("council")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=council")
    assert here.faults == []


@pytest.mark.parametrize("path", ["/", "/quotes/", "/search/", "/themes/", "/method/", "/no-such-page/"])
def test_every_page_has_search_on_its_first_screen(visit, path):
    page = visit(java_script_enabled=False).open(path)
    assert page.get_by_role("searchbox").first.bounding_box()["y"] < 500


def test_a_long_quotation_unfolds_without_script_and_in_print(visit):
    text = " ".join(f"word{number}" for number in range(240))
    source = Source.objects.published().first()
    quote = QuoteFactory(public=True, text=text, source=source, speaker__source=source)
    here = visit(java_script_enabled=False)
    page = here.open(f"/quotes/?source={source.slug}&sort=added")
    card = page.locator(".quote-card", has_text="word239")
    words, whole = (
        card.locator(".words"),
        card.get_by_role("checkbox", name=re.compile("^Whole quotation ?: word0 word1")),
    )
    folded = words.bounding_box()["height"]
    cut = "element => element.scrollHeight > element.clientHeight + 1"
    assert words.evaluate(cut)
    tab_to(page, ".fold__whole input", at_most=200)
    page.keyboard.press("Space")
    expect(whole).to_be_checked()
    assert words.bounding_box()["height"] > folded
    assert not words.evaluate(cut)
    whole.uncheck()
    page.emulate_media(media="print")
    assert not words.evaluate(cut)
    expect(whole).not_to_be_visible()
    quote.delete()


def test_the_matrix_of_principles_shows_that_it_scrolls(visit, site):
    page = visit(viewport={"width": 320, "height": 740}).open(site.pages["principle set"])
    matrix = page.locator(".coverage")
    matrix.scroll_into_view_if_needed()
    box = matrix.bounding_box()
    edge = {"x": box["x"] + box["width"] - 6, "y": max(box["y"], 0) + 60, "width": 6, "height": 200}
    hinted = page.screenshot(clip=edge)
    matrix.evaluate("element => { element.scrollLeft = element.scrollWidth; }")
    assert page.screenshot(clip=edge) != hinted


def test_errors_are_shown_at_the_field_and_at_the_top(visit):
    page = visit().open("/quotes/?theme=unknown&from=2020-13&q=state")
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Theme: There is no “unknown”.")
    summary.get_by_role("link", name=re.compile("^From:")).click()
    field = page.get_by_label("From")
    expect(field).to_have_value("2020-13")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("not a date"))
    expect(page.get_by_label("Search quotes")).to_have_value("state")
    expect(page).to_have_title(re.compile("^Error:"))


def test_an_empty_list_suggests_other_searches(visit):
    here = visit()
    page = here.open("/quotes/?q=council&theme=rule-of-law")
    expect(page.get_by_role("status")).to_have_text("0 quotes")
    elsewhere = page.get_by_role("region", name="Elsewhere in the record")
    expect(elsewhere.get_by_role("heading", name=re.compile(r"^Initiatives \d+$"))).to_be_visible()
    elsewhere.get_by_role("link", name=re.compile(r"^All \d+ milestones$")).click()
    page.wait_for_url("**/search/**")
    assert here.path() == "/search/?q=council&kind=milestone"
    expect(page.locator(".rows > li").first).to_be_visible()


def test_a_bar_of_a_plot_links_to_its_year_by_keyboard(visit):
    here = visit()
    page = here.open("/quotes/")
    page.get_by_role("link", name="by year").click()
    bar = page.get_by_role("link", name=re.compile(r"^20\d\d: \d+ quotes?$")).first
    number = int(bar.get_attribute("aria-label").split()[1])
    bar.focus()
    page.keyboard.press("Enter")
    expect(bar).to_have_count(0)
    expect(page.get_by_role("status")).to_have_text(re.compile(rf"^{number} quote"))
    assert "view=" not in here.path()


def test_a_year_of_the_strip_links_to_its_events(visit):
    here = visit()
    page = here.open("/timeline/")
    year = page.get_by_role("link", name="2021, milestones: 19, sources: 20", exact=True)
    year.click()
    expect(page.get_by_role("status")).to_have_text("39 events")
    assert here.path() == "/timeline/?year=2021"
    expect(year).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("link", name=re.compile("^2020, "))).to_be_visible()


def test_a_bar_of_initiatives_links_to_their_list(visit):
    here = visit()
    page = here.open("/")
    page.get_by_role("link", name="Initiatives by status and theme").click()
    page.get_by_role("link", name=re.compile(r"^In force: \d+$")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Initiatives with the status “in force”")
    assert here.path() == "/initiatives/?status=in_force"
    expect(page.locator(".entry .status--in_force").first).to_be_visible()


def test_a_draft_is_marked_as_a_draft(visit, site):
    page = visit().open(site.pages["draft preview"])
    expect(page.get_by_role("complementary", name="Draft preview: not published")).to_be_visible()


def test_translations_show_their_language_and_provenance(visit, site):
    page = visit().open(site.pages["quote with translations"])
    expect(page.locator(".words--page")).to_have_count(3)
    expect(page.get_by_role("region", name="Russian").locator("blockquote p")).to_have_attribute("lang", "ru")
    kazakh = page.get_by_role("region", name="Kazakh")
    expect(kazakh).to_contain_text("unofficial translation, A")
    expect(kazakh.locator("blockquote p")).to_have_attribute("lang", "kk")


def test_a_quote_links_to_its_neighbours_and_can_be_cited_without_script(visit, site):
    here = visit(java_script_enabled=False)
    page = here.open(site.pages["quote"])
    first = here.path()
    expect(page.locator(".copy").first).not_to_be_visible()
    citation = page.locator(".citation:visible")
    expect(citation).to_contain_text(re.compile(r"“.*” — Kassym-Jomart Tokayev, .* Source: .*/q/\d+$"))
    page.get_by_label("APA 7").check()
    expect(citation).to_have_count(1)
    expect(citation).to_contain_text(
        re.compile(r"\(\d{4}.*\)\. .* \(Secondary source\. The Reform Record, .*/q/\d+\)$")
    )
    page.get_by_role("link", name=re.compile("^Next quote")).click()
    assert here.path() != first
    page.get_by_role("link", name=re.compile("^Previous quote")).click()
    assert here.path() == first


def test_a_quote_is_embedded_on_another_site(visit, site):
    page = visit().page
    embed = f"/quotes/{re.search(r'[0-9]+', site.pages['quote']).group()}/embed/"
    frames = {
        what: f"<iframe src='{site.url}{path}'></iframe>"
        for what, path in (("/page", site.pages["quote"]), ("embed", embed))
    }
    # Fetch responses in the test: browsers do not let other sites reach a server on this machine.
    page.route(f"{site.url}/**", lambda route: route.fulfill(response=route.fetch()))
    page.route(
        "http://elsewhere.example/*",
        lambda route: route.fulfill(content_type="text/html", body=frames[route.request.url[-5:]]),
    )
    link = page.frame_locator("iframe").get_by_role("link", name="The Reform Record")
    page.goto("http://elsewhere.example/page")
    expect(link).to_have_count(0)
    page.goto("http://elsewhere.example/embed")
    expect(link).to_have_count(1)


def test_the_not_found_page_has_the_design_and_links_of_the_site(visit):
    page = visit().page
    response = page.goto(visit().site.url + "/no-such-page/")
    assert response.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")
    page.get_by_label("Search the whole record").fill("council")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=council")


def test_the_error_page_makes_no_requests(django_assert_num_queries, site):
    with django_assert_num_queries(0):
        html = render_to_string("500.html")
    assert "Sorry, something went wrong" in html
    assert "css/base.css" in html


def test_the_numbers_of_a_plot_are_printed(visit):
    page = visit().open("/timeline/")
    table = page.get_by_role("table")
    expect(table).not_to_be_visible()
    page.emulate_media(media="print")
    expect(table).to_be_visible()
    expect(table.get_by_role("row", name="2021")).to_contain_text("19")


def test_statuses_and_marks_differ_in_forced_colours(visit):
    page = visit(forced_colors="active").open("/method/")
    sign = "status => getComputedStyle(document.querySelector(`.status--${status}`), '::before').background"
    signs = {page.evaluate(sign, status) for status in ("announced", "in_preparation", "adopted", "in_force")}
    assert len(signs) == 4
    page = visit(forced_colors="active").open("/quotes/")
    border = "element => getComputedStyle(element).borderBottomColor"
    links = page.locator(".masthead__nav a")
    assert links.nth(0).evaluate(border) != links.nth(1).evaluate(border) == links.nth(2).evaluate(border)


def test_reduced_motion_is_respected(visit):
    moving = "[...document.querySelectorAll('*')].filter(e => getComputedStyle(e).transitionDuration !== '0s').length"
    assert visit().open("/quotes/").evaluate(moving) > 0
    assert visit(reduced_motion="reduce").open("/quotes/").evaluate(moving) == 0


def test_a_quote_is_printed_with_its_source(visit, site):
    here = visit()
    page = here.open(site.pages["quote"])
    page.emulate_media(media="print")
    expect(page.locator(".words--page")).to_be_visible()
    expect(page.locator(".masthead__nav")).not_to_be_visible()
    # Its address once, without the fragment that leads a browser to the words.
    expect(page.get_by_role("link", name=re.compile("^Read the source at"))).not_to_be_visible()
    source = page.locator("dd a[data-url]").first
    printed = source.evaluate("element => getComputedStyle(element, '::after').content")
    assert "https://" in printed
    assert ":~:text" not in printed
    assert page.pdf().startswith(b"%PDF")
