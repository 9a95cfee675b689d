"""Rebuild the search index."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext
from tqdm import tqdm

from initiatives.search import in_step


class Command(BaseCommand):
    """`rebuild_search`: builds a new index while the current one stays in use, then replaces it."""

    help = "Rebuild the search index from the record. Safe to run at any time: search keeps working."

    def handle(self, **options) -> None:
        """Rebuild the index and report how many items it holds."""
        with tqdm(total=in_step.count_items(), unit="item", leave=False, disable=None) as bar:
            try:
                count = in_step.rebuild(bar.update)
            except OSError as error:
                raise CommandError(f"The search index cannot be written: {error}") from error
        # Begin a new edition of the pages, too: changes made by SQL are not noted anywhere else.
        in_step.note("rebuild", [0])
        self.stdout.write(ngettext("%d item indexed.", "%d items indexed.", count) % count)
