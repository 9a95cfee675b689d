"""Withdrawn items: their addresses show the name, the day and the reason."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from initiatives import clock
from initiatives.changes.compare import OWNERS, as_item, owner_of
from initiatives.changes.log import numbered, part_of, withdrawn_names
from initiatives.changes.writing import kind_of
from initiatives.models import Change, LastSeen, OldSlug
from initiatives.models.choices import Nature
from initiatives.models.history import DELETED

# Keys have 63 bits; databases fail on larger numbers.
LARGEST_KEY = 2**63 - 1


@dataclass(frozen=True)
class Withdrawal:
    """The withdrawal of an item: the name that readers may still see, the day and the reason."""

    name: str
    on: datetime.date | None
    reason: str

    def __str__(self) -> str:
        parts = [_("Withdrawn: %(item)s") % {"item": self.name}, date_format(self.on) if self.on else "", self.reason]
        return ". ".join(part.rstrip(".") for part in parts if part) + "."


def withdrawn(model: Any, *, pk: int | None = None, slug: str = "") -> Withdrawal | None:
    """Return the withdrawal of an item that is not public, given its key or any of its slugs; None if there is none."""
    if pk is not None and pk > LARGEST_KEY:
        return None
    kind = model._meta.model_name
    keys = {pk} if pk is not None else set()
    if pk is None:
        keys.update(model._default_manager.filter(slug=slug).values_list("pk", flat=True))
        keys.update(model.history.filter(slug=slug, history_type=DELETED).values_list("id", flat=True))
        keys.update(OldSlug.objects.filter(kind=kind, slug=slug).values_list("object_id", flat=True))
    kept = LastSeen.objects.filter(Q(until=None) | Q(until__gt=clock.now()), kind=kind, object_id__in=keys)
    seen = kept.select_related("withdrawal").order_by("-pk").first()
    version = model.history.filter(pk=seen.version).first() if seen is not None else None
    return _described(seen, version) if seen is not None and version is not None else None


def _described(seen: LastSeen, version: Any) -> Withdrawal:
    kind, change = kind_of(version), seen.withdrawal
    if change is None:
        # A part removed directly or with its item, or an item hidden before the log had withdrawals.
        owner, key = owner_of(version)
        removed = Q(nature=Nature.REMOVAL, kind=kind, object_id=version.id)
        with_owner = Q(nature=Nature.WITHDRAWAL, item_kind=owner, item_id=key)
        change = Change.objects.filter(removed | with_owner, at__lte=clock.now()).first()
    if change is None:
        return Withdrawal(_name(version), None, seen.reason)
    is_its_own = (change.kind, change.object_id) == (kind, version.id)
    name = numbered(as_item(version)) if change.withheld and is_its_own else _name(version)
    return Withdrawal(name, timezone.localdate(change.at), change.withheld or change.reason)


def _name(version: Any) -> str:
    return part_of(version) if kind_of(version) in OWNERS else withdrawn_names([version])[kind_of(version), version.pk]
