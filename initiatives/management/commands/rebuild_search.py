"""Bring the whole search index up to date with the record."""

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import ngettext
from tqdm import tqdm

from initiatives.search import documents, synonyms


class Command(BaseCommand):
    """`rebuild_search [--arrange]`: updates what is out of date, removes what is left over, leaves the rest.

    `--arrange` also sorts PostgreSQL's index of a large record by date.
    """

    help = "Bring the search index up to date with the record. Safe to run at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take `--arrange`."""
        parser.add_argument(
            "--arrange",
            action="store_true",
            help="PostgreSQL: also rewrite the index in order of date, which makes searches of a large record faster. "
            "Nobody can search meanwhile: for a million items, it takes minutes.",
        )

    def handle(self, *, arrange: bool = False, **options) -> None:
        """Rebuild the index and report how many documents changed."""
        with tqdm(total=documents.count_items(), unit="item", leave=False, disable=None) as bar:
            changed = documents.rebuild(bar.update) + synonyms.rebuild()
        self.stdout.write(ngettext("%d document changed.", "%d documents changed.", changed) % changed)
        if arrange:
            documents.arrange()
