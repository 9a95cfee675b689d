"""Reading a copy and quoting from it: by keyboard with no word typed, by mouse, on a phone, without script."""

import random
import re
import time

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from initiatives.models import Found, Quote, Source, Theme
from tests import factories
from tests.browser.conftest import PHONE
from tests.browser.editing import log_in, log_out, staff

pytestmark = pytest.mark.browser

WORDS = re.findall(
    r"\w+",
    """
    reform law court citizen state people budget school village land region council deputy decree answer question year
    month plan road hospital teacher judge owner market price energy water future history open fair strong public local
    new common honest equal clear modern we they must will shall should can build protect hear serve support improve
    """,
)


def speech(length: int) -> str:
    """Return a speech of about so many characters, always the same."""
    drawn = random.Random(7)
    paragraphs, said = [], 0
    while said < length:
        sentences = [
            " ".join(drawn.choices(WORDS, k=drawn.randint(8, 22))).capitalize() + "." for _sentence in range(5)
        ]
        paragraphs.append(" ".join(sentences))
        said += len(paragraphs[-1]) + 2
    return "\n\n".join(paragraphs)


@pytest.fixture
def source(site):
    speaker = factories.PersonFactory(name="Aigerim Speaker")
    source = factories.SourceFactory(title="The address to the nation", date="2021-09-01", date_precision="day")
    factories.QuoteFactory(source=source, speaker=speaker, text="What was on record before")
    factories.ThemeFactory(name="Hospital")
    yield source
    Quote.objects.filter(source=source).delete()
    Theme.objects.filter(name="Hospital").delete()


def url_of(source: Source) -> str:
    return reverse("admin:initiatives_source_read", args=[source.pk])


@pytest.fixture
def desk(visit, site):
    """The browser of an editor."""
    return log_in(visit(), staff("Editor", "browser-reader"))


def lines(page: Page):
    return page.locator("#reading-lines > li")


def all_are_found(source: Source, count: int) -> None:
    """Each draft is in the copy, letter for letter."""
    found = Found.objects.filter(quote__source=source, quote__state="draft").exclude(level="not_found")
    assert found.count() == count
    assert set(found.values_list("level", flat=True)) <= {"letters", "omissions"}


def test_twelve_quotes_by_keyboard_without_a_word_typed(desk, source):
    text = factories.copy_of(source, speech(60_000))
    page = desk.open(url_of(source))
    begun, keys = time.monotonic(), 0

    def press(*names: str):
        nonlocal keys
        for name in names:
            page.keyboard.press(name)
            keys += 1

    page.locator("[data-text]").focus()
    for number in range(12):
        press(*["ArrowRight"] * 3, *["ArrowDown"] * (number % 3))
        if number % 4 == 1:
            press("Shift+ArrowDown")
        if number % 4 == 2:
            press("Shift+ArrowLeft", "Alt+Shift+ArrowRight")
        if number % 4 == 3:
            press("+", "ArrowDown", "ArrowDown")
        press("Enter")
    expect(lines(page)).to_have_count(13)
    print(f"\n12 quotes by keyboard: {keys} keys, 0 clicks, {time.monotonic() - begun:.1f} s")  # noqa: T201
    all_are_found(source, 12)
    assert {quote.speaker.name for quote in Quote.objects.filter(source=source)} == {"Aigerim Speaker"}
    assert all(re.fullmatch(r"paragraph \d+", quote.locator) for quote in Quote.objects.filter(source=source)[:12])
    assert Quote.objects.filter(source=source, text__contains=" […] ").count() == 3
    # The last is undone by one key.
    press("u")
    expect(lines(page)).to_have_count(12)
    all_are_found(source, 11)
    assert text.found.count() == 12
    assert desk.faults == []


def test_thirty_quotes_by_mouse(desk, source):
    factories.copy_of(source, speech(60_000))
    page = desk.open(url_of(source))
    begun, clicks = time.monotonic(), 0
    paragraphs = page.locator("[data-start]")
    for number in range(30):
        paragraphs.nth(2 * number).scroll_into_view_if_needed()
        paragraphs.nth(2 * number).click(position={"x": 120, "y": 12})
        clicks += 1
        if number % 3 == 0:
            page.locator("[data-do=longer]").click()
            clicks += 1
        page.locator("[data-do=quote]").click()
        clicks += 1
    expect(lines(page)).to_have_count(31)
    print(f"\n30 quotes by mouse: {clicks} clicks, 0 keys, {time.monotonic() - begun:.1f} s")  # noqa: T201
    all_are_found(source, 30)
    # A passage that was dragged over; it is marked, and the mark leads to its quote.
    paragraph = paragraphs.nth(1)
    paragraph.scroll_into_view_if_needed()
    box = paragraph.bounding_box()
    page.mouse.move(box["x"] + 3, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 250, box["y"] + 12, steps=5)
    page.mouse.up()
    page.get_by_role("button", name="Quote this").click()
    expect(lines(page)).to_have_count(32)
    quote = Quote.objects.filter(source=source).latest("pk")
    assert quote.text in paragraph.inner_text()
    expect(paragraph.locator(".reading__mark")).to_have_text(quote.text)
    paragraph.get_by_role("link").click()
    page.wait_for_url(f"**{reverse('admin:initiatives_quote_change', args=[quote.pk])}")
    assert desk.faults == []


def test_themes_are_changed_beside_the_text(desk, source):
    factories.copy_of(source, "The hospital is open to all.\n\nNothing else was said of it.")
    factories.ThemeFactory(name="Roads")
    page = desk.open(url_of(source))
    expect(page.locator(".reading__worth")).to_have_count(1)
    page.locator("[data-text]").press("n")
    page.locator("[data-text]").press("Enter")
    line = lines(page).first
    expect(line.get_by_label("Hospital")).to_be_checked()
    page.keyboard.press("t")
    expect(line.get_by_label("Hospital")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-text]")).to_be_focused()
    expect(page.locator(".reading__worth")).to_have_count(0)
    line.get_by_text("More").click()
    line.get_by_label("Add a theme").fill("Roads")
    page.keyboard.press("Enter")
    expect(lines(page).first.get_by_label("Roads")).to_be_checked()
    # It fits, so it is still offered.
    with page.expect_response("**/read/"):
        lines(page).first.get_by_label("Hospital").click()
    expect(lines(page).first.get_by_label("Hospital")).not_to_be_checked()
    expect(lines(page).first.get_by_label("Hospital")).to_be_focused()
    quote = Quote.objects.filter(source=source).latest("pk")
    assert [theme.name for theme in quote.themes.all()] == ["Roads"]
    # Changed, it is undone here, too, because the page knows the change.
    lines(page).first.get_by_role("button", name="Undo").click()
    expect(lines(page)).to_have_count(1)
    Theme.objects.filter(name="Roads").delete()
    assert desk.faults == []


def test_the_same_passage_again_and_a_lost_session(desk, source):
    factories.copy_of(source, "One sentence. Another sentence.")
    page = desk.open(url_of(source))
    text = page.locator("[data-text]")
    for key in ("ArrowDown", "ArrowUp"):
        text.press(key)
        expect(page.locator("[data-selected]")).to_have_text("One sentence.")
        text.press("Enter")
    refused = page.get_by_role("alert").filter(has_text="already on record")
    expect(refused.get_by_role("link")).to_be_visible()
    page.context.set_offline(True)
    text.press("ArrowDown")
    text.press("ArrowDown")
    text.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Could not reach the site")).to_be_visible()
    page.context.set_offline(False)
    log_out(desk)
    text.press("ArrowUp")
    text.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="You have been logged out.")).to_be_visible()


def test_by_finger_on_a_phone(visit, site, source):
    factories.copy_of(source, speech(2_000))
    here = log_in(visit(viewport=PHONE, has_touch=True), staff("Editor", "browser-reader"))
    page = here.open(url_of(source))
    page.locator("[data-start]").nth(1).tap(position={"x": 60, "y": 12})
    page.get_by_role("button", name="One more sentence").tap()
    page.get_by_role("button", name="Quote this").tap()
    expect(lines(page)).to_have_count(2)
    assert Quote.objects.filter(source=source).latest("pk").text.count(".") == 2
    assert here.faults == []


def test_without_script_paragraphs_are_ticked(visit, site, source):
    factories.copy_of(source, "First.\n\nSecond.\n\nThird with 😀 a sign.\n\nFourth and last of them.")
    here = log_in(visit(java_script_enabled=False), staff("Editor", "browser-reader"))
    page = here.open(url_of(source))
    page.get_by_label("Paragraph 3").check()
    page.get_by_label("Paragraph 4").check()
    page.get_by_role("button", name="Quote the ticked paragraphs").click()
    expect(page.locator(".messagelist")).to_contain_text("Saved as a draft")
    assert Quote.objects.filter(source=source).latest("pk").text == "Third with 😀 a sign.\n\nFourth and last of them."
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".messagelist")).to_contain_text("Undone")


def test_signs_beyond_the_basic_plane_do_not_shift_places(desk, source):
    factories.copy_of(source, "A 😀 sign 😀 here. Then words.\n\nAnd 😀 more. The last words.")
    page = desk.open(url_of(source))
    text = page.locator("[data-text]")
    for _time in range(4):
        text.press("ArrowDown")
    text.press("Enter")
    expect(lines(page)).to_have_count(2)
    assert Quote.objects.filter(source=source).latest("pk").text == "The last words."


def test_a_translation_is_marked_beside_the_original_and_undone_by_one_key(desk, source):
    quote = factories.QuoteFactory(source=source, language="ru", text="Суды должны быть открыты для всех.")
    russian = factories.copy_of(source, "Уважаемые депутаты!\n\nЗакон един. Суды должны быть открыты для всех.")
    english = factories.copy_of(source, "Dear deputies!\n\nThe law is one. Courts must be open to all.")
    page = desk.open(f"{url_of(source)}?text={english.pk}&beside={russian.pk}")
    page.get_by_label("Provenance").select_option("official")
    text = page.locator("[data-text]")
    for _time in range(3):
        text.press("ArrowDown")
    text.press("Enter")
    expect(page.get_by_role("button", name="Undo the translation")).to_be_visible()
    expect(text.locator("[data-start] .reading__mark")).to_have_text("Courts must be open to all.")
    assert [one.text for one in quote.translations.all()] == ["Courts must be open to all."]
    text.press("u")
    expect(page.get_by_role("button", name="Undo the translation")).to_have_count(0)
    expect(text.locator("[data-start] .reading__mark")).to_have_count(0)
    assert not quote.translations.exists()
    assert desk.faults == []
