"""System checks: what must be there for the site to work, said before it starts."""

import sqlite3

from django.conf import settings
from django.core.checks import Error, register


@register()
def sqlite_has_full_text_search(app_configs, **kwargs) -> list[Error]:
    """Refuse to start on an SQLite that cannot search."""
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
        return []
    with sqlite3.connect(":memory:") as database:
        has_fts5 = database.execute("SELECT sqlite_compileoption_used('ENABLE_FTS5')").fetchone()[0]
    database.close()
    if has_fts5 and sqlite3.sqlite_version_info >= (3, 35):
        return []
    return [
        Error(
            f"This Python's SQLite ({sqlite3.sqlite_version}) cannot search texts.",
            hint="Use a Python whose SQLite is 3.35 or newer with FTS5, or set DATABASE_URL to a PostgreSQL database.",
            id="initiatives.E001",
        )
    ]
