"""Health checks for monitoring."""

import pytest
from django.db import DatabaseError, connection

from initiatives.search.in_step import catch_up
from tests.factories import QuoteFactory, SourceFactory, copy_of

pytestmark = pytest.mark.database


@pytest.mark.django_db
def test_a_process_with_a_database_is_alive(client):
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db(transaction=True)
class TestReady:
    @pytest.fixture(autouse=True)
    def folder(self, settings, tmp_path):
        settings.SEARCH_DIR = str(tmp_path / "search")
        return tmp_path / "search"

    def test_the_size_of_the_index_and_its_pending_changes_are_reported(self, client):
        QuoteFactory(public=True)
        catch_up()
        ready = client.get("/readyz")
        assert ready.status_code == 200
        said = ready.json()
        assert said.pop("search_bytes") > 1000
        none = {"archive": "ok", "archive_files": 0, "archive_bytes": 0}
        assert said == {"database": "ok", "search": "ok", "search_waiting": 0, "search_waits_since": None, **none}
        quote = QuoteFactory()
        said = client.get("/readyz").json()
        # The quote, its speaker and their source.
        assert said["search_waiting"] == 3
        assert said["search_waits_since"] < quote.updated_at.isoformat()
        client.get("/quotes/?q=words")
        assert client.get("/readyz").json()["search_waiting"] == 0

    def test_it_is_not_ready_without_an_index_or_a_database(self, client, folder):
        folder.write_text("This is no folder.")
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["search"], ready.json()["database"]) == (503, "not available", "ok")

        def gone(execute, sql, params, many, context):
            raise DatabaseError

        with connection.execute_wrapper(gone):
            ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["database"]) == (503, "not available")

    def test_the_archive_is_reported_by_size_without_reading_it(self, client, settings, tmp_path):
        """Pages do not need it, so the process is ready all the same if no file can be saved."""
        for text in ("One.", "Two two.", "One."):
            copy_of(SourceFactory(), text)
        catch_up()
        said = client.get("/readyz").json()
        assert (said["archive"], said["archive_files"], said["archive_bytes"]) == ("ok", 2, 12)
        (tmp_path / "file").touch()
        closed = {**settings.STORAGES["archive"], "OPTIONS": {"location": tmp_path / "file"}}
        settings.STORAGES = {**settings.STORAGES, "archive": closed}
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["archive"]) == (200, "not available")
