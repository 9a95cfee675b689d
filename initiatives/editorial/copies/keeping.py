"""Keeps copies: the bytes as a file, the row, the text and the comparisons, all or nothing."""

import hashlib
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction

from initiatives.editorial.copies.comparing import compare_quotes_of
from initiatives.editorial.copies.extraction import Extracted
from initiatives.models import Capture, Source, SourceText
from initiatives.models.captures import archive_path, text_hash


def keep(
    source: Source, data: bytes, read: Extracted, way: str, media_type: str, by: Any, origin: dict[str, Any]
) -> Capture:
    """Keep a copy of a source's document, whose text has been read, and return its row.

    `origin` are further fields of the copy: asked_url, final_url, http_status, file_name. The file is written
    first: a process that ends in between leaves a whole file without a row.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    storages["archive"].save(archive_path(sha256), ContentFile(data))
    with transaction.atomic():
        capture = Capture.objects.create(
            source=source,
            way=way,
            media_type=media_type[:100],
            captured_by=by,
            size=len(data),
            sha256=sha256,
            **origin,
        )
        SourceText.objects.create(
            capture=capture,
            text=read.text,
            places=list(read.places),
            sha256=text_hash(read.text),
            extractor=read.extractor,
        )
        compare_quotes_of(source)
    return capture
