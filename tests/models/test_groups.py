"""The groups that migrations create have only the rights they need, and an editor cannot publish by any route."""

import datetime

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import Initiative, Publishable, Quote, Theme
from initiatives.models.choices import State
from tests import factories
from tests.admin.support import account, add_url, change_url, desk, editor, form_of, list_url, save, saved
from tests.helpers import few_examples, rolled_back

pytestmark = [pytest.mark.database, pytest.mark.django_db]

ITEMS = ["initiative", "quote", "principleset", "theme", "person", "body", "source"]
PARTS = ["milestone", "quotetranslation", "principle"]
FACTORIES = [
    factories.InitiativeFactory,
    factories.QuoteFactory,
    factories.PrincipleSetFactory,
    factories.ThemeFactory,
    factories.PersonFactory,
    factories.BodyFactory,
    factories.SourceFactory,
]


def granted(group: str) -> set[str]:
    return set(Group.objects.get(name=group).permissions.values_list("codename", flat=True))


def each(actions: str, models: list[str]) -> set[str]:
    return {f"{action}_{model}" for action in actions.split() for model in models}


WRITING = each("view add change", ITEMS) | each("view add change delete", PARTS)
ANSWERING = {"view_errorreport", "change_errorreport"}
READING = {"view_synonymset", "view_emptysearch", "view_import", "view_thememerge"}
COPYING = {"add_capture", "view_capture"}
PUBLISHING = (
    WRITING
    | READING
    | ANSWERING
    | COPYING
    | each("publish delete", ITEMS)
    | each("add change delete", ["synonymset"])
    | each("view delete", ["oldslug"])
    | {"view_change"}
    | {"delete_errorreport"}
)


def test_groups_have_exactly_the_rights_they_need():
    assert granted("Editor") == WRITING | READING | ANSWERING | COPYING
    assert granted("Publisher") == PUBLISHING
    assert granted("Administrator") == PUBLISHING | each("view add change", ["user"]) | {"view_group"}


def test_no_group_may_change_what_the_site_itself_writes():
    for model in ("searchdocument", "synonymkey", "linkcheck", "session", "logentry", "sourcetext", "watch", "found"):
        assert not Permission.objects.filter(codename__endswith=f"_{model}", group__isnull=False).exists()


def test_nobody_may_change_or_delete_a_copy():
    copies = set(Permission.objects.filter(codename__endswith="_capture").values_list("codename", flat=True))
    assert copies == COPYING


@pytest.mark.parametrize("group", ["Editor", "Publisher"])
def test_only_administrators_see_accounts(group):
    client = desk(account(group))
    for model in ("user", "group"):
        assert client.get(reverse(f"admin:auth_{model}_changelist")).status_code == 403


def test_administrators_manage_accounts():
    client = desk(account("Administrator"))
    assert client.get(reverse("admin:auth_user_changelist")).status_code == 200
    assert client.get(reverse("admin:auth_user_add")).status_code == 200
    colleague = User.objects.create_user("colleague", is_staff=True)
    assert client.post(reverse("admin:auth_user_delete", args=[colleague.pk]), {"post": "yes"}).status_code == 403
    assert client.get(reverse("admin:auth_group_add")).status_code == 403
    # They also publish.
    theme = factories.ThemeFactory()
    assert saved(save(client, change_url(theme), state="published"))
    theme.refresh_from_db()
    assert theme.is_public


# An editor cannot publish by any route.


def public_items() -> int:
    models = [model for model in apps.get_app_config("initiatives").get_models() if issubclass(model, Publishable)]
    return sum(model.objects.filter(state__in=[State.PUBLISHED, State.ARCHIVED]).count() for model in models)


@pytest.mark.parametrize("factory", FACTORIES)
@pytest.mark.parametrize("extra", [{}, {"_popup": "1"}, {"_saveasnew": "yes"}, {"_continue": "yes"}, {"_check": "yes"}])
def test_no_form_publishes_for_an_editor(factory, extra):
    item = factory()
    before = public_items()
    page = save(
        editor(), change_url(item), state="published", published_at_0="2020-01-01", published_at_1="10:00", **extra
    )
    assert not saved(page)
    item.refresh_from_db()
    assert (item.state, item.published_at, public_items()) == (State.DRAFT, None, before)


@pytest.mark.parametrize("address", ["?state=published", "?_popup=1&state=published", "?published_at=2020-01-01"])
def test_no_parameter_of_the_add_form_publishes(address):
    client = editor()
    url = f"{add_url('theme')}{address}"
    data = form_of(client, url) | {"name": "Courts", "slug": "courts"}
    assert data.get("state") != ["published"], "what is not offered is not chosen"
    response = client.post(url, data | {"state": "published"})
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["state"]
    assert not Theme.objects.exists()
    # Without a state, the default applies.
    client.post(url, {**data, "state": "draft"})
    assert (Theme.objects.get().state, Theme.objects.get().published_at) == (State.DRAFT, None)


@pytest.mark.parametrize("factory", FACTORIES)
def test_no_list_accepts_a_change_of_state(factory):
    item = factory()
    client = editor()
    model = item._meta.model_name
    assert admin.site._registry[type(item)].list_editable == ()
    crafted = {
        "form-TOTAL_FORMS": "1",
        "form-INITIAL_FORMS": "1",
        "form-0-id": str(item.pk),
        "form-0-state": "published",
        "state": "published",
        "_save": "Save",
    }
    assert client.post(list_url(model), crafted).status_code in {200, 302}
    for action in ("publish", "delete_selected", "archive", "unpublish", "no_such_action"):
        for more in ({}, {"confirmed": "yes", "post": "yes"}, {"select_across": "1"}):
            data = {"action": action, "_selected_action": [item.pk], "state": "published", **more}
            response = client.post(list_url(model), data)
            assert not any("Published" in str(message) for message in get_messages(response.wsgi_request))
    item.refresh_from_db()
    assert item.state == State.DRAFT


def test_editors_cannot_add_change_or_move_parts_of_a_published_item():
    client = editor()
    public = factories.InitiativeFactory(public=True)
    draft = factories.InitiativeFactory()
    milestone = factories.MilestoneFactory(initiative=draft, text="A step of the draft.")
    part = {
        "milestones-TOTAL_FORMS": "1",
        "milestones-INITIAL_FORMS": "0",
        "milestones-0-initiative": str(public.pk),
        "milestones-0-text": "Smuggled in",
        "milestones-0-date": "2020-01-01",
        "milestones-0-source": str(milestone.source_id),
    }
    assert client.post(change_url(public), part).status_code == 403
    # Through the form of a draft: another item's parts do not belong to it.
    data = form_of(client, change_url(draft)) | {"milestones-0-initiative": str(public.pk)}
    client.post(change_url(draft), data)
    assert list(public.milestones.all()) == []
    assert Initiative.objects.get(pk=draft.pk).milestones.get() == milestone


def test_a_draft_published_meanwhile_is_not_changed():
    """The form was opened while it was a draft."""
    client = editor()
    theme = factories.ThemeFactory(name="Courts")
    data = form_of(client, change_url(theme)) | {"name": "Rivers"}
    Theme.objects.update(state=State.PUBLISHED, published_at=timezone.now())
    assert client.post(change_url(theme), data).status_code == 403
    assert Theme.objects.get().name == "Courts"


def test_an_editor_cannot_use_the_time_of_an_unpublished_item():
    """A publication time set by a publisher is kept, but publishes nothing while the item is a draft."""
    later = timezone.now() + datetime.timedelta(days=1)
    theme = factories.ThemeFactory(state=State.DRAFT, published_at=later)
    client = editor()
    assert saved(
        save(client, change_url(theme), state="in_review", published_at_0="2020-01-01", published_at_1="10:00")
    )
    theme.refresh_from_db()
    assert (theme.state, theme.published_at, theme.is_public) == (State.IN_REVIEW, later, False)


NAMES = st.sampled_from(
    ["state", "published_at", "published_at_0", "published_at_1", "_save", "_popup", "_saveasnew", "_check", "action",
     "confirmed", "id", "_to_field", "initial-state", "translations-0-state", "source", "history_user"]
)  # fmt: skip
VALUES = st.sampled_from(["published", "PUBLISHED", " published", "archived", "2020-01-01", "10:00", "1", "", "yes"])


@few_examples
@given(typed=st.dictionaries(NAMES, VALUES | st.lists(VALUES, max_size=3), max_size=6), new=st.booleans())
def test_whatever_an_editor_sends_nothing_is_published(typed, new):
    with rolled_back():
        client = editor()
        quote = factories.QuoteFactory()
        url = add_url("quote") if new else change_url(quote)
        data = {"text": "Other words", "language": "en", "speaker": quote.speaker_id, "verification": "secondary"}
        parts = {"translations-TOTAL_FORMS": "0", "translations-INITIAL_FORMS": "0"}
        client.post(url, {"state": "draft", **data, **parts, **typed})
        assert set(Quote.objects.values_list("state", flat=True)) <= {State.DRAFT, State.IN_REVIEW}
        assert not Quote.objects.filter(published_at__isnull=False).exists()
