"""Receivers of new versions, which record public changes in the log.

Whether an item was public is decided here, when the version is made: only now is the state of everything else known.
What may still be shown is decided when the log is read (`ChangeQuerySet.published`).
"""

import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from simple_history.signals import post_create_historical_record

from initiatives.changes import status_log
from initiatives.changes.compare import OWNERS, Pair, as_item, differ, is_recorded, owner_of
from initiatives.models import Change, visible_from
from initiatives.models.choices import Nature, State
from initiatives.models.history import DELETED, MADE, previous

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
    is_part = version.instance_type._meta.model_name in OWNERS
    if version.history_type == MADE and is_part:
        _came_back(version)
    elif version.history_type == DELETED and is_part:
        _removed(before or version, version)
    elif before is not None and version.history_type != DELETED:
        _corrected(Pair(before, version))
    status_log.follow(version, before)


def _came_back(version: Any) -> None:
    """Delete the record of a part's removal: it was recovered."""
    Change.objects.filter(nature=Nature.REMOVAL, kind=_kind(version), object_id=version.id).delete()


def _removed(before: Any, version: Any) -> None:
    """Record that a part was removed. (The log does not show this if its item was removed too.)"""
    if was_public(before, version.history_date):
        _new(Nature.REMOVAL, before, version, source_id=getattr(before, "source_id", None)).save()


def _corrected(pair: Pair) -> None:
    """Record a correction of something that was public before and is public after."""
    old, new, at = pair.old, pair.new, pair.new.history_date
    if not (was_public(old, at) and was_public(new, at) and differ(pair, public=True)):
        return
    last = Change.objects.filter(nature=Nature.CORRECTION, kind=_kind(new), object_id=new.id).first()
    if last is None or not _continues(last, old, new):
        _new(Nature.CORRECTION, old, new).save()
        return
    first = new.instance_type.history.filter(pk=last.old_version).first()
    if first is not None and not differ(Pair(first, new), public=True):
        last.delete()  # reverted at once
        return
    last.new_version, last.at = new.pk, at
    last.save()


def _continues(last: Change, old: Any, new: Any) -> bool:
    """Whether a version continues the last correction: by the same editor, soon after, with nothing in between."""
    same = old.history_user_id == new.history_user_id
    return last.new_version == old.pk and same and new.history_date - last.at <= FOLD


def _new(nature: Nature, old: Any, new: Any, **more: Any) -> Change:
    item_kind, item_id = owner_of(new)
    return Change(
        at=new.history_date,
        nature=nature,
        item_kind=item_kind,
        item_id=item_id,
        kind=_kind(new),
        object_id=new.id,
        old_version=old.pk,
        new_version=new.pk,
        **more,
    )


def _kind(version: Any) -> str:
    return str(version.instance_type._meta.model_name)


def was_public(version: Any, at: datetime.datetime) -> bool:
    """Whether a version is public at this moment, given the present state of everything it depends on."""
    if getattr(version, "state", None) is not None and not _is_out(version, at):
        return False
    try:
        since = visible_from(as_item(version))
    except ObjectDoesNotExist:
        return False
    return since is not None and since <= at


def _is_out(version: Any, at: datetime.datetime) -> bool:
    """Whether a version's own state and time allow it to be public. Saves drafts the check of what they depend on."""
    return version.state == State.PUBLISHED and version.published_at is not None and version.published_at <= at
