"""Fields of several models. Migrations refer to the classes: never move or rename one."""

import hashlib
import unicodedata
from typing import Any

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

# The most characters of a quotation: some twenty minutes of speech.
LONGEST_QUOTATION = 10_000


class DigestField(models.CharField):
    """The SHA-256 of another text field, set on every save, so that a constraint can compare texts of any length.

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
        """Set and return the digest of the current text."""
        value = digest(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value


def digest(text: str) -> str:
    """Return the hexadecimal SHA-256 of a text in Unicode form NFC with white space collapsed."""
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()


class QuotationLength(MaxLengthValidator):
    """Refuses a quotation that is too long. A line break, which browsers send as two characters, counts as one."""

    message = _(
        "A quotation has at most %(limit_value)s characters; this one has %(show_value)s. Quote less, or in parts."
    )

    def clean(self, x) -> int:
        """Return the number of characters."""
        return len(x.replace("\r\n", "\n"))


def by_user(label: Any, related_name: str = "+") -> models.ForeignKey:
    """Return a field for the user who did something; set to null when the account is deleted."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=label, on_delete=models.SET_NULL, null=True, related_name=related_name
    )
