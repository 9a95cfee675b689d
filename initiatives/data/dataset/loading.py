"""Reading a version of the dataset into an empty site: the same public pages at the same addresses."""

import datetime
import hashlib
import json
from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import JSONField
from django.utils import timezone

from initiatives.data.dataset import package
from initiatives.data.dataset.export import rows_in
from initiatives.data.dataset.tables import CHUNK, TABLES, Row, Table
from initiatives.editorial.first_content import RECORD, RecordNotEmpty
from initiatives.models import Capture
from initiatives.models.choices import Kind, State
from initiatives.models.history import MADE, write_versions
from initiatives.search.in_step import note


class DatasetDamaged(Exception):
    """A file is missing or differs from its checksum."""


@transaction.atomic
def load(version: Path, progress: Callable[[int], object] = lambda done: None) -> Counter[str]:
    """Load all of a version, or nothing; return how many rows of each table. `progress` is called with rows done.

    Raises RecordNotEmpty if the record has any item, DatasetDamaged if a checksum does not fit.
    """
    if any(model._base_manager.exists() for model in RECORD):
        raise RecordNotEmpty
    _check(version)
    loaded: Counter[str] = Counter()
    for table in TABLES:
        rows = rows_in(version, table)
        while some := list(islice(rows, CHUNK)):
            _load(table, some, version.name)
            loaded[table.name] += len(some)
            progress(len(some))
    _continue_numbers()
    return loaded


def _check(version: Path) -> None:
    try:
        for resource in package.read(version)["resources"]:
            with (version / resource["path"]).open("rb") as file:
                if f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}" != resource["hash"]:
                    raise DatasetDamaged(resource["path"])
    except (OSError, ValueError, KeyError) as error:
        raise DatasetDamaged(str(error)) from error


def _load(table: Table, rows: list[Row], name: str) -> None:
    model: Any = table.model
    names = [field.attname for field in table.fields]
    also: Row = {"state": State.PUBLISHED} if "published_at" in names else {}
    if model is Capture:
        also = {
            "taken_down_at": timezone.now(),
            "taken_down_because": f"Not in the dataset of {name}, from which it is.",
        }
    read = {field.attname: json.loads for field in table.fields if isinstance(field, JSONField)}
    # Older versions lack columns added later.
    items = [
        model(**{one: read.get(one, lambda value: value)(row[one]) for one in names if one in row}, **also)
        for row in rows
    ]
    for item in items:
        item.clean_fields(exclude=[field.name for field in model._meta.fields if _is_empty(item, field)])
    model._base_manager.bulk_create(items)
    if "updated_at" in names:
        # Saving set it to now.
        for item, row in zip(items, rows, strict=True):
            item.updated_at = datetime.datetime.fromisoformat(row["updated_at"])
        model._base_manager.bulk_update(items, ["updated_at"])
    for field in table.relations:
        through, own, other = field.remote_field.through, field.m2m_column_name(), field.m2m_reverse_name()
        ties = [through(**{own: row["id"], other: key}) for row in rows for key in row[f"{field.name}_ids"]]
        through._base_manager.bulk_create(ties)
    if hasattr(model, "history"):
        write_versions(items, MADE, reason=f"Loaded from the dataset of {name}.")
    if model._meta.model_name in Kind.values:
        note(str(model._meta.model_name), [item.pk for item in items])


def _is_empty(item: Any, field: Any) -> bool:
    """Return whether a field has nothing to check: its items are not read yet, or the database allows it empty."""
    value = getattr(item, field.attname)
    return field.is_relation or value == [] or (value is None and field.null)


def _continue_numbers() -> None:
    """Reset the sequences, so that new items have numbers after those that were loaded (PostgreSQL)."""
    statements = connection.ops.sequence_reset_sql(no_style(), [table.model for table in TABLES])
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
