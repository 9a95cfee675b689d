"""Rows of the public log, and the time from which a version is public."""

import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist

from initiatives import clock
from initiatives.changes.compare import Pair, as_item, owner_of, wordings
from initiatives.models import Change, visible_from
from initiatives.models.choices import Nature, State
from initiatives.models.history import DELETED, present_reason

CORRECTIONS = (Nature.CORRECTION, Nature.REMOVAL)
# Corrections by the same editor within this time of the first are merged into one, if that hides no wording.
FOLD = datetime.timedelta(minutes=10)
# The markup of each piece of text, in characters.
_PIECE = 20


def new_change(nature: Nature, old: Any, new: Any, at: datetime.datetime) -> Change:
    """Return an unsaved correction, removal or withdrawal between two versions.

    A scheduled change gets no reason, because the present reason is for something else.
    """
    item_kind, item_id = owner_of(new if nature == Nature.CORRECTION else old)
    change = Change(at=at, nature=nature, item_kind=item_kind, item_id=item_id, kind=kind_of(new), object_id=new.id)
    if at <= clock.now():
        change.reason = present_reason()
    if nature == Nature.REMOVAL:
        change.source_id = getattr(old, "source_id", None)
    set_versions(change, old, new)
    return change


def set_versions(change: Change, old: Any, new: Any) -> None:
    """Set the two versions of a change, how their texts differ, and its size. Withdrawals store no words."""
    change.old_version, change.new_version = old.pk, new.pk
    if change.nature != Nature.WITHDRAWAL:
        change.words = wordings(Pair(old, None if change.nature == Nature.REMOVAL else new), public=True)
    pieces = [piece for sides in change.words.values() for side in sides for piece in side]
    change.size = sum(len(piece.text) + _PIECE for piece in pieces)


def model_of(kind: str) -> Any:
    """Return the model of a kind. Raises LookupError if there is none."""
    return apps.get_model("initiatives", kind)


def kind_of(version: Any) -> str:
    """Return the name of the model of a version's item."""
    return str(version.instance_type._meta.model_name)


def public_from(version: Any, *, recorded: bool = False) -> datetime.datetime | None:
    """Return the time from which a version is public, with all that it depends on; None if it is not public.

    With `recorded`, uses the newest versions of the items it depends on instead of the items. Forms save items before
    they write versions, so the versions have the earlier state.
    """
    # For drafts, do not load what they depend on.
    if getattr(version, "state", State.PUBLISHED) != State.PUBLISHED:
        return None
    try:
        return visible_from(_as_recorded(version) if recorded else as_item(version))
    except ObjectDoesNotExist:
        return None


def _as_recorded(version: Any) -> Any:
    """Return a version as an item that is related to the newest versions of the items it depends on."""
    item = as_item(version)
    for name in {path.split("__")[0] for path in item.visibility_paths if path}:
        field = item._meta.get_field(name)
        versions = field.related_model.history.filter(id=getattr(version, field.attname)).order_by("-pk")
        newest = versions.first()
        if newest is None or newest.history_type == DELETED:
            raise ObjectDoesNotExist
        setattr(item, name, _as_recorded(newest))
    return item
