"""`manage.py load_first_content`: gives an empty record its first content; leaves any other as it is."""

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from initiatives.editorial.first_content import ContentError, RecordNotEmpty, load_first_content, read_first_content


class Command(BaseCommand):
    """Load the files of fixtures/first_content, all or none, if the record holds nothing at all."""

    help = "Loads the first content into an empty record. Does nothing if the record holds anything."

    def handle(self, *args, **options) -> None:
        """Load, with a progress bar on a terminal, and say what was loaded."""
        try:
            items = read_first_content()
            # disable=None: no bar unless stderr is a terminal.
            with tqdm(total=len(items), unit="item", disable=None) as bar:
                loaded = load_first_content(items, bar.update)
        except RecordNotEmpty:
            self.stdout.write("The record holds items already; nothing was loaded.")
        except ContentError as error:
            raise CommandError(str(error)) from error
        else:
            counts = ", ".join(f"{model} {number}" for model, number in loaded.items())
            self.stdout.write(f"Loaded {loaded.total()} items: {counts}.")
