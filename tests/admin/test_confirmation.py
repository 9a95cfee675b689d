"""Actions on many items affect only those that have not changed since the confirmation page was shown."""

import re
import threading
from itertools import cycle

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.utils.html import escape

from initiatives.admin import actions
from initiatives.models import Quote, Theme
from initiatives.models.choices import State
from tests.admin.support import (
    account,
    act,
    change_url,
    confirmation_on,
    desk,
    list_url,
    messages_of,
    publisher,
    save,
    saved,
    superuser,
)
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    PrincipleFactory,
    PrincipleSetFactory,
    QuoteFactory,
    QuoteTranslationFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.record_support import FACTORIES, KINDS

pytestmark = [pytest.mark.database, pytest.mark.django_db]

ACTIONS = {
    "hand_in": State.IN_REVIEW,
    "publish": State.PUBLISHED,
    "unpublish": State.DRAFT,
    "archive": State.ARCHIVED,
}
LEFT_OUT = "Left out because it changed after you opened the page. Check it again: {}"


def send(client, model: str, form: dict):
    """Press the button on the confirmation page."""
    return client.post(list_url(model), form, follow=True)


def before(action: str) -> str:
    return State.IN_REVIEW if action == "unpublish" else State.DRAFT


@pytest.mark.parametrize(("kind", "action"), list(zip(KINDS, cycle(ACTIONS), strict=False)))
def test_items_saved_after_the_page_was_opened_are_skipped_by_name(kind, action):
    source = SourceFactory(public=True)
    more = {} if kind in {"theme", "source"} else {"source": source}
    seen, changed = (FACTORIES[kind](state=before(action), **more) for _number in range(2))
    client = publisher()
    form = confirmation_on(act(client, action, seen, changed))
    changed.review_note = "Words that nobody saw"
    changed.save()
    messages = messages_of(send(client, kind, form))
    assert LEFT_OUT.format(changed) in messages
    assert LEFT_OUT.format(seen) not in messages
    for item in (seen, changed):
        item.refresh_from_db()
    assert (seen.state, changed.state) == (ACTIONS[action], before(action))


@pytest.mark.parametrize("change", ["changed", "added", "deleted"])
@pytest.mark.parametrize(
    ("action", "factory", "part", "owner"),
    [
        ("hand_in", InitiativeFactory, MilestoneFactory, "initiative"),
        ("publish", PersonFactory, MilestoneFactory, "person"),
        ("unpublish", QuoteFactory, QuoteTranslationFactory, "quote"),
        ("archive", PrincipleSetFactory, PrincipleFactory, "set"),
    ],
)
def test_a_change_of_a_part_is_a_change_of_the_item(factory, part, owner, change, action):
    item = factory(state=before(action))
    more = {"initiative": None} if owner == "person" else {}
    stored = part(**more | {owner: item})
    client = publisher()
    form = confirmation_on(act(client, action, item))
    if change == "changed":
        stored.text = "Words that nobody saw"
        stored.save()
    elif change == "deleted":
        stored.delete()
    else:
        part(**more | {owner: item}, **({"language": "kk"} if owner == "quote" else {}))
    messages = messages_of(send(client, item._meta.model_name, form))
    item.refresh_from_db()
    assert item.state == before(action)
    assert LEFT_OUT.format(item) in messages


def test_words_that_an_editor_saved_in_between_are_not_published():
    """Even if the editor's save removes the item from the filtered list."""
    quote = QuoteFactory(state=State.IN_REVIEW, text="The government has promised.")
    client, address = publisher(), f"{list_url('quote')}?state__exact=in_review"
    data = {"action": "publish", "index": "0", "_selected_action": [quote.pk]}
    form = confirmation_on(client.post(address, data))
    assert saved(save(desk(account("Editor")), change_url(quote), text="The government has resigned.", state="draft"))
    messages = messages_of(client.post(address, form, follow=True))
    quote.refresh_from_db()
    assert (quote.state, quote.text) == (State.DRAFT, "The government has resigned.")
    assert LEFT_OUT.format("The government has resigned.") in messages
    # After a second look, it is published.
    send(client, "quote", confirmation_on(act(client, "publish", quote)))
    quote.refresh_from_db()
    assert quote.state == State.PUBLISHED


def test_deleted_items_are_named_too():
    theme = ThemeFactory(name="Lakes")
    client = publisher()
    form = confirmation_on(act(client, "archive", theme))
    theme.delete()
    messages = messages_of(send(client, "theme", form))
    assert "Left out because it was deleted after you opened the page: Lakes" in messages


def test_if_there_are_many_some_are_named_and_the_rest_counted(monkeypatch):
    monkeypatch.setattr(actions, "MAX_REASONS", 1)
    themes = ThemeFactory.create_batch(3)
    client = publisher()
    form = confirmation_on(act(client, "publish", *themes))
    for theme in themes:
        theme.description = "Changed meanwhile"
        theme.save()
    messages = messages_of(send(client, "theme", form))
    assert sum(LEFT_OUT.format(theme) in messages.splitlines() for theme in themes) == 1
    assert "they changed after you opened the page: 2 more" in messages


@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_is_done_without_the_confirmation_page(action):
    """Nor with the confirmation of another action or another kind of item, or one that was tampered with."""
    item, other = ThemeFactory(state=before(action)), SourceFactory(state=before(action))
    client = publisher()
    form = confirmation_on(act(client, action, item))
    another = next(name for name in ACTIONS if name != action)
    for crafted in (
        {"action": action, "_selected_action": [item.pk], "confirmed": "yes", "post": "yes"},
        {**form, "_versions": ""},
        {**form, "_versions": form["_versions"][0][:-1]},
        {**form, "action": another},
        {**form, "_versions": confirmation_on(act(client, action, other))["_versions"]},
    ):
        page = send(client, "theme", crafted)
        assert page.context.get("change"), "it asks, again"
        item.refresh_from_db()
        assert item.state == before(action)
    send(client, "theme", form)
    item.refresh_from_db()
    assert item.state == ACTIONS[action]


def test_a_confirmation_works_once():
    """Sent again after the item became a draft again, it would publish what was not confirmed."""
    theme = ThemeFactory()
    client = publisher()
    form = confirmation_on(act(client, "publish", theme))
    send(client, "theme", form)
    act(client, "unpublish", theme, confirmed=True)
    assert LEFT_OUT.format(theme) in messages_of(send(client, "theme", form))
    theme.refresh_from_db()
    assert theme.state == State.DRAFT


@pytest.mark.parametrize("action", [*ACTIONS, "delete_selected"])
def test_an_action_accepts_all_that_a_list_lets_one_select(action, settings):
    """More than Django's field limit: the confirmation page has one field for all of them."""
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 12
    themes = ThemeFactory.create_batch(15, state=before(action))
    client = superuser()
    page = act(client, action, themes[0], select_across="1")
    messages = messages_of(send(client, "theme", confirmation_on(page)))
    left = Theme.objects.exclude(state=ACTIONS[action]) if action in ACTIONS else Theme.objects.all()
    assert not left.exists()
    assert "15" in messages


@pytest.mark.parametrize("action", ["publish", "bulk_edit"])
def test_going_back_keeps_what_was_ticked_and_the_filters(action):
    first, _other, last = (QuoteFactory(date=f"{year}-01-01") for year in (2020, 2021, 2022))
    client = publisher()
    url = f"{list_url('quote')}?state__exact=draft"
    page = client.post(url, {"action": action, "_selected_action": [first.pk, last.pk], "index": "0"})
    back = page.context["back_url"]
    assert f'href="{escape(back)}"' in page.content.decode()
    page = client.get(back)
    content = page.content.decode()
    ticked = re.findall(r'value="(\d+)"[^>]* checked', content)
    assert {int(key) for key in ticked} == {first.pk, last.pk}
    assert page.context["cl"].get_filters_params() == {"state__exact": ["draft"]}
    assert "ticked" not in content, "no link of the list goes on with it"
    for nonsense in ("", ",", "x,\0", "9" * 9000):
        assert client.get(list_url("quote"), {"ticked": nonsense}).status_code == 200


@pytest.mark.parametrize("keys", ["", ",", ",,1"])
def test_invalid_keys_change_nothing(keys):
    theme = ThemeFactory()
    page = send(publisher(), "theme", {"action": "publish", "_selected_action": keys})
    assert page.status_code == 200
    theme.refresh_from_db()
    assert theme.state == State.DRAFT


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("postgres" not in settings.DATABASES["default"]["ENGINE"], reason="SQLite has one writer at a time")
def test_publishing_waits_for_a_save_in_progress_and_then_skips_the_item():
    quote = QuoteFactory(text="The government has promised.")
    client = superuser()
    form = confirmation_on(act(client, "publish", quote))
    messages = []

    def confirm():
        try:
            messages.append(messages_of(send(client, "quote", form)))
        finally:
            connections.close_all()

    publishing = threading.Thread(target=confirm)
    with transaction.atomic():
        held = Quote.objects.select_for_update().get(pk=quote.pk)
        held.text = "The government has resigned."
        held.save()
        publishing.start()
        with connection.cursor() as cursor:
            while publishing.is_alive():
                cursor.execute(
                    "SELECT pg_stat_clear_snapshot(), count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                )
                if cursor.fetchone()[1]:
                    break
    publishing.join()
    quote.refresh_from_db()
    assert quote.state == State.DRAFT
    assert LEFT_OUT.format("The government has resigned.") in messages[0]
