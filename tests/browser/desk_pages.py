"""Every main page of the desk, with data to show, for the tests that check all of them."""

from collections.abc import Iterator

from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from initiatives.editorial.spreadsheets import uploads
from initiatives.editorial.spreadsheets.tables import TABLES
from initiatives.editorial.theme_merging import merge
from initiatives.models import Capture, Initiative, Person, PrincipleSet, Quote, Source, SourceText, Theme, Watch
from initiatives.models.choices import State
from initiatives.models.history import DELETED
from tests import factories
from tests.browser.conftest import Visit
from tests.browser.editing import act, choose_file, totals
from tests.editorial.spreadsheet_support import csv_file, dicts, xlsx_file


def _of(item, page: str, *more) -> str:
    return reverse(f"admin:initiatives_{item._meta.model_name}_{page}", args=[item.pk, *more])


def desk_pages(user: User) -> dict[str, str]:
    """Create the data, and return the address of each page by name, for a superuser."""
    quote, source = Quote.objects.published().first(), Source.objects.published().first()
    # Items loaded from a fixture have no versions: create one, and a newer one with different text.
    quote.save()
    first = quote.history.latest("pk")
    quote.context = f"{quote.context} Read aloud."
    quote.save()
    factories.QuoteFactory(text="Words that were taken out of the record").delete()
    gone = Quote.history.filter(history_type=DELETED).latest("pk")
    target = Theme.objects.published().first()
    merged = merge(factories.ThemeFactory(name="Brooks", position=999), target, user, keep_names=True)
    factories.ThemeFactory(state=State.IN_REVIEW, review_note="To be described.")
    source.link_checks.create(address=source.url, checked_at=source.updated_at, answer="404 Not Found", failed_days=3)
    factories.copy_of(
        quote.source,
        f"{first.text} And more.\n\nThe {target.name} is for all. A second sentence.",
        places=["p. 1", "p. 2"],
    )
    speech = _in_review(first.text)
    in_review = factories.QuoteFactory(state=State.IN_REVIEW, source=source, text="What is handed in, and lacks a lot")
    changed = {"id": quote.pk, "text": f"{quote.text} And more.", "context": "Elsewhere"}
    imported = uploads.store_upload(TABLES["quote"], user, "first.csv", csv_file(*dicts(changed)))
    uploads.apply(imported, uploads.examine(imported).digest)
    named = {"language": "en", "source": "An address of which nobody has heard", "themes": f"{target.name}s; Brook"}
    rows = (
        {"text": f"{quote.text} And once more.", "speaker": f"{quote.speaker.name}a", **named},
        {
            "text": f"{quote.text} And more.",
            "speaker": quote.speaker.name,
            **named,
            "source": quote.source.title,
            "context": "There",
        },
    )
    # Cases that a preview points out: names close to known ones, a near duplicate, ignored cells.
    kept = uploads.store_upload(TABLES["quote"], user, "speech.csv", csv_file(*dicts(*rows)))
    lists = {
        f"list of {model._meta.verbose_name_plural}": reverse(
            f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        )
        for model in admin.site._registry
    }
    forms = {
        f"form of a {model._meta.verbose_name}": _of(model._default_manager.published().first(), "change")
        for model in (Initiative, Quote, PrincipleSet, Theme, Person, Source)
    }
    return {
        "start": "/admin/",
        **lists,
        "list with filters": "/admin/initiatives/quote/?state__exact=published&q=state",
        "list of what does not answer": "/admin/initiatives/source/?work=unanswered",
        "new source": "/admin/initiatives/source/add/",
        "new": "/admin/initiatives/quote/add/",
        **forms,
        "publish check": _of(in_review, "change"),
        "delete": _of(quote, "delete"),
        "reading": _of(quote.source, "read"),
        "reading without a copy": _of(factories.SourceFactory(), "read"),
        "source with copies": _of(speech, "change"),
        "source without a copy": _of(factories.SourceFactory(), "change"),
        "bring a document": _of(source, "bring"),
        "source from a document": "/admin/initiatives/source/bring/",
        "take a copy down": _of(speech, "take_down", speech.captures.last().pk),
        "submit a source": _of(quote.source, "submit"),
        "review": _of(speech, "review"),
        "import": "/admin/initiatives/quote/import/",
        "import preview": reverse("admin:initiatives_quote_import_preview", args=[kept.pk]),
        "export": "/admin/initiatives/quote/export/",
        "import of initiatives": "/admin/initiatives/initiative/import/",
        "export of initiatives": "/admin/initiatives/initiative/export/",
        "save filters": "/admin/initiatives/quote/filters/add/?q=law",
        "history": _of(quote, "history"),
        "compare": _of(quote, "compare"),
        "put back": _of(quote, "revert", "quote", first.pk),
        "deleted": "/admin/initiatives/quote/deleted/",
        "recover": reverse("admin:initiatives_quote_recover", args=[gone.pk]),
        "merge": f"{_of(Theme.objects.last(), 'merge')}?into={Theme.objects.first().pk}",
        "order": "/admin/initiatives/theme/order/",
        "a merge": _of(merged, "change"),
        "undo": _of(merged, "undo"),
        "an import": _of(imported, "change"),
        "undo of an import": _of(imported, "undo"),
        "list of an import": f"/admin/initiatives/quote/?import={imported.pk}",
        "user": reverse("admin:auth_user_change", args=[user.pk]),
        "password": "/admin/password_change/",
        "second factor": "/admin/second-factor/",
        "set up": "/admin/second-factor/set-up/",
    }


def _in_review(words: str) -> Source:
    """Return a source with copies, of which one was taken down, a watched page, and quotes in review."""
    source = factories.SourceFactory(state=State.IN_REVIEW, title="A speech in review")
    for text in (words, "The law is one for all.", "Words that are not in a copy"):
        factories.QuoteFactory(source=source, text=text, state=State.IN_REVIEW)
    for text in ("Another text.", f"{words}\n\nThe law is one for all.\n\nNo other words.", f"{words} The law is one."):
        down = factories.copy_of(source, text, way="uploaded", file_name=f"{'speech-of-a-president-' * 6}.pdf")
    SourceText.objects.filter(pk=down.pk).update(text="")
    taken_down = {"taken_down_at": timezone.now(), "taken_down_because": "The publisher asked for it."}
    Capture.objects.filter(pk=down.capture_id).update(**taken_down)
    problem = "The server refused it: 403. Bring the document as a file, or paste its text."
    Watch.objects.create(source=source, wanted_at=timezone.now(), live="changed", problem=problem)
    return source


def answers_of_the_desk(here: Visit) -> Iterator[tuple[str, Page]]:
    """Open the pages that have no address because they respond to a submitted form. Yield each with its name."""
    page = here.open("/admin/initiatives/quote/?state__exact=in_review")
    act(page, "Publish selected items", "Yes, publish")
    yield "bulk confirmation", page

    page = here.open("/admin/initiatives/quote/")
    act(page, "Change selected items", "Show what will change")
    yield "bulk edit", page
    page.get_by_label("Verification").select_option("disputed")
    page.get_by_role("button", name="Show what will change").click()
    page.get_by_role("button", name="Yes, change").wait_for()
    yield "bulk edit shown", page

    theme = factories.ThemeFactory(name="Lakes", description="What lies between the hills, as it was described first")
    page = here.open(_of(theme, "change"))
    theme.description = "What lies between the mountains, as it was described first"
    theme._change_reason = "Another editor"
    theme.save()
    page.get_by_label("Description:").fill("What lies between the hills, as I describe it")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".conflict").wait_for()
    yield "conflict", page
    theme.delete()

    quote = Quote.objects.published().first()
    page = here.open(_of(quote.source, "read"))
    for _time in range(2):
        page.locator("[data-text]").press("ArrowDown")
        page.locator("[data-text]").press("Enter")
    expect(page.locator("[data-refused], .reading__line .near-duplicates").first).to_be_attached()
    page.locator("[data-text]").press("ArrowDown")
    expect(page.locator("[data-bar]")).to_be_visible()
    yield "reading with a selection", page

    page = here.open(_of(quote.source, "bring"))
    page.get_by_label("File").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b" "})
    page.get_by_role("button", name="Keep it").click()
    page.locator(".errorlist").wait_for()
    yield "refused document", page
    copied = SourceText.objects.exclude(text="").first()
    page.get_by_label("Or its whole text").fill(copied.text)
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("button", name="Yes, keep it for this source, too").wait_for()
    yield "document of another source", page

    page = here.open(_of(Source.objects.get(title="A speech in review"), "review"))
    page.locator("summary").first.click()
    page.get_by_label("Return").first.check()
    page.get_by_role("button", name="Go on").click()
    page.locator(".errornote").wait_for()
    yield "review with an error", page
    page.get_by_label("Note for editors").first.fill("Say when.")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Yes, publish").wait_for()
    yield "publication of a source", page

    for model in ("quote", "initiative"):
        page = here.open(f"/admin/initiatives/{model}/import/")
        choose_file(page, b"x", "a.xls")
        page.locator(".errorlist").wait_for()
        yield f"refused file of {model}s", page
    changes = {"id": quote.pk, "text": quote.text.removesuffix(" And more."), "context": "Elsewhere"}
    page = here.open("/admin/initiatives/quote/import/")
    choose_file(page, xlsx_file(*dicts(changes, {"id": "999999", "text": "x" * 200})), "a.xlsx")
    assert totals(page) == {"changed": 1, "with errors": 1}
    yield "preview of a workbook", page

    page = here.open("/admin/initiatives/source/add/")
    page.get_by_label("Title").fill(f"A document of {timezone.localdate()}")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".errornote").wait_for()
    yield "a form with errors", page
