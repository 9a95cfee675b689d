"""The database that a benchmark runs on: built once for a size and seed, used again, and never half built."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from tqdm import tqdm

from benchmark.generator import Generator
from benchmark.models import Built
from benchmark.report import say
from initiatives.models import Quote
from initiatives.models.choices import Kind
from initiatives.search import documents

STEMS_INDEX = "initiatives_searchdocument_stems"
# Quotes looked at to find out whether the index is what today's code would write.
SAMPLE = 200


def prepare(size: int, seed: int) -> Built:
    """Fill the database, unless it holds the record of this size and seed; stop if it holds anything else."""
    tables = connection.introspection.table_names()
    built = None
    if Built._meta.db_table in tables:
        built = Built.objects.filter(what=Built.RECORD).first()
    if built and (built.size, built.seed) != (size, seed):
        sys.exit(f"The database holds {built}. Name an empty one in DATABASE_URL, or none.")
    # Then the tables of apps without migrations: the benchmark's own, which refer to the site's.
    call_command("migrate", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)
    if built:
        if not _indexed_as_today(size):
            sys.exit("The index was written by other code than today's. Start again with --fresh.")
        return built
    if Quote.objects.exists():
        sys.exit("The database holds quotes that no finished run made. Start again with --fresh, or name an empty one.")
    return _build(size, seed)


def _build(size: int, seed: int) -> Built:
    start = time.perf_counter()
    with tqdm(total=size, desc="building", unit="quote", disable=None) as bar, loading():
        seconds = Generator(size, seed).build(bar.update)
        built = time.perf_counter()
    # What is put off while loading is part of indexing.
    seconds.indexing += time.perf_counter() - built
    record = Built.objects.create(
        what=Built.RECORD, size=size, seed=seed, writing=seconds.writing, indexing=seconds.indexing
    )
    analyse()
    say(f"Built in {time.perf_counter() - start:,.0f} s.")
    return record


@contextmanager
def loading() -> Iterator[None]:
    """Hold the database as a large load wants it: what fails half-way is thrown away and not mended.

    PostgreSQL makes the full-text index of rows that are there far faster than it keeps one up that outgrows its
    memory.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [STEMS_INDEX])
            (create,) = cursor.fetchone()
            cursor.execute(f"DROP INDEX {STEMS_INDEX}")
            yield
            documents.arrange()
            # In less memory than it may take: at 64 MB words lie so far apart that it takes a third longer.
            cursor.execute("SET maintenance_work_mem = '16MB'")
            cursor.execute(create)
            cursor.execute("RESET maintenance_work_mem")
        else:
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.execute("PRAGMA wal_autocheckpoint = 100000")
            yield
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("PRAGMA wal_autocheckpoint = 1000")
            cursor.execute("PRAGMA synchronous = NORMAL")


def analyse() -> None:
    """Bring the planner's figures up to date."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _indexed_as_today(size: int) -> bool:
    """Whether some quotes, taken evenly, are indexed as today's code would index them."""
    sample = range(1, size + 1, max(1, size // SAMPLE))
    _entries, differences = documents.compared(Kind.QUOTE, list(sample))
    return not differences


def engine() -> str:
    """Return the name of the engine in use, as `script/bench --engine` takes it."""
    return "postgres" if connection.vendor == "postgresql" else "sqlite"


def engine_version() -> str:
    """Return the name and version of the engine in use."""
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        version = connection.connection.info.server_version
        return f"PostgreSQL {version // 10000}.{version % 10000}"
    return f"SQLite {connection.Database.sqlite_version}"
