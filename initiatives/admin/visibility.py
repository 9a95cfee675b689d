"""The visibility of an item: whether it is public, what hides it, and what would be hidden with it."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from initiatives import clock
from initiatives.admin.desk import form_url, moment
from initiatives.changes.compare import parts_of
from initiatives.models import (
    Body,
    Initiative,
    Milestone,
    Person,
    Principle,
    PrincipleSet,
    Publishable,
    Quote,
    Source,
    visible_from,
)
from initiatives.models.choices import State
from initiatives.models.publishing import Visible
from initiatives.models.querysets import published_q
from initiatives.pages.previews import preview_url

# Models whose visibility_paths can lead to another item.
DEPENDENT = (Quote, Initiative, PrincipleSet, Principle, Person, Body)
# For each model, what must be published for its items to be public, and which of that can be published separately.
_HIDDEN_BY: tuple[tuple[Any, tuple[str, ...], tuple[str, ...]], ...] = (
    *((one, one.visibility_paths, one.visibility_paths[1:]) for one in (Quote, Initiative, PrincipleSet, Person, Body)),
    *((Milestone, (owner, f"{owner}__source", "source"), ("source",)) for owner in ("initiative", "person")),
)


@dataclass(frozen=True)
class Obstacle:
    """A reason why an item is not public. `url` links to the other item that hides it, if any."""

    text: str
    url: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Visibility:
    """The visibility of an item, for the panel at the top of its form."""

    public: bool
    since: datetime.datetime | None
    obstacles: list[Obstacle]
    url: str


def visibility_of(item: Publishable) -> Visibility:
    """Return the visibility of a stored item, with the address of its page or preview."""
    since = visible_from(item)
    public = since is not None and since <= clock.now()
    return Visibility(public, since, obstacles(item), item.get_absolute_url() if public else preview_url(item))


def paths_to_load(model: Any) -> list[str]:
    """Return the relations that decide the visibility of a model's items, for select_related()."""
    return [path for path in model.visibility_paths if path]


def obstacles(item: Visible) -> list[Obstacle]:
    """Return why an item is not public: its own state, or that of what it depends on. Empty if it is public.

    These are the reasons behind `publishing.visible_from`; a test checks that the two agree.
    """
    found: dict[str, Obstacle] = {}
    for path in item.visibility_paths:
        if obstacle := _obstacle(item, *_follow(item, path)):
            found.setdefault(obstacle.text, obstacle)
    return list(found.values())


def _follow(item: Any, path: str) -> tuple[Any, Any]:
    """Return the last two items on a path of relations, with None for an item that is missing."""
    owner, link = None, item
    for name in filter(None, path.split("__")):
        owner, link = link, getattr(link, name) if link is not None else None
    return owner, link


def others_in_the_way(item: Visible) -> list[Obstacle]:
    """Return only those obstacles that are other items."""
    return [obstacle for obstacle in obstacles(item) if obstacle.url]


def hiding(items: Iterable[Publishable], states: Iterable[State]) -> list[Publishable]:
    """Return the other items in these states that hide the given items or their parts, with sources last.

    What the items depend on must be loaded.
    """
    found: dict[tuple[str, int], Publishable] = {}
    for item in items:
        parts = [part for model, link in parts_of(type(item)) for part in _parts(item, model, link)]
        for one in (item, *parts):
            for path in one.visibility_paths:
                _owner, link = _follow(one, path)
                if link is not None and link != item and link.state in states:
                    found[link._meta.model_name, link.pk] = link
    # Always in the same order, so that two requests that lock the same items wait for each other.
    return sorted(found.values(), key=lambda other: (isinstance(other, Source), other._meta.label, other.pk))


def _parts(item: Model, model: Any, link: str) -> Iterable[Any]:
    parts = getattr(item, model._meta.get_field(link).remote_field.get_accessor_name()).all()
    return parts if model is Milestone else ()  # other parts have no sources of their own


def _obstacle(item: Any, owner: Any, link: Any) -> Obstacle | None:
    """Return why the item at the end of a path hides the one at its start; None if it does not."""
    if link is None:
        if owner is None:  # reported already by the path to the owner
            return None
        if owner is item:
            return Obstacle(_("no source"))
        return Obstacle(_("%(item)s: has no source") % {"item": _named(owner)}, form_url(owner))
    if link.state != State.PUBLISHED:
        reason = _("state “%(state)s”") % {"state": link.get_state_display()}
    elif link.published_at is not None and link.published_at > clock.now():
        reason = _("not public until %(time)s") % {"time": moment(link.published_at)}
    else:
        return None
    return Obstacle(reason) if link is item else Obstacle(f"{_named(link)}: {reason}", form_url(link))


def _named(item: Model) -> str:
    return _("%(kind)s “%(name)s”") % {"kind": item._meta.verbose_name, "name": item}


def hidden_with(model: type[Model], ids: Iterable[int]) -> list[str]:
    """Count what else would be hidden with some items: one line for each model, such as "Quotes: 12"."""
    ids = list(ids)
    lines = []
    for dependent in DEPENDENT:
        rule = Q()
        for path in paths_to_load(dependent):
            if _target(dependent, path) is model:
                rule |= Q(**{f"{path}__in": ids})
        lines += _counted(dependent, rule)
    if model is Source:
        lines += _counted(Milestone, Q(source__in=ids))
    return lines


def shown_with(publishing: Mapping[type[Model], Collection[int]]) -> list[Any]:
    """Return the other published items that only the given items, by model, have hidden so far."""
    found: list[Any] = []
    for model, paths, ways in _HIDDEN_BY:
        rule = touched = Q()
        for path in paths:
            own = published_q((path,))
            if path in ways and (keys := publishing.get(_target(model, path))):
                named = Q(**{f"{path}__in": keys})
                own, touched = own | named, touched | named
            rule &= own
        if touched:
            others = model._default_manager.filter(rule & touched).exclude(pk__in=publishing.get(model, ()))
            found += others.order_by("pk")
    return found


def _counted(dependent: Any, rule: Q) -> list[str]:
    count = dependent._default_manager.published().filter(rule).count() if rule else 0
    return [f"{capfirst(dependent._meta.verbose_name_plural)}: {count}"] if count else []


def _target(model: Any, path: str) -> type[Model]:
    for name in path.split("__"):
        model = model._meta.get_field(name).related_model
    return model
