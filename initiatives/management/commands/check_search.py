"""Compare the search index with the record."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext
from tqdm import tqdm

from initiatives.search import in_step
from initiatives.search.check import check


class Command(BaseCommand):
    """`check_search`: exits with 0 if the index matches the record, otherwise with 1 and a line for each difference."""

    help = "List where the search index differs from the record. The exit code is 1 if it does."

    def handle(self, **options) -> None:
        """Print each difference as it is found: there can be many."""
        differences = 0
        with tqdm(total=in_step.count_items(), unit="item", leave=False, disable=None) as bar:
            for line in check(bar.update):
                with bar.external_write_mode():
                    self.stdout.write(line)
                differences += 1
        if differences:
            raise CommandError(
                ngettext(
                    "%d difference. To correct it, run: manage.py rebuild_search",
                    "%d differences. To correct them, run: manage.py rebuild_search",
                    differences,
                )
                % differences
            )
        items = in_step.count_items()
        self.stdout.write(
            ngettext(
                "The search index matches the record: %d item.",
                "The search index matches the record: %d items.",
                items,
            )
            % items
        )
