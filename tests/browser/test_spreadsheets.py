"""The pages of import and export are accessible and fit; test_desk_story brings a thousand rows in and out."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User

from initiatives.models import Import, Quote
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.editing import choose_file, log_in, staff, totals
from tests.editorial.spreadsheet_support import dicts, xlsx_file

pytestmark = pytest.mark.browser


@pytest.fixture
def work(visit, site, django_db_blocker) -> Iterator:
    """Begin visits of a publisher who is logged in."""

    def begin(**options):
        visitor = log_in(visit(**options), staff("Publisher", "publisher"))
        visitor.page.set_default_timeout(60_000)
        return visitor

    with django_db_blocker.unblock():
        yield begin
        Import.objects.all().delete()
        User.objects.filter(username="publisher").delete()


def faults_of_access(page) -> list:
    """Return what axe finds wrong in our part of the page."""
    found = Axe().run(page, context={"include": [["#content-start"]]}).response["violations"]
    return [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found]


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
        choose_file(page, b"x", "a.xls")
        page.locator(".errorlist").wait_for()
        assert faults_of_access(page) == []
    visitor.open("/admin/initiatives/quote/import/")
    choose_file(page, xlsx_file(*dicts(changes, wrong)), "a.xlsx")
    assert totals(page) == {"changed": 1, "wrong": 1}
    assert faults_of_access(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
