"""Publishing related drafts with an item: the confirmation offers those that hide it, and shows what else appears."""

import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone

from initiatives.models import Quote, Source
from initiatives.models.choices import State
from tests.admin.support import (
    act,
    change_url,
    confirmation_on,
    desk,
    editor,
    list_url,
    messages_of,
    publisher,
    save,
    states,
    superuser,
)
from tests.factories import InitiativeFactory, MilestoneFactory, PersonFactory, QuoteFactory, SourceFactory

pytestmark = pytest.mark.django_db


def hidden_quote(**fields):
    """Return a draft quote with a draft source, by a speaker who is a draft too, with another draft source."""
    return QuoteFactory(
        source=SourceFactory(title="The address", publisher="The office", url="https://example.org/address"),
        speaker=PersonFactory(name="A. Speaker", role="Head of the office", source=SourceFactory(title="The decree")),
        **fields,
    )


def keys_of(*items) -> list[str]:
    return [f"{item._meta.model_name}-{item.pk}" for item in items]


def test_one_confirmation_publishes_a_quote_with_its_source_and_speaker(client):
    quote = hidden_quote(text="Heard at last")
    boss = publisher()
    page = act(boss, "publish", quote)
    text = page.content.decode()
    for words in ("The address", "The office", "https://example.org/address", "Head of the office", "The decree"):
        assert words in text
    assert " checked>" not in text, "the user ticks them"
    together = (quote.speaker, quote.source, quote.speaker.source)
    assert sorted(line.key for line in page.context["plan"].companions) == sorted(keys_of(*together))
    page = boss.post(list_url("quote"), confirmation_on(page) | {"_with": keys_of(*together)}, follow=True)
    assert "Published: 4." in messages_of(page)
    assert "Not public yet" not in messages_of(page)
    assert client.get(quote.get_absolute_url()).status_code == 200
    assert Quote.objects.published().get() == quote
    assert LogEntry.objects.count() == 4


def test_unticked_drafts_stay_and_are_reported_once():
    first = hidden_quote(text="First words")
    second = QuoteFactory(text="Second words", source=first.source, speaker=first.speaker)
    boss = publisher()
    page = act(boss, "publish", first, second)
    form = confirmation_on(page) | {"_with": keys_of(first.speaker, first.speaker.source)}
    done, hidden = messages_of(boss.post(list_url("quote"), form, follow=True)).splitlines()
    assert done == "Published: 4."
    assert hidden == "Not public yet: Second words; First words — source “The address”: state “draft”"
    assert states(first, first.source, first.speaker) == [State.PUBLISHED, State.DRAFT, State.PUBLISHED]


def test_a_companion_that_changed_meanwhile_is_skipped_by_name():
    quote = hidden_quote()
    boss = publisher()
    form = confirmation_on(act(boss, "publish", quote)) | {"_with": keys_of(quote.source, quote.speaker)}
    quote.source.description = "Words that nobody saw"
    quote.source.save()
    messages = messages_of(boss.post(list_url("quote"), form, follow=True))
    assert "Left out because it changed after you opened the page. Check it again: The address" in messages
    assert states(quote, quote.source, quote.speaker) == [State.PUBLISHED, State.DRAFT, State.PUBLISHED]


def test_only_offered_companions_are_published_and_only_by_publishers():
    quote, other = hidden_quote(), SourceFactory()
    boss = publisher()
    form = confirmation_on(act(boss, "publish", quote))
    send = form | {"_with": [*keys_of(other), "source-0", "quote", "theme-x", ""]}
    boss.post(list_url("quote"), send, follow=True)
    assert states(other, quote.source) == [State.DRAFT, State.DRAFT]
    user = User.objects.create_user("single", is_staff=True)
    names = ("view_quote", "change_quote", "publish_quote", "view_source", "change_source")
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    page = act(desk(user), "publish", second := hidden_quote())
    assert page.context["plan"].companions == []
    # The signature of a publisher's page gives another user no rights.
    form = confirmation_on(act(boss, "publish", second)) | {"_with": keys_of(second.source)}
    desk(user).post(list_url("quote"), form, follow=True)
    assert states(second, second.source) == [State.PUBLISHED, State.DRAFT]


def test_unpublishing_and_archiving_offer_no_companions():
    quote = QuoteFactory(public=True, source=SourceFactory())
    for action in ("archive", "unpublish"):
        assert act(publisher() if action == "archive" else superuser(), action, quote).context["plan"].companions == []


def test_what_cannot_be_published_is_named_with_the_reason():
    quote = hidden_quote()
    Source.objects.filter(pk=quote.source.pk).update(url="")
    page = act(publisher(), "publish", quote)
    assert "Enter the address" in page.content.decode()
    assert f'value="source-{quote.source.pk}"' not in page.content.decode()


def test_an_editor_hands_in_a_quote_with_its_source_and_speaker():
    quote = hidden_quote()
    dana = editor()
    page = act(dana, "hand_in", quote)
    form = confirmation_on(page) | {"_with": keys_of(quote.source, quote.speaker)}
    messages = messages_of(dana.post(list_url("quote"), form, follow=True))
    assert "Submitted for review: 3." in messages
    assert states(quote, quote.source, quote.speaker) == [State.IN_REVIEW] * 3
    # Items that are already waiting for review are not offered again.
    another = QuoteFactory(source=quote.source, speaker=QuoteFactory(source=quote.source).speaker)
    another.speaker.state = State.IN_REVIEW
    another.speaker.save()
    page = save(dana, change_url(another), state="in_review")
    assert [address for address, _status in page.redirect_chain] == [list_url("quote")]


def test_the_form_links_to_what_hides_its_item(client):
    quote = hidden_quote(text="Heard at last")
    boss = publisher()
    page = save(boss, change_url(quote), state="published")
    assert messages_of(page).count("Not public yet") == 1
    url = page.redirect_chain[-1][0]
    assert url == reverse("admin:initiatives_quote_companions", args=[quote.pk])
    assert f'href="{change_url(quote)}" class="closelink"' in page.content.decode()
    sent = confirmation_on(page) | {"_with": keys_of(quote.source, quote.speaker, quote.speaker.source)}
    page = boss.post(url, sent, follow=True)
    assert page.redirect_chain[-1][0] == change_url(quote)
    assert "Published: 3." in messages_of(page)
    assert client.get(quote.get_absolute_url()).status_code == 200
    # If nothing hides it, the list comes next as usual; "save and continue" shows the message above the fields only.
    assert save(boss, change_url(quote), locator="p. 1").redirect_chain[-1][0] == list_url("quote")
    assert boss.get(url).url == change_url(quote)
    assert boss.get(reverse("admin:initiatives_quote_companions", args=[QuoteFactory().pk])).status_code == 302
    page = save(boss, change_url(other := hidden_quote()), state="published", _continue="1")
    assert "Not public yet" not in messages_of(page)
    assert reverse("admin:initiatives_quote_companions", args=[other.pk]) in page.content.decode()


def test_the_page_shows_what_else_becomes_public(client):
    """A published quote hidden only by its source, and a milestone of a public initiative."""
    source = SourceFactory()
    quote = QuoteFactory(public=True, text="Waiting behind its source")
    Quote.objects.update(source=source)
    milestone = MilestoneFactory(source=source, text="A step that waits, too")
    boss = publisher()
    for time, is_shown in ((timezone.now() + datetime.timedelta(hours=1), False), (None, True)):
        Source.objects.filter(pk=source.pk).update(published_at=time)
        page = act(boss, "publish", source).content.decode()
        assert ("Waiting behind its source" in page) == is_shown
        assert ("A step that waits, too" in page) == is_shown
    assert "Waiting behind its source" not in act(boss, "hand_in", source).content.decode()
    act(boss, "publish", source, confirmed=True)
    assert client.get(quote.get_absolute_url()).status_code == 200
    assert "A step that waits, too" in client.get(milestone.initiative.get_absolute_url()).content.decode()


def test_the_source_of_a_milestone_is_offered_too():
    milestone = MilestoneFactory(
        initiative=InitiativeFactory(source=SourceFactory(public=True)), source=SourceFactory()
    )
    page = act(publisher(), "publish", milestone.initiative)
    assert [line.item for line in page.context["plan"].companions] == [milestone.source]
