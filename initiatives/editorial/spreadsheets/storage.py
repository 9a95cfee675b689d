"""Writes items, relations and versions in bulk, with a few statements.

Bulk statements send no signals: versions are written here (see models.history), and the caller updates search
documents.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from initiatives.editorial.copies.comparing import compare_quotes
from initiatives.models import Quote, QuoteTranslation
from initiatives.models.history import CHANGED, MADE, write_versions

BATCH = 500


@dataclass
class Draft:
    """An item to be stored, with the many-to-many relations to replace."""

    item: Any
    new: bool
    relations: dict[str, list] = field(default_factory=dict)


def write(
    model: type[Model], drafts: Sequence[Draft], *, user, reason: str, now: datetime.datetime, versions: bool = True
) -> None:
    """Store drafts of one model with their relations, and write a version of each. Sets the time of the change.

    Compares quotes and translations with the copies of their sources.
    """
    new = [draft for draft in drafts if draft.new]
    changed = [draft for draft in drafts if not draft.new]
    manager = model._default_manager
    manager.bulk_create([draft.item for draft in new], batch_size=BATCH)
    fields = [one.name for one in model._meta.concrete_fields if not one.primary_key and one.name != "created_at"]
    for draft in changed:
        if hasattr(draft.item, "updated_at"):
            draft.item.updated_at = now
    manager.bulk_update([draft.item for draft in changed], fields, batch_size=100)
    write_relations(model, drafts)
    if model in (Quote, QuoteTranslation):
        keys = (draft.item.pk if model is Quote else draft.item.quote_id for draft in drafts)
        compare_quotes(keys, again=bool(new))
    if versions:
        write_versions_of(drafts, user=user, reason=reason, now=now)


def write_relations(model: type[Model], drafts: Sequence[Draft]) -> None:
    """Replace the relations of stored drafts of one model, if they have any."""
    for relation in model._meta.many_to_many:
        through: Any = relation.remote_field.through
        owner, target = relation.m2m_column_name(), relation.m2m_reverse_name()
        set_anew = [draft for draft in drafts if relation.name in draft.relations]
        through.objects.filter(**{f"{owner}__in": [draft.item.pk for draft in set_anew if not draft.new]}).delete()
        through.objects.bulk_create(
            [
                through(**{owner: draft.item.pk, target: item.pk})
                for draft in set_anew
                for item in draft.relations[relation.name]
            ],
            batch_size=BATCH,
        )


def write_versions_of(drafts: Sequence[Draft], *, user, reason: str, now: datetime.datetime, tell: bool = True) -> None:
    """Write a version of each of these drafts of one model, which are stored; `tell` is its `notify`."""
    for how, new in ((MADE, True), (CHANGED, False)):
        items = [draft.item for draft in drafts if draft.new is new]
        write_versions(items, how, user=user, reason=reason, at=now, notify=tell)
