"""Uploaded imports: a file is stored, previewed any number of times, and imported once, in one transaction."""

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from initiatives.changes.log import entries
from initiatives.editorial.spreadsheets import formats
from initiatives.editorial.spreadsheets.csv_reader import ImportFault
from initiatives.editorial.spreadsheets.item_import import ItemImport
from initiatives.editorial.spreadsheets.outcomes import Effect, ImportPreview
from initiatives.editorial.spreadsheets.permissions import Rights
from initiatives.editorial.spreadsheets.quote_import import QuoteImport
from initiatives.editorial.spreadsheets.tables import QUOTES, TABLES, Table
from initiatives.models import Change, Import
from initiatives.models.choices import Nature

KEPT_FOR = datetime.timedelta(days=1)


class ImportRefused(Exception):
    """Nothing was imported: a row has errors, there is nothing to do, or the record has changed since the preview."""


class ReasonMissing(Exception):
    """Nothing was imported: readers would no longer see an item, which is named, and no reason is given."""


def store_upload(table: Table, user, name: str, content: bytes) -> Import:
    """Keep an uploaded file for its user to preview; return it. Files not imported within a day are deleted.

    A user has at most one file per table. Raises ImportFault if the file cannot be read.
    """
    formats.read(name, content, table.layout, table.name)
    waiting = Import.objects.filter(done_at=None)
    kind = str(table.model._meta.model_name)
    with transaction.atomic():
        waiting.filter(uploaded_at__lt=timezone.now() - KEPT_FOR).delete()
        waiting.filter(user=user, table=kind).delete()
        return Import.objects.create(table=kind, file_name=name[-200:], content=content, user=user)


def examine(kept: Import, *, dates_confirmed: bool = False) -> ImportPreview:
    """Return the preview of a stored file for its user, with hints. Raises ImportFault if it cannot be read."""
    importer, examined = _import_of(kept, dates_confirmed)
    importer.point_out(examined)
    return examined


def apply(kept: Import, digest: str, *, dates_confirmed: bool = False) -> ImportPreview:
    """Import a stored file in one transaction, with a version of each item, and return its outcome.

    Raises ReasonMissing if it hides an item without a reason (see history.because); ImportRefused if the preview no
    longer has this digest (see ImportPreview), if a row has errors or if there is nothing to do; ImportFault if the
    file cannot be read or conflicts with someone else's change. Then nothing is saved.
    """
    try:
        with transaction.atomic():
            # If sent twice, the second request waits here for the first and finds nothing left to do.
            if not Import.objects.select_for_update().filter(pk=kept.pk, done_at=None).exists():
                raise ImportRefused
            importer, examined = _import_of(kept, dates_confirmed, lock=True)
            if examined.wrong or examined.idle or examined.digest != digest:
                raise ImportRefused
            now = timezone.now()
            importer.store_all(user=kept.user, reason=kept.reason, now=now)
            hidden = Change.objects.filter(nature=Nature.WITHDRAWAL, reason="", at=now).first()
            if hidden is not None:
                raise ReasonMissing(entries([hidden])[0].name)
            counts = examined.counts
            kept.content, kept.done_at = None, now
            kept.added, kept.changed = counts[Effect.NEW], counts[Effect.CHANGED]
            kept.unchanged = counts[Effect.UNCHANGED]
            kept.save()
            return examined
    except IntegrityError as error:
        raise ImportFault(
            _("Someone else changed the record at the same time. Nothing was imported. Import the file again.")
        ) from error


def _import_of(kept: Import, dates_confirmed: bool, *, lock: bool = False) -> tuple[ItemImport, ImportPreview]:
    table = TABLES[kept.table]
    rows = formats.read(kept.file_name, bytes(kept.content or b""), table.layout, table.name)
    rights = Rights(kept.user)
    importer = QuoteImport(rights, dates_confirmed=dates_confirmed) if table is QUOTES else ItemImport(table, rights)
    return importer, importer.examine(rows, lock=lock)
