"""Fast entry of quotes: by keyboard, after a closed tab and an expired session, and its warnings."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from initiatives.models import Person, Quote, Source, Theme
from tests import factories
from tests.browser.editing import log_in, log_out, staff

pytestmark = pytest.mark.browser


@pytest.fixture
def source(site):
    speaker = factories.PersonFactory(name="Aigerim Speaker")
    source = factories.SourceFactory(title="The address to the nation", date="2021-09-01", date_precision="day")
    factories.QuoteFactory(source=source, speaker=speaker, text="What stood here before anything else was entered")
    factories.ThemeFactory(name="Water and rivers")
    yield source
    Quote.objects.filter(source=source).delete()
    source.delete()
    Person.objects.filter(pk=speaker.pk).delete()
    speaker.source.delete()
    Theme.objects.filter(name="Water and rivers").delete()


def url_of(source: Source) -> str:
    return reverse("admin:initiatives_source_quotes", args=[source.pk])


@pytest.fixture
def desk(visit, site):
    """The browser of an editor."""
    return log_in(visit(), staff("Editor", "browser-editor"))


def lines(page: Page):
    return page.locator("[data-lines] > li")


def test_entering_three_quotes_by_keyboard(desk, source):
    page = desk.open(url_of(source))
    page.locator("[name=quotes-0-text]").focus()
    page.keyboard.type("The first quote of three")
    page.keyboard.press("Tab")
    page.keyboard.type("Water")
    expect(page.locator(".select2-results__option--highlighted")).to_have_text("Water and rivers")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[name=quotes-1-text]")).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="Saved as draft")).to_have_text(
        re.compile(r"Saved as draft at \d\d:\d\d")
    )
    page.keyboard.type("The second quote of three")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[name=quotes-2-text]")).to_be_focused()
    page.keyboard.type("The third quote of three")
    page.keyboard.press("Control+Enter")
    expect(lines(page)).to_have_count(4)
    saved = list(Quote.objects.filter(source=source, state="draft").order_by("pk"))[1:]
    assert [quote.text for quote in saved] == [f"The {nth} quote of three" for nth in ("first", "second", "third")]
    assert [theme.name for theme in saved[0].themes.all()] == ["Water and rivers"]
    assert {(quote.speaker.name, quote.iso_date) for quote in saved} == {("Aigerim Speaker", "2021-09-01")}
    assert desk.faults == []


def test_a_new_row_has_the_language_of_the_last_quote(desk, source):
    page = desk.open(url_of(source))
    page.locator("[name=quotes-0-language]").select_option("ru")
    for number in range(3):
        page.locator(f"[name=quotes-{number}-text]").fill(f"Наше слово, и номер его {number}")
        page.keyboard.press("Control+Enter")
        expect(page.locator(f"[name=quotes-{number + 1}-language]")).to_have_value("ru")
    expect(lines(page)).to_have_count(4)
    assert Quote.objects.filter(source=source, language="ru").count() == 3
    assert desk.faults == []


def test_an_unusual_date_is_questioned_once(desk, source):
    page = desk.open(url_of(source))
    page.get_by_label("Date").first.fill("826")
    page.locator("[name=quotes-0-text]").fill("Words of old")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".errorlist")).to_contain_text("is not a date")
    page.get_by_label("Date").first.fill("0826")
    page.locator("[name=quotes-0-text]").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".errorlist")).to_contain_text("before 1900")
    page.locator("[name=quotes-0-text]").focus()
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.keyboard.press("Control+Enter")
    expect(page.locator("[data-row]").first).not_to_have_attribute("inert", "")
    expect(page.locator(".errorlist")).to_contain_text("before 1900")
    page.get_by_label("This date is right").check()
    for text, count in (("Words of old", 2), ("More of them", 3)):
        page.locator("[data-row] textarea[name$=-text]").first.fill(text)
        page.keyboard.press("Control+Enter")
        expect(lines(page)).to_have_count(count)
    assert Quote.objects.filter(source=source, date__year=826).count() == 2
    assert desk.faults == []


def test_errors_are_shown_at_the_field_and_keep_the_input(desk, source):
    page = desk.open(url_of(source))
    text = page.locator("[name=quotes-0-text]")
    text.fill("What stood here before anything else was entered")
    page.locator("[name=quotes-0-locator]").fill("p. 9")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".errorlist")).to_contain_text("already on record")
    expect(text).to_be_focused()
    expect(page.locator("[name=quotes-0-locator]")).to_have_value("p. 9")
    text.fill("What nobody has entered")
    page.get_by_role("button", name="Save and add next").first.click()
    expect(lines(page)).to_have_count(2)
    assert Quote.objects.get(text="What nobody has entered").locator == "p. 9"
    assert desk.faults == []


def test_a_late_response_does_not_move_the_focus(desk, source):
    page = desk.open(url_of(source))
    page.locator("[name=quotes-0-text]").fill("What stood here before anything else was entered")
    # The response arrives only after the editor has started the next quote.
    held: list[Route] = []
    page.route("**/quotes/", lambda route: held.append(route))
    page.keyboard.press("Control+Enter")
    page.keyboard.type("The next one")
    while not held:
        page.wait_for_timeout(10)
    held.pop().continue_()
    expect(page.locator(".errorlist")).to_contain_text("already on record")
    page.keyboard.type(" goes on")
    expect(page.locator("[name=quotes-1-text]")).to_have_value("The next one goes on")
    assert desk.faults == []


def test_a_closed_tab_loses_nothing(desk, source):
    page = desk.open(url_of(source))
    page.locator("[name=quotes-0-text]").fill("Half a sentence that")
    page.locator("[name=quotes-0-themes]").select_option(label="Water and rivers", force=True)
    page.evaluate("django.jQuery('[name=quotes-0-themes]').trigger('change')")
    page.close(run_before_unload=False)
    page = desk.page = desk.page.context.new_page()
    page.goto(desk.site.url + url_of(source))
    expect(page.get_by_role("status").filter(has_text="that was not saved")).to_be_visible()
    page.get_by_role("button", name="Restore it").click()
    expect(page.locator("[name=quotes-0-text]")).to_have_value("Half a sentence that")
    expect(page.locator(".entry-row .select2-selection__choice")).to_contain_text("Water and rivers")
    page.reload()
    page.get_by_role("button", name="Discard it").click()
    page.reload()
    expect(page.locator("[name=quotes-0-text]")).to_have_value("")
    expect(page.get_by_role("button", name="Restore it")).to_be_hidden()


def test_an_expired_session_redirects_to_the_log_in_and_back(desk, source):
    page = desk.open(url_of(source))
    log_out(desk)
    page.locator("[name=quotes-0-text]").fill("Typed while the session expired")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert").filter(has_text="You have been logged out.")).to_be_visible()
    page.get_by_role("link", name="Log in and come back here").click()
    page.get_by_label("Username").fill("browser-editor")
    page.get_by_label("Password").fill("a long password of tests")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"**{url_of(source)}")
    page.get_by_role("button", name="Restore it").click()
    expect(page.locator("[name=quotes-0-text]")).to_have_value("Typed while the session expired")
    page.locator("[name=quotes-0-text]").focus()
    page.keyboard.press("Control+Enter")
    expect(lines(page)).to_have_count(2)
    assert Quote.objects.filter(text="Typed while the session expired").count() == 1
    assert desk.faults == []


def test_without_a_connection_nothing_is_lost(desk, source):
    page = desk.open(url_of(source))
    page.context.set_offline(True)
    page.locator("[name=quotes-0-text]").fill("Typed in a tunnel")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert").filter(has_text="Could not reach the site")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("[name=quotes-0-text]")).to_have_value("Typed in a tunnel")
    page.locator("[name=quotes-0-text]").focus()
    page.keyboard.press("Control+Enter")
    expect(lines(page)).to_have_count(2)


def test_near_duplicates_are_shown_while_typing(desk, source):
    page = desk.open(url_of(source))
    page.locator("[name=quotes-0-text]").fill("What stood here before anything else was written")
    warning = page.locator(".near-duplicates")
    expect(warning).to_contain_text("similar quote is already on record")
    twin = Quote.objects.get(source=source)
    form = reverse("admin:initiatives_quote_change", args=[twin.pk])
    expect(warning.get_by_role("link")).to_have_attribute("href", form)
    page.locator("[name=quotes-0-text]").fill("Something else altogether is said here by somebody")
    expect(warning).to_be_empty()
    # They are also shown on a quote's form, but never for the quote itself.
    page = desk.open(reverse("admin:initiatives_quote_add"))
    page.locator("[name=text]").fill("What stood here before anything else was written")
    expect(page.locator(".near-duplicates")).to_contain_text("Aigerim Speaker")
    page = desk.open(form)
    with page.expect_response("**/near-duplicates/"):
        page.locator("[name=text]").fill("What stood here before anything else was written")
    expect(page.locator(".near-duplicates")).to_be_empty()
    assert desk.faults == []


def test_without_script_rows_are_added_by_a_button(visit, source):
    here = log_in(visit(java_script_enabled=False), staff("Editor", "browser-editor"))
    page = here.open(url_of(source))
    page.locator("[name=quotes-0-text]").fill("One without script")
    page.get_by_role("button", name="Add another quote").click()
    expect(page.locator("[name=quotes-0-text]")).to_have_value("One without script")
    page.locator("[name=quotes-1-text]").fill("Two without script")
    page.locator("[name=quotes-1-themes]").select_option(label="Water and rivers")
    page.get_by_role("button", name="Save as drafts").click()
    expect(page.get_by_text("Saved 2 quotes as drafts.")).to_be_visible()
    assert Quote.objects.filter(source=source).count() == 3


def test_suggested_themes_can_be_added_by_keyboard(desk, source):
    water = Theme.objects.get(name="Water and rivers")
    page = desk.open(url_of(source))
    page.locator("[name=quotes-0-text]").fill("The water and rivers of the country belong to all")
    offered = page.get_by_role("group", name="Themes that may fit").get_by_role("button", name="Water and rivers")
    expect(page.get_by_role("status").filter(has_text="may fit")).to_be_attached()
    assert page.locator("[name=quotes-0-themes]").evaluate("field => field.selectedOptions.length") == 0
    offered.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".entry-row .select2-selection__choice")).to_contain_text("Water and rivers")
    expect(page.get_by_role("status").filter(has_text="Added: Water and rivers")).to_be_attached()
    expect(offered).to_be_hidden()
    # A removed theme is suggested again.
    page.locator(".select2-selection__choice__remove").click()
    page.keyboard.press("Escape")
    expect(offered).to_be_visible()
    offered.click()
    page.locator("[name=quotes-0-text]").focus()
    page.keyboard.press("Control+Enter")
    expect(lines(page)).to_have_count(2)
    quote = Quote.objects.filter(source=source).latest("pk")
    assert list(quote.themes.all()) == [water]
    # The form of a quote without themes shows suggestions at once.
    quote.themes.clear()
    page = desk.open(reverse("admin:initiatives_quote_change", args=[quote.pk]))
    page.get_by_role("button", name="Water and rivers").click()
    expect(page.locator(".field-themes .select2-selection__choice")).to_contain_text("Water and rivers")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_contain_text("was changed successfully")
    assert list(quote.themes.all()) == [water]
    assert desk.faults == []
