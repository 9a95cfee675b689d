"""The database that a benchmark runs on, and its index: built once for a size and seed, then reused."""

import subprocess
import sys
import time
from collections.abc import Callable

from django.core.management import call_command
from django.db import connection
from tqdm import tqdm

from benchmark import generator
from benchmark.models import Built
from benchmark.report import say
from initiatives.models import Quote, SearchChange
from initiatives.search import in_step
from initiatives.search.index import store

# Fills an empty database with a number of quotes from a seed; calls back with the number of quotes in each step.
BUILDERS: dict[str, Callable] = {
    Built.RECORD: generator.build,
    # The first content has no size or seed, so script/bench derives a seed from its files.
    Built.FIRST: lambda size, seed, progress: call_command("load_first_content", verbosity=0),
}


def prepare(what: str, size: int, seed: int) -> Built:
    """Build and index the record unless that is done, and return it. Exits if the database contains another record.

    A separate process builds it, so that this one's memory is not affected.
    """
    command = [sys.executable, "-m", "benchmark", "build", what, str(size), str(seed)]
    if status := subprocess.run(command, check=False).returncode:  # noqa: S603
        sys.exit(status)
    return Built.objects.get(what=what)


def build(arguments: list[str]) -> None:
    """Build a record for `prepare`. The arguments are the kind of record, its size and its seed."""
    what, size, seed = arguments[0], int(arguments[1]), int(arguments[2])
    built = None
    if Built._meta.db_table in connection.introspection.table_names():
        built = Built.objects.filter(what__in=BUILDERS).first()
    if built and (built.what, built.size, built.seed) != (what, size, seed):
        sys.exit(f"The database holds {built}. Name an empty one in DATABASE_URL, or none.")
    # The benchmark's apps have no migrations, and their tables refer to the site's.
    call_command("migrate", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)
    if not built:
        if Quote.objects.exists():
            sys.exit("The database holds quotes of an unfinished run. Start again with --fresh, or name an empty one.")
        built = _write(Built(what=what, size=size, seed=seed))
    _index(built)


def _write(built: Built) -> Built:
    start = time.perf_counter()
    with tqdm(total=built.size, desc="writing", unit="quote", disable=None) as bar:
        BUILDERS[built.what](built.size, built.seed, bar.update)
    built.writing = time.perf_counter() - start
    built.save()
    analyse()
    return built


def _index(built: Built) -> None:
    """Rebuild the index unless it contains all changes of this database."""
    numbered = SearchChange.objects.filter(number__isnull=False).order_by("number")
    known = store().read_again()
    if known and known.last_change == numbered.values_list("number", "token").last():
        return
    start = time.perf_counter()
    with tqdm(total=in_step.count_items(), desc="indexing", unit="document", disable=None) as bar:
        count = in_step.rebuild(bar.update)
    built.indexing = time.perf_counter() - start
    built.save()
    say(f"Indexed {count:,} documents, {count / built.indexing:,.0f} a second.")


def analyse() -> None:
    """Update the query planner's statistics."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def engine() -> str:
    """Return the name of the engine in use, as in `script/bench --engine`."""
    return "postgres" if connection.vendor == "postgresql" else "sqlite"


def engine_version() -> str:
    """Return the name and version of the engine in use."""
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        version = connection.connection.info.server_version
        return f"PostgreSQL {version // 10000}.{version % 10000}"
    return f"SQLite {connection.Database.sqlite_version}"
