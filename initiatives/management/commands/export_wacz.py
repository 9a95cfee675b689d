"""`manage.py export_wacz`: write copies of documents as a web archive."""

from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from initiatives.editorial.copies import wacz
from initiatives.models import Capture


class Command(BaseCommand):
    """Write all copies, or those of a source, to a new file. It has whole documents: readers may not be shown them."""

    help = "Write copies of documents that were not taken down as a web archive (WACZ), for ReplayWeb.page."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="a new file whose name ends in .wacz")
        parser.add_argument("--source", metavar="SLUG", help="only copies of the source with this address")

    def handle(self, *, file: Path, source: str | None, **options) -> None:
        """Write it and report the number of copies. Raises CommandError."""
        if file.suffix != ".wacz":
            raise CommandError("The name of the file must end in .wacz.")
        if file.exists():
            raise CommandError(f"{file} is there already. Name another file.")
        captures = Capture.objects.filter(taken_down_at=None).select_related("source").order_by("pk")
        if source is not None:
            captures = captures.filter(source__slug=source)
        if not (total := captures.count()):
            raise CommandError("There is no copy to write." if source is None else f"{source} has no copy.")
        try:
            with tqdm(total=total, unit="copy", leave=False, disable=None) as bar:
                wacz.export(file, captures.iterator(), bar.update)
        except wacz.CannotExport as error:
            raise CommandError(f"{error} Nothing was written.") from error
        except (OSError, BotoCoreError, ClientError) as error:
            raise CommandError(f"{file} could not be written: {error}. Nothing of it was kept.") from error
        self.stdout.write(f"Wrote {file}. Copies: {total:,}. Documents may be protected: do not publish it.")
