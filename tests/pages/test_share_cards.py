"""Share cards: for public items only, drawn once, with a new address when their text changes."""

import datetime
import struct

import pytest
from django.core.cache import caches
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import Initiative, PrincipleSet, Quote, Source
from initiatives.models.choices import State, Status, Verification
from initiatives.pages.share_cards.contents import share_image
from initiatives.views import share_cards
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    PrincipleFactory,
    PrincipleSetFactory,
    QuoteFactory,
    SourceFactory,
)
from tests.helpers import count_queries, few_examples, rolled_back
from tests.models.test_visibility import SECRETS, STATES, build, public_kinds

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_drawn_yet():
    caches["cards"].clear()


def address_of(item):
    """Return the address of an item's card, built by hand: these addresses are stable."""
    if isinstance(item, Quote):
        return f"/quotes/{item.pk}/card.png"
    return f"/{'initiatives' if isinstance(item, Initiative) else 'principles'}/{item.slug}/card.png"


def card_of(item):
    """Return the card of a saved item as the view loads it."""
    return share_image(type(item).objects.for_card().get(pk=item.pk)).card


def is_drawn(item):
    """Return whether the image of an item's card is cached."""
    return card_of(item).digest in caches["cards"]


@pytest.fixture
def quote():
    return QuoteFactory(public=True, text="A state that hears", date="2019-09-02")


def test_cards_are_images_of_the_recommended_size(client, quote):
    initiative = MilestoneFactory(status="adopted").initiative
    principles = PrincipleFactory().set
    for address in (*map(address_of, (quote, initiative, principles)), "/card.png"):
        response = client.get(address)
        assert (response.status_code, response["Content-Type"]) == (200, "image/png")
        signature, length, kind, width, height = struct.unpack(">8sI4sII", response.content[:24])
        assert (signature, length, kind) == (b"\x89PNG\r\n\x1a\n", 13, b"IHDR")
        assert (width, height) == (1200, 630)
        assert len(response.content) < 100_000


class TestWhatCardsSay:
    def test_a_quote_with_its_speaker_date_and_source(self, quote):
        card = card_of(quote)
        assert (card.opening, card.words, card.closing) == ("“", "A state that hears", "”")
        assert (card.label, card.strong) == ("Quote", quote.speaker.name)
        assert card.muted == f"2 September 2019 · {quote.source.title}"
        Quote.objects.filter(pk=quote.pk).update(date="2019-01-01", date_precision="year", language="kk")
        assert card_of(quote).muted == f"2019 · {quote.source.title}"
        assert (card_of(quote).opening, card_of(quote).closing) == ("«", "»")
        Quote.objects.filter(pk=quote.pk).update(date=None, date_precision="")
        Source.objects.filter(pk=quote.source_id).update(date="2020-01-01", date_precision="year")
        assert card_of(quote).caveats == "Undated; published 2020; secondary source"
        assert card_of(quote).muted == quote.source.title

    def test_disputed_wording_is_marked(self, quote):
        Quote.objects.filter(pk=quote.pk).update(verification=Verification.DISPUTED)
        assert card_of(quote).caveats == "Wording disputed"
        assert "Wording disputed" in card_of(quote).alt

    def test_text_that_the_fonts_lack_is_described_instead(self, client):
        quote = QuoteFactory(public=True, text="改革开放" * 9, language="zh", source__title="讲话")
        card = card_of(quote)
        assert (card.words, card.opening, card.muted) == ("A quote in Chinese", "", "")
        assert client.get(address_of(quote)).status_code == 200

    @pytest.mark.parametrize("status", Status.values)
    def test_an_initiative_with_its_status_and_the_date_of_its_evidence(self, client, status):
        initiative = InitiativeFactory(public=True, title="Law on elections", summary="A change.")
        MilestoneFactory(initiative=initiative, date="2019-05-01", status="announced")
        MilestoneFactory(initiative=initiative, date="2020-05-01", date_precision="month", status=status)
        MilestoneFactory(initiative=initiative, date="2021-05-01", status="withdrawn", source=SourceFactory())
        assert not card_of(initiative).caveats
        for effect in ("confirms", "contests"):
            MilestoneFactory(initiative=initiative, date="2019-06-01", effect=effect)
        card = card_of(initiative)
        assert card.caveats == "Effect: confirmed by 1 source, contested by 1 source"
        assert (card.label, card.words, card.text) == ("Initiative: law", "Law on elections", "A change.")
        assert (card.strong, card.muted) == (Status(status).label.capitalize(), "As of May 2020")
        assert client.get(address_of(initiative)).status_code == 200

    def test_an_initiative_without_evidence_says_so(self, client):
        initiative = InitiativeFactory(public=True)
        MilestoneFactory(initiative=initiative)
        card = card_of(initiative)
        assert (card.strong, card.muted) == (
            "No step yet",
            "No milestone in the record shows how far it has come.",
        )
        assert client.get(address_of(initiative)).status_code == 200

    def test_a_set_of_principles_with_their_number_and_titles(self):
        principles = PrincipleSetFactory(public=True, title="New course", source__date="2020-09-01")
        for title in ("Fair competition", "Human capital"):
            PrincipleFactory(set=principles, title=title)
        card = card_of(principles)
        assert (card.words, card.strong) == ("New course", "2 principles")
        assert card.text == "1\u00a0Fair competition · 2\u00a0Human capital"
        assert card.muted == f"1 September 2020 · {principles.source.title}"


class TestVisibility:
    def test_drafts_have_no_card(self, client):
        for factory in (QuoteFactory, InitiativeFactory, PrincipleSetFactory):
            assert client.get(address_of(factory())).status_code == 404
        assert client.get("/quotes/999999999999999999999/card.png").status_code == 404
        assert client.get("/initiatives/none/card.png").status_code == 404

    @few_examples
    @given(states=st.fixed_dictionaries({kind: STATES for kind in SECRETS if kind != "milestone"}))
    def test_cards_exist_only_while_their_item_is_public(self, states, client, db):
        with rolled_back():
            items, public = build(states), public_kinds(states)
            for kind, item in (
                ("quote", items["quote"]),
                ("initiative", items["initiative"]),
                ("principle", items["principle"].set),
            ):
                response = client.get(address_of(item))
                assert response.status_code == (200 if kind in public else 404), kind

    def test_cards_of_scheduled_items_appear_at_their_time(self, client, monkeypatch):
        soon = timezone.now() + datetime.timedelta(hours=1)
        items = [
            factory(public=True, published_at=soon)
            for factory in (QuoteFactory, InitiativeFactory, PrincipleSetFactory)
        ]
        assert {client.get(address_of(item)).status_code for item in items} == {404}
        monkeypatch.setattr(timezone, "now", lambda: soon)
        assert {client.get(address_of(item)).status_code for item in items} == {200}

    def test_a_drawn_card_is_gone_once_its_item_is_archived(self, client, quote):
        etag = client.get(address_of(quote))["ETag"]
        quote.state = State.ARCHIVED
        quote.save()
        assert client.get(address_of(quote), headers={"If-None-Match": etag}).status_code == 410


def test_old_slugs_redirect_to_the_card_at_the_new_slug(client):
    for item in (InitiativeFactory(public=True, slug="old"), PrincipleSetFactory(public=True, slug="old")):
        old = address_of(item)
        item.slug = "new"
        item.save()
        response = client.get(old)
        assert (response.status_code, response["Location"]) == (301, address_of(item))


class TestCaching:
    def test_a_card_may_be_cached_and_clients_that_have_it_get_304(self, client, quote):
        address = address_of(quote)
        first = client.get(address)
        assert first["Cache-Control"] == "public, max-age=3600"
        assert first["ETag"] == f'"{card_of(quote).digest}"'
        assert is_drawn(quote)
        caches["cards"].clear()
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert (again["ETag"], again["Cache-Control"]) == (first["ETag"], first["Cache-Control"])
        assert not is_drawn(quote)
        assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200

    def test_query_strings_do_not_cause_another_drawing(self, client, quote):
        picture = client.get(address_of(quote)).content
        caches["cards"].set(card_of(quote).digest, b"kept")
        for query in ("?v=x", "?v=" + "9" * 50, "?anything=1"):
            assert client.get(address_of(quote) + query).content == b"kept"
        assert picture != b"kept"

    def test_one_card_is_drawn_at_a_time_and_waiting_is_limited(self, client, quote, monkeypatch):
        monkeypatch.setattr(share_cards, "_LONGEST_WAIT", 0.01)
        with share_cards._drawing:
            response = client.get(address_of(quote))
            assert (response.status_code, response["Retry-After"]) == (503, "2")
            assert "ETag" not in response
        assert client.get(address_of(quote)).status_code == 200
        with share_cards._drawing:
            assert client.get(address_of(quote)).status_code == 200, "what is drawn needs no turn"

    def test_the_cache_of_cards_is_limited(self):
        for number in range(500):
            caches["cards"].set(str(number), b"")
        assert sum(str(number) in caches["cards"] for number in range(500)) <= 200

    @pytest.mark.parametrize("method", ["post", "put", "delete"])
    def test_cards_are_read_only(self, client, quote, method):
        for address in (address_of(quote), "/card.png"):
            assert getattr(client, method)(address).status_code == 405
            assert client.head(address).status_code == 200


class TestDigest:
    """Everything that a card shows affects its address on pages."""

    def test_of_a_quote(self, quote):
        digests = {card_of(quote).digest}
        quote.speaker.name = "Another name"
        quote.speaker.save()
        digests.add(card_of(quote).digest)
        quote.source.title = "Another title"
        quote.source.save()
        digests.add(card_of(quote).digest)
        for change in (
            {"text": "A state that listens"},
            {"language": "kk"},
            {"date": "2019-09-03"},
            {"date_precision": "month"},
            {"date": None, "date_precision": ""},
            {"verification": Verification.DISPUTED},
        ):
            Quote.objects.filter(pk=quote.pk).update(**change)
            digests.add(card_of(quote).digest)
        assert len(digests) == 9
        Quote.objects.filter(pk=quote.pk).update(context="Other context", editors_note="Other note")
        assert card_of(quote).digest in digests

    def test_of_an_initiative(self):
        initiative = InitiativeFactory(public=True)
        digests = {card_of(initiative).digest}
        for change in ({"title": "Other title"}, {"summary": "Other summary"}, {"kind": "programme"}):
            Initiative.objects.filter(pk=initiative.pk).update(**change)
            digests.add(card_of(initiative).digest)
        milestone = MilestoneFactory(initiative=initiative, status="announced")
        digests.add(card_of(initiative).digest)
        milestone.date = "2020-05-26"
        milestone.save()
        digests.add(card_of(initiative).digest)
        milestone.status = "withdrawn"
        milestone.save()
        digests.add(card_of(initiative).digest)
        assert len(digests) == 7

    def test_of_a_set_of_principles(self):
        principle = PrincipleFactory()
        principles = principle.set
        digests = {card_of(principles).digest}
        PrincipleSet.objects.filter(pk=principles.pk).update(title="Other title")
        digests.add(card_of(principles).digest)
        principle.title = "Other maxim"
        principle.save()
        digests.add(card_of(principles).digest)
        PrincipleFactory(set=principles)
        digests.add(card_of(principles).digest)
        principles.source.title = "Other title"
        principles.source.save()
        digests.add(card_of(principles).digest)
        assert len(digests) == 5


def test_the_number_of_queries_of_a_card_is_fixed(client):
    def queries():
        return [count_queries(lambda address=address: client.get(address)) for address in addresses]

    quote = QuoteFactory(public=True)
    initiative = MilestoneFactory(status="announced").initiative
    principles = PrincipleFactory().set
    addresses = [*map(address_of, (quote, initiative, principles)), "/card.png"]
    assert queries() == [1, 2, 2, 0]
    for _ in range(3):
        MilestoneFactory(initiative=initiative, status="adopted")
        PrincipleFactory(set=principles)
        QuoteFactory(public=True, speaker=quote.speaker, source=quote.source)
    assert queries() == [1, 2, 2, 0]


def test_every_status_has_its_sign():
    for status in Status:
        assert card_of(MilestoneFactory(status=status).initiative).sign == status
    assert card_of(InitiativeFactory(public=True)).sign == ""
