"""The pages that ask before items are deleted: they list items, not rows that link them, and ask why."""

from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.contrib.admin import ModelAdmin
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import get_deleted_objects, unquote
from django.db.models import Model, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.text import capfirst

from initiatives.admin.mixins.forms import ReasonForm, with_reason
from initiatives.models import Publishable


class PlainDeletion(ModelAdmin):
    """A ModelAdmin that says in words what is deleted with an item, and asks for a reason if readers see it."""

    def delete_view(self, request: HttpRequest, object_id: str, extra_context=None):
        """Delete an item that readers see only with a reason."""
        item = self.get_object(request, unquote(object_id))
        with with_reason(request, hides=getattr(item, "is_public", False)) as why:
            _ask_again(request, why)
            return super().delete_view(request, object_id, {"why": why, **(extra_context or {})})

    def get_actions(self, request: HttpRequest) -> dict:
        """Let the action that deletes items ask for a reason, too."""
        actions = super().get_actions(request)
        if action := actions.get("delete_selected"):
            actions["delete_selected"] = (_delete_selected, *action[1:])
        return actions

    def get_deleted_objects(self, objs, request: HttpRequest):
        """Return what Django would list, without link rows: they bear tables' names and go with either side."""
        listed, counts, *rest = get_deleted_objects(objs, request, self.admin_site)
        for tie in _ties():
            counts.pop(str(tie._meta.verbose_name_plural), None)
        starts = tuple(f"{capfirst(tie._meta.verbose_name)}: " for tie in _ties())
        return (_without(listed, starts), counts, *rest)


def _delete_selected(desk: Any, request: HttpRequest, queryset: QuerySet):
    """Delete items of which readers see any only with a reason."""
    items = desk.model._default_manager
    hides = issubclass(desk.model, Publishable) and items.published().filter(pk__in=queryset.values("pk")).exists()
    with with_reason(request, hides=hides) as why:
        _ask_again(request, why)
        page = delete_selected(desk, request, queryset)
    if page is not None:
        page.context_data = {**(page.context_data or {}), "why": why}
    return page


def _ask_again(request: HttpRequest, why: ReasonForm | None) -> None:
    """Let Django show the page that asks again if a reason is missing: it takes what has fields as confirmed."""
    if why is not None and not why.is_valid() and request.POST:
        kept = {name: values for name, values in request.POST.lists() if name == ACTION_CHECKBOX_NAME}
        request.POST = QueryDict(urlencode(kept, doseq=True))


@cache
def _ties() -> tuple[type[Model], ...]:
    """Return the tables Django creates for many-to-many relations."""
    return tuple(model for model in apps.get_models(include_auto_created=True) if model._meta.auto_created)


def _without(listed: list, starts: tuple[str, ...]) -> list:
    """Return a nested list without lines that begin with these prefixes and without lists that this empties."""
    kept = []
    for line in listed:
        if isinstance(line, list):
            line = _without(line, starts)
        elif str(line).startswith(starts):
            continue
        if line:
            kept.append(line)
    return kept
