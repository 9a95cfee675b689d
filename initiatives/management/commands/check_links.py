"""Ask whether the addresses of sources still answer."""

import time

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from initiatives.editorial import link_checks
from initiatives.editorial.queues import failed_checks


class Command(BaseCommand):
    """`check_links`: exit code 0 once the time is up or all are asked, 1 if nothing answered at all."""

    help = "Ask politely whether the addresses of sources still answer; those asked longest ago come first."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the limits."""
        parser.add_argument("--minutes", type=float, default=10, help="stop after so many minutes (10)")
        parser.add_argument("--delay", type=float, default=5, help="seconds between two requests to a host (5)")
        parser.add_argument("--allow-private", action="store_true", help="ask addresses of this machine's network too")

    def handle(self, *, minutes: float, delay: float, allow_private: bool, **options) -> None:
        """Ask until all were asked or the time is up; keep each answer as it comes."""
        if minutes <= 0 or delay < 0:
            raise CommandError(_("--minutes takes a number above 0, --delay one from 0 on."))
        link_checks.forget_former_addresses()
        sources = link_checks.addresses_to_check()
        if not sources:
            self.stdout.write(_("No source has an address to ask."))
            return
        asker = link_checks.LinkChecker(
            (lambda address: True) if allow_private else link_checks.is_public, pause=lambda: time.sleep(delay)
        )
        end = time.monotonic() + minutes * 60
        answers: dict[str, link_checks.LinkResult] = {}
        online = False
        with tqdm(total=len(sources), unit="address", leave=False, disable=None) as bar:
            for address in link_checks.round_robin_hosts(sources, delay):
                if time.monotonic() >= end:
                    break
                answers[address] = asker.ask(address)
                bar.update()
                # Until anything answers, it may be this machine that is offline: nothing is kept.
                if not online and answers[address].heard:
                    online = True
                    for earlier, answer in answers.items():
                        link_checks.save_result(earlier, sources[earlier], answer)
                elif online:
                    link_checks.save_result(address, sources[address], answers[address])
        if not online:
            raise CommandError(_("Nothing answered at all: this machine seems to be offline. Nothing was recorded."))
        self._report(len(sources), list(answers.values()))

    def _report(self, wanted: int, answers: list[link_checks.LinkResult]) -> None:
        good = sum(answer.answers for answer in answers)
        self.stdout.write(
            ngettext("Asked %(asked)d address: ", "Asked %(asked)d addresses: ", len(answers)) % {"asked": len(answers)}
            + _("%(good)d answered, %(bad)d did not.") % {"good": good, "bad": len(answers) - good}
        )
        if left := wanted - len(answers):
            self.stdout.write(_("The time was up: %(left)d are left, and come first next time.") % {"left": left})
        if lost := failed_checks().count():
            self.stdout.write(
                _("No longer answering, on three days in a row: %(lost)d. The desk lists them.") % {"lost": lost}
            )
