"""Signed links that show an item as it will look when published."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

_SALT = "initiatives.preview"


class PreviewExpired(Exception):
    """The link was valid but has expired."""


def preview_url(item) -> str:
    """Return an address that shows an item to anyone who has it, for settings.PREVIEW_MAX_AGE seconds."""
    return reverse("preview", args=[signing.dumps([item._meta.model_name, item.pk], salt=_SALT)])


def previewed(token: str) -> tuple[str, int]:
    """Return the kind and primary key in the token of a link.

    Raises PreviewExpired if it is too old, ValueError if this site did not sign it.
    """
    try:
        kind, pk = signing.loads(token, salt=_SALT, max_age=settings.PREVIEW_MAX_AGE)
    except signing.SignatureExpired as error:
        raise PreviewExpired from error
    except signing.BadSignature as error:
        raise ValueError("not a preview link of this site") from error
    return kind, pk
