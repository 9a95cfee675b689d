"""The index follows the database after each commit, in every process, on every machine and after any crash."""

import os
import shutil
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django.db import connection, transaction

from initiatives.models import Quote, SearchChange, Source, Theme
from initiatives.search import in_step
from initiatives.search.check import check
from initiatives.search.index import Unavailable, store
from tests.factories import InitiativeFactory, MilestoneFactory, QuoteFactory, SourceFactory, ThemeFactory
from tests.helpers import found
from tests.search.support import index_files

pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("machine"),
]


class TestFollowing:
    def test_committed_changes_are_found_and_rolled_back_ones_are_not(self):
        quote = QuoteFactory(public=True, text="A state that hears")
        assert found("hears") == [quote.pk]
        with transaction.atomic():
            quote.text = "A state that listens"
            quote.save()
            assert found("listens") == [], "it may still be undone"
            transaction.set_rollback(True)
        assert (found("listens"), found("hears")) == ([], [quote.pk])
        quote.text = "A state that listens"
        quote.save()
        assert (found("listens"), found("hears")) == ([quote.pk], [])
        quote.delete()
        assert found("listens") == []

    def test_dependent_items_are_indexed_again(self):
        theme, source = ThemeFactory(public=True, name="Justice"), SourceFactory(public=True)
        quote = QuoteFactory(public=True, text="Words", source=source, themes=[theme])
        milestone = MilestoneFactory(initiative=InitiativeFactory(public=True, themes=[theme]), text="A step")
        assert (found("justice"), found("step", "milestone")) == ([quote.pk], [milestone.pk])
        Theme.objects.get(pk=theme.pk).delete()
        assert (found("justice"), found("words")) == ([], [quote.pk])
        source.state = "draft"
        source.save()
        assert found("words") == []
        assert list(check()) == []

    def test_there_is_one_index_and_old_files_are_removed(self, machine):
        for number in range(12):
            QuoteFactory(public=True, text=f"Words {number}")
            found("words")
        (index,) = index_files(machine(1))
        assert len(list(index.iterdir())) < 200
        assert len(found("words")) == 12

    def test_a_search_makes_one_query_when_nothing_changed(self, django_assert_num_queries):
        QuoteFactory(public=True)
        in_step.catch_up()
        with django_assert_num_queries(1):
            in_step.reader()


class TestMachines:
    def test_each_machine_finds_changes_made_on_any_other(self, machine):
        texts = ["hears", "listens", "answers", "decides"]
        for number, text in enumerate(texts):
            machine(number % 2)
            QuoteFactory(public=True, text=text)
            for other in (0, 1):
                machine(other)
                assert [len(found(known)) for known in texts] == [1] * (number + 1) + [0] * (len(texts) - number - 1)
        for other in (0, 1):
            machine(other)
            assert list(check()) == []

    def test_a_change_made_elsewhere_during_indexing_is_found_by_the_next_search(self, machine):
        quote = QuoteFactory(public=True, text="first")
        found("first")
        quote.context = "Said again"
        quote.save()
        meanwhile = []

        def on_another(execute, sql, params, many, context):
            if '"number" > ' in sql and not meanwhile:
                meanwhile.append("now")
                machine(2)
                meanwhile[:] = [QuoteFactory(public=True, text="second").pk]
                assert found("second") == meanwhile
                machine(1)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(on_another):
            found("first")
        assert found("second") == meanwhile != []
        assert list(check()) == []

    def test_a_machine_that_missed_deleted_changes_rebuilds_its_index(self, machine):
        QuoteFactory(public=True, text="before")
        assert len(found("before")) == 1
        machine(2)
        QuoteFactory(public=True, text="after")
        assert len(found("after")) == 1
        last = SearchChange.objects.order_by("-number").first()
        SearchChange.objects.exclude(pk=last.pk).delete()
        machine(1)
        assert (len(found("after")), len(found("before"))) == (1, 1)
        assert list(check()) == []


class TestHealing:
    def test_a_missing_index_is_rebuilt(self, machine):
        QuoteFactory(public=True, text="hears")
        assert len(found("hears")) == 1
        for index in index_files(machine(1)):
            shutil.rmtree(index)
        assert len(found("hears")) == 1

    def test_only_one_build_runs_at_a_time(self, machine, monkeypatch, caplog):
        QuoteFactory(public=True, text="hears")
        with monkeypatch.context() as patch, in_step._building, caplog.at_level("WARNING"):
            patch.setattr(in_step, "SOON_DONE", 0)
            for _search in range(2):
                with pytest.raises(Unavailable):
                    in_step.reader()
        assert "It is being built" not in caplog.text
        assert len(found("hears")) == 1

    def test_the_index_recovers_after_an_older_backup_is_restored(self, machine):
        quote = QuoteFactory(public=True, text="before")
        backup = list(SearchChange.objects.all())
        quote.text = "after"
        quote.save()
        assert len(found("after")) == 1
        # The backup has neither the new text nor its entry in the log, whose number is then used again.
        SearchChange.objects.all().delete()
        SearchChange.objects.bulk_create(backup)
        Quote.objects.filter(pk=quote.pk).update(text="before")
        assert (len(found("before")), len(found("after"))) == (1, 0)
        other = QuoteFactory(public=True, text="since")
        assert found("since") == [other.pk]
        assert list(check()) == []

    def test_an_index_of_another_database_is_not_used(self, machine):
        QuoteFactory(public=True, text="mountain")
        assert len(found("mountain")) == 1
        SearchChange.objects.update(token="of another")
        Quote.objects.update(text="river")
        assert (len(found("river")), len(found("mountain"))) == (1, 0)

    def test_search_works_during_a_rebuild(self, machine):
        QuoteFactory.create_batch(3, public=True, text="hears")
        assert len(found("hears")) == 3
        seen = []
        in_step.rebuild(
            lambda done: seen.append(len(store().reader.searcher.search(in_step.tantivy.Query.all_query()).hits))
        )
        assert min(seen) >= 3
        assert len(index_files(machine(1))) == 1


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_concurrent_transactions_are_all_indexed():
    """Rows can become visible in a different order from that in which they were written."""
    first = QuoteFactory(public=True, text="slow")
    found("slow")
    written, go_on = threading.Event(), threading.Event()

    def slow():
        with closing(connection), transaction.atomic():
            Source.objects.filter(pk=first.source_id).update(publisher="A slow house")
            in_step.note("source", [first.source_id])
            written.set()
            go_on.wait(20)

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(20)
    quick = QuoteFactory(public=True, text="quick")
    assert found("quick") == [quick.pk]
    assert found("house", "source") == []
    go_on.set()
    thread.join()
    assert found("house", "source") == [first.source_id]


# Crashes, each in a process of its own, with a database that survives it.

DIE = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
SAVE = "quote = QuoteFactory(public=True, text='hears')"
PATCH = "in_step.last_change_document = lambda last: os.kill(os.getpid(), 9)"
DEATHS = {
    "between commit and index": f"{SAVE}; {DIE}",
    "while the first index is built": f"{SAVE}; {PATCH}; found('hears')",
    "while a change is taken in": f"QuoteFactory(); found('any'); {SAVE}; {PATCH}; found('hears')",
    "while it is rebuilt": f"{SAVE}; found('hears'); {PATCH}; in_step.rebuild()",
}


@pytest.mark.parametrize("death", DEATHS)
def test_nothing_is_lost_when_a_process_dies(death, kept_database, tmp_path):
    def run(code: str) -> subprocess.CompletedProcess:
        setup = (
            "import os, django; django.setup()\n"
            "from initiatives.search import in_step; from initiatives.search.check import check\n"
            "from tests.factories import QuoteFactory; from tests.helpers import found\n"
        )
        return subprocess.run(
            [sys.executable, "-W", "ignore", "-c", setup + code],
            env={
                **os.environ,
                "DATABASE_URL": database(kept_database, tmp_path),
                "SEARCH_DIR": str(tmp_path / "index"),
                "DJANGO_SETTINGS_MODULE": "reforms_site.settings",
            },
            cwd=site_settings.BASE_DIR,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    died = run(DEATHS[death])
    assert died.returncode == -9, died.stderr
    after = run("print(len(found('hears')), list(check()))")
    assert after.stdout == "1 []\n", after.stderr


def database(kept: Path | None, folder: Path) -> str:
    """Return the address of a database that other processes can open."""
    if kept is None:
        known = connection.settings_dict
        return f"postgres://{known['USER']}@{known['HOST'].replace('/', '%2F')}/{known['NAME']}"
    path = folder / "site.sqlite3"
    if not path.exists():
        shutil.copy(kept, path)
    return f"sqlite:///{path}"
