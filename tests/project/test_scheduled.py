"""Nightly work: one of several machines does all of it, and reports the outcome."""

import io
import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from initiatives.management.commands import scheduled
from initiatives.models import Lease

pytestmark = pytest.mark.database


def run() -> tuple[str, str]:
    """Run the command; return its output and errors. Raises CommandError."""
    output, errors = io.StringIO(), io.StringIO()
    try:
        call_command("scheduled", stdout=output, stderr=errors)
    except CommandError as error:
        errors.write(str(error))
    return output.getvalue(), errors.getvalue()


@pytest.mark.django_db(transaction=True)
class TestOne:
    def test_it_runs_the_tasks(self):
        output, errors = run()
        assert [line.split(":")[0] for line in output.splitlines() if "done in" in line] == [
            *scheduled.TASKS,
            "verify_search",
        ]
        assert errors == ""

    @pytest.mark.parametrize("error", [CommandError("No disk."), RuntimeError("A fault.")])
    def test_a_failure_does_not_stop_the_next_task(self, monkeypatch, error):
        done = []

        def fails(**options):
            raise error

        monkeypatch.setattr(scheduled, "TASKS", {"first": fails, "second": lambda **options: done.append(options)})
        output, errors = run()
        assert "second: done in 0 seconds." in output
        assert len(done) == 1
        assert "first: failed." in errors
        assert errors.endswith("Failed: first.")
        assert Lease.objects.get().until <= timezone.now()

    def test_a_running_process_is_left_to_finish_unless_it_died(self, monkeypatch):
        done = []
        monkeypatch.setattr(scheduled, "TASKS", {"task": lambda **options: done.append(1)})
        now = timezone.now()
        lease = Lease.objects.create(name="scheduled", holder="another", until=now + timedelta(minutes=5))
        output, errors = run()
        assert "The other regular work is being done by another process.\n" in output
        assert errors == ""
        assert done == []
        lease.until = now - timedelta(seconds=1)
        lease.save()
        run()
        assert done == [1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_only_one_of_several_runs_it(monkeypatch):
    done, started = [], threading.Barrier(4)
    all_asked = threading.Semaphore(0)

    def task(**options):
        done.append(1)
        for _other in range(3):
            assert all_asked.acquire(timeout=30)

    def start():
        try:
            started.wait(30)
            run()
        finally:
            all_asked.release()
            connection.close()

    monkeypatch.setattr(scheduled, "TASKS", {"task": task})
    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [1]
