"""Readers report errors without an account, a cookie or a script; only editors see their reports."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import ErrorReport
from initiatives.models.desk import LONGEST_REPORT
from tests.admin.support import superuser
from tests.factories import QuoteFactory, ThemeFactory
from tests.helpers import count_queries, few_examples, rolled_back
from tests.record_support import FACTORIES
from tests.views.test_pages import PAGES

pytestmark = pytest.mark.django_db


def form_address(client, item) -> str:
    """Return the address to which the item's page links for reporting an error."""
    page = client.get(item.get_absolute_url())
    assert page.status_code == 200
    assert "Report an error" in page.content.decode()
    return page.context["report_url"]


def report(client, item, **typed):
    """Open the form from the item's page, fill it in and submit it, as a browser does."""
    address = form_address(client, item)
    page = client.get(address)
    version = page.context["version"]
    sent = {"text": "", "email": "", "website": "", "version": version.isoformat() if version else "", **typed}
    return client.post(address.partition("?")[0], sent, headers={"Origin": "http://testserver"}, follow=True)


@pytest.mark.parametrize("kind", FACTORIES)
def test_errors_can_be_reported_on_any_item(client, kind):
    item = FACTORIES[kind](public=True)
    before = timezone.now()
    page = report(client, item, text="The date is wrong.\r\nSee page 4.", email="reader@example.org")
    assert page.redirect_chain == [(f"/report/{kind}-{item.pk}/sent/", 302)]
    assert "Thank you" in page.content.decode()
    assert item.get_absolute_url() in page.content.decode()
    kept = ErrorReport.objects.get()
    assert (kept.kind, kept.object_id, kept.name, kept.path) == (kind, item.pk, str(item), item.get_absolute_url())
    assert (kept.text, kept.email) == ("The date is wrong.\nSee page 4.", "reader@example.org")
    assert before <= kept.reported_at <= timezone.now()
    item.refresh_from_db()
    assert kept.version == item.updated_at


def test_a_report_has_the_version_that_the_reader_saw(client):
    theme = ThemeFactory(public=True)
    address = form_address(client, theme)
    page = client.get(address)
    seen = theme.updated_at
    theme.name = "Courts"
    theme.save()
    sent = {"text": "Wrong.", "version": page.context["version"].isoformat()}
    client.post(address, sent)
    assert ErrorReport.objects.get().version == seen < theme.updated_at


@pytest.mark.parametrize(
    "written", ["", "x", "2026-13-45T00:00+00:00", "2020-01-01T00:00:00", "9999-12-31T23:59:59-12:00", "\0", "0" * 9999]
)
def test_an_invalid_version_is_not_stored(client, written):
    theme = ThemeFactory(public=True)
    assert client.get(f"/report/theme-{theme.pk}/", {"version": written}).status_code == 200
    assert client.post(f"/report/theme-{theme.pk}/", {"text": "Wrong.", "version": written}).status_code == 302
    assert ErrorReport.objects.get().version is None


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"text": ""}, "Say what is wrong."),
        ({"text": " \r\n "}, "Say what is wrong."),
        ({"text": "x" * (LONGEST_REPORT + 3)}, "Use 2000 characters or fewer. You used 2003."),
        ({"text": "Wrong.", "email": "nobody"}, "Enter an e-mail address such as name@example.org"),
        ({"text": "Wrong.", "email": "a@example.org\nBcc: b@example.org"}, "Enter an e-mail address"),
        ({"text": "Wr\0ng."}, "Null characters are not allowed."),
    ],
)
def test_form_errors_are_shown_and_the_input_is_kept(client, typed, error):
    typed = {"text": "", "email": "reader@example.org", **typed}
    page = report(client, ThemeFactory(public=True), **typed)
    content = page.content.decode()
    assert not page.redirect_chain
    assert not ErrorReport.objects.exists()
    assert error in content
    assert "<title>Error: Report an error" in content
    for field, value in typed.items():
        assert page.context["form"][field].value() == value
        assert value.split("\n")[0].strip() in content
    assert page.context["version"] is not None


def test_the_longest_text_that_a_browser_allows_is_accepted(client):
    """Browsers count a line ending as one character but send two."""
    text = "x\r\n" * (LONGEST_REPORT // 2)
    assert report(client, ThemeFactory(public=True), text=f"{text[:-2]}y").redirect_chain
    assert len(ErrorReport.objects.get().text) == LONGEST_REPORT


def test_markup_is_shown_as_text(client):
    page = report(client, ThemeFactory(public=True, name="<b>Courts</b>"), text="</textarea><script>", email="<i>")
    assert "<script>" not in page.content.decode().partition("<main")[2]
    assert "&lt;b&gt;Courts" in page.content.decode()


def test_a_report_with_the_hidden_field_is_acknowledged_but_not_stored(client):
    assert report(client, ThemeFactory(public=True), text="Buy!", website="https://spam.example").redirect_chain
    assert not ErrorReport.objects.exists()


@pytest.mark.parametrize("state", ["draft", "in_review", "archived", "scheduled", "none"])
@pytest.mark.parametrize("kind", FACTORIES)
def test_items_that_are_not_public_are_not_found(client, kind, state):
    """Responses do not distinguish a draft from an item that never existed."""
    soon = timezone.now() + datetime.timedelta(hours=1)
    made = {"scheduled": {"public": True, "published_at": soon}}.get(state, {"state": state})
    pk = 10**6 if state == "none" else FACTORIES[kind](**made).pk
    answers = []
    for address in (f"/report/{kind}-{pk}/", f"/report/{kind}-{pk}/sent/"):
        for answer in (client.get(address), client.post(address, {"text": "Wrong."})):
            answers.append((answer.status_code, answer.content))
    assert set(answers) == {(404, client.get(f"/report/{kind}-{10**7}/").content)}
    assert not ErrorReport.objects.exists()


def test_withdrawn_items_are_not_found(client):
    theme = ThemeFactory(public=True)
    pk = theme.pk
    address = theme.get_absolute_url()
    theme.delete()
    assert client.get(address).status_code == 410
    assert client.get(f"/report/theme-{pk}/").status_code == 404


@pytest.mark.parametrize("address", ["milestone-1", "user-1", "theme--1", "theme-x", "theme-" + "9" * 30, "theme-9e9"])
def test_invalid_addresses_are_not_found(client, address):
    assert client.get(f"/report/{address}/").status_code == 404
    assert client.post(f"/report/{address}/", {"text": "Wrong."}).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
     {"Sec-Fetch-Site": "same-site", "Origin": "http://testserver"}],
)  # fmt: skip
def test_a_report_sent_from_another_site_must_be_confirmed(client, headers):
    theme = ThemeFactory(public=True)
    address = f"/report/theme-{theme.pk}/"
    page = client.post(address, {"text": "Not my words."}, headers=headers)
    assert page.status_code == 403
    assert "sent from another site" in page.content.decode()
    assert page.context["form"]["text"].value() == "Not my words."
    assert not ErrorReport.objects.exists()
    assert client.post(address, {"text": "Mine."}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 302


def test_no_page_sets_or_needs_a_cookie():
    client = Client(enforce_csrf_checks=True)
    page = report(client, ThemeFactory(public=True), text="Wrong.")
    assert page.redirect_chain
    assert not client.cookies
    assert not page.has_header("Vary") or "Cookie" not in page["Vary"]


def test_the_form_is_neither_indexed_nor_cached(client, settings):
    settings.CACHES = settings.CACHES | {"pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    theme = ThemeFactory(public=True)
    for _time in range(2):
        page = client.get(f"/report/theme-{theme.pk}/")
        assert '<meta name="robots" content="noindex">' in page.content.decode()
        assert "Cache-Status" not in page
    item = client.get(theme.get_absolute_url())
    assert "csrf" not in item.content.decode()
    assert "Cache-Status" in client.get(theme.get_absolute_url()), "pages of items are kept as before"


def test_reports_are_limited(client, settings):
    settings.RATE_LIMITS = {"reports": "2/day"}
    theme = ThemeFactory(public=True)
    answers = [report(client, theme, text="Wrong.").status_code for _time in range(3)]
    assert answers == [200, 200, 429]
    assert ErrorReport.objects.count() == 2
    assert client.get(f"/report/theme-{theme.pk}/").status_code == 200


def test_long_bodies_are_refused_without_reading(client):
    theme = ThemeFactory(public=True)
    assert client.post(f"/report/theme-{theme.pk}/", {"text": "x" * 100_000}).status_code == 413


def test_reports_are_not_public(client):
    quote = QuoteFactory(public=True)
    report(client, quote, text="zreportword", email="zreportword@example.org")
    addresses = [*PAGES, quote.get_absolute_url(), f"/report/quote-{quote.pk}/", "/changes/", "/search/?q=zreportword"]
    for address in addresses:
        content = client.get(address).content.decode().replace('value="zreportword"', "")
        assert "zreportword@" not in content
        assert address.endswith("zreportword") or "zreportword" not in content


def test_drafts_have_no_link_to_report_an_error():
    quote = QuoteFactory()
    preview = superuser().get(f"/admin/initiatives/quote/{quote.pk}/change/").context["standing"].url
    assert "Report an error" not in Client().get(preview).content.decode()


def test_queries_do_not_grow_with_reports(client):
    quote = QuoteFactory(public=True)
    address = f"/report/quote-{quote.pk}/"
    few = count_queries(lambda: client.post(address, {"text": "Wrong."}))
    for _number in range(20):
        client.post(address, {"text": "Wrong."})
    assert count_queries(lambda: client.post(address, {"text": "Wrong."})) == few <= 5


@few_examples
@given(
    typed=st.dictionaries(
        st.sampled_from(["text", "email", "website", "version", "kind", "answered_at", "csrfmiddlewaretoken"]),
        st.text(max_size=50) | st.sampled_from(["a@example.org", "2026-01-01T00:00:00+00:00", "\ud7ff", "\r\n"]),
    ),
    headers=st.fixed_dictionaries({}, optional={"Origin": st.just("null"), "Sec-Fetch-Site": st.text("-aims\xff")}),
)
def test_no_input_causes_an_error(client, typed, headers):
    with rolled_back():
        theme = ThemeFactory(public=True)
        page = client.post(f"/report/theme-{theme.pk}/", typed, headers=headers)
        assert page.status_code in {200, 302, 403}
        for kept in ErrorReport.objects.all():
            assert (kept.kind, kept.answered_at, kept.note) == ("theme", None, "")
            assert kept.text.strip()
