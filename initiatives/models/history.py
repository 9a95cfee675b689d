"""The history of every item: a row for each version of it, with who made it and when (django-simple-history).

Each save makes a version, each change of a relation another; what belongs together is put inside `one_version`.
Bulk operations send no signals: they call `write_versions`.
"""

import datetime
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import models, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from simple_history.signals import post_create_historical_record

# No version holds these: saving writes them, out of the other fields or of the clock.
DERIVED = frozenset({"text_digest", "created_at", "updated_at"})

MADE, CHANGED, DELETED = "+", "~", "-"

# Characters that the reason of a version may have.
MAX_REASON = 100


class Version(models.Model):
    """What a version holds besides the item: the name of its editor, which outlives the account."""

    history_editor = models.CharField(_("editor"), max_length=310, blank=True, default="", editable=False)

    class Meta:
        abstract = True

    def save(self, *args, **kwargs) -> None:
        """Save with the editor's name."""
        self.history_editor = self.history_editor or name_of(self.history_user)
        super().save(*args, **kwargs)


def name_of(user) -> str:
    """Return the name that versions keep of a user; empty for nobody."""
    return (user.get_full_name() or user.get_username()) if user is not None else ""


class Versions(HistoricalRecords):
    """The history of a model, with some of its many-to-many relations, as `history` on the model."""

    def __init__(self, *relations: str):
        super().__init__(history_id_field=models.BigAutoField(), m2m_fields=relations, bases=(Version,))

    def create_history_model(self, model, inherited):
        """Make the model of the versions, without what is derived."""
        self.excluded_fields = [field.name for field in model._meta.concrete_fields if field.name in DERIVED]
        return super().create_history_model(model, inherited)

    def get_meta_options(self, model):
        """Index what was deleted: few rows of many, looked for by the desk."""
        deleted = models.Index(
            fields=["-history_date"], condition=Q(history_type=DELETED), name=f"{model._meta.model_name}_deleted"
        )
        return {**super().get_meta_options(model), "indexes": (deleted,)}

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


def write_versions(
    items: Iterable[models.Model],
    how: str,
    *,
    user=None,
    reason: str = "",
    at: datetime.datetime | None = None,
    tell: bool = True,
) -> None:
    """Write a version of each of some items of one model, as stored, relations too: for bulk operations.

    `how` is MADE or CHANGED; `user` is the one of the request, if there is one and none is given; `at` is now, if left
    out. Receivers of versions are told of each, as of any other, unless `tell` is false: what is made costs no query
    more, what changed costs a few each.
    """
    items = list(items)
    if not items:
        return
    model = type(items[0])
    user = user or model.history.model.get_default_history_user(items[0])
    versions = model.history.bulk_history_create(
        items,
        update=how == CHANGED,
        default_user=user,
        default_change_reason=reason[:MAX_REASON] or None,
        default_date=at,
        custom_historical_attrs={"history_editor": name_of(user)},
    )
    numbers = {item.pk: version.pk for item, version in zip(items, versions, strict=True)}
    for field in model.history.model._history_m2m_fields:
        _write_relations(field, numbers)
    if tell:
        if how == CHANGED:
            _find_previous(model, versions)
        for item, version in zip(items, versions, strict=True):
            post_create_historical_record.send(sender=type(version), instance=item, history_instance=version)


def _find_previous(model, versions: list) -> None:
    """Give each of some new versions the one before it, as `_previous`: two queries for all of them."""
    earlier = model.history.filter(id__in=[version.id for version in versions], pk__lt=min(v.pk for v in versions))
    newest = earlier.order_by().values("id").annotate(newest=Max("history_id")).values_list("newest", flat=True)
    known = {version.id: version for version in model.history.model._default_manager.in_bulk(list(newest)).values()}
    for version in versions:
        version._previous = known.get(version.id)


def previous(version):
    """Return the version before one, of the same item; None if it is the first."""
    if hasattr(version, "_previous"):
        return version._previous
    return version.instance_type.history.filter(id=version.id, pk__lt=version.pk).order_by("-pk").first()


def _write_relations(field: models.ManyToManyField, numbers: dict[int, int]) -> None:
    """Write what a relation of items holds now; `numbers` are the versions of the items, by their keys."""
    kept = Versions.m2m_models[field]
    owner = field.m2m_field_name()
    rows = field.remote_field.through._base_manager.filter(**{f"{owner}__in": numbers}).values()
    kept._base_manager.bulk_create([kept(history_id=numbers[row[f"{owner}_id"]], **row) for row in rows])
