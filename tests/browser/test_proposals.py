"""A change to a published item: proposed, accepted and shown to readers, with another change in between."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from initiatives.models import Quote
from tests import factories
from tests.browser.editing import log_in, staff

pytestmark = pytest.mark.browser


def test_a_proposal_is_published_as_the_publisher_saw_it(visit, site):
    quote = factories.QuoteFactory(public=True, text="The state hears its people.", locator="p. 1")
    form = reverse("admin:initiatives_quote_change", args=[quote.pk])
    editor, publisher = log_in(visit(), staff("Editor", "aigul")), log_in(visit(), staff("Publisher", "daniyar"))
    page = editor.open(form)
    page.get_by_role("link", name="Propose a change").click()
    page.locator("#id_text").fill("The state hears all its people.")
    page.get_by_role("button", name="Propose this change").click()
    expect(page.locator("#id_change_reason:invalid")).to_have_count(1)
    page.locator("#id_change_reason").fill("As in the recording.")
    page.get_by_role("button", name="Propose this change").click()
    expect(page.locator(".messagelist .success")).to_contain_text("Readers see no change")

    page = publisher.open(reverse("admin:index"))
    page.get_by_role("region", name="Proposed changes").get_by_role("link", name="The state hears").click()
    expect(page.locator(".conflict ins")).to_have_text("all ")
    # Another user saves before the publisher does.
    other = Quote.objects.get(pk=quote.pk)
    other.text = "The state hears the people."
    other.save()
    accept = page.get_by_role("button", name="Accept and save")
    accept.click()
    expect(page.locator("#conflict-title")).to_contain_text("someone changed this while you were editing")
    assert Quote.objects.get(pk=quote.pk).text == "The state hears the people."
    expect(page.locator("#id_text")).to_have_value("The state hears all its people.")
    accept.click()
    expect(page.locator(".messagelist .success")).to_be_visible()

    reader = visit()
    expect(reader.open(quote.get_absolute_url()).locator("main")).to_contain_text("The state hears all its people.")
    expect(reader.open(reverse("changes")).locator("main")).to_contain_text("Reason: As in the recording.")
    assert [*editor.faults, *publisher.faults, *reader.faults] == []
