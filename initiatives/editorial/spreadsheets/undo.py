"""Undoing an import: delete what it added, restore what it changed, and keep what later work depends on."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Max, Model
from django.db.models.deletion import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from initiatives.changes.compare import Difference, Pair, differences, relations_held, relations_of
from initiatives.editorial.deleting import SETTLED, delete, delete_unseen, used_by
from initiatives.editorial.spreadsheets.imported_items import models_of, note_changed, versions_of
from initiatives.editorial.spreadsheets.permissions import Rights
from initiatives.editorial.spreadsheets.storage import Draft, write, write_versions_of
from initiatives.editorial.spreadsheets.tables import TABLES, Table
from initiatives.models import Import, Quote
from initiatives.models.choices import State
from initiatives.models.fields import digest
from initiatives.models.history import MADE, find_previous, previous
from initiatives.models.publishing import is_public_at


class UndoRefused(Exception):
    """Nothing was undone: there is nothing to undo, or the record has changed since the page was shown."""


@dataclass(frozen=True)
class KeptItem:
    """An item that stays as it is, and why."""

    item: Any
    reason: str


@dataclass
class UndoPlan:
    """What undoing an import would do."""

    table: Table
    deleted: dict[type[Model], dict[int, Any]] = field(default_factory=dict)
    # Items to restore, each with its earlier version.
    restored: dict[type[Model], dict[int, tuple[Any, Any]]] = field(default_factory=dict)
    kept: list[KeptItem] = field(default_factory=list)

    @property
    def deleted_items(self) -> list[Any]:
        """All items that are deleted, those of the table first."""
        return [item for model in self._in_order(self.deleted) for item in self.deleted[model].values()]

    @property
    def restored_items(self) -> list[Any]:
        """All items that are restored to an earlier version."""
        return [item for model in self._in_order(self.restored) for item, _version in self.restored[model].values()]

    @property
    def idle(self) -> bool:
        """Whether the plan changes nothing."""
        return not any(self.deleted.values()) and not any(self.restored.values())

    @property
    def hides(self) -> bool:
        """Whether any item will no longer be public."""
        items = [*self.deleted_items, *(one for one, before in self._restorations() if not _is_published(before))]
        return any(is_public_at(item, timezone.now()) for item in items)

    def _restorations(self) -> Iterable[tuple[Any, Any]]:
        return (pair for items in self.restored.values() for pair in items.values())

    @property
    def digest(self) -> str:
        """Return a SHA-256 in hexadecimal, equal for two plans that would do the same."""
        deleted = [(model.__name__, sorted(items)) for model, items in self.deleted.items()]
        restored = [
            (model.__name__, sorted((key, version.pk) for key, (_item, version) in items.items()))
            for model, items in self.restored.items()
        ]
        return hashlib.sha256(repr((deleted, restored)).encode()).hexdigest()

    def keep(self, item: Any, reason: str) -> None:
        """Leave an item unchanged, for this reason."""
        for going in (self.deleted, self.restored):
            going.get(type(item), {}).pop(item.pk, None)
        self.kept.append(KeptItem(item, reason))

    def _in_order(self, models: Iterable[type[Model]]) -> list[type[Model]]:
        return sorted(models, key=lambda model: model is not self.table.model)


def _is_published(version: Any) -> bool:
    return getattr(version, "state", State.PUBLISHED) == State.PUBLISHED


def may_undo(kept: Import, user) -> bool:
    """Whether a user may undo an import: their own, or any as a publisher."""
    model, rights = TABLES[kept.table].model, Rights(user)
    return rights.may("change", model) and (kept.user_id == user.pk or rights.may("publish", model))


def plan_undo(kept: Import, user, *, lock: bool = False) -> UndoPlan:
    """Return what undoing an import would do; with `lock`, hold its items until the transaction ends."""
    plan = UndoPlan(TABLES[kept.table])
    for model in models_of(plan.table):
        _take_up(plan, model, kept, user, lock)
    for model, items in plan.restored.items():
        _keep_unrestorable(plan, model, items)
    while _keep_used(plan):
        pass
    return plan


def changes_of(plan: UndoPlan) -> list[tuple[Any, list[Difference], bool]]:
    """Return each item that gets back an earlier version, with what differs then; or all of it, if that publishes it.

    The last is whether it is all of it.
    """
    found = []
    model: Any
    for model, items in plan.restored.items():
        now = _newest(model, model.history.filter(id__in=list(items)))
        pairs = [
            Pair(None if _publishes(now[key], version) else now[key], version)
            for key, (_item, version) in items.items()
        ]
        changes = zip(items.values(), pairs, differences(pairs, public=False), strict=True)
        found += [(item, changed, pair.old is None) for (item, _version), pair, changed in changes]
    return found


def _publishes(now: Any, version: Any) -> bool:
    return getattr(version, "state", "") == State.PUBLISHED != now.state


@transaction.atomic
def _undo(kept: Import, user: User, digest: str) -> UndoPlan:
    # If sent twice, the second request waits here for the first.
    if not Import.objects.select_for_update().filter(pk=kept.pk, undone_at=None, done_at__isnull=False).exists():
        raise UndoRefused
    plan = plan_undo(kept, user, lock=True)
    if plan.idle or plan.digest != digest:
        raise UndoRefused
    now = timezone.now()
    by = {"user": user, "reason": kept.undo_reason, "now": now}
    _restore(plan, by)
    # Items that refer to others before the items they refer to.
    for model in models_of(plan.table):
        items = plan.deleted[model].values()
        unseen = [item for item in items if _is_unseen(plan, item)]
        delete_unseen(unseen, user=user, reason=kept.undo_reason)
        delete(set(items) - set(unseen), user=user, reason=kept.undo_reason)
    kept.undone_at, kept.undone_by = now, user
    kept.save(update_fields=["undone_at", "undone_by"])
    return plan


def undo(kept: Import, user: User, digest: str) -> UndoPlan:
    """Undo an import as planned, in one transaction; return the plan.

    Raises UndoRefused if the plan no longer has this digest (see UndoPlan), or if there is nothing to do.
    """
    try:
        return _undo(kept, user, digest)
    except (IntegrityError, ProtectedError) as error:
        raise UndoRefused from error


def _take_up(plan: UndoPlan, model: Any, kept: Import, user, lock: bool) -> None:
    """Sort the items that an import added or changed by what can be done with them."""
    made, changed = plan.deleted.setdefault(model, {}), plan.restored.setdefault(model, {})
    versions = list(versions_of(model, kept).order_by("history_id"))
    keys = [version.id for version in versions]
    if lock:
        list(model._base_manager.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    part = plan.table.part if plan.table.part and plan.table.part.model is model else None
    items = model._base_manager.select_related(*([part.owner] if part else [])).in_bulk(keys)
    newest = _newest(model, versions_of(model, kept))
    find_previous(model, versions)
    for version in versions:
        item = items.get(version.id)
        if item is None:
            continue
        owner, before = (getattr(item, part.owner) if part else item), previous(version)
        state_before = getattr(before, "state", owner.state)
        own = kept.user_id == user.pk or Rights(user).may("delete", model)
        if newest[version.id].pk != version.pk:
            plan.keep(item, _("Changed since by %(name)s.") % {"name": newest[version.id].history_editor or "–"})
        elif refusals := Rights(user).refusals(type(owner), owner.state, state_before):
            plan.keep(item, refusals[0])
        elif version.history_type == MADE and own:
            made[item.pk] = item
        elif version.history_type == MADE:
            plan.keep(item, _("You are not allowed to delete it."))
        elif before is None:
            plan.keep(item, _("Its history has no earlier version."))
        else:
            changed[item.pk] = item, before


def _newest(model: Any, versions) -> dict[int, Any]:
    """Return the newest version of each item of some versions."""
    numbers = model.history.filter(id__in=versions.values("id")).order_by().values("id").annotate(newest=Max("pk"))
    return {version.id: version for version in model.history.filter(pk__in=numbers.values("newest"))}


def _keep_unrestorable(plan: UndoPlan, model: Any, items: dict[int, tuple[Any, Any]]) -> None:
    """Keep items whose earlier version refers to deleted items or would repeat another quote."""
    versions = [version for _item, version in items.values()]
    held = relations_held(versions)
    named: dict[int, list[tuple[Any, int]]] = {version.id: [] for version in versions}
    for field_ in model.history.model.tracked_fields:
        if field_.is_relation:
            for version in versions:
                named[version.id].append((field_.related_model, getattr(version, field_.attname)))
    for name in relations_of(model):
        related: Any = model._meta.get_field(name).related_model
        for version in versions:
            named[version.id] += [(related, key) for key in held[version.pk, name]]
    there: set[tuple[Any, int]] = set()
    for related in {related for pairs in named.values() for related, _key in pairs}:
        keys = {key for pairs in named.values() for of, key in pairs if of is related}
        there |= {(related, key) for key in related._base_manager.filter(pk__in=keys).values_list("pk", flat=True)}
    repeated = _repeated(items, set(plan.deleted[model])) if model is Quote else set()
    for item, _version in list(items.values()):
        if any(key is not None and (related, key) not in there for related, key in named[item.pk]):
            plan.keep(item, _("Its earlier version names an item that has since been deleted."))
        elif item.pk in repeated:
            plan.keep(item, _("Another quote now has its earlier words."))


def _repeated(items: dict[int, tuple[Any, Any]], deleted: set[int]) -> set[int]:
    """Return the quotes whose earlier version has the same words and source as another quote."""
    earlier = {key: (one.speaker_id, one.source_id, digest(one.text)) for key, (_item, one) in items.items()}
    stored = Quote.objects.filter(text_digest__in={words for _speaker, _source, words in earlier.values()})
    others = {
        tuple(place)
        for key, *place in stored.values_list("pk", "speaker_id", "source_id", "text_digest")
        if key not in deleted and key not in items
    }
    return {key for key, place in earlier.items() if place[1] is not None and place in others}


def _keep_used(plan: UndoPlan) -> bool:
    """Keep items that remaining items refer to; return whether there were any."""
    found = False
    for model, items in plan.deleted.items():
        going = {user: [*plan.deleted[user], *plan.restored[user]] for user in plan.deleted}
        for key, reason in used_by(model, list(items), going).items():
            plan.keep(items[key], reason)
            found = True
    return found


def _is_unseen(plan: UndoPlan, item: Any) -> bool:
    """Whether readers never saw an item that is deleted: it has one version only, and so has what it is part of."""
    part = plan.table.part
    if part is None or type(item) is not part.model:
        return item.state not in SETTLED
    owner = getattr(item, part.owner)
    return owner.pk in plan.deleted[plan.table.model] and owner.state not in SETTLED


def _restore(plan: UndoPlan, by: dict[str, Any]) -> None:
    """Give changed items their earlier version, as a version of its own."""
    drafts: dict[Any, list[Draft]] = {}
    for model, items in plan.restored.items():
        held = relations_held([version for _item, version in items.values()])
        related = {}
        for name in relations_of(model):
            target: Any = model._meta.get_field(name).related_model
            keys = {key for _item, version in items.values() for key in held[version.pk, name]}
            related[name] = target._base_manager.in_bulk(keys)
        drafts[model] = []
        for item, version in items.values():
            for tracked in version.tracked_fields:
                setattr(item, tracked.attname, getattr(version, tracked.attname))
            if model is Quote:
                item.text_digest = digest(item.text)
            relations = {name: [there[key] for key in held[version.pk, name]] for name, there in related.items()}
            drafts[model].append(Draft(item, new=False, relations=relations))
        write(model, drafts[model], versions=False, **by)
    # Parts first, in the order of forms (see admin.history).
    for some in drafts.values():
        write_versions_of(some, **by)
    part = plan.table.part
    note_changed(plan.table, plan.restored[plan.table.model], plan.restored[part.model] if part else ())
