"""Bring the whole search index in step with the record."""

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import ngettext
from tqdm import tqdm

from initiatives.search import documents, synonyms


class Command(BaseCommand):
    """`rebuild_search [--arrange]`: rewrites what is out of step, removes what is left over, leaves the rest.

    `--arrange` also lays what PostgreSQL keeps of a large record in the order of dates.
    """

    help = "Bring the search index in step with the record; safe to run at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take `--arrange`."""
        parser.add_argument(
            "--arrange",
            action="store_true",
            help="PostgreSQL: also write the index anew in the order of dates. Searches of a large record become "
            "faster; while it is written, which takes minutes for a million items, nobody can search.",
        )

    def handle(self, *, arrange: bool = False, **options) -> None:
        """Rebuild, and say how many documents changed."""
        with tqdm(total=documents.count_items(), unit="item", leave=False, disable=None) as bar:
            changed = documents.rebuild(bar.update) + synonyms.rebuild()
        self.stdout.write(ngettext("%d document changed.", "%d documents changed.", changed) % changed)
        if arrange:
            documents.arrange()
