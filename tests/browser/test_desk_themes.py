"""Merging themes and undoing it, ordering themes, previews, and two simultaneous editors, in a real browser."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from initiatives.models import Initiative, Theme, ThemeMerge
from tests import factories
from tests.browser.conftest import PHONE
from tests.browser.editing import log_in, staff

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(visit, site):
    """The browser of a publisher."""
    return log_in(visit(), staff("Publisher", "browser-publisher"))


def change_url(item) -> str:
    return reverse(f"admin:initiatives_{item._meta.model_name}_change", args=[item.pk])


def test_merge_and_undo(desk):
    one, other = factories.ThemeFactory(name="Brooks", public=True), factories.ThemeFactory(name="Streams", public=True)
    quote = factories.QuoteFactory(public=True, themes=[one])
    page = desk.open(change_url(one))
    page.get_by_role("link", name="Merge into another theme").click()
    page.get_by_label("Its items will get this theme instead:").select_option(label="Streams")
    page.get_by_role("button", name="Preview the merge").click()
    expect(page.get_by_role("listitem").filter(has_text="Quotes:")).to_contain_text("1 moves.")
    page.get_by_role("button", name="Yes, merge").click()
    expect(page.get_by_text("Merged “Brooks” into “Streams”")).to_be_visible()
    assert list(quote.themes.all()) == [other]
    page = desk.open(f"/themes/{one.slug}/")
    assert desk.path() == other.get_absolute_url()
    expect(page.locator("main")).to_contain_text(quote.text)

    page = desk.open(reverse("admin:initiatives_theme_changelist"))
    page.get_by_role("link", name="Merges", exact=True).click()
    page.get_by_role("link", name="Brooks → Streams").click()
    page.get_by_role("link", name="Undo this merge").click()
    page.get_by_role("button", name="Yes, undo it").click()
    expect(page.get_by_text("“Brooks” is a theme again")).to_be_visible()
    assert list(quote.themes.all()) == [one]
    assert desk.faults == []
    quote.delete()
    ThemeMerge.objects.all().delete()
    for theme in (one, other):
        theme.delete()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_themes_can_be_reordered_by_keyboard(visit, site, script):
    here = log_in(visit(java_script_enabled=script), staff("Publisher", "browser-publisher"))
    page = here.open(reverse("admin:initiatives_theme_order"))
    names = list(Theme.objects.values_list("name", flat=True))
    down = page.get_by_role("button", name=f"Move “{names[0]}” down")
    down.focus()
    page.keyboard.press("Enter")
    if script:
        expect(page.get_by_role("status")).to_have_text(f"{names[0]}: place 2 of {len(names)}")
        expect(down).to_be_focused()
    expect(page.locator(".order__name").first).to_have_text(names[1])
    page.get_by_role("button", name="Save the order").click()
    expect(page.get_by_text("Order saved.")).to_be_visible()
    assert list(Theme.objects.values_list("name", flat=True)) == [names[1], names[0], *names[2:]]
    assert here.faults == []


def test_a_preview_is_shown_next_to_the_field(desk):
    initiative = Initiative.objects.get(slug="law-on-peaceful-assembly")
    page = desk.open(change_url(initiative))
    page.get_by_label("Text:", exact=True).first.fill("### Heading\n\n*Stressed* <script>alert(1)</script>")
    button = page.get_by_role("button", name="Preview: Text", exact=True)
    button.click()
    preview = page.get_by_role("region", name="Preview of Text", exact=True)
    expect(preview.get_by_role("heading", name="Heading")).to_be_visible()
    expect(preview.locator("em")).to_have_text("Stressed")
    expect(preview).to_contain_text("<script>")
    page.get_by_label("Text:", exact=True).first.fill("Other words")
    expect(preview).to_have_text("Other words")
    expect(button).to_have_attribute("aria-expanded", "true")
    assert desk.faults == []


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE, "color_scheme": "dark"}], ids=["desk", "phone, dark"])
def test_two_editors_change_the_same_theme(visit, site, options):
    theme = factories.ThemeFactory(name="Lakes", description="As it was")
    mine = log_in(visit(**options), staff("Publisher", "browser-publisher"))
    theirs = log_in(visit(), staff("Editor", "browser-editor"))
    page = mine.open(change_url(theme))
    other = theirs.open(change_url(theme))
    other.get_by_label("Description:").fill("What they wrote")
    other.get_by_role("button", name="Save", exact=True).click()
    other.wait_for_url("**/theme/")
    page.get_by_label("Description:").fill("What I wrote")
    page.get_by_label("Name:", exact=True).fill("Great lakes")
    page.get_by_role("button", name="Save", exact=True).click()
    conflict = page.get_by_role("region", name="Not saved: someone changed this while you were editing")
    expect(conflict).to_contain_text("browser-editor")
    expect(conflict).to_contain_text("What they wrote")
    expect(conflict).to_contain_text("What I wrote")
    expect(page.get_by_label("Description:")).to_have_value("What I wrote")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert Theme.objects.get(pk=theme.pk).description == "What they wrote"
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/theme/")
    theme.refresh_from_db()
    assert (theme.name, theme.description) == ("Great lakes", "What I wrote")
    assert mine.faults == theirs.faults == []
    theme.delete()
