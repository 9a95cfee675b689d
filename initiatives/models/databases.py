"""Chooses the database to read: the primary, unless a visitor's request is answered from a replica.

Everything is written to the primary. DATABASE_REPLICA_URLS names replicas; reforms_site/replicas.py chooses among them.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection


class _Present(threading.local):
    alias = DEFAULT_DB_ALIAS


_present = _Present()


def read_alias() -> str:
    """Return the alias of the database that the current thread reads: in a transaction, the primary."""
    return DEFAULT_DB_ALIAS if connection.in_atomic_block else _present.alias


@contextmanager
def reading(alias: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Read from a database in this block (default: the primary)."""
    before, _present.alias = _present.alias, alias
    try:
        yield
    finally:
        _present.alias = before


class Router:
    """Django's database router. Always returns an alias, so that items read from a replica are saved to the primary."""

    def db_for_read(self, model: type, **hints: Any) -> str:
        """Return the alias of the database to read."""
        return read_alias()

    def db_for_write(self, model: type, **hints: Any) -> str:
        """Return the alias of the database to write to."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: object, other: object, **hints: Any) -> bool:
        """Allow relations between all databases: replicas have the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Migrate only the primary; replicas follow."""
        return db == DEFAULT_DB_ALIAS
