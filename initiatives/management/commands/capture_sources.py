"""Copy the pages of sources that wait for it, and those that were not read for a month."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from initiatives.editorial.copies import watching
from initiatives.editorial.copies.fetching import CannotCopy
from initiatives.editorial.web import is_public
from initiatives.models import Source


class Command(BaseCommand):
    """`capture_sources`: exits with 0 when the queue is worked off or time is up, and if this machine is offline."""

    help = "Copy the pages of sources that editors asked for, and read those with a copy again once a month."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--minutes", type=float, default=10, help="stop after this many minutes (default: 10)")
        parser.add_argument("--source", metavar="SLUG", help="copy only this source, now")
        parser.add_argument(
            "--delay", type=float, default=5, help="seconds between two pages of the same host (default: 5)"
        )
        parser.add_argument("--allow-private", action="store_true", help="also copy pages in private networks")

    def handle(self, *, minutes: float, source: str | None, delay: float, allow_private: bool, **options) -> None:
        """Copy pages, and say what came of it."""
        if minutes <= 0 or delay < 0:
            raise CommandError(_("--minutes must be more than 0, and --delay must be 0 or more."))
        may_ask = (lambda address: True) if allow_private else is_public
        if source is not None:
            self._copy(source, may_ask)
            return
        watching.want_known_pages()
        with tqdm(unit="page", leave=False, disable=None) as bar:

            def progress(total: int) -> None:
                bar.total = total
                bar.update()

            done = watching.work_off(minutes, delay=delay, progress=progress, may_ask=may_ask)
        self.stdout.write(
            _("New copies: %(copied)d. Unchanged pages: %(same)d. Not copied: %(failed)d. Left: %(left)d.")
            % {"copied": done.copied, "same": done.same, "failed": done.failed, "left": done.left}
        )
        if done.failed and not done.heard:
            self.stdout.write(_("No server answered: this machine may be offline. The pages wait as before."))

    def _copy(self, slug: str, may_ask) -> None:
        item = Source.objects.filter(slug=slug).first()
        if item is None:
            raise CommandError(_("There is no source with the slug “%(slug)s”.") % {"slug": slug})
        try:
            capture = watching.copy_now(item, may_ask=may_ask)
        except CannotCopy as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("Copied: %(size)d bytes, SHA-256 %(sha256)s.") % {"size": capture.size, "sha256": capture.sha256}
            if capture
            else _("The page has the text of its newest copy. Nothing was kept.")
        )
