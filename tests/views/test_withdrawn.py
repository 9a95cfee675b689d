"""What was public and is not any more says so at its address, with the reason; what never was public says nothing."""

import pytest
from django.urls import reverse

from tests.admin.support import change_url, publisher, save, saved
from tests.factories import InitiativeFactory, QuoteFactory, SourceFactory

pytestmark = pytest.mark.django_db


def gone(client, *addresses: str, reason: str = "") -> None:
    for address in addresses:
        page = client.get(address)
        assert page.status_code == 410, address
        assert reason in page.content.decode()
        assert client.head(address).status_code == 410


def test_a_withdrawn_item_gives_the_reason(client):
    quote, initiative = QuoteFactory(public=True, text="Never said"), InitiativeFactory(public=True)
    addresses = [
        quote.get_absolute_url(),
        reverse("quote_by_id", args=[quote.pk]),
        reverse("short_quote", args=[quote.pk]),
    ]
    boss = publisher()
    assert saved(save(boss, change_url(quote), state="archived", change_reason="Nobody said it."))
    gone(client, *addresses, reason="Nobody said it.")
    assert "Never said" not in client.get(addresses[0]).content.decode()
    assert saved(save(boss, change_url(initiative), state="draft"))
    gone(client, initiative.get_absolute_url())
    assert saved(save(boss, change_url(initiative), state="published"))
    assert client.get(initiative.get_absolute_url()).status_code == 200


def test_so_does_one_that_was_deleted_or_whose_source_was_withdrawn(client):
    source = SourceFactory(public=True)
    quote, initiative = QuoteFactory(public=True, source=source), InitiativeFactory(public=True)
    initiative.delete()
    gone(client, initiative.get_absolute_url())
    assert saved(save(publisher(), change_url(source), state="draft", change_reason="It is a forgery."))
    gone(client, quote.get_absolute_url(), source.get_absolute_url(), reason="It is a forgery.")


def test_what_never_was_public_says_nothing(client):
    for item in (QuoteFactory(), InitiativeFactory()):
        address = item.get_absolute_url()
        assert client.get(address).status_code == 404
        item.delete()
        assert client.get(address).status_code == 404
