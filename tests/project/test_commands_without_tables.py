"""Commands on a database that was never set up, or not migrated, explain what to type."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.editorial.import_support import GOOD
from tests.editorial.spreadsheet_support import csv_file

pytestmark = [pytest.mark.database]

TYPE = "Run: .venv/bin/python manage.py migrate"
COMMANDS = {
    "attest": [],
    "backup": ["backup.file"],
    "capture_sources": [],
    "check_archive": [],
    "check_links": [],
    "check_quotes": [],
    "check_search": [],
    "export_dataset": ["datasets"],
    "export_wacz": ["copies.wacz"],
    "import_quotes": ["quotes.csv"],
    "load_dataset": ["datasets/none"],
    "load_first_content": [],
    "rebuild_search": [],
    "reset_second_factor": ["aigul"],
    "scheduled": [],
    # Django's own commands
    "createsuperuser": ["--no-input", "--username", "aigul", "--email", "aigul@example.org"],
    "changepassword": ["aigul"],
    "clearsessions": [],
}


@pytest.fixture
def empty(tmp_path, db):
    """Return the address of an empty database of the tested engine; it is deleted with the test."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.sqlite3"
        return
    name = f"empty_{os.getpid()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield f"{os.environ['DATABASE_URL'].rsplit('/', 1)[0]}/{name}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name}")


def run(address: str, *arguments: str, **how) -> subprocess.CompletedProcess:
    """Run Python on a database."""
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "DJANGO_SUPERUSER_PASSWORD": "correct horse battery",
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, **how)


def manage(address: str, *arguments: str, **how) -> subprocess.CompletedProcess:
    """Run a command of manage.py on a database."""
    return run(address, str(settings.BASE_DIR / "manage.py"), *arguments, **how)


def error_of(done: subprocess.CompletedProcess) -> str:
    """Return the message of a failed command; a traceback does not count."""
    assert done.returncode == 1, done
    assert "Traceback" not in done.stderr, done.stderr
    return done.stderr


def test_all_our_commands_are_tested():
    folder = Path(settings.BASE_DIR) / "initiatives" / "management" / "commands"
    fill_an_empty_one = {"makemigrations", "migrate", "restore"}
    assert {file.stem for file in folder.glob("[!_]*.py")} <= {*COMMANDS, *fill_an_empty_one}


# Runs each command as manage.py does, and prints its message.
EACH = """
import json, sys, manage
said = {}
for command, arguments in json.loads(sys.argv.pop()).items():
    sys.argv = ["manage.py", command, *arguments]
    try:
        manage.main()
    except SystemExit as exit:
        said[command] = exit.code
print(json.dumps(said))
"""


def test_the_message_explains_what_to_type(empty, tmp_path):
    (tmp_path / "quotes.csv").write_bytes(csv_file(list(GOOD), list(GOOD.values())))
    done = run(empty, "-c", EACH, json.dumps(COMMANDS), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    message = f"CommandError: The database is not set up yet. {TYPE}"
    assert json.loads(done.stdout.splitlines()[-1]) == dict.fromkeys(COMMANDS, message)


def test_createsuperuser_as_typed_by_hand(empty):
    terminal, keyboard = pty.openpty()
    try:
        done = manage(empty, "createsuperuser", stdin=keyboard)
    finally:
        os.close(terminal)
        os.close(keyboard)
    assert error_of(done).strip() == f"CommandError: The database is not set up yet. {TYPE}"


def test_an_older_database_is_distinguished_from_an_empty_one(empty):
    assert manage(empty, "migrate", "auth", "-v", "0").returncode == 0
    assert error_of(manage(empty, "check_search")).strip() == f"CommandError: The database is not up to date. {TYPE}"


def test_other_errors_of_the_database_are_not_hidden(tmp_path):
    done = manage(f"sqlite:///{tmp_path}/no/such/folder.sqlite3", "check_search")
    assert "unable to open database file" in done.stderr
    assert TYPE not in done.stderr
