"""Backups of both databases: complete or absent, and restored completely or not at all."""

import os
import re
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

MANAGE = [sys.executable, settings.BASE_DIR / "manage.py"]
POSTGRES = connection.vendor == "postgresql"
# Large enough that copying takes a while, in text that does not compress.
LARGE = 30_000_000


class Site:
    """A separate migrated database of the tested engine, and the commands on it."""

    def __init__(self, address: str):
        self.environment = {**os.environ, "DATABASE_URL": address}

    def start(self, *arguments, **how) -> subprocess.Popen:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([*MANAGE, *map(str, arguments)], text=True, **{**pipes, "env": self.environment, **how})

    def manage(self, *arguments, typed="", **how) -> subprocess.CompletedProcess:
        with self.start(*arguments, **how) as process:
            said, complained = process.communicate(typed, timeout=120)
        assert "Traceback" not in complained, complained
        return subprocess.CompletedProcess(arguments, process.returncode, said, complained)

    def connect(self):
        address = self.environment["DATABASE_URL"]
        if POSTGRES:
            opened = psycopg2.connect(address)
            opened.autocommit = True
            return opened
        return sqlite3.connect(address.removeprefix("sqlite:///"), timeout=60, isolation_level=None)

    def sql(self, *statements: str):
        """Run statements one by one; return the first value of the last."""
        with closing(self.connect()) as opened, closing(opened.cursor()) as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None

    @property
    def words(self) -> int:
        return self.sql("SELECT count(*) FROM initiatives_emptysearch")

    def add(self, *words: str) -> None:
        self.sql(*(_added(word) for word in words))


def _added(word: str) -> str:
    return f"INSERT INTO initiatives_emptysearch (day, words, searched, count) VALUES ('2026-01-01', '{word}', '', 1)"


@contextmanager
def database(name: str, folder: Path, template: str | Path | None):
    """Create a database, empty or as a copy of another; it is deleted at the end."""
    if not POSTGRES:
        if template:
            with closing(sqlite3.connect(template)) as old, closing(sqlite3.connect(folder / name)) as new:
                old.backup(new)
        yield f"sqlite:///{folder / name}"
        return
    name = f"{name}_{os.getpid()}"
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    yield f"{os.environ['DATABASE_URL'].rsplit('/', 1)[0]}/{name}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def site(tmp_path, kept_database):
    with database("site", tmp_path, connection.settings_dict["NAME"] if POSTGRES else kept_database) as address:
        made = Site(address)
        if not POSTGRES:
            made.sql("PRAGMA journal_mode=WAL")  # like the site's own connections
        made.add("one", "two")
        yield made


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups"


def backups(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("[!.]*") if file.suffix != ".sha256")


@pytest.fixture
def backup(site, folder) -> Path:
    done = site.manage("backup", folder)
    assert done.returncode == 0, done
    (file,) = backups(folder)
    assert done.stdout.startswith(f"{file}: ")
    assert done.stdout.endswith("Verified.\n")
    return file


def test_backup_and_restore(site, backup):
    site.add("three")
    site.sql("CREATE TABLE initiatives_later (id integer PRIMARY KEY)")  # as a newer version would
    assert site.words == 3
    done = site.manage("restore", backup, "--no-input")
    assert done.returncode == 0, done
    assert site.words == 2
    (held,) = re.findall(r"[\d,]+ rows in \d+ tables", done.stdout)
    assert held in site.manage("backup", backup.parent / "again").stdout
    site.add("three")  # keys continue where they were
    assert site.words == 3


def test_restores_into_an_empty_database(tmp_path, backup):
    with database("empty", tmp_path, None) as address:
        empty = Site(address)
        done = empty.manage("restore", backup, "--no-input")
        assert done.returncode == 0, done
        assert empty.words == 2
        assert empty.manage("migrate", "--check").returncode == 0


def test_only_its_owner_can_read_it_and_the_digest_matches_sha256sum(backup):
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    checked = subprocess.run(["sha256sum", "--check", f"{backup.name}.sha256"], cwd=backup.parent, check=False)
    assert checked.returncode == 0


def test_nothing_is_replaced_without_permission(site, backup):
    site.add("three")
    for typed in ("no\n", ""):
        done = site.manage("restore", backup, typed=typed)
        assert done.returncode == 1
        assert "Nothing was changed." in done.stderr
    assert site.words == 3
    assert site.manage("restore", backup, typed="yes\n").returncode == 0
    assert site.words == 2


def test_a_backup_during_writes_is_consistent(site, folder, tmp_path):
    """Another process adds rows in pairs: a backup never has half a pair."""
    ended = threading.Event()

    def write() -> None:
        with closing(site.connect()) as opened, closing(opened.cursor()) as cursor:
            number = 0
            while not ended.is_set():
                number += 1
                cursor.execute("BEGIN")
                cursor.execute(_added(f"left {number}"))
                cursor.execute(_added(f"right {number}"))
                cursor.execute("COMMIT")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        done = site.manage("backup", folder)
    finally:
        ended.set()
        writer.join()
    assert done.returncode == 0, done
    with database("other", tmp_path, None) as address:
        other = Site(address)
        assert other.manage("restore", *backups(folder), "--no-input").returncode == 0
        assert other.words % 2 == 0
        assert 2 <= other.words <= site.words


def test_a_damaged_backup_is_refused(site, backup):
    whole = backup.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    site.add("three")
    for damaged in (whole[:-100], bytes(flipped)):
        backup.write_bytes(damaged)
        assert "is damaged" in site.manage("restore", backup, "--no-input").stderr
    backup.write_bytes(whole)
    backup.with_name(f"{backup.name}.sha256").unlink()
    assert "cannot be read: No such file" in site.manage("restore", backup, "--no-input").stderr
    assert site.words == 3


def test_damage_is_found_by_the_database_too(site, backup):
    """As if the file had been damaged before its digest was computed."""
    content = bytearray(backup.read_bytes())
    content[len(content) // 4 :: 50] = bytes(len(content[len(content) // 4 :: 50]))
    backup.write_bytes(content)
    digest = subprocess.run(["sha256sum", backup.name], cwd=backup.parent, capture_output=True, check=True).stdout
    backup.with_name(f"{backup.name}.sha256").write_bytes(digest)
    assert site.manage("restore", backup, "--no-input").returncode == 1
    assert site.words == 2


def test_other_files_are_refused(site, folder):
    other = folder / "other"
    other.write_bytes(b"SQLite format 3\0" if POSTGRES else b"PGDMP")
    digest = subprocess.run(["sha256sum", other.name], cwd=folder, capture_output=True, check=True).stdout
    (folder / "other.sha256").write_bytes(digest)
    done = site.manage("restore", other, "--no-input")
    assert "is no backup of" in done.stderr


def test_a_backup_that_fills_the_disk_leaves_nothing(site, folder):
    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    done = site.manage("backup", folder, preexec_fn=small_files)
    assert done.returncode == 1
    assert "could not be written" in done.stderr
    assert [file.name for file in folder.iterdir()] == [".backup.lock"]


@pytest.fixture
def large(site) -> Site:
    """A site with enough data that copying takes a while."""
    if POSTGRES:
        filling = f"SELECT md5(n::text) FROM generate_series(1, {LARGE // 32}) AS n"
    else:
        filling = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT {LARGE // 1000}) "
        filling += "SELECT hex(randomblob(500)) FROM n"
    site.sql("CREATE TABLE filling (text text)", f"INSERT INTO filling {filling}")
    return site


def test_a_killed_backup_leaves_nothing_that_looks_complete(large, folder):
    with large.start("backup", folder) as process:
        while not list(folder.glob(".*.part")):
            assert process.poll() is None
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
    assert not backups(folder)
    assert list(folder.glob(".*.part"))
    assert large.manage("backup", folder).returncode == 0
    assert len(backups(folder)) == 1
    assert not list(folder.glob(".*.part"))


def test_a_killed_restore_leaves_the_database_unchanged(large, folder, tmp_path):
    assert large.manage("backup", folder / "large").returncode == 0
    large.add("three")

    def in_the_middle() -> bool:
        if POSTGRES:  # it waits for the table that is locked below
            return large.sql("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0
        log = tmp_path / "site-wal"
        return log.exists() and log.stat().st_size > LARGE / 10

    with closing(large.connect()) as opened, closing(opened.cursor()) as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT 1 FROM filling LIMIT 1" if POSTGRES else "SELECT 1")
        with large.start("restore", folder / "large", "--no-input", stderr=subprocess.DEVNULL) as process:
            while not in_the_middle():
                assert process.poll() is None
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)
    assert large.words == 3
    assert large.manage("restore", folder / "large", "--no-input").returncode == 0
    assert large.words == 2


def test_old_backups_in_a_folder_are_deleted_but_no_other_files(site, folder):
    suffix = ".dump" if POSTGRES else ".sqlite3"
    for name in (f"reforms-20250101-00000{number}{suffix}" for number in range(3)):
        (folder / name).touch()
        (folder / f"{name}.sha256").touch()
    (folder / "by-hand").touch()
    done = site.manage("backup", folder, "--keep", "2")
    assert done.stdout.count("Deleted") == 2
    kept = backups(folder)
    assert [file.name for file in kept[:2]] == ["by-hand", f"reforms-20250101-000002{suffix}"]
    assert len(kept) == 3
    assert len(list(folder.glob("*.sha256"))) == 2


def test_wrong_arguments_are_explained(folder, monkeypatch):
    (folder / "file").touch()
    monkeypatch.chdir(folder)
    for arguments, complaint in (
        (["nowhere/backup"], "is not there"),
        (["file"], "is there already"),
        (["new", "--keep=2"], "--keep needs a folder"),
        ([".", "--keep=0"], "--keep needs a folder"),
    ):
        with pytest.raises(CommandError, match=complaint):
            call_command("backup", *arguments)
    assert backups(folder) == [folder / "file"]


@pytest.mark.skipif(not POSTGRES, reason="SQLite needs no programs")
def test_missing_or_outdated_programs_are_named(site, folder):
    tools = folder.parent / "tools"
    tools.mkdir()
    for wanted in ("pg_dump is missing", "pg_dump is too old for this server (pg_dump (PostgreSQL) 9.6)"):
        done = site.manage("backup", folder, env={**site.environment, "PATH": str(tools)})
        assert wanted in done.stderr
        assert "apt-get install postgresql-client-" in done.stderr
        (tools / "pg_dump").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6'\n")
        (tools / "pg_dump").chmod(0o755)
