"""Backups of PostgreSQL in pg_dump's custom format, restored in one transaction."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from django.db import connection, transaction
from django.db.backends.postgresql.client import DatabaseClient

from initiatives.management.backups.base import BackupError, Progress, Rows

SUFFIX = ".dump"
BEGINS = b"PGDMP"
_CHUNK = 1_000_000
_BEGINS_TABLE = re.compile(rb'COPY [^ ]+?\.?"?([^ ."]+)"? \(')
# Wait up to a minute for other connections to release the tables.
_BEGINNING = b"BEGIN; SET LOCAL lock_timeout = '60s'; SET LOCAL client_min_messages = error;\n"
# Tables take their triggers with them, but not the functions of these.
_DROP_TRIGGER_FUNCTIONS = b"""DO $$ DECLARE name regprocedure; BEGIN
    FOR name IN
        SELECT oid FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND prorettype = 'trigger'::regtype
    LOOP EXECUTE format('DROP FUNCTION %s', name); END LOOP;
END $$;
"""


@contextmanager
def snapshot(place: Path, progress: Progress) -> Iterator[Any]:
    """Yield a cursor with a snapshot of the database, then dump the same snapshot into a file."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        # Counting may take long, and then this transaction waits for pg_dump.
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
        yield cursor
        cursor.execute("SELECT pg_export_snapshot()")
        (seen,) = cursor.fetchone()
        with Program("pg_dump", "--format=custom", f"--snapshot={seen}", *_where()) as dump, place.open("wb") as file:
            try:
                while some := dump.stdout.read(_CHUNK):
                    file.write(some)
                    progress("Writing", len(some))
                dump.finish()
            finally:
                dump.kill()


def rows_in(file: Path) -> Rows:
    """Return how many rows each table of a backup has. Reads all of it. Raises BackupError if it is damaged."""
    rows: Rows = {}
    table = ""
    with _script(file, "--data-only") as script:
        for line in script.stdout:
            if not table:
                if found := _BEGINS_TABLE.match(line):
                    table = found[1].decode()
                    rows[table] = 0
            elif line == b"\\.\n":
                table = ""
            else:
                rows[table] += 1
        script.finish()
    return rows


def restore(file: Path, progress: Progress) -> None:
    """Replace all tables by those of a backup in one transaction. Readers wait until it ends."""
    names = [connection.ops.quote_name(name) for name in connection.introspection.table_names()]
    quiet = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null")
    with _script(file, "--no-owner", "--no-acl") as script, Program("psql", *quiet, *_where()) as server:
        try:
            server.stdin.write(_BEGINNING)
            if names:
                server.stdin.write(f"DROP TABLE {', '.join(names)} CASCADE;\n".encode())
                server.stdin.write(_DROP_TRIGGER_FUNCTIONS)
            while some := script.stdout.read(_CHUNK):
                server.stdin.write(some)
                progress("Restoring", len(some))
            script.finish()
            # Without this PostgreSQL would roll back everything.
            server.stdin.write(b"COMMIT;\n")
            server.stdin.close()
        except BrokenPipeError:
            pass  # psql has printed the reason
        server.finish("The database is as it was.")


class Program(subprocess.Popen[bytes]):
    """A running PostgreSQL program. Raises BackupError if it is missing or older than the server."""

    stdin: IO[bytes]
    stdout: IO[bytes]
    stderr: IO[bytes]

    def __init__(self, name: str, *options: str):
        self.name = name
        _arguments, secrets = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
        pipe = subprocess.PIPE
        command = [_path(name), *options]
        super().__init__(command, env={**os.environ, **(secrets or {})}, stdin=pipe, stdout=pipe, stderr=pipe)

    def finish(self, remark: str = "") -> None:
        """Wait until it ends. Raises BackupError with its output if it failed."""
        output = self.stderr.read().decode(errors="replace").strip()
        if self.wait():
            raise BackupError(f"{self.name} failed: {output} {remark}".strip())


def _script(file: Path, *options: str) -> Program:
    """Start pg_restore, which writes a backup as SQL."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        (schema,) = cursor.fetchone()
    return Program("pg_restore", *options, f"--schema={schema}", "--file=-", str(file))


def _where() -> list[str]:
    """Return the arguments for the current database. The password is passed in the environment."""
    arguments, _secrets = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    return ["--no-password", *arguments[1:]]


def _path(name: str) -> str:
    """Return the path of a program. Raises BackupError if it is missing or older than the server."""
    needed = cast(Any, connection).pg_version // 10_000
    install = f"Install PostgreSQL's client programs, version {needed}: apt-get install postgresql-client-{needed}"
    path = shutil.which(name)
    if path is None:
        raise BackupError(f"{name} is missing. {install}")
    output = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"\d+", output)
    if version is None or int(version[0]) < needed:
        raise BackupError(f"{name} is too old for this server ({output.strip()}). {install}")
    return path
