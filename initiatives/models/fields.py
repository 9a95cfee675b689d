"""Custom model fields. Migrations refer to them: never move or rename one."""

import hashlib
import unicodedata

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

# The most characters of a quotation: some twenty minutes of speech.
LONGEST_QUOTATION = 10_000


class DigestField(models.CharField):
    """The SHA-256 of another text field, written at every save, so that a constraint can compare texts of any length.

    Texts that differ only in white space or Unicode composition have the same digest.
    """

    def __init__(self, *args, of: str = "text", **kwargs):
        self.of = of
        super().__init__(*args, **{**kwargs, "max_length": 64, "editable": False})

    def deconstruct(self):
        """Keep `of` in migrations."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["editable"]
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance, add):
        """Return the digest of the text as it is now."""
        value = digest(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value


def digest(text: str) -> str:
    """Return the SHA-256, in hexadecimal, of a text in Unicode form NFC with white space folded."""
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()


# Migrations, which import no models, know it as what it is: a greatest length.
@deconstructible(path="django.core.validators.MaxLengthValidator")
class QuotationLength(MaxLengthValidator):
    """Refuses a quotation that is too long. A line break, which browsers send as two characters, counts as one."""

    message = _(
        "A quotation has at most %(limit_value)s characters; this one has %(show_value)s. Quote less, or in parts."
    )

    def clean(self, x) -> int:
        """Return the number of characters."""
        return len(x.replace("\r\n", "\n"))


class RowNumberField(models.BigIntegerField):
    """A 64-bit primary key. On SQLite it is the row number, so rows are stored in its order and found quickly.

    SQLite accepts only the type INTEGER for that: https://www.sqlite.org/lang_createtable.html#rowid
    """

    def db_type(self, connection) -> str | None:
        """Return the column's type on the database in use."""
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class WeightedStemsField(models.TextField):
    """PostgreSQL's tsvector, given as a literal. Null on SQLite, which keeps stems in an FTS5 table instead."""

    def db_type(self, connection) -> str:
        """Return the column's type on the database in use."""
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_placeholder(self, value, compiler, connection) -> str:
        """Return the placeholder that turns the literal into the column's type."""
        return "%s::tsvector" if connection.vendor == "postgresql" else "%s"
