"""Records public changes in the log when a version is made.

Whether an item was public is decided here, because only at this moment is the state of everything else known. What may
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
    """Connect the receiver; called once, when the app is ready."""
    post_create_historical_record.connect(_version_written, dispatch_uid="changes")


def _version_written(sender, instance, history_instance, **kwargs) -> None:
    """Record what a version changes for the public, in the item's own transaction."""
    version = history_instance
    if not is_recorded(version.instance_type):
        return
    before = previous(version) if version.history_type != MADE else None
    # Recovered items are drafts: the log lists them once they are published.
    if version.history_type == MADE and kind_of(version) in OWNERS:
        _recovered(version)
    elif before is not None and instance.goes_with_another:
        _gone_with_its_item(before, version)
        return
    elif before is not None:
        _changed(before, version)
    status_log.follow(version, before)


def _recovered(part: Any) -> None:
    """Compare a recovered part with what readers saw of it, and cancel its removal if that is still to come."""
    kept = republication.kept(part)
    if kept:
        removals = Change.objects.filter(nature=Nature.REMOVAL, kind=kind_of(part), object_id=part.id)
        removals.filter(at__gt=part.history_date).delete()
        republication.compare(part.instance_type, kept, part.history_date)


def _gone_with_its_item(before: Any, version: Any) -> None:
    """Keep what readers saw last of a part whose item is deleted; the withdrawal of the item covers both."""
    since = public_from(before, recorded=True)
    if since is not None and since <= version.history_date:
        republication.keep(before)


def _changed(before: Any, version: Any) -> None:
    """Record a correction or a withdrawal; keep what readers saw last, or compare it with what they see next."""
    # A version is never earlier than the one before it, even if the process's clock was set back.
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
        _taken_out(before, version)
    if was_public:
        republication.keep(before, withdrawal)
    # It is published, a scheduled publication is cancelled, or a part is removed.
    if since is not None or was is not None or (is_deleted and is_part):
        republication.compare(version.instance_type, republication.kept(version), at)
    if was != since and not is_deleted:
        republication.follow(version, was=was, since=since, withdrawal=withdrawal)


def _taken_out(before: Any, version: Any) -> None:
    """Record that a part is no longer shown with its item, if readers still see the item."""
    kind, key = owner_of(before)
    if model_of(kind)._default_manager.published(version.history_date).filter(pk=key).exists():
        new_change(Nature.REMOVAL, before, version, version.history_date).save()


def _corrected(pair: Pair) -> None:
    """Record a correction of something that was public before and is public after."""
    old, new, at = pair.old, pair.new, pair.new.history_date
    if owner_of(old) != owner_of(new):
        _taken_out(old, new)
    if not changed_fields([pair], [at])[0]:
        return
    last = Change.objects.filter(nature=Nature.CORRECTION, kind=kind_of(new), object_id=new.id).first()
    first = _begun_with(last, pair) if last is not None else None
    if last is None or first is None:
        new_change(Nature.CORRECTION, old, new, at).save()
        return
    set_versions(last, first, new)
    last.at = at
    last.save()


def _begun_with(last: Change, pair: Pair) -> Any | None:
    """Return the version before the last correction, if this one can be added to it; else None.

    It can if the same editor made it soon after, for the same reason, with nothing in between and in other fields:
    each wording that was public then stays in the log.
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
