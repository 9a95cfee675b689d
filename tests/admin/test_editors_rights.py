"""An editor cannot publish by any route: forms, lists, import, reading a copy, history, merges.

Each attempt must leave the record as it was, as it is stored and as visitors see it at the public addresses.
test_editors_routes sees to it that no route is forgotten.
"""

import itertools

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from initiatives.editorial.spreadsheets.tables import TABLES
from initiatives.editorial.theme_merging import merge
from initiatives.models import Quote
from initiatives.models.choices import State
from tests.admin.support import (
    act,
    add_url,
    change_url,
    confirmation_on,
    editor,
    form_of,
    list_url,
    messages_of,
    publisher,
    superuser,
)
from tests.editorial.spreadsheet_support import confirm, export, rows_of, upload
from tests.factories import QuoteFactory, ThemeFactory, copy_of
from tests.record_support import (
    BUTTONS,
    CRAFTED,
    HARMLESS,
    INLINES,
    KINDS,
    PARTS,
    PUBLISHABLE,
    SETTLED,
    TIME,
    as_file,
    is_hidden,
    made,
    nothing_changes,
    nothing_public_changes,
    seen,
)

pytestmark = [pytest.mark.django_db]

# Forms.


@pytest.mark.parametrize("kind", KINDS)
def test_no_form_of_a_draft_publishes(kind):
    item, boss, client = made(kind, "in_review"), publisher(), editor()
    form = form_of(boss, change_url(item))
    assert is_hidden(item)
    with nothing_changes():
        for crafted in CRAFTED.values():
            client.post(f"{change_url(item)}?state=published&_popup=1", form | crafted)
    # The form can publish: a publisher's browser shows that it does.
    boss.post(change_url(item), form | CRAFTED["published"])
    assert seen(item)[0] == 200


@pytest.mark.parametrize("kind", KINDS)
def test_an_editors_save_publishes_nothing(kind):
    item, client = made(kind, "draft"), editor()
    form = form_of(client, change_url(item))
    with nothing_changes():
        for name, harmless in HARMLESS.items():
            assert client.post(change_url(item), form | harmless).status_code == 302, name
    assert is_hidden(item)


@pytest.mark.parametrize("kind", KINDS)
def test_no_form_of_a_new_item_publishes(kind):
    pattern, boss, client = made(kind, "draft"), publisher(), editor()
    form = form_of(boss, change_url(pattern))
    form |= {name: [f"{form[name][0]} else"] for name in ("text", "name", "title") if name in form}
    form |= {"slug": ["another"]} if "slug" in form else {}
    with nothing_changes():
        for crafted in CRAFTED.values():
            client.post(f"{add_url(kind)}?state=published&published_at=2020-01-01", form | crafted)
    with nothing_public_changes():
        assert client.post(add_url(kind) + "?state=published", form | TIME | {"state": "draft"}).status_code == 302
    item = PUBLISHABLE[kind]._default_manager.latest("pk")
    assert (item.state, item.published_at, is_hidden(item)) == ("draft", None, True)


@pytest.mark.parametrize("kind", KINDS)
def test_no_button_saves_a_published_item_as_a_new_one_that_is_public(kind):
    """Django accepts the name of this button although none of our forms has it."""
    item, boss, client = made(kind, "published"), publisher(), editor()
    form = form_of(boss, change_url(item)) | {"_saveasnew": "1"}
    with nothing_public_changes():
        for crafted in ({"state": "draft"}, *CRAFTED.values()):
            client.post(change_url(item), form | crafted)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", SETTLED)
def test_editors_cannot_change_published_or_archived_items(kind, state):
    item, boss, client = made(kind, state), publisher(), editor()
    form = form_of(boss, change_url(item))
    form |= {name: ["Changed"] for name in ("text", "name", "title", "review_note") if name in form}
    with nothing_changes():
        for crafted in ({}, {"state": "draft"}, {"state": ["draft", "published"]}, *CRAFTED.values()):
            assert client.post(change_url(item), form | crafted).status_code == 403, crafted


@pytest.mark.parametrize(("kind", "parts", "link"), INLINES)
def test_editors_cannot_change_parts_of_published_items(kind, parts, link):
    public, draft, client = made(kind, "published"), made(kind, "draft"), editor()
    part, boss = PARTS[kind](public), publisher()
    text = "title" if kind == "principleset" else "text"
    form = form_of(boss, change_url(public))
    new = {name.replace("-0-", "-1-"): value for name, value in form.items() if name.startswith(f"{parts}-0-")}
    new |= {f"{parts}-1-id": "", f"{parts}-1-{text}": "Added", f"{parts}-TOTAL_FORMS": "2"}
    new |= {f"{parts}-1-language": "kk", f"{parts}-1-number": ""}
    with nothing_changes():
        for change in ({f"{parts}-0-{text}": "Changed"}, {f"{parts}-0-DELETE": "on"}, new):
            assert client.post(change_url(public), form | change).status_code == 403
    # Sent with a draft's form, it remains part of the other item.
    form = form_of(client, change_url(draft))
    stolen = {f"{parts}-TOTAL_FORMS": "1", f"{parts}-INITIAL_FORMS": "1", f"{parts}-0-id": str(part.pk)}
    stolen |= {f"{parts}-0-{link}": str(public.pk), f"{parts}-0-{text}": "Changed", f"{parts}-0-state": "published"}
    with nothing_changes():
        for more in ({}, {f"{parts}-0-DELETE": "on"}, {f"{parts}-0-{link}": str(draft.pk)}):
            client.post(change_url(draft), form | stolen | more)


@pytest.mark.parametrize(("kind", "parts", "link"), INLINES)
def test_a_new_part_of_a_draft_cannot_be_added_to_another_item(kind, parts, link):
    """The owner field can be tampered with; a part always belongs to the item it was sent with."""
    public, draft, client = made(kind, "published"), made(kind, "draft"), editor()
    PARTS[kind](public)
    example = form_of(publisher(), change_url(public))
    form = form_of(client, change_url(draft))
    new = {name: value for name, value in example.items() if name.startswith(f"{parts}-0-")}
    new |= {f"{parts}-TOTAL_FORMS": "1", f"{parts}-0-id": "", f"{parts}-0-{link}": str(public.pk)}
    with nothing_public_changes():
        client.post(change_url(draft), form | new)


# Lists.

ACTIONS = ("publish", "unpublish", "archive", "delete_selected")


def actions_of_the_desk() -> set[tuple[str, str]]:
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_active=True)
    return {
        (model._meta.model_name, action)
        for model, its_admin in admin.site._registry.items()
        for action in its_admin.get_actions(request)
    }


def test_every_action_is_tried():
    """A new list action needs a line in the test below."""
    publishing = set(itertools.product(KINDS, ACTIONS))
    others = {("user", "reset_second_factor"), ("user", "lift_lockout")} | set(itertools.product(KINDS, ["hand_in"]))
    others |= set(itertools.product(("quote", "initiative", "source"), ["bulk_edit"]))
    others |= set(itertools.product(KINDS, ["discard"]))
    others |= {
        (name, "delete_selected") for name in ("user", "group", "synonymset", "oldslug", "change", "errorreport")
    }
    # Logs that cannot be deleted offer the action to no user.
    others |= {(name, "delete_selected") for name in ("import", "thememerge", "emptysearch", "proposal")}
    assert actions_of_the_desk() - others == publishing


@pytest.mark.parametrize("kind", KINDS)
def test_editors_cannot_use_any_list_action(kind):
    client, items = editor(), [made(kind, state) for state in State.values]
    publishing = superuser()
    answers = {action: confirmation_on(act(publishing, action, *items)) for action in ACTIONS}
    with nothing_changes():
        for action, answer in answers.items():
            act(client, action, *items)
            # As a publisher's page would send it, and with the fields that Django's own confirmation requires.
            for more in ({}, {"action": ["", action], "index": "1", "post": "yes", "select_across": "1"}):
                client.post(list_url(kind), answer | {"action": action} | more, follow=True)


@pytest.mark.parametrize("kind", KINDS)
def test_handing_in_touches_drafts_only(kind):
    client, items = editor(), [made(kind, state) for state in State.values]
    with nothing_public_changes():
        page = act(client, "hand_in", *items)
        answer = client.post(list_url(kind), confirmation_on(page), follow=True)
    assert {line.item.state for line in page.context["plan"].refused} == {"published", "archived"}
    assert "Submitted for review: 1." in messages_of(answer)
    stored = [type(item)._default_manager.get(pk=item.pk) for item in items]
    assert [item.state for item in stored] == ["in_review", "in_review", "published", "archived"]
    assert [is_hidden(item) for item in stored] == [True, True, False, True]


@pytest.mark.parametrize("kind", ["quote", "initiative", "source"])
def test_a_bulk_edit_changes_drafts_only(kind):
    client, items, theme = editor(), [made(kind, state) for state in State.values], ThemeFactory(public=True)
    edit = {"publisher_kind": "party"} if kind == "source" else {"add_themes": theme.pk}
    chosen = {"_chosen": "1", "state": "published"} | edit
    # As a publisher's page would send it, with all of them.
    answer = dict(act(superuser(), "bulk_edit", *items, **chosen).context["fields"])
    with nothing_public_changes():
        page = act(client, "bulk_edit", *items, **chosen)
        client.post(list_url(kind), answer | TIME | {"state": "published"}, follow=True)
    assert {line.item.state for line in page.context["plan"].refused} == {"published", "archived"}
    for item in items:
        item.refresh_from_db()
    changed = [item.publisher_kind == "party" if kind == "source" else item.themes.exists() for item in items]
    assert changed == [True, True, False, False]


@pytest.mark.parametrize("kind", KINDS)
def test_no_list_is_edited_in_place(kind):
    item, client = made(kind, "draft"), editor()
    assert admin.site.get_model_admin(PUBLISHABLE[kind]).list_editable == ()
    crafted = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": str(item.pk)}
    with nothing_changes():
        client.post(list_url(kind), crafted | {"form-0-state": "published", "state": "published", "_save": "Save"})


# Import.


def imported(client, table: str, ending: str, rows: list[dict[str, str]]):
    """Upload a file and confirm it whatever its preview shows; return the preview."""
    preview = upload(client, table, *as_file(ending, rows))
    if "examined" in preview.context:
        confirm(client, preview)
    return preview


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(("ending", "status"), [("csv", "published"), ("xlsx", "published"), ("xlsx", "archived")])
def test_no_import_publishes(table, ending, status):
    item, boss, client = made(table, "draft"), publisher(), editor()
    rows = rows_of(export(boss, table))
    mine = [row | {"status": status} for row in rows if item.pk and row.get("slug", str(item.pk)) in _keys(item)]
    mine = [row for row in mine if row.get("id", str(item.pk)) == str(item.pk)]
    assert len(mine) == 1
    label = next(name for name in ("text", "title", "name") if name in mine[0])
    new = mine[0] | {key: "" for key in ("id", "slug") if key in mine[0]} | {label: "Something else"}
    twice = mine[0] | {"status": "draft", label: "Changed"}
    with nothing_changes():
        for rows in (mine, [new], [twice, mine[0]], [new | {"status": "draft"}, mine[0]]):
            preview = imported(client, table, ending, rows)
            assert preview.context["examined"].wrong
    # The same file publishes or archives if the user has the permission.
    imported(boss, table, ending, mine)
    item.refresh_from_db()
    assert item.state == status


def _keys(item) -> set[str]:
    return {str(item.pk), getattr(item, "slug", "")}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(("ending", "state"), [("csv", "archived"), ("csv", "published"), ("xlsx", "published")])
def test_no_import_changes_published_or_archived_items(table, ending, state):
    item, boss, client = made(table, state), publisher(), editor()
    if TABLES[table].part:
        PARTS[table](item)
    rows = [row for row in rows_of(export(boss, table)) if {row.get("id"), row.get("slug")} & _keys(item)]
    cells = {"text", "title", "name", "status", "milestone", "principle", "language", "date"} & rows[0].keys()
    assert cells
    with nothing_changes():
        for cell in cells:
            value = {"status": "draft", "language": "kk", "date": "1999"}.get(cell, "Changed")
            assert imported(client, table, ending, [rows[0] | {cell: value}]).context["examined"].wrong


# Reading a copy.


@pytest.mark.parametrize("one", [{}, {"one": "1"}])
def test_passages_become_drafts_only(one):
    source, speaker, client = made("source", "published"), made("person", "published"), editor()
    copy_of(source, "Words to keep.")
    address = reverse("admin:initiatives_source_read", args=[source.pk])
    crafted = {**TIME, "state": "published", "id": str(made("quote", "published").pk), "locator": "p. 1"}
    crafted |= dict.fromkeys(BUTTONS, "1") | {"source": str(made("source", "draft").pk), "words": "Other words"}
    form = form_of(client, address) | {"speaker": str(speaker.pk), "pieces": "0-14"}
    with nothing_public_changes():
        client.post(f"{address}?state=published", form | crafted | one)
    quote = Quote.objects.get(text="Words to keep.")
    assert (quote.state, quote.published_at, quote.source, is_hidden(quote)) == ("draft", None, source, True)


# History.


@pytest.mark.parametrize("kind", KINDS)
def test_a_published_version_is_restored_as_a_draft(kind):
    item, client = made(kind, "published"), editor()
    version = item.history.latest("pk")
    item.state, item.published_at = State.DRAFT, None
    item.save()
    address = reverse(f"admin:initiatives_{kind}_revert", args=[item.pk, kind, version.pk])
    assert client.get(address).status_code == 200
    with nothing_changes():
        sent = {"newest": str(item.history.latest("pk").pk), **CRAFTED["with a time"]}
        assert client.post(address, sent).status_code == 302
    assert is_hidden(item)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", SETTLED)
def test_an_editor_restores_no_published_or_archived_item(kind, state):
    item, client = made(kind, "draft"), editor()
    version = item.history.latest("pk")
    item.review_note, item.state, item.published_at = "Changed", state, timezone.now()
    item.save()
    with nothing_changes():
        address = reverse(f"admin:initiatives_{kind}_revert", args=[item.pk, kind, version.pk])
        assert client.post(address, {"newest": str(item.history.latest("pk").pk)}).status_code == 403


@pytest.mark.parametrize(("kind", "parts", "link"), INLINES)
def test_a_part_moved_to_a_published_item_cannot_be_moved_back(kind, parts, link):
    """By the history of the draft that it belonged to before."""
    public, draft, client = made(kind, "published"), made(kind, "draft"), editor()
    part = PARTS[kind](draft)
    version = part.history.latest("pk")
    setattr(part, link, public)
    part.save()
    name = part._meta.model_name
    with nothing_changes():
        address = reverse(f"admin:initiatives_{kind}_revert", args=[draft.pk, name, version.pk])
        client.post(address, {"newest": str(part.history.latest("pk").pk)})


@pytest.mark.parametrize("kind", KINDS)
def test_deleted_items_are_recovered_as_drafts(kind):
    item, client = made(kind, "published"), editor()
    key = item.pk
    item.delete()
    version = type(item).history.filter(id=key).latest("pk")
    with nothing_public_changes():
        address = reverse(f"admin:initiatives_{kind}_recover", args=[version.pk])
        assert client.post(address, CRAFTED["with a time"]).status_code == 302
    recovered = type(item)._default_manager.get(pk=key)
    assert (recovered.state, recovered.published_at, is_hidden(recovered)) == ("draft", None, True)


# Themes.


def test_themes_are_neither_merged_nor_unmerged_nor_ordered():
    client = editor()
    public, draft, gone = made("theme", "published"), made("theme", "draft"), made("theme", "published")
    QuoteFactory(public=True, themes=[public, gone])
    log = merge(gone, public, User.objects.get(username="editor"), keep_names=True)
    attempts = [
        (reverse("admin:initiatives_theme_merge", args=[draft.pk]), {"into": public.pk}),
        (reverse("admin:initiatives_theme_merge", args=[public.pk]), {"into": draft.pk, "keep_names": "on"}),
        (reverse("admin:initiatives_thememerge_undo", args=[log.pk]), {}),
        (reverse("admin:initiatives_theme_order"), {"theme": [draft.pk, public.pk], "_save": "1"}),
    ]
    with nothing_changes():
        for address, sent in attempts:
            assert client.post(address, sent | CRAFTED["every button, twice"]).status_code == 403
