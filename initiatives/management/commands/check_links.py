"""Check whether the addresses of sources still work."""

import time

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from initiatives.editorial import link_checks, web
from initiatives.editorial.queues import failed_checks


class Command(BaseCommand):
    """`check_links`: exits with 0 when all are checked or time is up, and with 1 if no address answered."""

    help = "Check whether the addresses of sources still work, starting with those checked longest ago."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--minutes", type=float, default=10, help="stop after this many minutes (default: 10)")
        parser.add_argument(
            "--delay", type=float, default=5, help="seconds between two requests to the same host (default: 5)"
        )
        parser.add_argument("--allow-private", action="store_true", help="also check addresses in private networks")

    def handle(self, *, minutes: float, delay: float, allow_private: bool, **options) -> None:
        """Check addresses until all are done or time is up; save each result at once."""
        if minutes <= 0 or delay < 0:
            raise CommandError(_("--minutes must be more than 0, and --delay must be 0 or more."))
        link_checks.forget_former_addresses()
        sources = link_checks.addresses_to_check()
        if not sources:
            self.stdout.write(_("No source has an address to check."))
            return
        checker = link_checks.LinkChecker(
            (lambda address: True) if allow_private else web.is_public, pause=lambda: time.sleep(delay)
        )
        end = time.monotonic() + minutes * 60
        answers: dict[str, link_checks.LinkResult] = {}
        online = False
        with tqdm(total=len(sources), unit="address", leave=False, disable=None) as bar:
            for address in web.round_robin_hosts(sources, delay):
                if time.monotonic() >= end:
                    break
                answers[address] = checker.ask(address)
                bar.update()
                # This machine may be offline, so nothing is saved until one address answers.
                if not online and answers[address].heard:
                    online = True
                    for earlier, answer in answers.items():
                        link_checks.save_result(earlier, sources[earlier], answer)
                elif online:
                    link_checks.save_result(address, sources[address], answers[address])
        if not online:
            raise CommandError(_("No address answered. Check that this machine is online. Nothing was recorded."))
        self._report(len(sources), list(answers.values()))

    def _report(self, wanted: int, answers: list[link_checks.LinkResult]) -> None:
        good = sum(answer.answers for answer in answers)
        self.stdout.write(
            ngettext("Checked %(asked)d address: ", "Checked %(asked)d addresses: ", len(answers))
            % {"asked": len(answers)}
            + _("%(good)d answered, %(bad)d did not.") % {"good": good, "bad": len(answers) - good}
        )
        if left := wanted - len(answers):
            self.stdout.write(_("Time is up. Not checked: %(left)d. They come first next time.") % {"left": left})
        if lost := failed_checks().count():
            self.stdout.write(
                _("Failed on three days in a row: %(lost)d. The start page of the editors' desk lists them.")
                % {"lost": lost}
            )
