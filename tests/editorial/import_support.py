"""Tables of quotes to import, and the records they create."""

import csv
import io

from initiatives.editorial.spreadsheets.columns import QUOTE_CELLS
from initiatives.editorial.spreadsheets.csv_reader import read_csv
from initiatives.editorial.spreadsheets.tables import QUOTES
from initiatives.management.commands.import_quotes import import_quotes
from initiatives.models import Person, Quote, SearchChange, Source, Theme

GOOD = {
    "text": "A state that hears its citizens.",
    "language": "en",
    "speaker": "Kassym-Jomart Tokayev",
    "source": "Address to the nation",
    "source_url": "https://example.org/address",
    "date": "2020-09-01",
    "themes": "Dialogue; Open government",
    "context": "On the tasks of the year.",
    "status": "published",
}
DRAFT = {"status": "draft"}


def table(*rows: dict, columns=QUOTE_CELLS, **options) -> bytes:
    """Return a CSV file of rows that differ from GOOD in the given cells."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, columns, extrasaction="ignore", **options)
    writer.writeheader()
    writer.writerows({**GOOD, **row} for row in rows)
    return file.getvalue().encode()


def load(*rows: dict, **options):
    """Import rows that differ from GOOD in the given cells; return the report."""
    return load_file(table(*rows), **options)


def load_file(content: bytes, **options):
    return import_quotes(read_csv(io.BytesIO(content), QUOTES.layout_of_new), **options)


def reasons(report) -> dict[int, str]:
    return {remark.line: " ".join(remark.texts) for remark in report.bad}


def record() -> dict[str, list]:
    """Return everything that an import can write."""
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in (Quote, Person, Source, Theme, SearchChange, Quote.themes.through)
    }


def is_empty() -> bool:
    return not any(record().values())
