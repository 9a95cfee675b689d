"""`manage.py load_first_content`: load the first content into an empty record."""

from pathlib import Path

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from initiatives.editorial.copies.extraction import Unreadable
from initiatives.editorial.first_content import (
    ContentError,
    RecordNotEmpty,
    load_first_content,
    read_first_content,
    rows_of_copy,
)
from initiatives.models import Source


class Command(BaseCommand):
    """Load all files of fixtures/first_content, or none of them, if the record is empty."""

    help = "Load the first content into an empty record. Does nothing if the record has any item."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the option with which the file of the places of quotes was made."""
        parser.add_argument(
            "--print-places",
            nargs=2,
            metavar=("SOURCE", "FILE"),
            help="load nothing; print, as content, where the quotes of a source (its slug) are in a plain text",
        )

    def handle(self, *args, **options) -> None:
        """Load it, with a progress bar on a terminal, and report what was loaded."""
        if options["print_places"]:
            self._print_places(*options["print_places"])
            return
        try:
            items = read_first_content()
            # disable=None: no bar unless stderr is a terminal.
            with tqdm(total=len(items), unit="item", disable=None) as bar:
                loaded = load_first_content(items, bar.update)
        except RecordNotEmpty:
            self.stdout.write("The record already has items, so nothing was loaded.")
        except ContentError as error:
            raise CommandError(str(error)) from error
        else:
            counts = ", ".join(f"{model} {number}" for model, number in loaded.items())
            self.stdout.write(f"Loaded {loaded.total()} items: {counts}.")

    def _print_places(self, slug: str, file: str) -> None:
        try:
            rows = rows_of_copy(Source.objects.get(slug=slug), Path(file).read_bytes(), Path(file).name)
        except (OSError, Unreadable, Source.DoesNotExist) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(yaml.safe_dump(rows, sort_keys=False, default_flow_style=None, width=120))
