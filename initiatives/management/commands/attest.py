"""`manage.py attest`: ask the Internet Archive whether it has the same copies."""

import time

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm
from wayback import WaybackClient

from initiatives.editorial.copies import witnesses
from initiatives.models import Capture


class Command(BaseCommand):
    """`attest`: exits with 0, also if the Internet Archive cannot be reached or asks for a pause."""

    help = "Ask the Internet Archive whether it has copies with the same bytes. It learns the addresses of sources."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--minutes", type=float, default=10, help="stop after this many minutes (default: 10)")
        parser.add_argument("--source", metavar="SLUG", help="only about copies of the source with this address")

    def handle(self, *, minutes: float, source: str | None, **options) -> None:
        """Ask about each copy that is due until time is up, and report the answers. Raises CommandError."""
        if minutes <= 0:
            raise CommandError("--minutes must be more than 0.")
        if until := witnesses.waits_until():
            self.stdout.write(f"The Internet Archive asked for a pause until {until:%Y-%m-%d %H:%M} UTC.")
            return
        end = time.monotonic() + minutes * 60
        due = list(witnesses.due(source).values_list("pk", flat=True))
        asked = same = 0
        remark = ""
        with WaybackClient(witnesses.Session()) as client, tqdm(total=len(due), leave=False, disable=None) as bar:
            for pk in due:
                if time.monotonic() >= end:
                    remark = "Time is up."
                    break
                try:
                    same += witnesses.ask(client, Capture.objects.get(pk=pk)).equal is True
                except witnesses.NotReached:
                    remark = "The Internet Archive cannot be reached: check that this machine is online."
                    break
                except witnesses.AskedToWait:
                    remark = "The Internet Archive asked for a pause."
                    break
                asked += 1
                bar.update()
        answers = f"Asked about {asked:,} of {len(due):,} copies; {same:,} are there with the same bytes."
        self.stdout.write(f"{answers} {remark}".strip())
