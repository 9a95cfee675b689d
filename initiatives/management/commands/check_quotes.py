"""`manage.py check_quotes`: compare quotes with the copies of their sources."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.text import Truncator
from tqdm import tqdm

from initiatives.editorial.copies.comparing import compare_quotes
from initiatives.models import Capture, Found, Quote, Source
from initiatives.models.choices import Compared

# How many quotes are compared in one transaction.
BATCH = 200


class Command(BaseCommand):
    """Safe to run at any time, and again: what was compared already is left out, unless `--all`."""

    help = "Compare quotes and translations with the copies of their sources, and list the quotes that are not found."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--source", metavar="SLUG", help="only quotes of this source")
        parser.add_argument("--all", action="store_true", help="compare those again that have not changed since")

    def handle(self, *, source: str | None, all: bool, **options) -> None:
        """Compare in batches, each a transaction of its own; report the number of each level."""
        quotes = Quote.objects.all()
        if source is not None:
            if not Source.objects.filter(slug=source).exists():
                raise CommandError(f"No source has the slug “{source}”.")
            quotes = quotes.filter(source__slug=source)
        with_copies = Exists(Capture.objects.filter(source=OuterRef("source")))
        wanted = quotes.filter(with_copies | Q(found__isnull=False) | Q(translations__found__isnull=False))
        keys = list(dict.fromkeys(wanted.order_by("source", "pk").values_list("pk", flat=True)))
        compared = 0
        with tqdm(total=len(keys), unit="quote", leave=False, disable=None) as bar:
            for start in range(0, len(keys), BATCH):
                some = keys[start : start + BATCH]
                compared += compare_quotes(some, again=all)
                bar.update(len(some))
        self.stdout.write(f"{len(keys)} quotes have a source with copies. Compared now, with translations: {compared}.")
        found = Found.objects.filter(quote__in=quotes.order_by().values("pk"))
        counts = dict(found.order_by().values_list("level").annotate(Count("pk")))
        for level in Compared:
            self.stdout.write(f"{level.label}: {counts.get(level, 0)}")
        missing = quotes.filter(found__level=Compared.NOT_FOUND).select_related("source").order_by("pk")
        for quote in missing.iterator():
            self.stdout.write(f"Not found: quote {quote.pk}, {quote.source}: {Truncator(quote.text).chars(80)}")
