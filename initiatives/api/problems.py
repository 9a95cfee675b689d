"""Error responses for programs (RFC 9457)."""

from collections.abc import Mapping


class Refused(Exception):
    """Parameters that cannot be understood, each with the reason."""

    def __init__(self, reasons: Mapping[str, str]):
        super().__init__(reasons)
        self.reasons = reasons


class Outdated(Exception):
    """The record changed during a walk in an order of places, so that a part would skip items or repeat them."""
