"""The history of every item: a row for each version of it, with who made it and when (django-simple-history).

Each save makes a version, each change of a relation another; what belongs together is put inside `one_version`.
Bulk operations send no signals: they write `Model.history.bulk_history_create` themselves.
"""

from collections.abc import Iterator
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
