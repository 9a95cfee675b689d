"""Cursors, which mark where a list continues (signed, so that values cannot be made up), and errors of requests."""

from collections.abc import Mapping
from typing import Any

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

_signer = Signer(salt="cursors of the API")


class Refused(Exception):
    """The request has wrong parameters; `reasons` says why, by name."""

    def __init__(self, reasons: Mapping[str, str]):
        super().__init__(reasons)
        self.reasons = reasons


class Outdated(Exception):
    """The record changed during a walk by relevance, so the next part would skip or repeat items."""


def write(order: str, place: Any) -> str:
    """Return the cursor of a place in an order."""
    return _signer.sign_object([order, place])


def read_any(cursor: str) -> tuple[str | None, Any]:
    """Return the order and the place of a cursor; None for no cursor. Raises Refused if the signature is wrong."""
    if not cursor:
        return None, None
    try:
        order, place = _signer.unsign_object(cursor)
    except (BadSignature, ValueError) as error:
        raise refused() from error
    return order, place


def read(cursor: str, order: str) -> Any:
    """Return the place in an order; None for no cursor. Raises Refused if it belongs to another order."""
    written, place = read_any(cursor)
    if written not in (None, order):
        raise refused()
    return place


def refused() -> Refused:
    """Return the error for a cursor that is not of this list."""
    return Refused({"cursor": _("This is not a cursor of this list. Follow “next”, or begin without a cursor.")})
