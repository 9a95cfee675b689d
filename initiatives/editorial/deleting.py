"""Deleting items with a reason, finding what refers to them, and discarding drafts."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Min, Model
from django.db.models.deletion import Collector
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from initiatives.changes.compare import OWNERS
from initiatives.models import Found, LinkCheck, Publishable
from initiatives.models.choices import State
from initiatives.models.history import DELETED, copy_versions
from initiatives.search.in_step import note

# Rows about an item that are deleted with it: no user made them.
GOES_ALONG = {Found, LinkCheck}

# Items that are deleted in one statement.
CHUNK = 1000

# Editors may not delete an item that is or was in one of these states.
SETTLED = (State.PUBLISHED, State.ARCHIVED)


def delete(items: Iterable[Any], *, user: User, reason: str) -> None:
    """Delete items of one model, each with a last version that gives a reason."""
    items = list(items)
    if not items:
        return
    for item in items:
        item._change_reason, item._history_user = reason, user
    # Unlike with queryset.delete(), receivers get these same objects.
    collector = Collector(using=items[0]._state.db, origin=items[0])
    collector.collect(items)
    collector.delete()


def delete_unseen(items: Iterable[Any], *, user: User, reason: str) -> None:
    """Delete items of one model that readers never saw and that nothing refers to, in a few statements.

    Receivers are not called: the public log has nothing to record, and the search index is notified here.
    """
    rest = iter(items)
    while some := list(islice(rest, CHUNK)):
        model, keys = type(some[0]), [item.pk for item in some]
        copy_versions(model, keys, DELETED, user=user, reason=reason)
        rows = [(one.remote_field.through, one.m2m_field_name()) for one in model._meta.many_to_many]
        rows += [
            (one.related_model, one.field.name)
            for one in model._meta.related_objects
            if one.related_model in GOES_ALONG
        ]
        for held, name in rows:
            held._base_manager.filter(**{f"{name}__in": keys}).delete()
        gone = model._base_manager.filter(pk__in=keys)
        gone._raw_delete(gone.db)
        note(model._meta.model_name, keys)


def used_by(model: type[Model], keys: Collection[int], going: Mapping[Any, Collection[int]]) -> dict[int, str]:
    """Return the items that others refer to, with the newest of these; items in `going` do not count."""
    found: dict[int, str] = {}
    for relation in model._meta.related_objects if keys else ():
        user: Any = relation.related_model
        if user in GOES_ALONG:
            continue
        name = relation.field.name
        pairs = user._base_manager.filter(**{f"{name}__in": list(keys)}).order_by("pk").values_list(name, "pk")
        leaving = set(going.get(user, ()))
        used = {key: by for key, by in pairs if by not in leaving}
        users = user._base_manager.in_bulk(list(used.values()))
        for key, by in used.items():
            what = {"kind": capfirst(user._meta.verbose_name), "name": Truncator(users[by]).chars(80)}
            found[key] = _("Used by: %(kind)s “%(name)s”.") % what
    return found


@dataclass
class DiscardPlan:
    """The effect of discarding some items: which can be deleted, and why the others cannot."""

    discarded: list[Publishable] = field(default_factory=list)
    refused: list[tuple[Publishable, str]] = field(default_factory=list)


def plan_discard(items: Collection[Publishable], user: User) -> DiscardPlan:
    """Return which of some items of one model a user may discard.

    These are drafts that the user began, that were never public or scheduled, and that no other item refers to;
    their parts are deleted too, if the user began them.
    """
    plan = DiscardPlan()
    if not items:
        return plan
    model: Any = type(next(iter(items)))
    keys = [item.pk for item in items]
    mine = _begun_by(user, model, keys)
    settled = set(model.history.filter(id__in=keys, state__in=SETTLED).values_list("id", flat=True))
    parts = {}
    for relation in model._meta.related_objects:
        part, name = relation.related_model, relation.field.name
        if name in OWNERS.get(str(part._meta.model_name), ()):
            parts[part] = _begun_by(user, part, part._base_manager.filter(**{f"{name}__in": keys}).values("pk"))
    used = used_by(model, keys, parts)
    for item in items:
        if item.state != State.DRAFT or item.pk in settled:
            plan.refused.append((item, _("Only drafts that were never published can be discarded.")))
        elif item.pk not in mine:
            plan.refused.append((item, _("Somebody else began it. Ask a publisher to delete it.")))
        elif item.pk in used:
            plan.refused.append((item, used[item.pk]))
        else:
            plan.discarded.append(item)
    return plan


def _begun_by(user: User, model: Any, keys: Any) -> set[int]:
    """Return the items whose first version is a user's."""
    first = model.history.filter(id__in=keys).order_by().values("id").annotate(first=Min("history_id"))
    return set(
        model.history.filter(history_id__in=first.values("first"), history_user=user.pk).values_list("id", flat=True)
    )
