"""A migrated SQLite database, kept between runs: migrations take two seconds, a copy takes none."""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

# The migrations depend on these files.
_PARTS = ("requirements.txt", "reforms_site/settings.py", "initiatives/migrations/*.py", "initiatives/**/fields.py")


def _name(folder: Path) -> Path:
    """Return the path of the kept database, whose name changes with the migrations."""
    parts = [sqlite3.sqlite_version.encode()]
    parts += [part.read_bytes() for pattern in _PARTS for part in sorted(settings.BASE_DIR.glob(pattern))]
    return folder / f"{hashlib.sha256(b'//'.join(parts)).hexdigest()}.sqlite3"


@pytest.fixture(scope="session")
def kept_database(request, django_db_modify_db_settings) -> Iterator[Path | None]:
    """On SQLite, copy the database kept by an earlier run before migrating, so that nothing is left to migrate."""
    if connection.vendor != "sqlite":
        yield None
        return
    kept = _name(request.config.cache.mkdir("migrated"))
    with closing(sqlite3.connect(connection.creation._get_test_db_name(), uri=True)) as memory:
        if kept.exists():
            with closing(sqlite3.connect(f"file:{kept}?mode=ro", uri=True)) as file:
                file.backup(memory)
        yield kept


@pytest.fixture(scope="session")
def django_db_setup(kept_database, django_db_setup, django_db_blocker) -> None:
    """pytest-django's fixture, which migrates the test database; then keep an SQLite database for the next run."""
    if kept_database is None or kept_database.exists():
        return
    for old in kept_database.parent.glob("*.sqlite3"):
        old.unlink(missing_ok=True)
    made = kept_database.with_suffix(f".{os.getpid()}")
    with django_db_blocker.unblock(), closing(sqlite3.connect(made)) as file:
        connection.ensure_connection()
        connection.connection.backup(file)
    made.replace(kept_database)
