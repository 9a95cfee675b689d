"""What the deletion page lists: items, not the rows that link them."""

from functools import cache

from django.apps import apps
from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import get_deleted_objects
from django.db.models import Model
from django.http import HttpRequest
from django.utils.text import capfirst


class PlainDeletion(ModelAdmin):
    """A ModelAdmin that says in words what is deleted with an item."""

    def get_deleted_objects(self, objs, request: HttpRequest):
        """Return what Django would list, without link rows: they bear tables' names and go with either side."""
        listed, counts, *rest = get_deleted_objects(objs, request, self.admin_site)
        for tie in _ties():
            counts.pop(str(tie._meta.verbose_name_plural), None)
        starts = tuple(f"{capfirst(tie._meta.verbose_name)}: " for tie in _ties())
        return (_without(listed, starts), counts, *rest)


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
