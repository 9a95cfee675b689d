"""The first content: the YAML files in fixtures/first_content, loaded into an empty record with full validation."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml
from django.core import serializers
from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.core.serializers.base import DeserializationError, DeserializedObject
from django.db import transaction
from django.utils import timezone

from initiatives.editorial.copies.comparing import as_stored
from initiatives.editorial.copies.extraction import extract
from initiatives.models import (
    Body,
    Capture,
    Found,
    Initiative,
    Milestone,
    OldSlug,
    Person,
    Principle,
    PrincipleSet,
    Publishable,
    Quote,
    QuoteTranslation,
    Source,
    SourceText,
    Theme,
)
from initiatives.models.captures import text_hash
from initiatives.models.choices import CaptureWay, State
from initiatives.models.history import one_version
from initiatives.text.comparison import Document

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "first_content"

# With a row in any of these, the record is not empty. An old slug means that there was an item.
RECORD = (
    Source,
    Theme,
    Person,
    Body,
    Initiative,
    Milestone,
    Quote,
    QuoteTranslation,
    PrincipleSet,
    Principle,
    OldSlug,
)

NOT_INCLUDED = "The text of the document is not part of this project; its hash and the places of the quotes are."


class RecordNotEmpty(Exception):
    """The record already has items."""


class ContentError(Exception):
    """An item of a file cannot be loaded; the message names the file, the item and the field."""


def read_first_content(folder: Path = FOLDER) -> list[tuple[str, dict]]:
    """Return the items of all files, by file name and then in their order, each with the name of its file.

    Raises ContentError if a file is not a list of items.
    """
    items: list[tuple[str, dict]] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            listed = yaml.safe_load(path.read_text(encoding="utf-8")) or []
        except yaml.YAMLError as error:
            raise ContentError(f"{path.name}: {error}") from error
        for number, item in enumerate(listed, start=1):
            if not isinstance(item, dict) or not isinstance(item.get("fields"), dict) or "model" not in item:
                raise ContentError(f"{path.name}: item {number} does not have a model and its fields.")
            items.append((path.name, item))
    return items


@transaction.atomic
def load_first_content(
    items: list[tuple[str, dict]], progress: Callable[[int], object] = lambda done: None
) -> Counter[str]:
    """Save items in their order, all or none, as an editor would; return how many of each model.

    Items published without a time are published now. `progress` is called for each item.
    Raises RecordNotEmpty if the record has any item, ContentError if an item is not valid.
    """
    if any(model._base_manager.exists() for model in RECORD):
        raise RecordNotEmpty
    now = timezone.now()
    loaded: Counter[str] = Counter()
    for file, raw in items:
        where = f"{file}, {raw['model']} {_label(raw['fields'])}"
        try:
            # The second half of the YAML serializer, one by one, because an item may refer to those saved before it.
            deserialized = next(serializers.deserialize("python", [raw]))
            _save(deserialized, now)
        except ValidationError as error:
            raise ContentError("\n".join(f"{where}: {fault}" for fault in _faults(error))) from error
        except (DeserializationError, FieldDoesNotExist) as error:
            raise ContentError(f"{where}: field “{_unreadable_field(raw)}”: {error}") from error
        loaded[str(deserialized.object._meta.model_name)] += 1
        progress(1)
    return loaded


def rows_of_copy(source: Source, data: bytes, file_name: str) -> list[dict]:
    """Return the items of a content file for a document that is not part of it: its hashes, and the places of quotes.

    They count as a copy that was taken down. Raises Unreadable.
    """
    read, now = extract(data, "text/plain", file_name), timezone.now().isoformat(timespec="seconds")
    document, sha256, sha256_of_text = Document(read.text), hashlib.sha256(data).hexdigest(), text_hash(read.text)
    copy = {
        "source": [source.slug],
        "captured_at": now,
        "way": CaptureWay.PASTED.value,
        "media_type": "text/plain",
        "size": len(data),
        "sha256": sha256,
        "taken_down_at": now,
        "taken_down_because": NOT_INCLUDED,
    }
    of_text = {"capture": [sha256], "sha256": sha256_of_text, "extractor": read.extractor, "read_at": now}
    rows = [("capture", copy), ("sourcetext", of_text)]
    for quote in Quote.objects.filter(source=source).order_by("pk"):
        of_quote = {
            "quote": [quote.text_digest],
            "source_text": [sha256_of_text],
            **as_stored(document.compare(quote.text)),
            "compared_at": now,
            "words_sha256": text_hash(quote.text),
        }
        rows.append(("found", of_quote))
    return [{"model": f"initiatives.{model}", "fields": fields} for model, fields in rows]


def _save(deserialized: DeserializedObject, now) -> None:
    """Check and save one item and its relations. DeserializedObject.save would bypass the rules of the models."""
    item: Any = deserialized.object
    if item.pk is not None:
        raise ValidationError("It is in the files twice, or has a number (pk) of its own.")
    if isinstance(item, Publishable) and item.state == State.PUBLISHED and item.published_at is None:
        item.published_at = now
    if isinstance(item, Capture | SourceText | Found):
        # No form has their fields, so none says which may be empty.
        item.validate_constraints()
        item.save()
        return
    item.full_clean()
    with one_version(item):
        item.save()
        for field, related in (deserialized.m2m_data or {}).items():
            getattr(item, field).set(related)


def _label(fields: dict) -> str:
    """Return the label of an item for editors: its slug, number or first words."""
    label = str(fields.get("slug") or fields.get("number") or fields.get("text") or "")
    return f"“{label[:60]}”"


def _unreadable_field(raw: dict) -> str:
    """Return the first field that cannot be read: the serializer reports only its value."""
    for name, value in raw["fields"].items():
        try:
            next(serializers.deserialize("python", [{**raw, "fields": {name: value}}]))
        except (DeserializationError, FieldDoesNotExist):
            return name
    return "model"


def _faults(error: ValidationError) -> Iterator[str]:
    """Yield each fault that a check found, with its field."""
    if not hasattr(error, "error_dict"):
        yield from error.messages
        return
    for field, messages in error.message_dict.items():
        for message in messages:
            yield message if field == NON_FIELD_ERRORS else f"field “{field}”: {message}"
