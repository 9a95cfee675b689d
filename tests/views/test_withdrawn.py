"""Withdrawn items: readers see what was withdrawn, when and why, but nothing about items that were never public."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from initiatives.changes.log import changes, entries
from initiatives.models import Change, LastSeen, Quote, Theme
from initiatives.models.choices import State
from initiatives.models.history import because
from tests.admin.support import (
    act,
    change_url,
    confirmation_on,
    errors_of,
    form_of,
    list_url,
    messages_of,
    publisher,
    save,
    saved,
    send,
    superuser,
)
from tests.changes.support import words
from tests.editorial.import_support import GOOD
from tests.editorial.spreadsheet_support import bring_in, confirm, csv_file, dicts, upload
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    PrincipleFactory,
    QuoteFactory,
    SourceFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db

WHY = "Nobody said it."


def gone(client, *addresses: str, name: str = "", reason: str = "") -> None:
    for address in addresses:
        page = client.get(address)
        assert page.status_code == 410, address
        assert name in page.content.decode()
        assert reason in page.content.decode()
        assert client.head(address).status_code == 410


def withdrawals() -> list[tuple[str, str]]:
    """Return the withdrawals in the log, newest first: name and reason."""
    return [(entry.name, entry.reason) for entry in entries(changes()) if entry.is_withdrawal]


def test_a_withdrawn_item_shows_its_name_the_date_and_the_reason(client):
    speaker = PersonFactory(public=True, name="A. Speaker")
    quote = QuoteFactory(public=True, text="Never said", speaker=speaker, date="2020-09-01")
    initiative = InitiativeFactory(public=True, title="A law")
    addresses = [
        quote.get_absolute_url(),
        reverse("quote_by_id", args=[quote.pk]),
        reverse("short_quote", args=[quote.pk]),
    ]
    boss = publisher()
    assert saved(save(boss, change_url(quote), state="archived", change_reason=WHY))
    name = f"Quote {quote.pk}, A. Speaker, 1 September 2020"
    gone(client, *addresses, name=name, reason=WHY)
    day = timezone.localdate()
    assert f"Withdrawn: {day.day} " in words(client, addresses[0])
    assert "Never said" not in client.get(addresses[0]).content.decode()
    assert saved(save(boss, change_url(initiative), state="draft", change_reason="To be checked."))
    gone(client, initiative.get_absolute_url(), name="A law", reason="To be checked.")
    assert withdrawals() == [("A law", "To be checked."), (name, WHY)]
    for address in ("/changes/", "/changes.atom", f"/changes/?item=quote-{quote.pk}", "/changes/?what=withdrawals"):
        content = client.get(address).content.decode()
        assert WHY in content, address
        assert "Never said" not in content, address
    assert saved(save(boss, change_url(initiative), state="published"))
    assert client.get(initiative.get_absolute_url()).status_code == 200
    assert ("A law", "To be checked.") in withdrawals(), "it was gone for a while"


def test_a_speaker_who_is_not_public_is_not_named(client):
    quote = QuoteFactory(public=True, speaker=PersonFactory(public=True, name="A. Speaker"))
    quote.state = State.ARCHIVED
    quote.save()
    quote.speaker.state = State.DRAFT
    quote.speaker.save()
    assert "A. Speaker" not in client.get("/changes/?kind=quote").content.decode()
    assert "A. Speaker" not in client.get(quote.get_absolute_url()).content.decode()


def test_deleted_items_and_quotes_of_a_withdrawn_source_are_withdrawn(client):
    source = SourceFactory(public=True)
    quote, initiative = QuoteFactory(public=True, source=source), InitiativeFactory(public=True)
    initiative.delete()
    gone(client, initiative.get_absolute_url(), name=initiative.title)
    assert saved(save(publisher(), change_url(source), state="draft", change_reason="It is a forgery."))
    gone(client, quote.get_absolute_url(), source.get_absolute_url(), reason="It is a forgery.")
    assert withdrawals() == [(source.title, "It is a forgery."), (initiative.title, "")]


def test_items_that_were_never_public_leave_no_trace(client):
    for item in (QuoteFactory(), InitiativeFactory()):
        address = item.get_absolute_url()
        assert client.get(address).status_code == 404
        item.delete()
        assert client.get(address).status_code == 404
    soon = InitiativeFactory(public=True, published_at=timezone.now() + datetime.timedelta(hours=1))
    soon.delete()
    assert withdrawals() == []


@pytest.mark.parametrize("deleted", [False, True])
def test_earlier_addresses_show_the_withdrawal(client, deleted):
    theme = ThemeFactory(public=True, slug="first")
    for slug in ("second", "third"):
        theme.slug = slug
        theme.save()
    assert client.get("/themes/first/").status_code == 301
    with because(WHY):
        if deleted:
            theme.delete()
        else:
            theme.state = State.ARCHIVED
            theme.save()
    gone(client, "/themes/first/", "/themes/second/", "/themes/third/", name=theme.name, reason=WHY)


def test_the_api_shows_the_withdrawal(client):
    quote, principle = QuoteFactory(public=True, text="Never said"), PrincipleFactory()
    addresses = [f"/api/v1/quotes/{quote.pk}", f"/api/v1/principles/{principle.pk}"]
    with because(WHY):
        quote.delete()
        principle.set.delete()
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 410
        assert answer["Content-Type"] == "application/problem+json"
        assert WHY in answer.json()["detail"]
        assert str(timezone.localdate().year) in answer.json()["detail"]
    assert client.get("/api/v1/quotes/99999").status_code == 404
    assert "410" in client.get("/api/v1/openapi.json").json()["paths"]["/api/v1/quotes/{id}"]["get"]["responses"]
    (entry,) = [one for one in client.get("/api/v1/changes").json()["items"] if one["kind"] == "quote"]
    assert (entry["nature"], entry["reason"], entry["withheld"]) == ("withdrawal", WHY, False)


def test_withdrawing_an_initiative_with_milestones_is_one_entry(client):
    milestone = MilestoneFactory(status="announced", text="It was announced.")
    initiative = milestone.initiative
    url = reverse("admin:initiatives_initiative_delete", args=[initiative.pk])
    assert saved(publisher().post(url, {"post": "yes", "change_reason": WHY}, follow=True))
    assert [(entry.change.nature, entry.reason) for entry in entries(changes())] == [("withdrawal", WHY)]
    assert not Change.objects.filter(nature="removal").exists()
    gone(client, initiative.get_absolute_url(), reason=WHY)


def test_the_text_of_a_withdrawal_can_be_withheld_everywhere(client):
    theme = ThemeFactory(public=True, name="A slander")
    with because("Because of gossip."):
        theme.delete()
    change = Change.objects.get(nature="withdrawal")
    assert saved(save(superuser(), change_url(change), withheld="A court forbade the name."))
    for address in ("/changes/", "/changes.atom", "/api/v1/changes", theme.get_absolute_url()):
        content = client.get(address).content.decode()
        assert "slander" not in content.replace(theme.slug, ""), address
        assert "gossip" not in content, address
        assert "A court forbade the name." in content, address


# Hiding something from readers requires a reason.


def by_form(browser, theme, reason: str):
    form = {"change_reason": [reason]} if reason else {}
    return send(browser, change_url(theme), form_of(browser, change_url(theme)) | form, state="archived")


def by_time(browser, theme, reason: str):
    later = {"published_at_0": "2099-01-01", "published_at_1": "10:00"}
    form = form_of(browser, change_url(theme)) | ({"change_reason": [reason]} if reason else {})
    return send(browser, change_url(theme), form, **later)


def by_action(name: str):
    def confirm(browser, theme, reason: str):
        form = confirmation_on(act(browser, name, theme))
        assert "change_reason" in form, "the page asks"
        return browser.post(list_url("theme"), form | {"change_reason": [reason]}, follow=True)

    return confirm


def by_deleting(browser, theme, reason: str):
    url = reverse("admin:initiatives_theme_delete", args=[theme.pk])
    assert "change_reason" in browser.get(url).content.decode()
    return browser.post(url, {"post": "yes", "change_reason": reason}, follow=True)


def by_merging(browser, theme, reason: str):
    url = reverse("admin:initiatives_theme_merge", args=[theme.pk])
    return browser.post(url, {"into": ThemeFactory(public=True).pk, "change_reason": reason}, follow=True)


ROUTES = {
    "form": by_form,
    "time": by_time,
    "archive": by_action("archive"),
    "unpublish": by_action("unpublish"),
    "delete_selected": by_action("delete_selected"),
    "delete": by_deleting,
    "merge": by_merging,
}


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_asks_for_a_reason(client, route):
    browser, theme = publisher(), ThemeFactory(public=True, name="Courts", slug="courts")
    for reason in ("", "  ", "x" * 301):
        page = ROUTES[route](browser, theme, reason)
        assert page.status_code == 200
        assert Theme.objects.published().filter(pk=theme.pk).exists(), "nothing is hidden without a reason"
        assert withdrawals() == []
        if route in ("form", "time"):
            assert "change_reason" in errors_of(page)
    ROUTES[route](browser, theme, WHY)
    assert not Theme.objects.published().filter(pk=theme.pk).exists()
    assert withdrawals() == [("Courts", WHY)]
    assert WHY in words(client, "/changes/?kind=theme")


def test_undoing_an_import_asks_for_a_reason():
    browser = publisher()
    kept = bring_in(browser, "quote", csv_file(*dicts({**GOOD, "status": "published"})))
    url = reverse("admin:initiatives_import_undo", args=[kept.pk])
    digest = browser.get(url).context["plan"].digest
    page = browser.post(url, {"digest": digest, "change_reason": ""}, follow=True)
    assert "This field is required." in page.content.decode()
    assert Quote.objects.published().exists()
    browser.post(url, {"digest": digest, "change_reason": WHY}, follow=True)
    assert not Quote.objects.exists()
    assert {reason for _name, reason in withdrawals()} == {WHY}
    assert any(name.startswith("Quote ") for name, _reason in withdrawals())


def test_a_file_that_hides_something_needs_a_reason():
    browser, initiative = publisher(), InitiativeFactory(public=True, title="A law")
    table = csv_file(*dicts({"slug": initiative.slug, "status": "archived"}))
    page = confirm(browser, upload(browser, "initiative", table))
    assert "Say why readers will no longer see this: A law" in page.content.decode()
    assert withdrawals() == []
    confirm(browser, page, WHY)
    assert withdrawals() == [("A law", WHY)]


def test_withdrawing_a_draft_needs_no_reason():
    browser, draft = publisher(), ThemeFactory()
    assert "change_reason" not in confirmation_on(act(browser, "archive", draft))
    assert "Archived: 1." in messages_of(act(browser, "archive", draft, confirmed=True))
    assert (
        "change_reason" not in browser.get(reverse("admin:initiatives_theme_delete", args=[draft.pk])).content.decode()
    )
    assert saved(browser.post(reverse("admin:initiatives_theme_delete", args=[draft.pk]), {"post": "yes"}, follow=True))
    assert not LastSeen.objects.exists()


def test_removing_a_part_needs_a_reason():
    milestone, browser = MilestoneFactory(), publisher()
    url = change_url(milestone.initiative)
    assert "change_reason" in errors_of(save(browser, url, milestones__0__DELETE="on"))
    assert saved(save(browser, url, milestones__0__DELETE="on", change_reason=WHY))
    assert [(entry.change.nature, entry.reason) for entry in entries(changes())] == [("removal", WHY)]
