"""What an import writes: items, relations and versions, many with a few statements.

Receivers do not hear of bulk statements: versions are kept here (see models.history), search documents are refreshed
by the caller.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from initiatives.models.history import CHANGED, MADE

BATCH = 500


@dataclass
class Draft:
    """An item as it is to be stored, with those of its many-to-many relations that are set anew."""

    item: Any
    new: bool
    relations: dict[str, list] = field(default_factory=dict)


def write(model: type[Model], drafts: Sequence[Draft], *, user, reason: str, now: datetime.datetime) -> None:
    """Store drafts of one model with their relations, and keep a version of each. Sets the time of the change."""
    new = [draft for draft in drafts if draft.new]
    changed = [draft for draft in drafts if not draft.new]
    manager = model._default_manager
    manager.bulk_create([draft.item for draft in new], batch_size=BATCH)
    fields = [one.name for one in model._meta.concrete_fields if not one.primary_key and one.name != "created_at"]
    for draft in changed:
        if hasattr(draft.item, "updated_at"):
            draft.item.updated_at = now
    manager.bulk_update([draft.item for draft in changed], fields, batch_size=100)
    for relation in model._meta.many_to_many:
        through: Any = relation.remote_field.through
        owner, target = relation.m2m_column_name(), relation.m2m_reverse_name()
        set_anew = [draft for draft in (*new, *changed) if relation.name in draft.relations]
        through.objects.filter(**{f"{owner}__in": [draft.item.pk for draft in set_anew if not draft.new]}).delete()
        through.objects.bulk_create(
            [
                through(**{owner: draft.item.pk, target: item.pk})
                for draft in set_anew
                for item in draft.relations[relation.name]
            ],
            batch_size=BATCH,
        )
    record_versions([draft.item for draft in new], MADE, user=user, reason=reason, now=now)
    record_versions([draft.item for draft in changed], CHANGED, user=user, reason=reason, now=now)


def record_versions(items: Iterable[Model], how: str, *, user, reason: str, now: datetime.datetime) -> None:
    """Keep a version of each item, all of one model and stored, with its relations as they are stored now.

    `how` is history.MADE or CHANGED. A fixed number of statements for each BATCH.
    """
    items = list(items)
    if not items:
        return
    history = type(items[0]).history  # type: ignore[attr-defined]
    versions = history.bulk_history_create(
        items, BATCH, update=how == CHANGED, default_user=user, default_change_reason=reason, default_date=now
    )
    version_of = {version.id: version for version in versions}
    for relation in history.model._history_m2m_fields:
        through, owner = relation.remote_field.through, relation.m2m_column_name()
        kept = getattr(history.model, relation.name).model
        names = [one.attname for one in through._meta.concrete_fields]
        for start in range(0, len(items), BATCH):
            ids = [item.pk for item in items[start : start + BATCH]]
            rows = through.objects.filter(**{f"{owner}__in": ids}).values(*names)
            kept.objects.bulk_create(kept(history=version_of[row[owner]], **row) for row in rows)
