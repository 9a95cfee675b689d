"""A process killed at any step of copying a page leaves all of the copy or nothing, and the next one succeeds."""

import hashlib
import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from tests.editorial.site_support import Page, Site, serving
from tests.project.test_backups import POSTGRES, database

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

# Each death happens in a fork of a process that has loaded everything and has no connection open.
CODE = """
import itertools, json, os, pathlib, sys, django
django.setup()
from django.conf import settings
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
from django.core.files.storage import storages
from django.db import connection
from django.utils import timezone
from initiatives.editorial.copies.watching import copy_now
from initiatives.models import Capture, Found, Lease, Source, SourceText, Watch
from tests.factories import QuoteFactory, SourceFactory

def die(*args, **options):
    os.kill(os.getpid(), 9)

class DiesAt:
    def __init__(self, at):
        self.left = at
    def __call__(self, execute, *args):
        self.left -= 1
        return die() if self.left < 0 else execute(*args)

def copy():
    copy_now(Source.objects.get(slug="page"), may_ask=lambda address: True)

def before_the_file():
    storages["archive"].save = die
    copy()

def while_the_file_is_written():
    pathlib.Path.replace = die
    copy()

def after_the_file():
    save = storages["archive"].save
    storages["archive"].save = lambda *args: die(save(*args))
    copy()

def at_the_commit():
    connection.ensure_connection()
    commits, commit = itertools.count(), connection._commit
    def _commit():
        if Capture.objects.exists():
            die()
        commit()
    connection._commit = _commit
    copy()

def at_statement(number):
    with connection.execute_wrapper(DiesAt(number)):
        copy()

def killed(step, *args):
    connection.close()
    if not (child := os.fork()):
        try:
            step(*args)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])

def left():
    Lease.objects.update(until=timezone.now())  # ten minutes later
    return [Capture.objects.count(), SourceText.objects.count(), Found.objects.count(),
            Watch.objects.filter(live="same").count()]

QuoteFactory(text="We will hear everyone.", source=SourceFactory(slug="page", url=sys.argv[1]))
steps = [before_the_file, while_the_file_is_written, after_the_file, at_the_commit]
deaths = [[step.__name__, killed(step), left()] for step in steps]
for number in itertools.count(1, 2):  # every other: they take the time
    deaths.append([f"statement {number}", killed(at_statement, number), left()])
    if not deaths[-1][1]:
        break
print(json.dumps(deaths))
"""


def test_leaves_all_or_nothing(kept_database, tmp_path):
    site, archive = Site(), tmp_path / "archive"
    site.pages["/"] = Page(b"We will hear everyone.")
    template = connection.settings_dict["NAME"] if POSTGRES else kept_database
    with database("killed", tmp_path, template) as address, serving(site):
        environment = {
            **os.environ,
            "DATABASE_URL": address,
            "SEARCH_DIR": str(tmp_path / "index"),
            "ARCHIVE_DIR": str(archive),
            "DJANGO_SETTINGS_MODULE": "reforms_site.settings",
        }
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", CODE, site.url("/")],
            env=environment,
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    deaths = json.loads(done.stdout)
    nothing, everything = [0, 0, 0, 0], [1, 1, 1, 1]
    assert [(killed, left) for _step, killed, left in deaths[:4]] == [(True, nothing)] * 4, deaths
    *early, last = deaths[4:]
    assert all(killed and left in (nothing, everything) for _step, killed, left in early), deaths
    assert sum(left == nothing for _step, _killed, left in early) > 5
    assert last[1:] == [False, everything]
    files = [file for file in archive.rglob("*") if file.is_file() and not file.name.startswith(".")]
    assert [file.name for file in files] == [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    assert len(files) == 1
