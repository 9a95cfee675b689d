"""A process that is killed while it imports or undoes leaves all of it or nothing, and loses nothing confirmed.

Each runs in a process of its own, on a database that lasts, and is killed at some of its statements and at the commit.
"""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from tests.project.test_backups import POSTGRES, database

pytestmark = pytest.mark.slow

SETUP = """
import json, os, django
django.setup()
from django.contrib.auth.models import User
from django.db import connection
from initiatives.editorial.spreadsheets import uploads
from initiatives.editorial.spreadsheets.tables import QUOTES
from initiatives.editorial.spreadsheets.undo import plan_undo, undo
from initiatives.models import Import, Person, Quote, SearchChange, Source, Theme
from initiatives.search.check import check
from tests.editorial.import_support import GOOD
from tests.editorial.spreadsheet_support import csv_file, dicts
from tests.factories import QuoteFactory

def record():
    kept = (Quote, Person, Source, Theme, Quote.themes.through, Quote.history.model, SearchChange, Import)
    return [list(model.objects.order_by("pk").values()) for model in kept]

class Killed:
    def __init__(self, at):
        self.left = at
    def __call__(self, execute, *args):
        self.left -= 1
        if self.left < 0:
            os.kill(os.getpid(), 9)
        return execute(*args)

def stands():
    import hashlib
    return hashlib.sha256(repr(record()).encode()).hexdigest()

kept = Import.objects.first()
"""
BEGIN = """
user = User.objects.create_superuser("root")
QuoteFactory(text="Words")
rows = [{**GOOD, "text": f"{number} said", "themes": f"Law; Theme {number}"} for number in range(20)]
cells = {"language": "en", "speaker": "Somebody New", "source": "Notes", "source_url": "https://example.org/n"}
content = csv_file(*dicts(*rows, {"id": Quote.objects.get().pk, "text": "Else", **cells}))
uploads.store_upload(QUOTES, user, "a.csv", content)
"""
IMPORT = "uploads.apply(kept, uploads.examine(kept).digest)"
UNDO = "undo(kept, kept.user, plan_undo(kept, kept.user).digest)"
SAY = "print(json.dumps([stands(), Quote.objects.count(), list(map(str, check()))]))"


@pytest.fixture
def run(kept_database, tmp_path):
    """Return a function that runs code in a process of its own and returns what it says; None if it was killed."""
    with database("kills", tmp_path, connection.settings_dict["NAME"] if POSTGRES else kept_database) as address:
        environment = {
            **os.environ,
            "DATABASE_URL": address,
            "SEARCH_DIR": str(tmp_path / "index"),
            "DJANGO_SETTINGS_MODULE": "reforms_site.settings",
        }

        def run_(code: str):
            done = subprocess.run(
                [sys.executable, "-W", "ignore", "-c", SETUP + code],
                env=environment,
                cwd=settings.BASE_DIR,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            if done.returncode == -9:
                return None
            assert done.returncode == 0, done.stderr
            return json.loads(done.stdout) if done.stdout else "done"

        yield run_


def test_a_kill_leaves_all_or_nothing(run):
    run(BEGIN)
    for what, counts in ((IMPORT, (1, 21)), (UNDO, (21, 1))):
        before = run(SAY)
        assert before[1:] == [counts[0], []]
        number = run(f"""
from django.test.utils import CaptureQueriesContext
from django.db import transaction
try:
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        {what}
        raise KeyboardInterrupt
except KeyboardInterrupt:
    print(len(asked))
""")
        assert run(SAY) == before
        deaths = [f"with connection.execute_wrapper(Killed({number * share // 4})): {what}" for share in (1, 2, 3)]
        for death in (*deaths, f"connection._commit = lambda: os.kill(os.getpid(), 9); {what}"):
            assert run(death) is None, death
            assert run(SAY) == before, death
        # Killed as soon as it is confirmed: it is all there.
        assert run(f"{what}; os.kill(os.getpid(), 9)") is None
        after = run(SAY)
        assert after[1:] == [counts[1], []]
        assert after[0] != before[0]
    assert run("print(json.dumps(kept.undone_at is not None and Quote.objects.get().text))") == "Words"
