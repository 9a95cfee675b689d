"""Takes copies down: their bytes and texts go, their rows stay with the hashes, the time and the reason."""

from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from initiatives.editorial.copies.comparing import compare_quotes_of
from initiatives.models import Capture, SourceText
from initiatives.models.captures import archive_path


def take_down(capture: Capture, by: Any, reason: str) -> None:
    """Empty a copy's texts and delete its file unless another copy has the same bytes; the caller checks the right.

    What was found in the copy stays on record. The rows change first, all or none; if the process ends before the
    file is deleted, taking the copy down again deletes it, and check_archive names it. The first reason stays. Raises
    ValidationError without a reason, or if it is too long.
    """
    reason = reason.strip()
    if not reason:
        raise ValidationError(_("Say why the copy is taken down."))
    Capture._meta.get_field("taken_down_because").clean(reason, capture)
    with transaction.atomic():
        held = Capture.objects.select_for_update().get(pk=capture.pk)
        if held.taken_down_at is None:
            held.taken_down_at, held.taken_down_by, held.taken_down_because = timezone.now(), by, reason
            held.save(update_fields=["taken_down_at", "taken_down_by", "taken_down_because"])
            SourceText.objects.filter(capture=held).update(text="", places=[])
            compare_quotes_of(held.source)
        # A storage that fails now undoes nothing: the failure is logged.
        transaction.on_commit(partial(_delete_file, held.sha256), robust=True)
    capture.refresh_from_db()


def _delete_file(sha256: str) -> None:
    if not Capture.objects.filter(sha256=sha256, taken_down_at=None).exists():
        storages["archive"].delete(archive_path(sha256))
