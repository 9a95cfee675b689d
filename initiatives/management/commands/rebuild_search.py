"""Bring the whole search index in step with the record."""

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext
from tqdm import tqdm

from initiatives.search import documents, synonyms


class Command(BaseCommand):
    """`rebuild_search`: rewrites what is missing or out of step, removes what is left over, leaves the rest."""

    help = "Bring the search index in step with the record; safe to run at any time."

    def handle(self, **options) -> None:
        """Rebuild, and say how many documents changed."""
        with tqdm(total=documents.count_items(), unit="item", leave=False, disable=None) as bar:
            changed = documents.rebuild(bar.update) + synonyms.rebuild()
        self.stdout.write(ngettext("%d document changed.", "%d documents changed.", changed) % changed)
