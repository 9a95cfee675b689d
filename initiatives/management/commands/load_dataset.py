"""`manage.py load_dataset FOLDER`: read a version of the dataset into an empty site."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from initiatives.data.dataset.loading import DatasetDamaged, load
from initiatives.editorial.first_content import RecordNotEmpty


class Command(BaseCommand):
    """Load all of it, or nothing, if the record is empty."""

    help = "Load a version of the dataset, made by export_dataset, into an empty record."

    def add_arguments(self, parser) -> None:
        parser.add_argument("version", type=Path)

    def handle(self, *, version: Path, **options) -> None:
        """Load it, with a progress bar on a terminal, and report what was loaded."""
        try:
            with tqdm(unit="row", disable=None) as bar:
                loaded = load(version, bar.update)
        except RecordNotEmpty:
            raise CommandError("The record already has items. Nothing was loaded.") from None
        except DatasetDamaged as error:
            raise CommandError(f"The dataset is damaged or incomplete: {error}. Nothing was loaded.") from error
        counts = ", ".join(f"{table} {number}" for table, number in loaded.items())
        self.stdout.write(f"Loaded {loaded.total()} rows: {counts}.")
