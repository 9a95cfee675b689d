"""`manage.py export_dataset`: write the public record as open data."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from tqdm import tqdm

from initiatives.data.dataset.export import export
from initiatives.data.dataset.tables import described
from initiatives.data.dataset.withdrawing import withdraw


class Command(BaseCommand):
    """Write a version of the dataset into a folder; by default DATASET_DIR, which /data/ serves.

    Items that are no longer public are removed from earlier versions.
    """

    help = "Write all that is public as CSV, JSON Lines and SQLite, described as a Data Package, into a new folder."

    def add_arguments(self, parser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=Path(settings.DATASET_DIR))

    def handle(self, *, folder: Path, **options) -> None:
        """Write it, with a progress bar on a terminal, and print its path."""
        with tqdm(total=len(described()), unit="table", disable=None) as bar:
            version = export(folder, lambda table: bar.update())
        withdraw(folder)
        self.stdout.write(f"Wrote {version}.")
