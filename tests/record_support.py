"""The record as stored and as visitors see it, to check that nothing changed; and data to submit to it."""

from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Model, QuerySet
from django.test import Client

from initiatives.changes.compare import parts_of
from initiatives.models import Change, Publishable, SynonymSet, ThemeMerge
from initiatives.models.choices import State
from tests.editorial.spreadsheet_support import csv_file, xlsx_file
from tests.factories import (
    BodyFactory,
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

PUBLISHABLE: dict[str, type[Publishable]] = {
    model._meta.model_name: model for model in apps.get_models() if issubclass(model, Publishable)
}
# States that only publishers may set, and in which only they may edit an item.
SETTLED = (State.PUBLISHED, State.ARCHIVED)


def _rows(queryset: QuerySet) -> list[dict[str, Any]]:
    """Return all stored values of some items and their relations, except when they were last saved."""
    model = queryset.model
    relations = [field for field in model._meta.many_to_many if field.remote_field.through._meta.auto_created]
    fields = [field.attname for field in model._meta.concrete_fields if field.name not in {"updated_at", "last_login"}]
    rows = [dict(row) for row in queryset.order_by("pk").values(*fields)]
    for field in relations:
        own, other = field.m2m_column_name(), field.m2m_reverse_name()
        ties = field.remote_field.through._base_manager.order_by(own, other).values_list(own, other)
        tied = {row["id"]: row.setdefault(field.name, []) for row in rows}
        for key, one in ties:
            if key in tied:
                tied[key].append(one)
    return rows


def record(states: tuple[str, ...] = tuple(State.values)) -> dict[str, list]:
    """Return the stored rows: items in some states with their parts, and all redirects, synonyms, logs and accounts."""
    stored = {}
    for name, model in PUBLISHABLE.items():
        stored[name] = _rows(model._default_manager.filter(state__in=states))
        for part, owner in parts_of(model):
            of = part._default_manager.filter(**{f"{owner}__state__in": states})
            stored[f"{part._meta.model_name} of {name}"] = _rows(of)
    redirects = apps.get_model("initiatives", "OldSlug")
    for model in (redirects, SynonymSet, ThemeMerge, Change, Group, Permission, User):
        stored[model.__name__] = _rows(model._default_manager.all())
    return stored


# Statuses of pages that do not exist, or no longer exist.
HIDDEN = (404, 410)


def seen(item: Model) -> tuple[int, bytes]:
    """Return the response to a visitor at an item's public address."""
    response = Client().get(item.get_absolute_url())
    return response.status_code, response.content if response.status_code == 200 else b""


def published() -> dict[str, set[int]]:
    """Return the primary keys of public items by model."""
    return {name: set(model.objects.published().values_list("pk", flat=True)) for name, model in PUBLISHABLE.items()}


@contextmanager
def nothing_changes():
    """Fail if anything stored or public in the record has changed afterwards."""
    before = record(), published()
    yield
    assert (record(), published()) == before


@contextmanager
def nothing_public_changes():
    """Fail if an item was published, or if a published or archived item has changed; drafts may change."""
    before = record(SETTLED), published()
    yield
    assert (record(SETTLED), published()) == before


FACTORIES = {
    "initiative": InitiativeFactory,
    "quote": QuoteFactory,
    "principleset": PrincipleSetFactory,
    "theme": ThemeFactory,
    "person": PersonFactory,
    "body": BodyFactory,
    "source": SourceFactory,
}
KINDS = list(FACTORIES)
# Kinds of items that are edited with their parts, with the prefix of the parts' fields.
INLINES = [
    (name, inline.model._meta.get_field(link).remote_field.get_accessor_name(), link)
    for name, model in PUBLISHABLE.items()
    for inline in admin.site.get_model_admin(model).inlines
    for link in [next(f.name for f in inline.model._meta.fields if f.related_model is model)]
]
PARTS = {
    "initiative": lambda item: MilestoneFactory(initiative=item),
    "person": lambda item: MilestoneFactory(initiative=None, person=item),
    "quote": lambda item: QuoteTranslationFactory(quote=item),
    "principleset": lambda item: PrincipleFactory(set=item),
}
TIME = {"published_at": "2020-01-01", "published_at_0": "2020-01-01", "published_at_1": "10:00"}
BUTTONS = ("_save", "_continue", "_addanother", "_publish", "_check", "publish", "_approve")
# Extra fields of a crafted form, which try to publish or archive.
CRAFTED = {
    "published": {"state": "published"},
    "archived": {"state": "archived"},
    "with a time": {"state": "published", **TIME},
    "said twice": {"state": ["draft", "published"], **TIME},
    "every button, twice": {"state": "published", **{button: ["1", "Publish"] for button in BUTTONS}},
    "in a pop-up": {"state": "published", "_popup": "1", "_to_field": "id"},
    "as a choice of the list": {"state": "published", "action": "publish", "confirmed": "yes", "index": "0"},
}
# Forms that change nothing and may be saved: with fields that an editor's form lacks, or whose last state is draft.
HARMLESS = {
    "a time alone": TIME,
    "taken back": {"state": ["published", "draft"]},
    "other names": {"_state": "published", "initial-state": "published", "form-0-state": "published", "is_public": "1"},
    "every button, twice": {button: ["1", "Publish"] for button in BUTTONS},
}


def made(kind: str, state: str):
    """Return an item of a kind in a state. Everything it depends on is public, so only its own state can hide it."""
    item = FACTORIES[kind](public=True)
    item.state, item.published_at = state, item.published_at if state in SETTLED else None
    item.save()
    return item


def is_hidden(item) -> bool:
    """Return whether a visitor gets "not found"."""
    return seen(item)[0] in HIDDEN


def as_file(ending: str, rows: list[dict[str, str]]) -> tuple[bytes, str]:
    """Return a table as a named file to import."""
    header = list(rows[0])
    write = csv_file if ending == "csv" else xlsx_file
    return write(header, *(list(row.values()) for row in rows)), f"table.{ending}"
