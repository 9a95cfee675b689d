"""A process killed during large work of the desk leaves all or nothing, and loses nothing that was confirmed.

Each runs in a separate process on a persistent database, and is killed at some of its statements and at the commit.
"""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from tests.project.test_backups import POSTGRES, database

pytestmark = [pytest.mark.database]

SETUP = """
import json, os, django
django.setup()
from django.conf import settings
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
from django.contrib.auth.models import User
from django.db import connection
from initiatives.editorial.spreadsheets import uploads
from initiatives.editorial.spreadsheets.tables import QUOTES
from initiatives.editorial.spreadsheets.undo import plan_undo, undo
from initiatives.models import Change, Import, Person, Proposal, Quote, SearchChange, Source, Theme
from initiatives.search.check import check
from tests.admin.support import account, desk, form_of
from tests.editorial.import_support import GOOD
from tests.editorial.spreadsheet_support import csv_file, dicts
from tests.factories import QuoteFactory

def record():
    kept = (Quote, Person, Source, Theme, Quote.themes.through, Quote.history.model, SearchChange, Import, Proposal)
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
PUBLIC = """
account("Editor"), account("Publisher")
QuoteFactory(public=True, text="Words")
"""
# Log in and open the form, then send it.
AS_EDITOR = """
dana, url = desk(User.objects.get(username="editor")), "/admin/initiatives/quote/1/propose/"
form = form_of(dana, url)
"""
PROPOSE = 'dana.post(url, form | {"text": "Better words", "change_reason": "As in the recording"})'
AS_PUBLISHER = """
boris, url = desk(User.objects.get(username="publisher")), "/admin/initiatives/quote/1/proposals/1/"
form = form_of(boris, url)
"""
ACCEPT = "boris.post(url, form)"
SAY = "print(json.dumps([stands(), Quote.objects.count(), list(map(str, check()))]))"


@pytest.fixture
def run(kept_database, tmp_path):
    """Return a function that runs code in a separate process and returns what it printed; with `dies`, it is killed."""
    with database("kills", tmp_path, connection.settings_dict["NAME"] if POSTGRES else kept_database) as address:
        environment = {
            **os.environ,
            "DATABASE_URL": address,
            "SEARCH_DIR": str(tmp_path / "index"),
            "DJANGO_SETTINGS_MODULE": "reforms_site.settings",
        }

        def run_(code: str, *, dies: bool = False):
            done = subprocess.run(
                [sys.executable, "-W", "ignore", "-c", SETUP + code],
                env=environment,
                cwd=settings.BASE_DIR,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert done.returncode == (-9 if dies else 0), done.stderr
            return json.loads(done.stdout) if done.stdout else None

        yield run_


def leaves_all_or_nothing(run, what: str, prepared: str = "") -> None:
    """Kill a process at half of its statements, at the commit, and just after it.

    Each prints the state that the one before left, then prepares.
    """
    before, number = run(f"""
print("["); {SAY}; print(","); {prepared or "pass"}
from django.test.utils import CaptureQueriesContext
from django.db import transaction
try:
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        {what}
        raise KeyboardInterrupt
except KeyboardInterrupt:
    print(len(asked), "]")
""")
    said = SAY.removesuffix(")") + ", flush=True)"
    deaths = (
        f"with connection.execute_wrapper(Killed({number // 2})): {what}",
        f"connection._commit = lambda: os.kill(os.getpid(), 9); {what}",
        f"{what}; os.kill(os.getpid(), 9)",
    )
    for death in deaths:
        assert run(f"{said}\n{prepared}\n{death}", dies=True) == before, death
    # Killed just after the confirmation: everything is there.
    assert run(SAY)[0] != before[0]


def test_an_import_and_undoing_it(run):
    run(BEGIN)
    assert run(SAY)[1:] == [1, []]
    leaves_all_or_nothing(run, IMPORT)
    assert run(SAY)[1:] == [21, []]
    leaves_all_or_nothing(run, UNDO)
    assert run(SAY)[1:] == [1, []]
    assert run("print(json.dumps(kept.undone_at is not None and Quote.objects.get().text))") == "Words"


def test_a_proposal_and_accepting_it(run):
    run(PUBLIC)
    leaves_all_or_nothing(run, PROPOSE, AS_EDITOR)
    assert run("print(json.dumps([Quote.objects.get().text, Proposal.objects.get().stage]))") == ["Words", "waiting"]
    leaves_all_or_nothing(run, ACCEPT, AS_PUBLISHER)
    found = "[Quote.objects.get().text, Proposal.objects.get().stage, Change.objects.get().reason]"
    assert run(f"print(json.dumps({found}))") == ["Better words", "accepted", "As in the recording"]
