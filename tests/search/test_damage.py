"""With the index damaged, unreadable or missing, pages and plain lists still work and search recovers by itself."""

import os
import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from initiatives.search import in_step, index
from initiatives.search.check import check
from tests.factories import QuoteFactory, SourceFactory
from tests.helpers import found
from tests.search.support import index_files

pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("machine"),
]


def index_of(folder: Path) -> Path:
    """Return the folder of the current index."""
    (index,) = index_files(folder)
    return index


def of_another_user(folder: Path) -> None:
    """Make the index unreadable: folders in place of the lock files stop even a superuser."""
    for name in (".tantivy-meta.lock", ".tantivy-writer.lock"):
        (index_of(folder) / name).unlink(missing_ok=True)
        (index_of(folder) / name).mkdir()


def cut_off(folder: Path) -> None:
    for path in index_of(folder).glob("*.term"):
        os.truncate(path, 10)


def emptied(folder: Path) -> None:
    for path in index_of(folder).glob("*.fast"):
        os.truncate(path, 0)


def flipped(folder: Path) -> None:
    for path in index_of(folder).glob("*.term"):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)


def lost(folder: Path) -> None:
    for path in index_of(folder).glob("*.idx"):
        path.unlink()


def no_description(folder: Path) -> None:
    (index_of(folder) / "meta.json").write_text("[]")


def no_text(folder: Path) -> None:
    (index_of(folder).parent / "current").write_bytes(b"\xff\xfe")


class TestDamage:
    """Whatever happens to the files, pages still work and search recovers by itself."""

    @pytest.fixture(autouse=True)
    def at_once(self, monkeypatch):
        """Check the files on each search, and retry at once."""
        monkeypatch.setattr(index, "LOOK_EVERY", 0)
        monkeypatch.setattr(index, "PAUSE", 0)

    @pytest.mark.parametrize(
        ("damage", "is_open"),
        [
            *((damage, False) for damage in (cut_off, emptied, flipped, lost, no_description, no_text)),
            # The engine's own threads may read a file that is emptied while it is open, which ends the process.
            *((damage, True) for damage in (cut_off, flipped, lost, no_description, no_text)),
        ],
    )
    def test_a_damaged_index_is_rebuilt(self, machine, client, damage, is_open):
        quote = QuoteFactory(public=True, text="hears")
        assert found("hears") == [quote.pk]
        folder = machine(1)
        damage(folder)
        if not is_open:
            index._store.cache_clear()
        else:
            # An open index still works unless its files were truncated. The nightly check verifies all of it.
            in_step.verify()
        pages = [client.get(path).status_code for path in ("/", "/quotes/", quote.get_absolute_url())]
        assert pages == [200, 200, 200]
        assert found("hears") == [quote.pk]
        assert list(check()) == []

    def test_truncating_the_files_of_an_open_index_crashes_nothing(self, machine, client):
        QuoteFactory.create_batch(30, public=True, text="hears " * 3000)
        assert len(found("hears")) == 30
        for path in index_of(machine(1)).iterdir():
            os.truncate(path, 0)
        assert client.get("/quotes/?q=hears").status_code in {200, 503}
        assert len(found("hears")) == 30

    def test_an_unreadable_index_is_used_again_once_it_is_readable(self, machine, client, caplog):
        quote = QuoteFactory(public=True, text="hears")
        assert found("hears") == [quote.pk]
        of_another_user(machine(1))
        index._store.cache_clear()
        listed = client.get("/quotes/").content.decode()
        assert "hears" in listed
        assert "Search and filters are not available at the moment" in listed
        assert client.get(quote.get_absolute_url()).status_code == 200
        assert client.get("/quotes/?q=hears").status_code == 503
        assert "failed" in caplog.text
        kept = index_of(machine(1))
        for name in (".tantivy-meta.lock", ".tantivy-writer.lock"):
            (kept / name).rmdir()
        assert found("hears") == [quote.pk]
        assert index_of(machine(1)) == kept, "it is whole, so it stays"

    def test_there_is_a_pause_after_a_failed_build(self, machine, monkeypatch):
        QuoteFactory(public=True, text="hears")
        monkeypatch.setattr(index, "PAUSE", 60)
        tries = []
        monkeypatch.setattr(in_step, "_build", lambda *args: tries.append(1) or (_ for _ in ()).throw(OSError(28, "")))
        for _search in range(3):
            with pytest.raises(index.Unavailable):
                in_step.reader()
        assert tries == [1]


class TestWithoutAFolder:
    def test_pages_work_and_changes_are_saved(self, machine, client, caplog, tmp_path):
        quote = QuoteFactory(public=True, text="hears")
        (tmp_path / "3").write_text("This is no folder.")
        machine(3)
        assert client.get("/").status_code == 200
        assert client.get(quote.get_absolute_url()).status_code == 200
        speaker = client.get(quote.speaker.get_absolute_url()).content.decode()
        assert "Quotes cannot be listed at the moment" in speaker
        assert client.get("/suggest/?q=hea").json()["suggestions"] == []
        answer = client.get("/quotes/?q=hears")
        assert (answer.status_code, answer["Retry-After"]) == (503, "60")
        assert "Search is not available" in answer.content.decode()
        assert "failed" in caplog.text
        QuoteFactory(public=True, text="listens")
        machine(1)
        assert len(found("listens")) == 1
        assert "hears" in client.get(quote.speaker.get_absolute_url()).content.decode()

    def test_lists_without_search_or_filters_come_from_the_database(self, machine, client, tmp_path):
        undated = QuoteFactory(public=True, text="undated", date=None, date_precision="")
        quotes = [QuoteFactory(public=True, text=f"of {year}", date=f"{year}-02-03") for year in range(1995, 2020)]
        QuoteFactory(text="a draft", date="2019-01-01")
        SourceFactory(public=True, title="A source with a date", date="2019-01-01")
        (tmp_path / "3").write_text("This is no folder.")
        machine(3)
        first, second = client.get("/quotes/"), client.get("/quotes/?page=2")
        listed = [row.item.pk for answer in (first, second) for row in answer.context["listing"].rows]
        assert listed == [*(quote.pk for quote in reversed(quotes)), undated.pk]
        assert first.context["listing"].results.count == 26
        oldest = client.get("/quotes/?sort=oldest&page=2").context["listing"].rows
        assert [row.item.pk for row in oldest][-2:] == [quotes[-1].pk, undated.pk]
        assert client.get("/quotes/?page=3").status_code == 404
        for path in ("/initiatives/", "/sources/", "/timeline/"):
            assert client.get(path).status_code == 200
        timeline = client.get("/timeline/").content.decode()
        assert "A source with a date" in timeline
        assert "undated" not in client.get("/timeline/?page=2").content.decode()
        for path in ("/quotes/?theme=x", "/quotes/?year=2000", "/quotes/?view=years", "/quotes/?from=2001", "/search/"):
            assert client.get(path).status_code in {200, 503}, path
        assert client.get("/quotes/?year=2000").status_code == 503
        assert client.get("/quotes.csv").status_code == 503

    def test_an_index_that_cannot_be_written_is_not_searched(self, machine, monkeypatch):
        """It might contain items that have since been withdrawn."""
        quote = QuoteFactory(public=True, text="hears")
        assert len(found("hears")) == 1
        monkeypatch.setattr(index, "PAUSE", 0)
        quote.delete()
        full = OSError(28, "No space left on device")
        with monkeypatch.context() as patch:
            patch.setattr(in_step, "_take_in", lambda *args: (_ for _ in ()).throw(full))
            with pytest.raises(index.Unavailable):
                in_step.reader()
        assert found("hears") == []

    @pytest.mark.skipif(os.geteuid() != 0, reason="only a superuser can write what belongs to another user")
    def test_a_superuser_does_not_write_to_another_users_index(self, machine):
        QuoteFactory(public=True, text="hears")
        assert len(found("hears")) == 1
        shutil.chown(index_of(machine(1)).parent, 65534)
        with pytest.raises(CommandError, match="belongs to user 65534; run this as that user"):
            call_command("rebuild_search")
