"""Logs how an item that was hidden and published again differs from what readers saw before.

When an item is hidden, directly or with an item it depends on (`follow`), `LastSeen` stores the version that readers
saw last. When it is published again, `compare` compares that version with the new one. If the publication is scheduled,
so is the correction, and every later event recalculates it.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from initiatives.changes.compare import OWNERS, Pair, as_item, changed_fields
from initiatives.changes.writing import CORRECTIONS, kind_of, new_change
from initiatives.models import (
    Body,
    Change,
    Initiative,
    LastSeen,
    Milestone,
    Person,
    Principle,
    PrincipleSet,
    Quote,
    QuoteTranslation,
    visible_from,
)
from initiatives.models.choices import Nature
from initiatives.models.history import because, present_reason
from initiatives.models.publishing import end_of
from initiatives.models.querysets import published_q

# Models that depend on others, with the paths that must be public. A milestone has one of two owners.
_DEPENDENT: tuple[tuple[Any, tuple[str, ...]], ...] = (
    *((model, model.visibility_paths) for model in (Person, Body, Initiative, PrincipleSet, Principle)),
    *((model, model.visibility_paths) for model in (Quote, QuoteTranslation)),
    (Milestone, ("initiative", "initiative__source", "source")),
    (Milestone, ("person", "person__source", "source")),
)
# How many items to compare at a time.
_BATCH = 500


def keep(version: Any, withdrawal: Change | None = None) -> None:
    """Store the version of a hidden item that readers saw last, with the withdrawal that hid it."""
    LastSeen.objects.update_or_create(
        kind=kind_of(version),
        object_id=version.id,
        defaults={"version": version.pk, "until": None, "withdrawal": withdrawal, "reason": ""},
    )


def kept(version: Any) -> list[LastSeen]:
    """Return what is stored for a hidden item, as a list of one or none."""
    return list(LastSeen.objects.filter(kind=kind_of(version), object_id=version.id))


def follow(
    owner: Any, *, was: datetime.datetime | None, since: datetime.datetime | None, withdrawal: Change | None
) -> None:
    """Update everything that depends on an item that was public from the time `was` and is now public from `since`.

    `owner` is the item's version, `withdrawal` the change that hides it, if any. The number of queries does not grow
    with the number of dependent items, except by batches of `_BATCH`.
    """
    at = owner.history_date
    for model, paths in _DEPENDENT:
        for path in paths:
            if path and end_of(model, path) is owner.instance_type:
                if was is not None and was <= at and (since is None or since > at):
                    _keep_all(model, paths, path, owner, withdrawal)
                if since is not None or (was is not None and was > at):
                    # The reason for publishing an item applies to its parts, not to other items.
                    is_part = path in OWNERS.get(str(model._meta.model_name), ())
                    with because(present_reason() if is_part else ""):
                        _compare_all(model, path, owner.id, at)


def _keep_all(model: Any, paths: tuple[str, ...], path: str, owner: Any, withdrawal: Change | None) -> None:
    """Store the last versions of the items that were public while their owner, at the end of `path`, was."""
    at = owner.history_date
    ends = [end for end in paths if end and end_of(model, end) is end_of(model, path)]
    rule = Q()
    for one in paths:
        public = published_q((one,), at)
        for end in ends:
            if f"{one}__".startswith(f"{end}__"):
                # The owner was public, and so was everything it depended on.
                public |= Q(**{end: owner.id})
        rule &= public
    hidden = model._default_manager.filter(rule, **{path: owner.id}).order_by()
    _of(model, hidden).filter(until__lte=at).delete()
    LastSeen.objects.bulk_create(
        (
            LastSeen(kind=model._meta.model_name, object_id=key, version=version, withdrawal=withdrawal)
            for key, version in hidden.values_list("pk", _newest(model, "pk"))
            if version is not None
        ),
        # For an item changed in the same transaction as its owner, the earlier version is already stored.
        ignore_conflicts=True,
    )


def _of(model: Any, items: Any) -> Any:
    return LastSeen.objects.filter(kind=model._meta.model_name, object_id__in=items.values("pk"))


def _newest(model: Any, key: str) -> Subquery:
    """Return a subquery for the newest version of an item; `key` is the outer query's field with the item's key."""
    versions = model.history.filter(id=OuterRef(key)).order_by("-pk")
    return Subquery(versions.values("pk")[:1])


def _compare_all(model: Any, path: str, owner: int, at: datetime.datetime) -> None:
    """Log the differences of all hidden items that depend on an owner, including its deleted parts."""
    items = model._default_manager.filter(**{path: owner}).order_by()
    # An item published again unchanged needs no correction.
    public = model._default_manager.published(at).filter(**{path: owner}).order_by()
    _of(model, public).filter(version=_newest(model, "object_id")).delete()
    versions = model.history.filter(**{path: owner}).order_by().values("pk")
    hidden = LastSeen.objects.filter(kind=model._meta.model_name)
    hidden = hidden.filter(Q(object_id__in=items.values("pk")) | Q(version__in=versions)).order_by("pk")
    last = 0
    while batch := list(hidden.filter(pk__gt=last)[:_BATCH]):
        compare(model, batch, at)
        last = batch[-1].pk


def compare(model: Any, kept: list[LastSeen], at: datetime.datetime) -> None:
    """Log how items of a model that are public again differ from what readers saw before."""
    keys = [one.object_id for one in kept]
    log = Change.objects.filter(kind=model._meta.model_name, object_id__in=keys, nature__in=CORRECTIONS)
    log.filter(at__gt=at).delete()
    items = model._default_manager.for_visibility().in_bulk(keys)
    # Only parts are logged as removed, and only once.
    is_part = model._meta.model_name in OWNERS
    kept = [one for one in kept if one.object_id in items or (is_part and (one.until is None or one.until > at))]
    seen = {version.id: version for version in _load(model, [one.version for one in kept])}
    gone = {key: _as_part(version) for key, version in seen.items() if key not in items}
    for key in log.filter(nature=Nature.REMOVAL, old_version__in=[seen[one].pk for one in gone]).values("object_id"):
        gone.pop(key["object_id"])
    times = {key: max(at, since) for key, item in (items | gone).items() if (since := visible_from(item))}
    newest = model.history.filter(id__in=times).order_by().values("id").annotate(newest=Max("history_id"))
    now = {version.id: version for version in _load(model, newest.values_list("newest", flat=True))}
    pairs = [Pair(seen[key], now[key]) for key in times if key in items and key in seen]
    changes = [
        new_change(Nature.CORRECTION, pair.old, pair.new, times[pair.new.id])
        for pair, changed in zip(pairs, changed_fields(pairs, [times[pair.new.id] for pair in pairs]), strict=True)
        if changed
    ]
    changes += [new_change(Nature.REMOVAL, seen[key], now[key], times[key]) for key in gone if key in times]
    Change.objects.bulk_create(changes)
    done = {key for key in items if times.get(key) == at}
    LastSeen.objects.filter(pk__in=[one.pk for one in kept if one.object_id in done]).delete()
    for one in kept:
        one.until = times.get(one.object_id)
    LastSeen.objects.bulk_update([one for one in kept if one.object_id not in done], ["until"])


def _load(model: Any, numbers: Iterable[int]) -> QuerySet:
    """Load versions of a model, with what decides whether a deleted part would be public."""
    related = {path for other, paths in _DEPENDENT if other is model for path in paths if path}
    versions = model.history.model._default_manager.filter(pk__in=list(numbers))
    return versions.select_related(*related) if related else versions


def _as_part(version: Any) -> Any:
    """Return a version as an unsaved item, with the loaded items it depends on. Makes no query."""
    item = as_item(version)
    for name in {path.split("__")[0] for path in item.visibility_paths if path}:
        setattr(item, name, getattr(version, name))
    return item
