"""Merging themes, undoing a merge, and reordering themes, each in one transaction."""

import datetime
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from initiatives.models import Initiative, OldSlug, Principle, Quote, Theme, ThemeMerge
from initiatives.models.choices import Kind
from initiatives.models.history import CHANGED, MAX_REASON, Versioned, copy_versions
from initiatives.search.in_step import note

# Models that have themes.
CARRIERS: tuple[type[Versioned], ...] = (Quote, Initiative, Principle)
CHUNK = 1000


class MergeError(ValueError):
    """Themes cannot be merged, or a merge cannot be undone; the message tells the user why and what to do."""


@dataclass(frozen=True)
class Moves:
    """How many items of a model would move with a theme, and how many already have the target."""

    model: type[Versioned]
    moved: int
    both: int

    @property
    def name(self) -> str:
        """The model's name in the plural."""
        return str(self.model._meta.verbose_name_plural)


class _Ties:
    """The links between the items of a model and themes: a table, read and changed in bulk."""

    def __init__(self, model: Any):
        relation = model._meta.get_field("themes")
        self.model = model
        self.rows = relation.remote_field.through._base_manager
        self.owner = f"{relation.m2m_field_name()}_id"

    def owners(self, theme: int) -> models.QuerySet:
        """Return the keys of the items of a theme."""
        return self.rows.filter(theme=theme).values_list(self.owner, flat=True)

    def owners_of_both(self, theme: int, other: int) -> models.QuerySet:
        """Return the keys of the items that have both of two themes."""
        return self.owners(theme).filter(**{f"{self.owner}__in": self.owners(other)})

    def move(self, theme: int, target: int) -> dict[str, list[int]]:
        """Move all items of a theme to another; return which had only the first, and which had both."""
        both = sorted(self.owners_of_both(theme, target))
        moved = sorted(set(self.owners(theme)) - set(both))
        for some in _chunks(both):
            self.rows.filter(theme=theme, **{f"{self.owner}__in": some}).delete()
        self.rows.filter(theme=theme).update(theme=target)
        return {"moved": moved, "both": both}

    def move_back(self, theme: int, target: int, moved: Iterable[int], both: Iterable[int]) -> list[int]:
        """Move items back to their old theme; return their keys.

        Items that moved to the target but no longer have it are left unchanged.
        """
        changed: list[int] = []
        for some in _chunks(moved):
            rows = self.rows.filter(theme=target, **{f"{self.owner}__in": some})
            changed += rows.values_list(self.owner, flat=True)
            rows.update(theme=theme)
        for some in _chunks(both):
            there = list(self.model._base_manager.filter(pk__in=some).values_list("pk", flat=True))
            self.rows.bulk_create(self.rows.model(theme_id=theme, **{self.owner: key}) for key in there)
            changed += there
        return changed


def what_moves(theme: Theme, target: Theme) -> list[Moves]:
    """Return what a merge would move, for each model that has themes."""
    moves = []
    for ties in map(_Ties, CARRIERS):
        both = ties.owners_of_both(theme.pk, target.pk).count()
        moves.append(Moves(ties.model, ties.owners(theme.pk).count() - both, both))
    return moves


@transaction.atomic
def merge(theme: Theme, target: Theme, user: User, *, keep_names: bool) -> ThemeMerge:
    """Move all items of a theme to another, redirect its address and delete it; return the log entry.

    With `keep_names`, its name and other names become other names of the target, so that searches for them find it.
    Raises MergeError if one of the two is gone, or both are the same.
    """
    if theme.pk == target.pk:
        raise MergeError(_("Choose another theme. A theme cannot be merged into itself."))
    held = {
        found.pk: found
        for found in Theme.objects.select_for_update().filter(pk__in=(theme.pk, target.pk)).order_by("pk")
    }
    if len(held) < 2:
        raise MergeError(_("One of the two themes no longer exists. Nothing has been changed."))
    theme, target = held[theme.pk], held[target.pk]
    key = theme.pk
    reason = _reason(_("Theme “%(theme)s” merged into “%(target)s”"), theme.name, target.name)
    slugs = OldSlug.objects.filter(kind=Kind.THEME, object_id=key)
    log = ThemeMerge(
        merged_id=key,
        merged_name=theme.name,
        target_id=target.pk,
        target_name=target.name,
        merged_by=user,
        theme=_written(theme),
        old_slugs=list(slugs.values_list("slug", flat=True)),
        names_added=_new_names(theme, target) if keep_names else [],
        ties={},
    )
    for model in CARRIERS:
        log.ties[model._meta.model_name] = _Ties(model).move(key, target.pk)
    theme._change_reason = reason
    theme.delete()
    slugs.update(object_id=target.pk)
    OldSlug.objects.update_or_create(kind=Kind.THEME, slug=theme.slug, defaults={"object_id": target.pk})
    if log.names_added:
        target.aliases = "\n".join([*target.alias_list, *log.names_added])
        target._change_reason = reason
        target.save()
    for model in CARRIERS:
        ties = log.ties[model._meta.model_name]
        _follow(model, [*ties["moved"], *ties["both"]], reason)
    log.save()
    return log


@transaction.atomic
def undo(log: ThemeMerge, user: User) -> Theme:
    """Restore a merged theme with its address, names and items; return it.

    Raises MergeError if it has been undone already, if the target is gone, or if its name or slug is taken.
    """
    log = ThemeMerge.objects.select_for_update().get(pk=log.pk)
    if log.undone_at is not None:
        raise MergeError(_("This merge has already been undone."))
    target = Theme.objects.select_for_update().filter(pk=log.target_id).first()
    if target is None:
        raise MergeError(
            _("“%(target)s” no longer exists. If it was merged too, undo that merge first.")
            % {"target": log.target_name}
        )
    theme = as_it_was(log)
    if taken := Theme.objects.filter(Q(pk=theme.pk) | Q(name=theme.name) | Q(slug=theme.slug)).first():
        raise MergeError(
            _("The theme “%(taken)s” now has its name or slug. Change that theme first.") % {"taken": taken}
        )
    reason = _reason(_("Merge of theme “%(theme)s” into “%(target)s” undone"), theme.name, target.name)
    theme._change_reason = reason
    created_at = theme.created_at
    theme.save(force_insert=True)
    Theme.objects.filter(pk=theme.pk).update(created_at=created_at)
    OldSlug.objects.filter(kind=Kind.THEME, slug__in=log.old_slugs, object_id=target.pk).update(object_id=theme.pk)
    if log.names_added:
        target.aliases = "\n".join(name for name in target.alias_list if name not in log.names_added)
        target._change_reason = reason
        target.save()
    for model in CARRIERS:
        changed = _Ties(model).move_back(theme.pk, target.pk, **log.ties[model._meta.model_name])
        _follow(model, changed, reason)
    log.undone_at, log.undone_by = timezone.now(), user
    log.save()
    return theme


@transaction.atomic
def put_in_order(keys: Sequence[int]) -> int:
    """Number themes 10, 20, 30 … in the given order, then any others; return how many numbers changed."""
    themes = list(Theme.objects.select_for_update().order_by("position", "name"))
    places = {key: place for place, key in enumerate(keys)}
    themes.sort(key=lambda theme: places.get(theme.pk, len(places)))
    changed = 0
    for place, theme in enumerate(themes, start=1):
        # Leaves room to put a new theme between two others.
        position = 10 * place
        if theme.position != position:
            theme.position = position
            theme._change_reason = _("Themes reordered")
            theme.save()
            changed += 1
    return changed


def _follow(model: type[Versioned], keys: list[int], reason: str) -> None:
    """After a bulk change, write versions of the items, and note that they changed."""
    for some in _chunks(keys):
        # Not in the public log: moving an item to another theme does not change what it says.
        copy_versions(model, some, CHANGED, reason=reason)
    note(str(model._meta.model_name), keys)


def _written(theme: Theme) -> dict:
    """Return the fields of a theme as values for JSON."""
    values = {field.name: getattr(theme, field.name) for field in theme._meta.concrete_fields if not field.primary_key}
    return {
        name: value.isoformat() if isinstance(value, datetime.datetime) else value for name, value in values.items()
    }


def as_it_was(log: ThemeMerge) -> Theme:
    """Return a merged theme as it was, unsaved."""
    fields = {field.name: field for field in Theme._meta.concrete_fields}
    values = {name: fields[name].to_python(value) for name, value in log.theme.items()}
    return Theme(pk=log.merged_id, **values)


def _new_names(theme: Theme, target: Theme) -> list[str]:
    """Return the names of a theme that its target does not have."""
    known = {name.casefold() for name in (target.name, *target.alias_list)}
    return [name for name in dict.fromkeys((theme.name, *theme.alias_list)) if name.casefold() not in known]


def _reason(text: str, theme: str, target: str) -> str:
    short = {"theme": Truncator(theme).chars(30), "target": Truncator(target).chars(30)}
    return (text % short)[:MAX_REASON]


def _chunks(keys: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(keys)
    while some := list(itertools.islice(rest, CHUNK)):
        yield some
