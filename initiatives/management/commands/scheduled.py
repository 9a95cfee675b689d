"""The nightly tasks, started by cron on each machine."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from initiatives.models import ErrorReport, Lease
from initiatives.search import in_step

# The tasks, in order. Backups run separately, on the machine that keeps them (docs/operations.md).
TASKS: dict[str, Callable[..., object]] = {
    "clearsessions": partial(call_command, "clearsessions"),
    "forget_addresses": lambda **options: ErrorReport.forget_addresses(),
    "export_dataset": partial(call_command, "export_dataset"),
    "check_links": partial(call_command, "check_links", minutes=60),
    "capture_sources": partial(call_command, "capture_sources", minutes=30),
}
if settings.ATTEST_MINUTES:
    TASKS["attest"] = partial(call_command, "attest", minutes=settings.ATTEST_MINUTES)
# How long a task may lock out other machines; after that it is presumed dead.
LONGEST = timedelta(hours=3)

_log = logging.getLogger(__name__)


class Command(BaseCommand):
    """`scheduled`: exits with 0 if all tasks succeed or another machine does them, and with 1 if a task failed."""

    help = "Do the regular work, one task after another. Of several machines that start it, one does it."

    def handle(self, **options) -> None:
        """Run each task, even if an earlier one failed, and report its result."""
        failed = []
        with Lease.hold("scheduled", LONGEST) as lease:
            if lease is None:
                self.stdout.write("The other regular work is being done by another process.")
            else:
                for name, task in TASKS.items():
                    lease.renew(LONGEST)
                    if not self._run(name, task):
                        failed.append(name)
        # Each machine has an index of its own.
        if not self._run("verify_search", lambda **options: in_step.verify()):
            failed.append("verify_search")
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}.")

    def _run(self, name: str, task: Callable[..., object]) -> bool:
        """Run a task, print its result, and return whether it succeeded."""
        began = time.monotonic()
        close_old_connections()
        try:
            task(stdout=self.stdout, stderr=self.stderr)
        except CommandError as error:
            self.stderr.write(f"{name}: failed. {error}")
        except Exception:
            _log.exception("%s failed.", name)
            self.stderr.write(f"{name}: failed. The log says more.")
        else:
            self.stdout.write(f"{name}: done in {time.monotonic() - began:.0f} seconds.")
            return True
        return False
