"""Every address of the desk: its response to each user, and that an editor cannot publish by any of them.

The addresses come from the desk itself, so that a new one without an attempt fails here.
"""

from collections import defaultdict

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from initiatives.editorial.spreadsheets.tables import TABLES
from initiatives.editorial.theme_merging import merge
from initiatives.models import (
    Capture,
    EmptySearch,
    ErrorReport,
    Import,
    Initiative,
    Proposal,
    Quote,
    SavedFilter,
    Source,
    SynonymSet,
    Theme,
)
from initiatives.models.choices import State
from tests.admin.answers import ANSWERS, USERS
from tests.admin.support import account, desk, every_field_of, save, saved, superuser
from tests.editorial.spreadsheet_support import confirm, export, rows_of, upload
from tests.factories import ThemeFactory, copy_of
from tests.record_support import (
    CRAFTED,
    FACTORIES,
    KINDS,
    PARTS,
    PUBLISHABLE,
    SETTLED,
    TIME,
    as_file,
    is_hidden,
    made,
    nothing_public_changes,
    record,
)

pytestmark = [pytest.mark.django_db]

# What each address of the desk is for, by the last part of its name. Each is tried here; those that change data
# have their own tests in test_editors_rights.
PAGES = {
    "changelist", "add", "change", "delete", "history", "compare", "revert", "deleted", "recover", "import",
    "import_preview", "import_template", "export", "read", "near_duplicates", "fitting_themes",
    "merge", "undo", "order", "password_change", "save_filter", "saved_filter", "presence",
    "propose", "proposal", "comments", "discard", "companions", "submit", "review",
    "bring", "bring_new", "copy_now", "copy_file", "copy_differences", "take_down",
}  # fmt: skip
OF_THE_SITE = {
    "index", "app_list", "login", "logout", "language", "password_change", "password_change_done", "autocomplete",
    "jsi18n", "view_on_site", "second_factor", "second_factor_set_up", "second_factor_verify", "recovery_codes",
    "second_factor_remove", "mail", "sessions", "forgotten", "new_password",
}  # fmt: skip


def addresses() -> list[tuple[URLPattern, str]]:
    """Return the named URL patterns of the desk; those without a name only redirect."""
    found = []

    def walk(patterns):
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                found.append((pattern, pattern.name or ""))
            else:
                walk(pattern.url_patterns)

    walk(admin.site.urls[0])
    return [(pattern, name) for pattern, name in found if name]


def page_of(name: str) -> tuple[str, str]:
    """Return the model and page for a URL name; the model is None for a page of the whole site."""
    for model in admin.site._registry:
        start = f"{model._meta.app_label}_{model._meta.model_name}_"
        if name.startswith(start):
            return model._meta.model_name, name.removeprefix(start)
    return "", name


def test_every_address_is_known():
    """A new page of the desk needs a test here if it could publish, and an entry in PAGES or OF_THE_SITE."""
    pages = {page_of(name) for _pattern, name in addresses()}
    assert {page for model, page in pages if model} == PAGES
    assert {page for model, page in pages if not model} == OF_THE_SITE


@pytest.fixture
def full_record():
    """One item for every page of the desk; the keys of each model's items, of versions and files."""
    root = superuser()
    for kind in KINDS:
        for state in ("draft", "published"):
            item = made(kind, state)
            if kind in PARTS:
                PARTS[kind](item)
        gone = FACTORIES[kind]()
        gone.delete()
    theme = ThemeFactory(public=True, slug="old")
    theme.slug = "new"
    theme.save()
    merge(ThemeFactory(public=True), theme, User.objects.get(username="root"), keep_names=True)
    SynonymSet.objects.create(words="law\nact", language="en")
    SynonymSet.objects.create(words="court\nbench", language="en").delete()
    EmptySearch.objects.create(words="zeppelin", searched="quote", day=timezone.localdate(), count=1)
    quote = Quote.objects.filter(state=State.PUBLISHED).first()
    ErrorReport.objects.create(kind="quote", object_id=quote.pk, name="Words", text="Wrong.")
    quote.text = "Corrected words"
    quote.save()
    for words in ("An older text.", "A newer text."):
        copy_of(quote.source, words)
    return root


def addresses_of(pattern: URLPattern, name: str, kept: dict[str, Import]) -> list[str]:
    """Return the addresses that a pattern makes for the existing items."""
    kind, _page = page_of(name)
    model = next((model for model in admin.site._registry if model._meta.model_name == kind), None)
    items = list(model._default_manager.order_by("pk")) if model else []
    if kind in KINDS:
        # A draft and a public item
        items = [next(item for item in items if item.state == state) for state in (State.DRAFT, State.PUBLISHED)]
    wanted = list(pattern.pattern.converters)
    choices: list[list]
    match wanted:
        case [] if name == "app_list":
            choices = [["initiatives"]]
        case []:
            choices = [[]]
        case ["object_id"] | ["id"]:
            choices = [[item.pk] for item in items]
        case ["pk"]:
            choices = [[kept[kind].pk]]
        case ["filter_id"]:
            of = {"user": User.objects.get(username="root"), "model": kind, "name": "Kept"}
            choices = [[SavedFilter.objects.get_or_create(**of, query="q=law")[0].pk]]
        case ["ending"]:
            choices = [["csv"]]
        case ["number"]:
            choices = [[version.pk] for version in model.history.filter(history_type="-")]
        case ["object_id", "number"]:
            proposals = Proposal.objects.filter(kind=kind)
            # Most kinds have none: their addresses return 404.
            choices = [[one.object_id, one.pk] for one in proposals] or [[items[0].pk, 1]]
        case ["object_id", "pk"]:
            copy = Capture.objects.latest("pk")
            choices = [[copy.source_id, copy.pk]]
        case ["object_id", "kind", "number"]:
            choices = [[item.pk, kind, item.history.latest("pk").pk] for item in items]
        case ["content_type_id", "object_id"]:
            choices = [[ContentType.objects.get_for_model(Quote).pk, Quote.objects.first().pk]]
        case ["uidb64", "token"]:
            choices = [[urlsafe_base64_encode(force_bytes(User.objects.get(username="root").pk)), "set-password"]]
        case _:
            pytest.fail(f"How is the address {name} made?")
    assert choices, f"There is nothing on record to try {name} with."
    return [reverse(f"admin:{name}", args=arguments) for arguments in choices]


def test_no_address_publishes_whatever_is_sent(full_record):
    """An editor sends each form as an administrator sees it, with all its buttons and more."""
    user = User.objects.create_user("editor", is_staff=True)
    user.groups.add(Group.objects.get(name="Editor"))
    public = Quote.objects.filter(state=State.PUBLISHED).first()
    proposal = reverse("admin:initiatives_quote_propose", args=[public.pk])
    assert saved(save(desk(user), proposal, text="Proposed words", change_reason="To be seen by nobody"))
    kept = {}
    for table in TABLES:
        rows = [row | {"status": "published"} for row in rows_of(export(full_record, table))]
        kept[table] = upload(desk(user), table, *as_file("csv", rows)).context["kept"]
    sweep = [address for pattern, name in addresses() for address in addresses_of(pattern, name, kept)]
    assert len(sweep) > 150
    drafts = [item for model in PUBLISHABLE.values() for item in model.objects.exclude(state__in=SETTLED)]
    before = record(SETTLED)
    with nothing_public_changes():
        for address in sweep:
            offered_to = desk(user) if "propos" in address else full_record
            page = offered_to.get(address) if "log" not in address else None
            offered = every_field_of(page) if page is not None and "html" in page["Content-Type"] else {}
            target = Theme.objects.filter(state=State.PUBLISHED).first().pk
            crafted = {"into": target, "post": "yes", "select_across": "1", "is_superuser": "on"}
            crafted |= {
                "_selected_action": [item.pk for item in drafts],
                "groups": Group.objects.get(name="Publisher").pk,
            }
            for sent in (offered, offered | crafted | CRAFTED["as a choice of the list"] | TIME):
                desk(user).post(address, sent)
            assert record(SETTLED) == before, address
    assert all(is_hidden(draft) for draft in drafts)
    assert Source.objects.exists()
    assert Initiative.objects.exists()


# Pages on which an empty form changes nothing
READ = {"changelist", "history", "compare", "deleted", "add", "delete", "export", "import_template"}
# The models that share many pages
ITEMS = {"initiative", "person", "body", "principleset", "quote", "source", "theme"}
TABLES_OF = {"initiative", "person", "principleset", "quote", "source"}


def browser(name: str) -> Client:
    """Return a browser: a visitor, staff with no permissions, staff with view permissions, or a group member."""
    if name == "anonymous":
        return Client()
    if name == "superuser":
        return desk(User.objects.get(username="root"))
    if name in ("staff", "viewer"):
        user = User.objects.create_user(name, is_staff=True)
        if name == "viewer":
            user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
        return desk(user)
    return desk(account(name.title()))


def cases(kept: dict[str, Import]) -> list[tuple[str, str, str]]:
    """Return each page of the desk with its model and address, including a draft, a public and a missing item."""
    found = [(name, "desk", reverse(name)) for name in ("markdown_preview", "written_date")]
    for pattern, name in addresses():
        model, page = page_of(name)
        wanted = pattern.pattern.converters
        given = addresses_of(pattern, name, kept)
        words = ("draft", "published") if model in KINDS and len(given) == 2 else ("",)
        found += [(f"{page} {word}".strip(), model or "desk", one) for word, one in zip(words, given, strict=False)]
        if model and any(one in wanted for one in ("object_id", "pk", "number", "filter_id")):
            numbers = {one: {"kind": model, "ending": "csv"}.get(one, 999_999) for one in wanted}
            found.append((f"{page} missing", model, reverse(f"admin:{name}", kwargs=numbers)))
    return found


def _shown(models: list[str]) -> str:
    """Return the names of models, with one name for all items and one for all models with tables."""
    models = sorted(models)
    for name, some in (("items", ITEMS), ("tables", TABLES_OF)):
        if some <= set(models):
            models = [name, *(model for model in models if model not in some)]
    return ", ".join(models) if len(models) < 9 else "others"


def answer(client: Client, method: str, address: str) -> str:
    """Return the status of the response, or that it redirects to log-in; its changes are rolled back."""
    with transaction.atomic():
        response = getattr(client, method)(address)
        transaction.set_rollback(True)
    response.close()
    if response.status_code == 302:
        return "login" if "/login/" in response.url else "302"
    return str(response.status_code)


def test_every_address_responds_according_to_the_users_rights(full_record):
    public = Quote.objects.filter(state=State.PUBLISHED).first()
    proposal = reverse("admin:initiatives_quote_propose", args=[public.pk])
    assert saved(save(desk(account("Editor", "proposer")), proposal, text="Proposed words", change_reason="To be seen"))
    rows = rows_of(export(full_record, "source"))
    rows[0]["description"] = "As imported"
    confirm(full_record, upload(full_record, "source", *as_file("csv", rows)))
    kept = {table: upload(full_record, table, export(full_record, table)).context["kept"] for table in TABLES}
    clients = {name: browser(name) for name in USERS}
    models = defaultdict(list)
    for page, model, address in cases(kept):
        cells = []
        for client in clients.values():
            read = answer(client, "get", address)
            is_read = model == "desk" or page.split()[0] in READ
            sent = read if is_read else answer(client, "post", address)
            cells.append(read if read == sent else f"{read}/{sent}")
        models[page, " ".join(cells)].append(model)
    lines = [f"{page} ({_shown(some)}): {cells}" for (page, cells), some in models.items()]
    assert sorted(lines) == sorted(ANSWERS.split("\n")[1:-1])
