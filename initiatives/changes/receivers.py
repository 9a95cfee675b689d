"""Receivers of new versions, which record public changes in the log.

Whether an item was public is decided here, when the version is made: only now is the state of everything else known.
What may still be shown is decided when the log is read (`ChangeQuerySet.published`).
"""

import datetime
from typing import Any

from simple_history.signals import post_create_historical_record

from initiatives.changes import republication, status_log
from initiatives.changes.compare import OWNERS, Pair, differ, is_recorded
from initiatives.changes.writing import kind_of, new_change, public_from, set_versions
from initiatives.models import Change
from initiatives.models.choices import Nature
from initiatives.models.history import DELETED, MADE, present_reason, previous

# Further corrections by the same editor within this time count as one.
FOLD = datetime.timedelta(minutes=10)


def connect() -> None:
    """Connect the receiver; called once, when the app is ready."""
    post_create_historical_record.connect(_version_written, dispatch_uid="changes")


def _version_written(sender, history_instance, **kwargs) -> None:
    """Record what a version changes for the public, in the transaction of its item."""
    version = history_instance
    if not is_recorded(version.instance_type):
        return
    before = previous(version) if version.history_type != MADE else None
    # Items that are recovered are drafts: they are told of once they are published.
    if version.history_type == MADE and kind_of(version) in OWNERS:
        _came_back(version)
    elif before is not None:
        _changed(before, version)
    status_log.follow(version, before)


def _came_back(part: Any) -> None:
    """Compare a part that is recovered with what readers saw of it, instead of telling of its removal."""
    kept = republication.kept(part)
    if kept:
        Change.objects.filter(nature=Nature.REMOVAL, kind=kind_of(part), object_id=part.id).delete()
        republication.tell(part.instance_type, kept, part.history_date)


def _changed(before: Any, version: Any) -> None:
    """Record a correction; or keep what readers saw last, and tell what they are to see next."""
    at, is_deleted = version.history_date, version.history_type == DELETED
    was, since = public_from(before, recorded=True), None if is_deleted else public_from(version)
    was_public, is_public = (time is not None and time <= at for time in (was, since))
    if was_public and is_public:
        _corrected(Pair(before, version))
        return
    if was_public:
        republication.keep(before)
    # It is published, a publication to come is called off, or a part is removed.
    if since is not None or was is not None or (is_deleted and kind_of(version) in OWNERS):
        republication.tell(version.instance_type, republication.kept(version), at)
    if was != since and not is_deleted:
        republication.follow(version, was=was, since=since)


def _corrected(pair: Pair) -> None:
    """Record a correction of something that was public before and is public after."""
    old, new, at = pair.old, pair.new, pair.new.history_date
    if not differ([pair])[0]:
        return
    last = Change.objects.filter(nature=Nature.CORRECTION, kind=kind_of(new), object_id=new.id).first()
    if last is None or not _continues(last, old, new):
        new_change(Nature.CORRECTION, old, new, at).save()
        return
    first = new.instance_type.history.get(pk=last.old_version)
    if not differ([Pair(first, new)])[0]:
        last.delete()  # reverted at once
        return
    set_versions(last, first, new)
    last.at = at
    last.reason = present_reason() or last.reason
    last.save()


def _continues(last: Change, old: Any, new: Any) -> bool:
    """Whether a version continues the last correction: by the same editor, soon after, with nothing in between."""
    same = old.history_user_id == new.history_user_id
    return last.new_version == old.pk and same and new.history_date - last.at <= FOLD
