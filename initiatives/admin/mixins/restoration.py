"""Putting an item back to a version of it, or back into the record: what that does, and what cannot be restored."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from initiatives.admin.mixins.forms import check_slug
from initiatives.changes.compare import OWNERS, Pair, differences, relations_held, relations_of
from initiatives.changes.log import part_of
from initiatives.editorial.checklist import faults
from initiatives.models.history import DELETED, MAX_REASON, one_version, previous

# A version does not decide on these: publishing has its own ways, addresses stay, principles keep their order.
KEPT = frozenset({"state", "published_at", "slug", "number"})
# Parts that went so shortly before or after their owner went with it.
TOGETHER = datetime.timedelta(seconds=60)


@dataclass
class Restoration:
    """An item as a version has it, not saved yet; `notes` say what could not be restored, `errors` what forbids it."""

    item: Any
    version: Any
    relations: dict[str, list[int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    # What is restored with it.
    parts: list["Restoration"] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What people call the item, or the part of one."""
        return part_of(self.version) if self.version.instance_type._meta.model_name in OWNERS else str(self.item)

    @property
    def is_draft(self) -> bool:
        """Whether what is recovered has to be published again."""
        return hasattr(self.item, "state")

    def differences(self) -> list:
        """Return what it changes, as editors are shown it."""
        newest = type(self.item).history.filter(id=self.version.id).order_by("-pk").first()
        pair = Pair(None if newest.history_type == DELETED else newest, _with_relations(self.version))
        return [change for change in differences([pair], public=False)[0] if change.name not in KEPT]

    @transaction.atomic
    def save(self, reason: str) -> None:
        """Save the item with its relations as one version, and the parts that go with it, each as one."""
        self.item._change_reason = reason[:MAX_REASON]
        with one_version(self.item):
            self.item.save()
            for name, keys in self.relations.items():
                getattr(self.item, name).set(keys)
        for part in self.parts:
            part.save(reason)


def revert(item: Any, version: Any) -> Restoration:
    """Return what putting a stored item back to a version of it does. Nothing is saved."""
    restoration = Restoration(item, version)
    _take_fields(restoration, KEPT)
    _take_relations(restoration)
    _check(restoration)
    return restoration


def recover(version: Any, *, owner: tuple[str, Any] | None = None) -> Restoration:
    """Return what putting an item that was deleted back into the record does, as a draft. Nothing is saved.

    `version` is that of its deletion. What was deleted with it is restored too; `owner` is the field by which
    a part belongs to an item that is being restored itself, and that item.
    """
    model = version.instance_type
    restoration = Restoration(model(pk=version.id), version)
    if owner is not None:
        setattr(restoration.item, *owner)
    _take_fields(restoration, KEPT | {owner[0]} if owner else KEPT - {"slug"})
    if hasattr(restoration.item, "slug") and "slug" in {field.name for field in model._meta.fields}:
        _free_slug(restoration)
    _take_relations(restoration)
    _check(restoration, owner[0] if owner else "")
    for part, name in parts_of(model):
        for deleted in _deleted_with(version, part, name):
            restored = recover(deleted, owner=(name, restoration.item))
            restoration.notes += [f"{restored.name}: {note}" for note in (*restored.notes, *restored.errors)]
            if not restored.errors:
                restoration.parts.append(restored)
    return restoration


def parts_of(model: Any) -> list[tuple[Any, str]]:
    """Return the models of the parts that items of a model have, each with the field that leads to the item."""
    found = []
    for relation in model._meta.related_objects:
        part = relation.related_model
        if relation.field.name in OWNERS.get(part._meta.model_name, ()):
            found.append((part, relation.field.name))
    return found


def _deleted_with(version: Any, part: Any, name: str) -> list[Any]:
    """Return the versions of the deletion of an item's parts that went with it."""
    gone = part.history.filter(
        **{f"{name}_id": version.id},
        history_type=DELETED,
        history_date__range=(version.history_date - TOGETHER, version.history_date + TOGETHER),
    )
    there = set(part._base_manager.filter(pk__in=[row.id for row in gone]).values_list("pk", flat=True))
    return list({row.id: row for row in gone.order_by("id", "history_id") if row.id not in there}.values())


def _take_fields(restoration: Restoration, kept: frozenset[str]) -> None:
    """Give the item the values of the version; of other items only those that are still there."""
    for tracked in restoration.version.tracked_fields:
        if tracked.primary_key or tracked.name in kept:
            continue
        value = getattr(restoration.version, tracked.attname)
        if tracked.is_relation and _is_gone(tracked.related_model, value):
            restoration.notes.append(
                _("%(field)s: it was deleted since, and cannot be named again.")
                % {"field": capfirst(tracked.verbose_name)}
            )
            continue
        setattr(restoration.item, tracked.attname, value)


def _is_gone(model: Any, key: int | None) -> bool:
    return key is not None and not model._base_manager.filter(pk=key).exists()


def _take_relations(restoration: Restoration) -> None:
    """Note the relations of the version, to what is still there."""
    version = _with_relations(restoration.version)
    held = relations_held([version])
    for name in relations_of(version.instance_type):
        relation = version.instance_type._meta.get_field(name)
        keys = held[version.pk, name]
        there = list(relation.related_model._base_manager.filter(pk__in=keys).values_list("pk", flat=True))
        restoration.relations[name] = there
        if len(there) < len(keys):
            restoration.notes.append(
                _("%(field)s: %(number)d deleted since, and left out.")
                % {"field": capfirst(relation.verbose_name), "number": len(keys) - len(there)}
            )


def _with_relations(version: Any) -> Any:
    """Return the version that holds an item's relations: when it is deleted, they are gone already."""
    return previous(version) or version if version.history_type == DELETED else version


def _free_slug(restoration: Restoration) -> None:
    """Give an item another name in addresses if its own was taken since."""
    item = restoration.item
    try:
        check_slug(item._meta.model_name, item.slug, item.pk)
        taken = type(item)._base_manager.filter(slug=item.slug).exists()
    except ValidationError:
        taken = True
    if taken:
        restoration.notes.append(_("Its name in addresses was taken since: it gets another one."))
        item.slug = f"{item.slug[:100]}-{item.pk}"


def _check(restoration: Restoration, owner: str = "") -> None:
    """Collect what the model says against the item."""
    try:
        restoration.item.full_clean(exclude=[owner] if owner else None)
    except ValidationError as error:
        restoration.errors += map(str, faults(restoration.item, error))
