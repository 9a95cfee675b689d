"""Finds the items that an import added or changed, by the time and reason of their versions."""

from collections.abc import Iterable

from django.db.models import Model, QuerySet

from initiatives.editorial.spreadsheets.tables import QUOTES, TABLES, Table
from initiatives.models import Import, Person, Source, Theme
from initiatives.models.choices import Kind
from initiatives.search.in_step import note


def models_of(table: Table) -> list[type[Model]]:
    """Return the models whose items a table's file adds or changes; parts precede their owners."""
    parts = [table.part.model] if table.part else []
    return [*parts, table.model, *((Person, Source, Theme) if table is QUOTES else ())]


def tables_with(model: type[Model]) -> list[str]:
    """Return the tables whose files add or change items of a model, as imports name them."""
    return [str(name) for name, table in TABLES.items() if model in models_of(table)]


def versions_of(model, kept: Import) -> QuerySet:
    """Return the versions of a model that an import made."""
    return model.history.filter(history_date=kept.done_at, history_change_reason=kept.reason)


def with_items_of(queryset: QuerySet, kept: Import) -> QuerySet:
    """Keep the items that an import added or changed, or of which it added or changed a part."""
    model = queryset.model
    keys = set(versions_of(model, kept).values_list("id", flat=True))
    part = TABLES[kept.table].part
    if part and TABLES[kept.table].model is model:
        keys |= set(versions_of(part.model, kept).values_list(f"{part.owner}_id", flat=True))
    return queryset.filter(pk__in=keys)


def items_of(kept: Import, how: str, limit: int) -> list[Model]:
    """Return at most `limit` items that an import added (history.MADE) or changed (CHANGED) and that still exist."""
    table, found = TABLES[kept.table], []
    for model in sorted(models_of(table), key=lambda model: model is not table.model):
        versions = versions_of(model, kept).filter(history_type=how)
        ids = versions.order_by("id").values_list("id", flat=True)[: limit - len(found)]
        items = model._default_manager.filter(pk__in=list(ids)).order_by("pk")
        found += items.select_related(table.part.owner) if table.part and model is table.part.model else items
    return found


def note_changed(table: Table, owners: Iterable[int], parts: Iterable[int] = ()) -> None:
    """Note that items of a table and parts of such items changed, as receivers would (see search.signals)."""
    owners, parts = list(owners), list(parts)
    if table.part is None:
        _note(table.model, owners)
        return
    manager, owner = table.part.model._default_manager, table.part.owner
    _note(table.model, [*owners, *manager.filter(pk__in=parts).values_list(f"{owner}_id", flat=True)])
    _note(table.part.model, [*parts, *manager.filter(**{f"{owner}__in": owners}).values_list("pk", flat=True)])


def _note(model: type[Model], keys: list[int]) -> None:
    kind = str(model._meta.model_name)
    if kind in Kind.values and keys:
        note(kind, dict.fromkeys(keys))
