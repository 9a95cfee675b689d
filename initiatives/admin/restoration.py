"""Restores a version of an item, or recovers a deleted item, and says what cannot be restored."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from initiatives.admin.forms import check_slug
from initiatives.changes.compare import OWNERS, Pair, differences, is_recorded, parts_of, relations_held, relations_of
from initiatives.changes.log import part_of
from initiatives.editorial.checklist import faults
from initiatives.models.history import DELETED, MAX_REASON, one_version, previous
from initiatives.models.publishing import is_public_at

# Fields that are not restored: publishing has its own actions, and addresses and the order of principles stay.
KEPT = frozenset({"state", "published_at", "slug", "number"})
# Parts deleted within this time of their owner count as deleted with it.
TOGETHER = datetime.timedelta(seconds=60)


@dataclass
class Restoration:
    """An unsaved item with the values of a version. `notes` say what cannot be restored, `errors` why nothing can."""

    item: Any
    version: Any
    relations: dict[str, list[int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    # The parts restored with it.
    parts: list["Restoration"] = field(default_factory=list)

    @property
    def name(self) -> str:
        return part_of(self.version) if self.version.instance_type._meta.model_name in OWNERS else str(self.item)

    @property
    def is_draft(self) -> bool:
        """Whether the recovered item is a draft that must be published again."""
        return hasattr(self.item, "state")

    def differences(self) -> list:
        newest = type(self.item).history.filter(id=self.version.id).order_by("-pk").first()
        pair = Pair(None if newest.history_type == DELETED else newest, _with_relations(self.version))
        return [change for change in differences([pair], public=False)[0] if change.name not in KEPT]

    @transaction.atomic
    def save(self, reason: str) -> None:
        """Save the item with its relations as one version, then its parts, each as one."""
        self.item._change_reason = reason[:MAX_REASON]
        with one_version(self.item):
            self.item.save()
            for name, keys in self.relations.items():
                getattr(self.item, name).set(keys)
            self._keep_creation_date()
        for part in self.parts:
            part.save(reason)

    def _keep_creation_date(self) -> None:
        """Give a recovered item, which is saved as a new one, the day on which it was first created."""
        model = type(self.item)
        first = model.history.filter(id=self.version.id).order_by("pk").first()
        if self.version.history_type == DELETED and hasattr(self.item, "created_at") and first is not None:
            self.item.created_at = first.history_date
            model._base_manager.filter(pk=self.item.pk).update(created_at=first.history_date)


def revert(item: Any, version: Any) -> Restoration:
    """Return what restoring a version of a stored item would do. Nothing is saved."""
    restoration, was_public = Restoration(item, version), _is_public(item)
    _set_fields(restoration, KEPT)
    if was_public and not _is_public(item):
        restoration.errors.append(_("It names something that is not public: readers would no longer see it."))
    _set_relations(restoration)
    _check(restoration)
    return restoration


def _is_public(item: Any) -> bool:
    return is_recorded(type(item)) and is_public_at(item, timezone.now())


def recover(version: Any, *, owner: tuple[str, Any] | None = None) -> Restoration:
    """Return what recovering a deleted item as a draft would do. Nothing is saved.

    `version` is that of its deletion. Parts deleted with it are recovered too; for these, `owner` is the field that
    points to the item, and the item.
    """
    model = version.instance_type
    restoration = Restoration(model(pk=version.id), version)
    if owner is not None:
        setattr(restoration.item, *owner)
    _set_fields(restoration, KEPT | {owner[0]} if owner else KEPT - {"slug"})
    if "slug" in {field.name for field in model._meta.fields}:
        _free_slug(restoration)
    _set_relations(restoration)
    _check(restoration, owner[0] if owner else "")
    for part, name in parts_of(model):
        for deleted in _deleted_with(version, part, name):
            restored = recover(deleted, owner=(name, restoration.item))
            restoration.notes += [f"{restored.name}: {note}" for note in (*restored.notes, *restored.errors)]
            if not restored.errors:
                restoration.parts.append(restored)
    return restoration


def _deleted_with(version: Any, part: Any, name: str) -> list[Any]:
    """Return the deletion versions of the parts that were deleted with an item."""
    gone = part.history.filter(
        **{f"{name}_id": version.id},
        history_type=DELETED,
        history_date__range=(version.history_date - TOGETHER, version.history_date + TOGETHER),
    )
    existing = set(part._base_manager.filter(pk__in=[row.id for row in gone]).values_list("pk", flat=True))
    return list({row.id: row for row in gone.order_by("id", "history_id") if row.id not in existing}.values())


def _set_fields(restoration: Restoration, kept: frozenset[str]) -> None:
    """Set the item's fields, except those in `kept`, to the values of the version. Skip deleted related items."""
    for tracked in restoration.version.tracked_fields:
        if tracked.primary_key or tracked.name in kept:
            continue
        value = getattr(restoration.version, tracked.attname)
        is_relation = tracked.is_relation and value is not None
        if is_relation and not tracked.related_model._base_manager.filter(pk=value).exists():
            restoration.notes.append(
                _("%(field)s: the earlier value has since been deleted, so it cannot be restored.")
                % {"field": capfirst(tracked.verbose_name)}
            )
            continue
        setattr(restoration.item, tracked.attname, value)


def _set_relations(restoration: Restoration) -> None:
    """Set the version's many-to-many relations. Skip deleted items."""
    version = _with_relations(restoration.version)
    held = relations_held([version])
    for name in relations_of(version.instance_type):
        relation = version.instance_type._meta.get_field(name)
        keys = held[version.pk, name]
        existing = list(relation.related_model._base_manager.filter(pk__in=keys).values_list("pk", flat=True))
        restoration.relations[name] = existing
        if len(existing) < len(keys):
            restoration.notes.append(
                _("%(field)s: left out because they no longer exist: %(number)d.")
                % {"field": capfirst(relation.verbose_name), "number": len(keys) - len(existing)}
            )


def _with_relations(version: Any) -> Any:
    """Return the version that has an item's relations: a deletion version has none, so the one before it."""
    return previous(version) or version if version.history_type == DELETED else version


def _free_slug(restoration: Restoration) -> None:
    """Give the item another slug if its own is now used."""
    item = restoration.item
    try:
        check_slug(item._meta.model_name, item.slug, item.pk)
        taken = type(item)._base_manager.filter(slug=item.slug).exists()
    except ValidationError:
        taken = True
    if taken:
        restoration.notes.append(_("Another item now has its slug, so it will get a new one."))
        item.slug = f"{item.slug[:100]}-{item.pk}"


def _check(restoration: Restoration, owner: str = "") -> None:
    """Add the errors of the model's validation."""
    try:
        restoration.item.full_clean(exclude=[owner] if owner else None)
    except ValidationError as error:
        restoration.errors += map(str, faults(restoration.item, error))
