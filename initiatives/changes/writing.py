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
# Further corrections by the same editor within this time are added to the first, if every wording stays visible.
FOLD = datetime.timedelta(minutes=10)
# The size of a piece of text on a page in addition to its characters.
_PIECE = 20


def new_change(nature: Nature, old: Any, new: Any, at: datetime.datetime) -> Change:
    """Return the unsaved record of a correction, a removal or a withdrawal between two versions.

    A scheduled change has no reason: the reason given now is for something that readers do not see.
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
    """Set the two versions of a change and how their texts differ. A withdrawal keeps no words."""
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
    """Return the time from which a version is public, given all that it depends on; None if it is not.

    With `recorded`, the newest versions of the items it depends on decide, not the items: a form stores items before
    their versions, so the versions still have the earlier state.
    """
    # For drafts, skip the check of the items they depend on.
    if getattr(version, "state", State.PUBLISHED) != State.PUBLISHED:
        return None
    try:
        return visible_from(_as_recorded(version) if recorded else as_item(version))
    except ObjectDoesNotExist:
        return None


def _as_recorded(version: Any) -> Any:
    """Return the item of a version, related to the newest versions of the items it depends on."""
    item = as_item(version)
    for name in {path.split("__")[0] for path in item.visibility_paths if path}:
        field = item._meta.get_field(name)
        versions = field.related_model.history.filter(id=getattr(version, field.attname)).order_by("-pk")
        newest = versions.first()
        if newest is None or newest.history_type == DELETED:
            raise ObjectDoesNotExist
        setattr(item, name, _as_recorded(newest))
    return item
