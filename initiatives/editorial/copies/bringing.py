"""Documents that editors bring, as a file or a pasted text: read and compared with the record before they are kept."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import Any

from django.core import signing
from django.core.files.storage import storages
from django.utils.translation import gettext as _

from initiatives.editorial.copies.extraction import Extracted, Unreadable, extract
from initiatives.editorial.copies.keeping import keep
from initiatives.models import Capture, OldSlug, Source
from initiatives.models.captures import LARGEST, archive_path
from initiatives.models.choices import CaptureWay, Language
from initiatives.models.partial_dates import read_partial_date
from initiatives.text.scripts import russian_or_kazakh
from initiatives.text.slugs import slug_of

# The file names that can be chosen, and the first characters that decide the language of a text.
ENDINGS = (".html", ".htm", ".pdf", ".docx", ".txt", ".vtt", ".srt")
BEGINNING = 20_000
_SALT = "initiatives.editorial.copies.bringing"


@dataclass(frozen=True)
class Brought:
    """A document that an editor brings, with the text that was read in it."""

    data: bytes
    way: str
    media_type: str
    file_name: str
    read: Extracted

    @cached_property
    def sha256(self) -> str:
        """The hexadecimal SHA-256 of its bytes."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def token(self) -> str:
        """The signed names of a document whose bytes are in the archive already, for `brought_again`."""
        return signing.dumps([self.sha256, self.way, self.media_type, self.file_name], salt=_SALT)

    def keep(self, source: Source, by: Any) -> Capture:
        """Keep it as a copy of a source."""
        origin = {"file_name": self.file_name} if self.file_name else {}
        return keep(source, self.data, self.read, self.way, self.media_type, by, origin)


def brought(data: bytes, way: str, media_type: str, file_name: str = "") -> Brought:
    """Return a document with its text. Raises Unreadable if there is none, or if it was taken down before."""
    if len(data) > LARGEST:
        raise Unreadable(_("The document is too large: at most 10 MB can be kept."))
    path = PurePath(file_name)
    name = f"{path.stem[:190]}{path.suffix[:10]}" if file_name else ""
    one = Brought(data, way, media_type[:100], name, extract(data, media_type, name))
    down = Capture.objects.filter(sha256=one.sha256, taken_down_at__isnull=False).first()
    if down:
        said = _("This document was taken down and is not kept again. The reason was: %(reason)s")
        raise Unreadable(said % {"reason": down.taken_down_because})
    return one


def brought_text(text: str) -> Brought:
    """Return a pasted text as a document. Raises Unreadable."""
    return brought(text.encode("utf-8", "replace"), CaptureWay.PASTED.value, "text/plain")


def brought_again(token: str) -> Brought:
    """Return a document whose bytes are in the archive, given its token. Raises Unreadable if they are gone."""
    try:
        sha256, way, media_type, file_name = signing.loads(token, salt=_SALT)
        with storages["archive"].open(archive_path(sha256)) as file:
            data = file.read()
    except (signing.BadSignature, FileNotFoundError) as error:
        raise Unreadable(_("Choose the file or paste the text again.")) from error
    return brought(data, way, media_type, file_name)


def same_bytes(one: Brought) -> list[Capture]:
    """Return the copies on record with the same bytes, newest first."""
    return list(Capture.objects.filter(sha256=one.sha256).select_related("source"))


def describe(source: Source, one: Brought) -> None:
    """Fill in what an unsaved source lacks from what the document says of itself, or from its first words."""
    read = one.read
    source.title = source.title or " ".join(read.title.split())[:300] or " ".join(read.paragraphs[0][:100].split())
    said = read.language.partition("-")[0].lower()  # "ru-RU"
    source.language = (said if said in Language.values else "") or russian_or_kazakh(read.text[:BEGINNING]) or ""
    if source.date is None and read.date:
        try:
            source.date, source.date_precision = read_partial_date(read.date)
        except ValueError:
            pass
        else:
            if source.unusual_date:
                source.date, source.date_precision = None, ""
    stem = slug_of(source.title) or f"document-{one.sha256[:8]}"
    taken = set(Source.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    taken |= set(OldSlug.objects.filter(kind="source", slug__startswith=stem).values_list("slug", flat=True))
    source.slug = next(slug for slug in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)
