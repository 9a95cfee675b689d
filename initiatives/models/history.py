"""The history of every item: a row for each version of it, with who made it and when (django-simple-history).

Each save makes a version, each change of a relation another; what belongs together is put inside `one_version`.
Bulk operations send no signals: they write `Model.history.bulk_history_create` themselves.
"""

import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import models, transaction
from simple_history.models import HistoricalRecords

# No version holds these: saving writes them, out of the other fields or of the clock.
DERIVED = frozenset({"text_digest", "created_at", "updated_at"})

MADE, CHANGED, DELETED = "+", "~", "-"


class Versions(HistoricalRecords):
    """The history of a model, with some of its many-to-many relations, as `history` on the model."""

    def __init__(self, *relations: str):
        super().__init__(history_id_field=models.BigAutoField(), m2m_fields=relations)

    def create_history_model(self, model, inherited):
        """Make the model of the versions, without what is derived."""
        self.excluded_fields = [field.name for field in model._meta.concrete_fields if field.name in DERIVED]
        return super().create_history_model(model, inherited)

    def add_extra_methods(self, cls):
        """Let items write a version of themselves as they are now."""
        super().add_extra_methods(cls)
        cls.record_version = lambda item, how: self.create_historical_record(item, how)


# So many items are read, and so many of their versions written, at once.
CHUNK = 1000


def record_versions(model: type[models.Model], keys: Iterable[int], reason: str) -> None:
    """Write a version of each of some items, their relations included, after a change in bulk, which sends no signals.

    The user is that of the request, as with any save; `reason` says what was done, in at most 100 characters.
    """
    version_model = model.history.model
    rest = iter(keys)
    while chunk := list(itertools.islice(rest, CHUNK)):
        items = model._base_manager.filter(pk__in=chunk)
        versions = model.history.bulk_history_create(items, update=True, default_change_reason=reason)
        by_item = {getattr(version, model._meta.pk.attname): version for version in versions}
        for relation in version_model._history_m2m_fields:
            through, owner = relation.remote_field.through, f"{relation.m2m_field_name()}_id"
            row_model = getattr(version_model, relation.name).model
            row_model.objects.bulk_create(
                row_model(
                    history=by_item[getattr(row, owner)],
                    **{field.attname: getattr(row, field.attname) for field in through._meta.fields},
                )
                for row in through._base_manager.filter(**{f"{owner}__in": by_item})
            )


@contextmanager
def one_version(item: models.Model) -> Iterator[None]:
    """Keep all that happens to an item inside, its relations too, as one version; all of it or none.

    Only what is done through this very object counts: `item.save()`, `item.themes.set(…)`.
    """
    how = MADE if item._state.adding else CHANGED
    with transaction.atomic():
        item.skip_history_when_saving = True
        try:
            yield
        finally:
            del item.skip_history_when_saving
        item.record_version(how)
