"""Where an item is used: what points to it, by itself or through a part, with links to the lists that show it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.admin import ModelAdmin
from django.db.models import OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst

from initiatives.admin.mixins.lists import COUNTED_BESIDE, BoundedCount
from initiatives.changes.compare import OWNERS, parts_of
from initiatives.editorial.queues import KINDS, bounded_number


@dataclass(frozen=True)
class Use:
    """The items of a model that point to an item: by a field of their own, or of a part (`link` leads to its owner)."""

    model: Any
    field: Any
    link: Any = None

    @property
    def look_up(self) -> str:
        """The look-up from the items to the one they point to."""
        return f"{self.link.remote_field.name}__{self.field.name}" if self.link else self.field.name

    @property
    def parameter(self) -> str:
        """The parameter by which a list shows them."""
        return f"{self.look_up}__id__exact"

    @property
    def name(self) -> str:
        """What they are, and what part points to the item; and by which field, if that is not plain."""
        names = [self.model._meta.verbose_name_plural]
        if self.link:
            names.append(self.field.model._meta.verbose_name_plural)
            target = self.field.related_model._meta
            if self.field.verbose_name not in (target.verbose_name, target.verbose_name_plural):
                names.append(self.field.verbose_name)
        return capfirst(", ".join(map(str, names)))

    @property
    def count(self) -> BoundedCount:
        """How many they are, of each item of a queryset."""
        items = self.model._default_manager.filter(**{self.look_up: OuterRef("pk")})
        return BoundedCount(items.distinct() if self.link else items)


@dataclass(frozen=True)
class UsedIn:
    """A line of the form: how many use the item, and their list."""

    name: str
    count: str
    url: str


@cache
def uses_of(model: Any) -> tuple[Use, ...]:
    """Return how items of a model can be used by others."""
    return tuple(use for relation in model._meta.related_objects for use in _uses(relation))


def _uses(relation: Any) -> Iterator[Use]:
    carrier, field = relation.related_model, relation.field
    if carrier in KINDS:
        yield Use(carrier, field)
    for owner in KINDS:
        for part, link in parts_of(owner):
            # A part of the item itself is no use of it.
            if part is carrier and field.name not in OWNERS[part._meta.model_name]:
                yield Use(owner, field, part._meta.get_field(link))


@cache
def parameters_of(model: Any) -> frozenset[str]:
    """Return the parameters by which a list of this model shows what uses an item."""
    return frozenset(use.parameter for kind in KINDS for use in uses_of(kind) if use.model is model)


class WhereUsed(ModelAdmin):
    """A ModelAdmin whose forms say where an item is used, and whose lists show what uses an item."""

    model: Any

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Let a list be narrowed to what uses an item."""
        return lookup in parameters_of(self.model) or super().lookup_allowed(lookup, value, request)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Add where the item is used."""
        if change and obj is not None:
            context["uses"] = self._used_in(request, obj.pk)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _used_in(self, request: HttpRequest, key: int) -> list[UsedIn] | None:
        """Return the uses of an item in lists that the user may see; None if it can have none."""
        admins = self.admin_site.get_model_admin
        uses = [use for use in uses_of(self.model) if admins(use.model).has_view_permission(request)]
        if not uses:
            return None
        counts = {f"use_{number}": use.count for number, use in enumerate(uses)}
        found = self.model._default_manager.filter(pk=key).values(**counts).first() or {}
        return [
            UsedIn(
                use.name,
                bounded_number(number, COUNTED_BESIDE),
                f"{reverse(f'admin:initiatives_{use.model._meta.model_name}_changelist')}?{use.parameter}={key}",
            )
            for use, number in zip(uses, found.values(), strict=False)
            if number
        ]
