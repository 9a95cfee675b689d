"""`manage.py load_first_content`: load the first content into an empty record."""

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from initiatives.editorial.first_content import ContentError, RecordNotEmpty, load_first_content, read_first_content


class Command(BaseCommand):
    """Load all files of fixtures/first_content, or none of them, if the record is empty."""

    help = "Load the first content into an empty record. Does nothing if the record has any item."

    def handle(self, *args, **options) -> None:
        """Load it, with a progress bar on a terminal, and report what was loaded."""
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
