"""Only what was seen is published: by every route, a change made after the page was opened stops publication."""

import pytest
from django.urls import reverse

from initiatives.models import Import, Proposal, Quote
from initiatives.models.choices import State
from tests.admin.support import (
    account,
    act,
    change_url,
    confirmation_on,
    desk,
    editor,
    fields_of,
    form_of,
    list_url,
    publisher,
    save,
    saved,
    send,
)
from tests.editorial.spreadsheet_support import bring_in, confirm, csv_file, dicts, upload
from tests.factories import PersonFactory, QuoteFactory, SourceFactory, ThemeFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]

MEANWHILE = "Words that the first one never saw"


def form(boss, quote):
    read = form_of(boss, change_url(quote))
    return lambda: send(boss, change_url(quote), read, state="published")


def schedule(boss, quote):
    read = form_of(boss, change_url(quote))
    time = {"published_at_0": "2020-01-01", "published_at_1": "10:00"}
    return lambda: send(boss, change_url(quote), read, state="published", **time)


def many(boss, quote):
    page = act(boss, "publish", quote)
    return lambda: boss.post(list_url("quote"), confirmation_on(page), follow=True)


def spreadsheet(boss, quote):
    page = upload(
        boss, "quote", csv_file(*dicts({"id": quote.pk, "context": "Given by the file", "status": "published"}))
    )
    assert page.status_code == 200
    return lambda: confirm(boss, page)


@pytest.mark.parametrize("route", [form, schedule, many, spreadsheet])
def test_a_draft_that_changed_meanwhile_is_not_published(client, route):
    quote = QuoteFactory(text="Words that were seen", source=SourceFactory(public=True))
    quote.speaker.state = State.PUBLISHED
    quote.speaker.source = quote.source
    quote.speaker.save()
    boss = publisher()
    publish = route(boss, quote)
    assert saved(save(editor(), change_url(quote), text=MEANWHILE))
    publish()
    quote.refresh_from_db()
    assert quote.state == State.DRAFT
    assert client.get(quote.get_absolute_url()).status_code == 404
    # Reloaded, the page shows the change, and now the item is published.
    route(boss, quote)()
    quote.refresh_from_db()
    assert (quote.state, quote.text) == (State.PUBLISHED, MEANWHILE)


def put_back(boss, quote):
    first = quote.history.earliest("pk")
    url = reverse("admin:initiatives_quote_revert", args=[quote.pk, "quote", first.pk])
    sent = {"newest": boss.get(url).context["newest"]}
    return lambda: boss.post(url, sent, follow=True)


def proposal(boss, quote):
    dana = desk(account("Editor", name=f"dana-{Proposal.objects.count()}"))
    propose = reverse("admin:initiatives_quote_propose", args=[quote.pk])
    assert saved(save(dana, propose, text="Proposed words", change_reason="Better"))
    url = reverse("admin:initiatives_quote_proposal", args=[quote.pk, Proposal.objects.latest("pk").pk])
    read = fields_of(boss.get(url))
    return lambda: send(boss, url, read)


def change_many(boss, quote):
    theme = ThemeFactory(public=True)
    page = act(boss, "bulk_edit", quote)
    page = boss.post(list_url("quote"), _sent(page) | {"add_themes": [theme.pk]})
    return lambda: boss.post(list_url("quote"), _sent(page), follow=True)


def _sent(page) -> dict[str, list]:
    sent: dict[str, list] = {}
    for name, value in page.context["fields"]:
        sent.setdefault(name, []).append(value)
    return sent


def file_of_changes(boss, quote):
    page = upload(boss, "quote", csv_file(*dicts({"id": quote.pk, "text": "Words of a file"})))
    return lambda: confirm(boss, page)


def undo(boss, quote):
    bring_in(boss, "quote", csv_file(*dicts({"id": quote.pk, "context": f"Imported {Import.objects.count()}"})))
    url = reverse("admin:initiatives_import_undo", args=[Import.objects.latest("pk").pk])
    page = boss.get(url)
    return lambda: boss.post(url, {"digest": page.context["plan"].digest}, follow=True)


@pytest.mark.parametrize("route", [put_back, proposal, change_many, file_of_changes, undo])
def test_an_item_published_meanwhile_is_not_changed_unseen(client, route):
    quote = QuoteFactory(public=True, text="Words at first")
    quote.text = "Words that were seen"
    quote.save()
    boss, other = publisher(), desk(account("Publisher", name="other"))
    change = route(boss, quote)
    assert saved(save(other, change_url(quote), text=MEANWHILE))
    version = quote.history.first().pk
    change()
    assert Quote.objects.get(pk=quote.pk).text == MEANWHILE
    assert MEANWHILE in client.get(quote.get_absolute_url(), follow=True).content.decode()
    assert quote.history.first().pk == version


def test_the_confirmation_page_shows_what_readers_will_see():
    source = SourceFactory(title="The address")
    quote = QuoteFactory(
        text="The law is one and it is for all people of this country",
        speaker=PersonFactory(name="A. Speaker"),
        source=source,
        date="2020-09-01",
        featured_on="2026-11-28",
    )
    QuoteFactory(text="The law is one and it is for all people of our country", source=source)
    boss = publisher()
    boss.post(reverse("admin:initiatives_quote_comments", args=[quote.pk]), {"text": "Is it?"})
    page = act(boss, "publish", quote)
    facts = {fact.label: (fact.value, fact.warns) for line in page.context["plan"].changing for fact in line.facts}
    assert facts["Speaker"] == ("A. Speaker (draft)", False)
    assert facts["Source"] == ("The address (draft)", False)
    assert facts["Date"] == ("1 September 2020", False)
    assert facts["On the home page from"] == ("28 November 2026", False)
    assert facts["Comments"] == ("1 is open.", True)
    assert facts["Nearly the same"][0].startswith(
        "92% the same: The law is one and it is for all people of our country"
    )
    assert all(f"{label}:</span>" in page.content.decode() for label in facts)
