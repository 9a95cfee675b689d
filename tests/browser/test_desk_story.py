"""A full run through the desk: the steps of an editor and a publisher, and what visitors see after each."""

import datetime
import io
from collections.abc import Iterator
from dataclasses import dataclass

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from initiatives.models import Quote, Source, Theme
from tests import factories
from tests.browser.conftest import Visit
from tests.browser.editing import act, choose_file, log_in, pick, save, staff, totals
from tests.editorial.spreadsheet_support import dicts, xlsx_file

pytestmark = pytest.mark.browser

DOCUMENT = "Address on water"
WELLS, RIVERS, TAPS = "Every village has its well.", "No river belongs to one owner.", "Taps are read once a month."
SPEAKER = "Kassym-Jomart Tokayev"

# A speech in a spreadsheet with errors in five rows.
ROWS = [
    {
        "text": f"Sentence number {number} of a long speech.",
        "language": "en",
        "speaker": SPEAKER,
        "source": "A long speech",
        "source_url": "https://example.org/long-speech",
        "date": "2020-09-01",
        "themes": "Streams",
        "context": "In the morning.",
        "status": "published",
    }
    for number in range(1000)
]
FAULTS = {3: {"date": "1.19.2020"}, 70: {"language": "xx"}, 500: {"speaker": ""}, 501: {"status": "done"}}
FAULTS[999] = {"text": ""}
FOUND = "/quotes/?q=%22of+a+long+speech%22"


@dataclass
class Story:
    """The browsers of an editor, a publisher and a visitor."""

    editor: Visit
    publisher: Visit
    visitor: Visit

    def sees(self, path: str, *words: str) -> None:
        """Check that a visitor sees these words at an address."""
        page = self.visitor.open(path)
        for wording in words:
            expect(page.locator("main")).to_contain_text(wording)

    def sees_no(self, path: str) -> None:
        """Check that a visitor gets "not found"."""
        expect(self.visitor.open(path).get_by_role("heading", level=1)).to_have_text("Page not found")

    def counts(self, path: str, said: str) -> None:
        """Check the number that a visitor sees on a list."""
        expect(self.visitor.open(path).get_by_role("status")).to_have_text(said)


@pytest.fixture
def story(visit, site) -> Iterator[Story]:
    """The three browsers with their start pages open, and two public themes with similar meanings."""
    for name in ("Brooks", "Streams"):
        factories.ThemeFactory(name=name, slug=name.lower(), public=True)
    browsers = Story(log_in(visit(), staff("Editor", "aigul")), log_in(visit(), staff("Publisher", "daniyar")), visit())
    yield browsers
    faults = [*browsers.editor.faults, *browsers.publisher.faults, *browsers.visitor.faults]
    # These include violations of our Content-Security-Policy, which the console reports.
    assert faults == []


def form_of(item) -> str:
    return reverse(f"admin:initiatives_{item._meta.model_name}_change", args=[item.pk])


def quote_of(text: str) -> Quote:
    return Quote.objects.get(text=text)


def test_a_speech_from_entry_to_publication_and_correction(story):
    record_a_speech(story)
    hand_it_in(story)
    publish_it(story)
    correct_and_put_back(story)
    merge_and_undo(story)
    import_a_thousand_rows(story)
    export_and_import_again(story)


def record_a_speech(story: Story) -> None:
    """The editor records a source, pastes its text, and quotes three of its paragraphs."""
    page = story.editor.open(reverse("admin:initiatives_source_add"))
    page.get_by_label("Title").fill(DOCUMENT)
    page.locator("#id_kind").select_option(label="address")
    page.locator("#id_url").fill("https://example.org/address-on-water")
    page.locator("#id_date").fill("2021-03-22")
    page.get_by_role("button", name="Save and continue editing").click()
    page.get_by_role("link", name="Read and quote").click()
    page.get_by_label("Or its whole text").fill("\n\n".join((WELLS, RIVERS, TAPS)))
    page.get_by_role("button", name="Keep it").click()
    pick(page, "speaker", "Tokayev", SPEAKER)
    for number in range(3):
        page.locator("[data-text]").press("ArrowRight")
        page.locator("[data-text]").press("Enter")
        line = page.locator("#reading-lines > li").first
        expect(page.locator("#reading-lines > li")).to_have_count(number + 1)
        line.get_by_text("More").click()
        line.get_by_label("Add a theme").fill("Brooks")
        page.keyboard.press("Enter")
        expect(line.get_by_label("Brooks")).to_be_checked()
    story.sees_no(Source.objects.get(title=DOCUMENT).get_absolute_url())
    story.sees_no(quote_of(WELLS).get_absolute_url())


def hand_it_in(story: Story) -> None:
    """The editor submits everything after seeing what is missing; the public sees none of it."""
    page = story.editor.page
    for model, number in (("source", 1), ("quote", 3)):
        story.editor.open(f"{reverse(f'admin:initiatives_{model}_changelist')}?work=mine")
        act(page, "Submit selected items for review", "Yes, submit")
        expect(page.locator(".wishes").first).to_be_visible()
        page.get_by_role("button", name="Yes, submit").click()
        expect(page.locator(".messagelist .success")).to_have_text(f"Submitted for review: {number}.")
    story.sees_no(quote_of(WELLS).get_absolute_url())


def publish_it(story: Story) -> None:
    """The publisher schedules one quote, checks the others, and publishes them with their source."""
    desk = story.publisher.open(reverse("admin:index"))
    desk.get_by_role("region", name="Waiting for review").get_by_role("link", name=WELLS).click()
    check = desk.get_by_role("region", name="Publishing checklist")
    expect(check).to_contain_text("What was the occasion")
    desk.locator("#id_state").select_option(label="published")
    desk.locator("#id_published_at_0").fill((timezone.localdate() + datetime.timedelta(days=2)).isoformat())
    desk.locator("#id_published_at_1").fill("10:00")
    save(desk)

    for model, names in (("source", [DOCUMENT]), ("quote", [RIVERS, TAPS])):
        story.publisher.open(f"{reverse(f'admin:initiatives_{model}_changelist')}?work=review")
        act(desk, "Publish selected items", "Yes, publish", *names)
        expect(desk.locator(".wishes").first).to_be_visible()
        desk.get_by_role("button", name="Yes, publish").click()
        expect(desk.locator(".messagelist .success")).to_have_text(f"Published: {len(names)}.")
    story.sees(Source.objects.get(title=DOCUMENT).get_absolute_url(), RIVERS, TAPS)
    story.sees(quote_of(TAPS).get_absolute_url(), TAPS, DOCUMENT)
    story.sees_no(quote_of(WELLS).get_absolute_url())
    story.counts("/quotes/?theme=brooks", "2 quotes")


def correct_and_put_back(story: Story) -> None:
    """The publisher corrects a public quote, compares its versions, and restores the first wording."""
    quote = quote_of(RIVERS)
    desk = story.publisher.open(form_of(quote))
    desk.locator("#id_text").fill("No river belongs to one village.")
    # The document has another word.
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.locator(".errorlist")).to_contain_text("The words are not in the copy of the source.")
    desk.get_by_label("Reason for the change").fill("So in the recording.")
    save(desk)
    story.sees(quote.get_absolute_url(), "No river belongs to one village.")
    change = story.visitor.open(f"/changes/?item=quote-{quote.pk}").locator(".change")
    expect(change.locator("del")).to_have_text("owner")
    expect(change.locator("ins")).to_have_text("village")

    story.publisher.open(form_of(quote))
    desk.get_by_role("link", name="History").click()
    desk.get_by_role("link", name="Compare any two versions").click()
    expect(desk.locator(".difference del")).to_have_text("owner")
    expect(desk.locator(".difference ins")).to_have_text("village")
    desk.get_by_role("link", name="History", exact=True).click()
    desk.get_by_role("listitem").filter(has_text="Published.").get_by_role("link", name="Restore this version").click()
    desk.get_by_role("button", name="Yes, restore it").click()
    expect(desk.locator(".messagelist .success")).to_contain_text("Restored to the version of")
    story.sees(quote.get_absolute_url(), RIVERS)


def merge_and_undo(story: Story) -> None:
    """The publisher merges two themes, so that the old address redirects to the other, then undoes the merge."""
    brooks, streams = (Theme.objects.get(slug=slug) for slug in ("brooks", "streams"))
    desk = story.publisher.open(form_of(brooks))
    desk.get_by_role("link", name="Merge into another theme").click()
    desk.get_by_label("Its items will get this theme instead:").select_option(label="Streams")
    desk.get_by_role("button", name="Preview the merge").click()
    desk.get_by_role("button", name="Yes, merge").click()
    expect(desk.locator(".messagelist .success")).to_contain_text("Merged “Brooks” into “Streams”")
    story.sees(brooks.get_absolute_url(), RIVERS, TAPS)
    assert story.visitor.path() == streams.get_absolute_url()

    story.publisher.open(reverse("admin:initiatives_theme_changelist"))
    desk.get_by_role("link", name="Merges", exact=True).click()
    desk.get_by_role("link", name="Brooks → Streams").click()
    desk.get_by_role("link", name="Undo this merge").click()
    desk.get_by_role("button", name="Yes, undo it").click()
    expect(desk.locator(".messagelist .success")).to_contain_text("“Brooks” is a theme again")
    story.sees(brooks.get_absolute_url(), RIVERS, TAPS)
    assert story.visitor.path() == brooks.get_absolute_url()
    story.counts("/quotes/?theme=streams", "0 quotes")


def look_at_file(story: Story, content: bytes, name: str = "speech.xlsx"):
    """The publisher chooses a file to import; returns the preview."""
    desk = story.publisher.open(reverse("admin:initiatives_quote_import"))
    # A preview of a thousand rows takes seconds, storing them a few more.
    desk.set_default_timeout(60_000)
    choose_file(desk, content, name)
    return desk


def import_a_thousand_rows(story: Story) -> None:
    """The publisher's file is refused with the lines of five wrong rows; once corrected, it is imported."""
    desk = look_at_file(story, xlsx_file(*dicts(*({**row, **FAULTS.get(n, {})} for n, row in enumerate(ROWS)))))
    assert totals(desk) == {"new": 995, "with errors": 5}
    wrong = desk.locator(".outcomes.is-wrong")
    assert wrong.locator("tbody th").all_inner_texts() == [str(number + 2) for number in FAULTS]
    expect(wrong).to_contain_text("date: “1.19.2020” is not a date")
    expect(desk.get_by_role("button", name="Import all")).to_have_count(0)
    story.counts(FOUND, "0 quotes")

    corrected = xlsx_file(*dicts(*ROWS))
    desk.get_by_role("link", name="Choose the corrected file").click()
    choose_file(desk, corrected, "speech.xlsx")
    assert totals(desk) == {"new": 1000}
    desk.get_by_role("button", name="Import all").click()
    expect(desk.locator(".messagelist")).to_contain_text("Rows added: 1000")
    story.counts(FOUND, "1,000 quotes")

    look_at_file(story, corrected)
    assert totals(desk) == {"unchanged": 1000}
    expect(desk.locator("#content")).to_contain_text("There is nothing to import")


def export_and_import_again(story: Story) -> None:
    """Importing an export changes nothing; with one corrected cell, it makes one change."""
    desk = story.publisher.open(f"{reverse('admin:initiatives_quote_changelist')}?q=speech")
    desk.locator(".object-tools").get_by_role("link", name="Export", exact=True).click()
    with desk.expect_download() as download:
        desk.get_by_role("button", name="XLSX").click()
    content = download.value.path().read_bytes()
    look_at_file(story, content, download.value.suggested_filename)
    assert totals(desk) == {"unchanged": 1000}
    story.counts(FOUND, "1,000 quotes")

    book, better = openpyxl.load_workbook(io.BytesIO(content)), io.BytesIO()
    book.active["B2"] = "Sentence number one, in better words."
    book.save(better)
    look_at_file(story, better.getvalue(), "better.xlsx")
    assert totals(desk) == {"changed": 1, "unchanged": 999}
    desk.get_by_role("button", name="Import all").click()
    expect(desk.locator(".messagelist")).to_contain_text("changed: 1, unchanged: 999")
    story.sees(quote_of("Sentence number one, in better words.").get_absolute_url(), "in better words")
    story.counts(FOUND, "999 quotes")
