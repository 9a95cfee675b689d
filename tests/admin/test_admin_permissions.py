"""Permissions on the editors' desk: editors write, publishers publish, and neither can be bypassed."""

import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from initiatives.models import Initiative, Milestone, Quote, Source, Theme
from initiatives.models.choices import State
from tests.admin.support import (
    act,
    add_url,
    change_url,
    confirmation_on,
    editor,
    errors_of,
    form_of,
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
    QuoteFactory,
    QuoteTranslationFactory,
    SourceFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db

PUBLISHABLE = ["initiative", "quote", "principleset", "theme", "person", "body", "source"]


def states_offered(page) -> set[str]:
    return {value for value, _label in page.context["adminform"].form.fields["state"].choices}


@pytest.mark.parametrize("model", PUBLISHABLE)
def test_editor_is_offered_drafts_only_and_publisher_every_state(model):
    assert states_offered(editor().get(add_url(model))) == {"draft", "in_review"}
    assert states_offered(publisher().get(add_url(model))) == set(State.values)


def test_editor_writes_and_hands_in():
    client = editor()
    assert saved(save(client, add_url("theme"), name="Courts", slug="courts", state="in_review"))
    theme = Theme.objects.get()
    assert theme.state == State.IN_REVIEW
    assert saved(save(client, change_url(theme), name="Courts and judges", state="draft"))
    theme.refresh_from_db()
    assert (theme.name, theme.state) == ("Courts and judges", State.DRAFT)


@pytest.mark.parametrize("state", ["published", "archived"])
def test_crafted_form_of_an_editor_publishes_nothing(state):
    client = editor()
    page = save(client, add_url("theme"), name="Courts", slug="courts", state=state)
    assert not saved(page)
    assert "state" in errors_of(page)
    assert not Theme.objects.exists()

    theme = ThemeFactory(name="Water")
    page = save(client, change_url(theme), name="Rivers", state=state)
    assert "state" in errors_of(page)
    assert b"Rivers" in page.content, "what was typed is kept"
    theme.refresh_from_db()
    assert (theme.name, theme.state) == ("Water", State.DRAFT)


def test_editor_cannot_set_the_time_of_publication():
    client = editor()
    theme = ThemeFactory()
    page = save(
        client, change_url(theme), published_at_0="2020-01-01", published_at_1="10:00", published_at="2020-01-01"
    )
    assert saved(page)
    theme.refresh_from_db()
    assert theme.published_at is None
    assert not any(name.startswith("published_at") for name in form_of(client, change_url(theme)))


@pytest.mark.parametrize("action", ["publish", "unpublish", "archive"])
def test_editor_cannot_use_the_publishing_actions(action):
    client = editor()
    theme, public = ThemeFactory(), ThemeFactory(public=True)
    assert f'value="{action}"' not in client.get(list_url("theme")).content.decode()
    act(client, action, theme, public)
    # Nor with the data that a publisher's page would send.
    client.post(list_url("theme"), confirmation_on(act(publisher(), action, theme, public)))
    theme.refresh_from_db()
    public.refresh_from_db()
    assert (theme.state, public.state) == (State.DRAFT, State.PUBLISHED)


@pytest.mark.parametrize("state", [State.PUBLISHED, State.ARCHIVED])
def test_published_items_are_read_only_for_an_editor(state):
    client = editor()
    initiative = InitiativeFactory(public=True, title="The law", state=state)
    MilestoneFactory(initiative=initiative)
    page = client.get(change_url(initiative))
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert b'name="title"' not in page.content
    assert b'name="milestones-0-text"' not in page.content
    assert b"Only a publisher can change it" in page.content

    data = form_of(publisher(), change_url(initiative)) | {"title": "Another", "state": "draft"}
    assert client.post(change_url(initiative), data).status_code == 403
    initiative.refresh_from_db()
    assert (initiative.title, initiative.state) == ("The law", state)


def test_crafted_parts_of_a_published_item_are_refused():
    client = editor()
    quote = QuoteFactory(public=True)
    QuoteTranslationFactory(quote=quote)
    milestone = MilestoneFactory(initiative=InitiativeFactory(public=True))
    for item, formset in ((quote, "translations"), (milestone.initiative, "milestones")):
        data = {
            f"{formset}-TOTAL_FORMS": "1",
            f"{formset}-INITIAL_FORMS": "1",
            f"{formset}-0-id": str(quote.translations.get().pk if item is quote else milestone.pk),
            f"{formset}-0-DELETE": "on",
        }
        assert client.post(change_url(item), data).status_code == 403
    assert quote.translations.count() == 1
    assert Milestone.objects.count() == 1


def test_scheduled_items_count_as_published():
    theme = ThemeFactory(state=State.PUBLISHED, published_at=timezone.now() + datetime.timedelta(days=1))
    assert b'name="_save"' not in editor().get(change_url(theme)).content


def test_editor_deletes_nothing():
    client = editor()
    theme = ThemeFactory()
    assert client.post(reverse("admin:initiatives_theme_delete", args=[theme.pk]), {"post": "yes"}).status_code == 403
    act(client, "delete_selected", theme, post="yes")
    assert Theme.objects.filter(pk=theme.pk).exists()


def test_editor_cannot_use_an_address_that_redirects_to_another_item():
    theme = ThemeFactory(public=True, slug="justice")
    theme.slug = "fair-justice"
    theme.save()
    client = editor()
    page = save(client, add_url("theme"), name="Justice", slug="justice", state="draft")
    assert "slug" in errors_of(page)
    # The item itself may take its old address again.
    assert saved(save(publisher(), change_url(theme), slug="justice"))


def test_parts_have_no_pages_of_their_own():
    page = superuser().get(reverse("admin:index"))
    listed = {model["object_name"] for app in page.context["app_list"] for model in app["models"]}
    assert {"Quote", "Initiative", "OldSlug"} <= listed
    assert not {"Milestone", "Principle", "QuoteTranslation", "SearchChange"} & listed


def test_publisher_publishes_with_the_form():
    client = publisher()
    initiative = InitiativeFactory(source=SourceFactory(public=True))
    assert saved(save(client, change_url(initiative), state="published"))
    initiative.refresh_from_db()
    assert initiative.is_public
    assert LogEntry.objects.filter(object_id=str(initiative.pk)).exists()
    # And edits it afterwards.
    assert saved(save(client, change_url(initiative), title="Another"))
    assert Initiative.objects.get().title == "Another"


def test_publishing_without_a_source_is_refused_beside_the_field():
    client = publisher()
    quote = QuoteFactory(source=None, text="Words to keep")
    page = save(client, change_url(quote), state="published", context="Typed just now")
    assert list(errors_of(page)) == ["source"]
    assert "Nothing can be published without" in errors_of(page)["source"][0]
    assert b"Typed just now" in page.content
    # The panel shows what is stored, not what was typed.
    assert "state “draft”" in page.content.decode()
    assert Quote.objects.get().state == State.DRAFT

    source = SourceFactory(url="")
    assert list(errors_of(save(client, change_url(source), state="published"))) == ["url"]


def test_publishing_with_a_draft_source_warns_that_it_is_not_visible_yet():
    quote = QuoteFactory()
    page = save(publisher(), change_url(quote), state="published")
    assert saved(page)
    assert "Not public yet" in messages_of(page)
    assert quote.source.title in messages_of(page)


def test_publisher_deletes_only_items_that_no_others_depend_on():
    client = publisher()
    source = SourceFactory()
    quote = QuoteFactory(source=source, speaker=PersonFactory())
    url = reverse("admin:initiatives_source_delete", args=[source.pk])
    page = client.post(url, {"post": "yes"})
    assert page.status_code == 200
    assert "protected" in page.content.decode()
    assert Source.objects.filter(pk=source.pk).exists()
    client.post(
        reverse("admin:initiatives_quote_delete", args=[quote.pk]), {"post": "yes", "change_reason": "It was wrong."}
    )
    client.post(url, {"post": "yes"})
    assert not Source.objects.filter(pk=source.pk).exists()


def test_redirects_can_only_be_viewed_and_deleted():
    theme = ThemeFactory(slug="old")
    theme.slug = "new"
    theme.save()
    client = publisher()
    page = client.get(list_url("oldslug"))
    assert change_url(theme) in page.content.decode()
    assert client.get(add_url("oldslug")).status_code == 403
    assert editor().get(list_url("oldslug")).status_code == 403
    old = page.context["cl"].result_list[0]
    assert client.post(change_url(old), {"slug": "else"}).status_code == 403
    client.post(reverse("admin:initiatives_oldslug_delete", args=[old.pk]), {"post": "yes"})
    assert not client.get(list_url("oldslug")).context["cl"].result_list


def test_desk_is_closed_to_visitors(client):
    for url in (list_url("quote"), add_url("quote"), reverse("admin:autocomplete")):
        response = client.get(url)
        assert response.status_code == 302
        assert reverse("admin:login") in response["Location"]
