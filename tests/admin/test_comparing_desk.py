"""The desk shows how a quote was found, refuses a mark without proof, and asks why words not found are published."""

import pytest
from django.contrib.auth.models import Permission

from initiatives.models import Quote
from initiatives.models.choices import State
from tests.admin.support import (
    account,
    act,
    add_url,
    change_url,
    confirmation_on,
    desk,
    editor,
    errors_of,
    form_of,
    list_url,
    messages_of,
    publisher,
    save,
    saved,
)
from tests.admin.test_admin_pages import assert_strict
from tests.factories import PersonFactory, QuoteFactory, SourceFactory, copy_of
from tests.helpers import count_queries

pytestmark = pytest.mark.django_db

SAID = "The state must hear its citizens. Growth was 4.5% – not more."


@pytest.fixture
def source():
    """A source with a copy."""
    return copy_of(SourceFactory(public=True), SAID).capture.source


def quote_of(source, text: str, **fields) -> Quote:
    return QuoteFactory(source=source, text=text, speaker=PersonFactory(public=True, source=source), **fields)


def sent(client, quote: Quote, **changes):
    return save(client, change_url(quote), **changes)


def confirm(client, page, reason: str = ""):
    """Press the button on the page that confirms, with a reason."""
    return client.post(list_url("quote"), confirmation_on(page) | {"change_reason": reason}, follow=True)


class TestForm:
    def test_words_that_are_not_found_cannot_be_marked_as_verified(self, source):
        quote, client = quote_of(source, "Growth was 4.5%"), editor()
        page = sent(client, quote, verification="primary", text="Growth was 4.6%")
        assert errors_of(page).keys() == {"verification"}
        assert saved(sent(client, quote, verification="primary"))
        quote.refresh_from_db()
        assert quote.verification == "primary"

    def test_another_field_of_a_quote_marked_before_can_be_changed(self):
        quote = quote_of(SourceFactory(public=True), "Growth was 4.5%", verification="primary")
        assert saved(sent(editor(), quote, context="A speech."))

    def test_words_that_are_not_found_are_published_with_a_reason(self, source):
        quote, client = quote_of(source, "No word of it."), publisher()
        page = sent(client, quote, state="published")
        assert errors_of(page).keys() == {"change_reason"}
        assert 'name="change_reason"' in page.content.decode()
        assert not saved(sent(client, quote, state="published", change_reason="x" * 101))
        assert saved(sent(client, quote, state="published", change_reason="Said on television."))
        assert quote.history.first().history_change_reason == "Said on television."

    def test_words_that_are_found_are_published_without(self, source):
        quote = quote_of(source, "Growth was 4.5%")
        assert saved(sent(publisher(), quote, state="published"))

    def test_a_new_quote_is_asked_too(self, source):
        client = publisher()
        data = form_of(client, add_url("quote"))
        data |= {"text": "No word of it.", "source": source.pk, "speaker": PersonFactory().pk, "state": "published"}
        page = client.post(add_url("quote"), data)
        assert errors_of(page).keys() == {"change_reason"}


class TestPanel:
    def text(self, client, quote) -> str:
        page = client.get(change_url(quote))
        assert_strict(page)
        html = page.content.decode()
        return html.split('aria-labelledby="comparison"', 1)[1].split("</section>", 1)[0]

    def test_the_level_and_place_are_shown(self, source):
        shown = self.text(editor(), quote_of(source, "Growth was 4.5%"))
        assert "Found letter for letter in the copy of" in shown
        assert "Paragraph 1." in shown
        assert f"/source/{source.pk}/read/" in shown

    def test_what_is_not_found_is_compared_word_by_word(self, source):
        shown = self.text(editor(), quote_of(source, "The state must hear all <citizens>."))
        assert "Not found in the copy at hand" in shown
        assert "<del>its" in shown
        assert "&lt;" in shown

    def test_without_a_copy(self):
        shown = self.text(account_without_rights(), quote_of(SourceFactory(), "Growth was 4.5%"))
        assert "No copy of the source yet." in shown
        assert "/read/" not in shown


def account_without_rights():
    """Return the browser of a user who can only look."""
    user = account("Editor")
    user.groups.clear()
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_quote", "view_source"]))
    return desk(user)


class TestPublishing:
    def test_a_reason_is_asked_and_kept_only_with_the_quote_that_needs_it(self, source):
        client = publisher()
        found, lost = (quote_of(source, text, state=State.IN_REVIEW) for text in ("Growth was 4.5%", "No word of it."))
        page = act(client, "publish", found, lost)
        html = page.content.decode()
        assert "Found letter for letter" in html
        assert "Not found in the copy at hand" in html
        assert 'name="change_reason"' in html
        refused = confirm(client, page)
        assert "This field is required" in refused.content.decode()
        assert not Quote.objects.filter(state=State.PUBLISHED).exists()
        assert "Published: 2." in messages_of(confirm(client, refused, "Said on television."))
        reasons = [quote.history.first().history_change_reason for quote in (found, lost)]
        assert reasons == ["Published.", "Said on television."]

    def test_quotes_that_are_found_need_none(self, source):
        client = publisher()
        page = act(client, "publish", quote_of(source, "Growth was 4.5%"))
        assert 'name="change_reason"' not in page.content.decode()
        assert "Published: 1." in messages_of(confirm(client, page))


class TestList:
    def keys(self, client, value: str) -> set[int]:
        page = client.get(list_url("quote"), {"compared": value})
        return {quote.pk for quote in page.context["cl"].result_list}

    @pytest.mark.parametrize("few", [0, 20_000])
    def test_quotes_are_filtered_by_level(self, source, monkeypatch, few):
        monkeypatch.setattr("initiatives.admin.lists.FEW", few)
        found, lost = quote_of(source, "Growth was 4.5%"), quote_of(source, "No word of it.")
        without = quote_of(SourceFactory(), "No copy.")
        client = editor()
        assert self.keys(client, "letters") == {found.pk}
        assert self.keys(client, "not_found") == {lost.pk}
        assert self.keys(client, "none") == {without.pk}
        assert self.keys(client, "typography") == self.keys(client, "nonsense") == set()

    def test_queries_do_not_grow(self, source):
        client = editor()

        def queries(more: int) -> int:
            for number in range(more):
                quote_of(source, f"Number {number} of {more} is not there.")
            return count_queries(lambda: self.keys(client, "not_found"))

        assert queries(2) == queries(9)
