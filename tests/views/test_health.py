"""Health checks for monitoring."""

import pytest
from django.db import DatabaseError, connection

from initiatives.search.in_step import catch_up
from tests.factories import QuoteFactory

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
        assert said == {"database": "ok", "search": "ok", "search_waiting": 0, "search_waits_since": None}
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
        assert (ready.status_code, ready.json()) == (503, {"database": "ok", "search": "not available"})

        def gone(execute, sql, params, many, context):
            raise DatabaseError

        with connection.execute_wrapper(gone):
            ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["database"]) == (503, "not available")
