"""A publisher brings in a speech of 1,000 rows, five of them wrong, corrects it, takes it out and brings it back."""

import io
from collections.abc import Iterator

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User

from initiatives.models import Import, Quote
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.editing import log_in, staff
from tests.test_exchange_support import dicts, xlsx_file
from tests.test_import import GOOD

pytestmark = pytest.mark.browser

ROWS = [{**GOOD, "text": f"Sentence number {number} of a long speech."} for number in range(1000)]
FAULTS = {3: {"date": "1.9.2020"}, 70: {"language": "xx"}, 500: {"speaker": ""}, 501: {"status": "done"}}
FAULTS[999] = {"text": ""}


@pytest.fixture
def work(visit, site, django_db_blocker) -> Iterator:
    """Begin visits of a publisher who is logged in."""

    def begin(**options):
        visitor = log_in(visit(**options), staff("Publisher", "publisher"))
        visitor.page.set_default_timeout(60_000)
        return visitor

    with django_db_blocker.unblock():
        yield begin
        Quote.objects.filter(text__startswith="Sentence number").delete()
        Import.objects.all().delete()
        User.objects.filter(username="publisher").delete()


def choose(page, content: bytes, name: str) -> None:
    """Choose a file and ask what it would do."""
    page.get_by_label("File").set_input_files({"name": name, "mimeType": "", "buffer": content})
    page.get_by_role("button", name="Show what it would do").click()


def totals(page) -> dict[str, int]:
    """Return how many rows of each kind the preview tells."""
    page.locator(".totals").wait_for()
    told = [line.split() for line in page.locator(".totals li").all_inner_texts()]
    return {label: int(number) for number, label in told if int(number)}


def faults_of_access(page) -> list:
    """Return what axe finds wrong in our part of the page."""
    found = Axe().run(page, context={"include": [["#content-start"]]}).response["violations"]
    return [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found]


def test_a_speech_goes_in_corrected_and_out_and_in_again(work, tmp_path):
    visitor = work(viewport=DESKTOP)
    page = visitor.open("/admin/initiatives/quote/")
    page.get_by_role("link", name="Import", exact=True).click()
    bad = [{**row, **FAULTS.get(number, {})} for number, row in enumerate(ROWS)]
    choose(page, xlsx_file(*dicts(*bad)), "speech.xlsx")
    assert totals(page) == {"new": 995, "wrong": 5}
    lines = page.locator(".outcomes.is-wrong tbody th").all_inner_texts()
    assert lines == [str(number + 2) for number in FAULTS]
    assert "date: “1.9.2020” is not a date" in page.locator(".outcomes.is-wrong").inner_text()
    assert page.get_by_role("button", name="Import all of it").count() == 0

    page.get_by_role("link", name="Choose the corrected file").click()
    choose(page, xlsx_file(*dicts(*ROWS)), "speech.xlsx")
    assert totals(page) == {"new": 1000}
    page.get_by_role("button", name="Import all of it").click()
    page.get_by_text("rows added 1000").wait_for()
    assert Quote.objects.published().filter(text__startswith="Sentence number").count() == 1000

    visitor.open("/admin/initiatives/quote/import/")
    choose(page, xlsx_file(*dicts(*ROWS)), "speech.xlsx")
    assert totals(page) == {"unchanged": 1000}
    page.get_by_text("there is nothing to import").wait_for()

    visitor.open("/admin/initiatives/quote/?q=speech")
    page.get_by_role("link", name="Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="XLSX").click()
    content = download.value.path().read_bytes()
    visitor.open("/admin/initiatives/quote/import/")
    choose(page, content, download.value.suggested_filename)
    assert totals(page) == {"unchanged": 1000}

    book = openpyxl.load_workbook(io.BytesIO(content))
    book.active["B2"] = "Sentence number one, in better words."
    book.save(tmp_path / "changed.xlsx")
    visitor.open("/admin/initiatives/quote/import/")
    choose(page, (tmp_path / "changed.xlsx").read_bytes(), "changed.xlsx")
    assert totals(page) == {"changed": 1, "unchanged": 999}
    page.get_by_role("button", name="Import all of it").click()
    page.get_by_text("changed 1, unchanged 999").wait_for()
    assert Quote.objects.filter(text="Sentence number one, in better words.").count() == 1
    assert visitor.faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP])
def test_pages_are_accessible_and_fit(work, viewport, scheme):
    visitor = work(viewport=viewport, color_scheme=scheme, bypass_csp=True)
    quote = Quote.objects.published().first()
    changes = {"id": quote.pk, "text": f"{quote.text} And more.", "context": "Elsewhere"}
    wrong = {"id": "999999", "text": "x" * 200}
    for model in ("quote", "initiative"):
        page = visitor.open(f"/admin/initiatives/{model}/export/")
        assert faults_of_access(page) == []
        page = visitor.open(f"/admin/initiatives/{model}/import/")
        assert faults_of_access(page) == []
        choose(page, b"x", "a.xls")
        page.locator(".errorlist").wait_for()
        assert faults_of_access(page) == []
    visitor.open("/admin/initiatives/quote/import/")
    choose(page, xlsx_file(*dicts(changes, wrong)), "a.xlsx")
    assert totals(page) == {"changed": 1, "wrong": 1}
    assert faults_of_access(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
