"""The history of every item: each version, with its editor and time (django-simple-history).

Each save and each change of a relation writes a version; `one_version` combines several. Bulk operations
send no signals: they call `write_versions`, or `copy_versions` to skip receivers.
"""

import datetime
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from simple_history.signals import post_create_historical_record

from initiatives import clock

# Versions leave out these fields: saving derives them from other fields or the clock.
DERIVED = frozenset({"text_digest", "created_at", "updated_at"})

MADE, CHANGED, DELETED = "+", "~", "-"

# The most characters in the reason of a version, and in one that an editor writes for readers.
MAX_REASON, LONGEST_REASON = 100, 300


class _Present(threading.local):
    reason = ""


_present = _Present()


@contextmanager
def because(reason: str) -> Iterator[None]:
    """Set the reason for all changes in this block, which versions and the public log store. Readers may see it."""
    before, _present.reason = _present.reason, reason
    try:
        yield
    finally:
        _present.reason = before


def present_reason() -> str:
    """Return the reason for the current changes; empty if there is none."""
    return _present.reason


class Version(models.Model):
    """Base of versions, with the editor's name, which is kept when the account is deleted."""

    history_user: Any
    history_editor = models.CharField(_("editor"), max_length=310, blank=True, default="", editable=False)

    class Meta:
        abstract = True

    def save(self, *args, **kwargs) -> None:
        """Save with the editor's name."""
        self.history_editor = self.history_editor or name_of(self.history_user)
        super().save(*args, **kwargs)


def name_of(user) -> str:
    """Return the name that versions store for a user; empty without a user."""
    return (user.get_full_name() or user.get_username()) if user is not None else ""


class Versions(HistoricalRecords):
    """The history of a model and some of its many-to-many relations, available as `history` on the model."""

    def __init__(self, *relations: str):
        super().__init__(history_id_field=models.BigAutoField(), m2m_fields=relations, bases=(Version,))

    def create_history_model(self, model, inherited):
        """Create the model of the versions, without derived fields."""
        self.excluded_fields = [field.name for field in model._meta.concrete_fields if field.name in DERIVED]
        return super().create_history_model(model, inherited)

    def get_change_reason_for_object(self, instance, history_type, using):
        """Return the item's own reason or, without one, the reason for all current changes."""
        own = super().get_change_reason_for_object(instance, history_type, using)
        return own or present_reason()[:MAX_REASON] or None

    def create_historical_record(self, instance, history_type, using=None):
        """Write a version with the record's time."""
        if hasattr(instance, "_history_date"):
            super().create_historical_record(instance, history_type, using)
            return
        instance._history_date = clock.now()
        try:
            super().create_historical_record(instance, history_type, using)
        finally:
            del instance._history_date

    def m2m_changed(self, instance, action, attr, pk_set, reverse, **kwargs):
        """Write a version, unless the item does so itself; note that relations changed."""
        if pk_set or action == "post_clear":
            instance.was_tied = True
        super().m2m_changed(instance, action, attr, pk_set, reverse, **kwargs)

    def get_meta_options(self, model):
        """Index deletions, a few rows among many, because the desk lists them."""
        deleted = models.Index(
            fields=["-history_date"], condition=Q(history_type=DELETED), name=f"{model._meta.model_name}_deleted"
        )
        return {**super().get_meta_options(model), "indexes": (deleted,)}

    def post_delete(self, instance, using=None, **kwargs):
        """Write the last version; tell receivers whether an item is deleted together with its owner."""
        origin = kwargs.get("origin")
        instance.goes_with_another = origin is not None and getattr(origin, "model", type(origin)) is not type(instance)
        super().post_delete(instance, using, **kwargs)

    def add_extra_methods(self, cls):
        """Add the method `record_version`, with which items write a version of themselves."""
        super().add_extra_methods(cls)
        cls.record_version = lambda item, how: self.create_historical_record(item, how)


class Versioned(models.Model):
    """An item with a history. A save without changes writes nothing."""

    history: Versions
    # Writes a version of the item as it is now: see Versions.add_extra_methods.
    record_version: Callable[[str], None]
    # The reason for the next version.
    _change_reason: str
    # While it is set, saving writes no version.
    skip_history_when_saving: bool
    # Whether it is being deleted because another item is.
    goes_with_another = False
    # Whether saving wrote the row, and whether relations changed.
    was_written, was_tied = False, False
    # The language in which it was given its texts, and their wordings by field: see models.wordings.in_language.
    worded_in = ""
    wordings: dict[str, Any] = {}

    class Meta:
        abstract = True

    def save(self, *args, **kwargs) -> None:
        """Save if anything differs from the stored row. Raises TypeError if its texts are those of a translation."""
        if self.worded_in:
            raise TypeError("This item has texts in another language, for reading. Load it again to change it.")
        if args or kwargs or self._state.adding or self._differs():
            self.was_written = True
            super().save(*args, **kwargs)

    def _differs(self) -> bool:
        left_out = self.get_deferred_fields()
        fields = [
            field for field in self._meta.concrete_fields if field.name not in DERIVED and field.attname not in left_out
        ]
        stored = type(self)._base_manager.filter(pk=self.pk).values_list(*(field.attname for field in fields))[:1]
        return [tuple(field.to_python(getattr(self, field.attname)) for field in fields)] != list(stored)

    def changed_beside(self) -> None:
        """Update `updated_at` if relations or parts changed but the row was not written."""
        if not self.was_written and hasattr(self, "updated_at"):
            self.updated_at = clock.now()
            stored: Any = type(self)._base_manager.filter(pk=self.pk)
            stored.update(updated_at=self.updated_at)


@contextmanager
def one_version(item: Versioned) -> Iterator[None]:
    """Save all changes to an item and its relations in this block as one version, or none if nothing changed.

    Runs in a transaction. Only changes made through this object count: `item.save()`, `item.themes.set(…)`.
    """
    how = MADE if item._state.adding else CHANGED
    with transaction.atomic():
        item.skip_history_when_saving = True
        item.was_written = item.was_tied = False
        try:
            yield
        finally:
            del item.skip_history_when_saving
        if item.was_tied:
            item.changed_beside()
        if item.was_written or item.was_tied:
            item.record_version(how)


def write_versions(
    items: Iterable[Versioned],
    how: str,
    *,
    user=None,
    reason: str = "",
    at: datetime.datetime | None = None,
    notify: bool = True,
) -> None:
    """Write a version of each of these items of one model, as stored, with relations; for bulk operations.

    `how` is MADE or CHANGED; `user` defaults to the request's, `at` to now. Receivers are notified of each version
    unless `notify` is false: that takes a few queries for each changed item, none for new ones.
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
        default_date=at or clock.now(),
        custom_historical_attrs={"history_editor": name_of(user)},
    )
    numbers = {item.pk: version.pk for item, version in zip(items, versions, strict=True)}
    for field in model.history.model._history_m2m_fields:
        _write_relations(field, numbers)
    if notify:
        if how == CHANGED:
            find_previous(model, versions)
        for item, version in zip(items, versions, strict=True):
            post_create_historical_record.send(sender=type(version), instance=item, history_instance=version)


def copy_versions(model: type[Versioned], keys: Collection[int], how: str, *, user=None, reason: str = "") -> None:
    """Write a version of each of these items as stored, with relations, in the database, without loading them.

    Like `write_versions`, but without notifying receivers. Runs one statement for the items and one per relation.
    """
    version = model.history.model
    user = user or version.get_default_history_user(model())
    given = {
        "history_date": connection.ops.adapt_datetimefield_value(clock.now()),
        "history_type": how,
        "history_user_id": user.pk if user is not None else None,
        "history_editor": name_of(user),
        "history_change_reason": reason[:MAX_REASON] or None,
    }
    own = [field.column for field in version.tracked_fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {version._meta.db_table} ({_names(own)}, {_names(given)})"  # noqa: S608
            f" SELECT {_names(own)}, {', '.join(['%s'] * len(given))} FROM {model._meta.db_table}"
            f" WHERE id IN ({_numbers(keys)}) ORDER BY id RETURNING history_id",
            list(given.values()),
        )
        written = _numbers(number for (number,) in cursor.fetchall())
        for field in version._history_m2m_fields:
            kept, through = Versions.m2m_models[field], field.remote_field.through
            tie = [column.column for column in through._meta.concrete_fields]
            cursor.execute(
                f"INSERT INTO {kept._meta.db_table} (history_id, {_names(tie)})"  # noqa: S608
                f" SELECT version.history_id, {_names(tie, 'tie.')} FROM {version._meta.db_table} AS version"
                f" JOIN {through._meta.db_table} AS tie ON tie.{field.m2m_column_name()} = version.id"
                f" WHERE version.history_id IN ({written}) ORDER BY version.history_id"
            )


def _names(columns: Iterable[str], table: str = "") -> str:
    """Return columns as an SQL list."""
    return ", ".join(table + connection.ops.quote_name(column) for column in columns)


def _numbers(keys: Iterable[int]) -> str:
    """Return keys as an SQL list; NULL, which matches nothing, if there are none."""
    return ", ".join(str(int(key)) for key in keys) or "NULL"


def find_previous(model, versions: list) -> None:
    """Set `_previous` of each new version to the one before it, in two queries for all."""
    numbers = [version.pk for version in versions]
    earlier = model.history.filter(id__in=[version.id for version in versions], pk__lt=min(numbers, default=0))
    newest = earlier.order_by().values("id").annotate(newest=Max("history_id")).values_list("newest", flat=True)
    known = {version.id: version for version in model.history.model._default_manager.in_bulk(list(newest)).values()}
    for version in versions:
        version._previous = known.get(version.id)


def previous(version):
    """Return the previous version of the same item; None if this is the first."""
    if hasattr(version, "_previous"):
        return version._previous
    version._previous = version.instance_type.history.filter(id=version.id, pk__lt=version.pk).order_by("-pk").first()
    return version._previous


def _write_relations(field: models.ManyToManyField, numbers: dict[int, int]) -> None:
    """Write the current relations of items; `numbers` are the versions of the items, by their keys."""
    kept = Versions.m2m_models[field]
    owner = field.m2m_field_name()
    through: Any = field.remote_field.through
    rows = through._base_manager.filter(**{f"{owner}__in": numbers}).values()
    kept._base_manager.bulk_create([kept(history_id=numbers[row[f"{owner}_id"]], **row) for row in rows])
