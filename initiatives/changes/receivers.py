"""Logs public changes when new versions are made.

Whether an item was public is decided here, because the state of everything else is known only at this time. What may
still be shown is decided when the log is read (`ChangeQuerySet.published`).
"""

from typing import Any

from simple_history.signals import post_create_historical_record

from initiatives.changes import republication, status_log
from initiatives.changes.compare import OWNERS, Pair, changed_fields, is_recorded, owner_of
from initiatives.changes.writing import FOLD, kind_of, model_of, new_change, public_from, set_versions
from initiatives.models import Change
from initiatives.models.choices import Nature
from initiatives.models.history import DELETED, MADE, present_reason, previous


def connect() -> None:
    """Connect the receiver. Called once, when the app is ready."""
    post_create_historical_record.connect(_version_written, dispatch_uid="changes")


def _version_written(sender, instance, history_instance, **kwargs) -> None:
    """Log what a version changes for readers, in the transaction that saves the item."""
    version = history_instance
    if not is_recorded(version.instance_type):
        return
    before = previous(version) if version.history_type != MADE else None
    # Only recovered parts matter here: recovered items are drafts, and are logged when they are published.
    if version.history_type == MADE and kind_of(version) in OWNERS:
        _recovered(version)
    elif before is not None and instance.goes_with_another:
        # A part is deleted with its item: the item's withdrawal covers both.
        since = public_from(before, recorded=True)
        if since is not None and since <= version.history_date:
            republication.keep(before)
        return
    elif before is not None:
        _changed(before, version)
    status_log.follow(version, before)


def _recovered(part: Any) -> None:
    """Compare a recovered part with what readers saw last, and cancel its removal if that is scheduled."""
    kept = republication.kept(part)
    if kept:
        removals = Change.objects.filter(nature=Nature.REMOVAL, kind=kind_of(part), object_id=part.id)
        removals.filter(at__gt=part.history_date).delete()
        republication.compare(part.instance_type, kept, part.history_date)


def _changed(before: Any, version: Any) -> None:
    """Log a correction or withdrawal, and store what readers saw last or compare it with what they see next."""
    # A version never counts as earlier than the previous one, even if the clock was set back.
    at, is_deleted = max(before.history_date, version.history_date), version.history_type == DELETED
    was, since = public_from(before, recorded=True), None if is_deleted else public_from(version)
    was_public, is_public = (time is not None and time <= at for time in (was, since))
    if was_public and is_public:
        _corrected(Pair(before, version))
        return
    is_part, withdrawal = kind_of(version) in OWNERS, None
    if was_public and not is_part:
        withdrawal = new_change(Nature.WITHDRAWAL, before, version, at)
        withdrawal.save()
    if was_public and is_part and not is_deleted:
        _removed(before, version)
    if was_public:
        republication.keep(before, withdrawal)
    # Something is published, a scheduled publication is cancelled, or a part is removed.
    if since is not None or was is not None or (is_deleted and is_part):
        republication.compare(version.instance_type, republication.kept(version), at)
    if was != since and not is_deleted:
        republication.follow(version, was=was, since=since, withdrawal=withdrawal)


def _removed(before: Any, version: Any) -> None:
    """Log the removal of a part from its item, if readers still see the item."""
    kind, key = owner_of(before)
    if model_of(kind)._default_manager.published(version.history_date).filter(pk=key).exists():
        new_change(Nature.REMOVAL, before, version, version.history_date).save()


def _corrected(pair: Pair) -> None:
    """Log a correction of something that was public before and after."""
    old, new, at = pair.old, pair.new, pair.new.history_date
    if owner_of(old) != owner_of(new):
        _removed(old, new)
    if not changed_fields([pair], [at])[0]:
        return
    last = Change.objects.filter(nature=Nature.CORRECTION, kind=kind_of(new), object_id=new.id).first()
    first = _first_version(last, pair) if last is not None else None
    if last is None or first is None:
        new_change(Nature.CORRECTION, old, new, at).save()
        return
    set_versions(last, first, new)
    last.at = at
    last.save()


def _first_version(last: Change, pair: Pair) -> Any | None:
    """Return the version before the last correction if this correction can be merged into it; otherwise None.

    It can if it is by the same editor for the same reason, soon after, with nothing in between, and changes other
    fields, so that the log keeps every wording that was public.
    """
    old, new = pair.old, pair.new
    is_continued = (
        last.new_version == old.pk
        and (last.item_kind, last.item_id) == owner_of(new)
        and old.history_user_id == new.history_user_id
        and last.reason == present_reason()
        and not last.withheld
    )
    if not is_continued:
        return None
    versions = new.instance_type.history.filter(id=new.id, pk__gte=last.old_version, pk__lt=new.pk).order_by("pk")
    first, *steps = versions[:2]
    if not steps or new.history_date - steps[0].history_date > FOLD:
        return None
    before, after = changed_fields([Pair(first, old), pair], [new.history_date] * 2)
    return first if not before & after else None
