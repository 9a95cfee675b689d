"""Two editors with the same form open, and what each of them sees."""

import pytest
from playwright.sync_api import expect

from initiatives.models import OpenForm
from tests import factories
from tests.admin.support import change_url
from tests.browser.editing import log_in, save, staff

pytestmark = pytest.mark.browser


def test_a_form_shows_who_else_has_it_open_and_who_saved(visit, site):
    theme = factories.ThemeFactory(name="Lakes")
    dana, timur = (log_in(visit(), staff("Editor", name)) for name in ("dana", "timur"))
    dana.page.clock.install()
    dana.open(change_url(theme))
    region = dana.page.get_by_role("status")
    with timur.page.expect_response("**/presence/"):
        timur.open(change_url(theme))
    expect(timur.page.get_by_role("status")).to_contain_text("dana has had this form open since")
    # The first editor sees this within 20 seconds, and keeps the input.
    dana.page.get_by_label("Description:").fill("Being typed")
    expect(region).to_be_empty()
    dana.page.clock.fast_forward(20_000)
    expect(region).to_contain_text("timur has had this form open since")
    timur.page.get_by_label("Name:").fill("Lakes and seas")
    save(timur.page)
    dana.page.clock.fast_forward(20_000)
    expect(region).to_contain_text("This was changed after you opened the form: timur,")
    expect(dana.page.get_by_label("Description:")).to_have_value("Being typed")
    # The form is hidden, so it shows no other editor.
    dana.page.evaluate("Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })")
    dana.requests.clear()
    dana.page.clock.fast_forward(60_000)
    dana.page.wait_for_timeout(200)
    assert dana.requests == []
    assert dana.faults + timur.faults == []
    OpenForm.objects.all().delete()
    theme.delete()
