"""Editors discard only their own drafts; a thousand items are deleted as safely as one."""

import pytest
from django.contrib.admin.models import DELETION, LogEntry

from initiatives.models import Initiative, Milestone, Quote, Source, Theme
from initiatives.models.choices import State
from initiatives.models.fields import digest
from initiatives.search.check import check
from tests.admin.support import (
    account,
    act,
    change_url,
    confirmation_on,
    desk,
    editor,
    every_field_of,
    list_url,
    messages_of,
    publisher,
    save,
)
from tests.editorial.spreadsheet_support import colleague
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    QuoteFactory,
    QuoteTranslationFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.helpers import count_queries

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def begun_by(user, item):
    """Record a user as the creator of an item."""
    item.history.update(history_user=user)
    return item


@pytest.fixture
def dana():
    return account("Editor")


def discard(client, item):
    url = change_url(item).replace("/change/", "/discard/")
    page = client.get(url)
    return client.post(url, confirmation_on(page), follow=True)


def test_a_draft_is_discarded_with_its_own_parts_and_can_be_recovered(dana):
    client = desk(dana)
    initiative = begun_by(dana, InitiativeFactory(title="Law on X"))
    begun_by(dana, MilestoneFactory(initiative=initiative))
    assert "Discard this draft" in client.get(change_url(initiative)).content.decode()
    page = discard(client, initiative)
    assert "Discarded: 1." in messages_of(page)
    assert not Initiative.objects.exists()
    assert not Milestone.objects.exists()
    version = Initiative.history.filter(history_type="-").get()
    assert (version.history_user, version.history_change_reason) == (dana, "Discarded.")
    assert LogEntry.objects.get(action_flag=DELETION).object_repr == "Law on X"
    assert list(check()) == []
    assert "Law on X" in client.get(f"{list_url('initiative')}deleted/").content.decode()


def test_many_are_discarded_at_once_and_the_others_are_named(dana):
    mine = [begun_by(dana, QuoteFactory(text=f"Mine {number}", source=None)) for number in range(3)]
    other = QuoteFactory(text="Another's", source=None)
    client = desk(dana)
    page = act(client, "discard", *mine, other)
    assert "Somebody else began it. Ask a publisher to delete it." in page.content.decode()
    page = client.post(list_url("quote"), confirmation_on(page), follow=True)
    assert "Discarded: 3." in messages_of(page)
    assert list(Quote.objects.all()) == [other]


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.PUBLISHED, State.ARCHIVED])
def test_only_drafts_are_discarded(dana, state):
    source = begun_by(dana, SourceFactory(public=True, state=state))
    refused_to(dana, source, "Only drafts that were never published can be discarded.")


def test_items_that_were_once_published_are_kept(dana):
    source = begun_by(dana, SourceFactory(public=True))
    save(publisher(), change_url(source), state="draft", change_reason="It was wrong.")
    source.refresh_from_db()
    assert source.state == State.DRAFT
    refused_to(dana, source, "Only drafts that were never published can be discarded.")


def test_drafts_that_others_began_or_refer_to_are_kept(dana):
    theme = begun_by(dana, ThemeFactory(name="Law"))
    quote = QuoteFactory(text="Words", source=None)
    quote.themes.set([theme])
    refused_to(dana, theme, "Used by: Quote “Words”.")
    begun_by(dana, quote)
    QuoteTranslationFactory(quote=quote, text="Сөз.")
    refused_to(dana, quote, "Used by: Translation “Russian: Сөз.”.")
    refused_to(dana, PersonFactory(), "Somebody else began it.")


def refused_to(user, item, reason: str) -> None:
    client = desk(user)
    assert "Discard this draft" not in client.get(change_url(item)).content.decode()
    page = client.get(change_url(item).replace("/change/", "/discard/"))
    assert reason in page.content.decode()
    assert "Yes, discard" not in page.content.decode()
    discard(client, item)
    assert type(item).objects.filter(pk=item.pk).exists()


def test_a_draft_published_meanwhile_is_kept(dana):
    source = begun_by(dana, SourceFactory(url="https://example.org"))
    client = desk(dana)
    page = act(client, "discard", source)
    save(publisher(), change_url(source), state="published")
    page = client.post(list_url("source"), confirmation_on(page), follow=True)
    assert "Left out because it changed after you opened the page" in messages_of(page)
    assert Source.objects.get().state == State.PUBLISHED


def test_a_confirmation_of_another_users_page_discards_nothing(dana):
    """The page is signed for the items that it showed, and permissions are checked again on confirmation."""
    theme = begun_by(dana, ThemeFactory())
    page = act(desk(dana), "discard", theme)
    colleague("Editor").post(list_url("theme"), confirmation_on(page), follow=True)
    assert Theme.objects.filter(pk=theme.pk).exists()


def test_editors_still_delete_nothing(dana):
    theme = begun_by(dana, ThemeFactory())
    client = desk(dana)
    assert client.post(change_url(theme).replace("/change/", "/delete/"), {"post": "yes"}).status_code == 403
    act(client, "delete_selected", theme, post="yes")
    assert Theme.objects.filter(pk=theme.pk).exists()
    # A publisher deletes drafts without a reason, because readers never saw them.
    boss = publisher()
    act(boss, "delete_selected", theme, post="yes")
    assert not Theme.objects.filter(pk=theme.pk).exists()
    # Users who may delete are not offered a second way to do it.
    assert 'value="discard"' not in boss.get(list_url("theme")).content.decode()


def test_preview_queries_do_not_grow(dana):
    client = desk(dana)

    def look(number: int) -> int:
        some = [begun_by(dana, ThemeFactory()) for _ in range(number)]
        return count_queries(lambda: act(client, "discard", *some))

    look(2)
    assert look(12) == look(3)


@pytest.mark.parametrize("action", ["delete_selected", "discard"])
def test_more_items_than_the_field_limit_are_discarded_at_once(action, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 30
    speaker, source = PersonFactory(), SourceFactory()
    client = publisher() if action == "delete_selected" else editor()
    texts = [f"Words {number}" for number in range(60)]
    made = [Quote(text=one, text_digest=digest(one), language="en", speaker=speaker, source=source) for one in texts]
    quotes = Quote.objects.bulk_create(made)
    Quote.history.bulk_history_create(quotes)
    if action == "discard":
        Quote.history.update(history_user=client.session["_auth_user_id"])
    data = {"action": action, "_selected_action": [quotes[0].pk], "index": "0", "select_across": "1"}
    page = client.post(list_url("quote"), data)
    fields = every_field_of(page)
    assert len(fields["_selected_action"]) == 1
    assert client.post(list_url("quote"), confirmation_on(page)).status_code == 302
    assert not Quote.objects.exists()
