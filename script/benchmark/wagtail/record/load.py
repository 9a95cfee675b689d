"""`python -m record.load [-]`: fills the database with the record read as JSON from standard input.

Without an argument it exits with 3 if the database has no record yet. See benchmark/wagtail_copy.py.
"""

import json
import sys

import django

django.setup()

from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from wagtail.models import Page, Site  # noqa: E402

from record import models  # noqa: E402

CHUNK = 500


def main(arguments: list[str]) -> None:
    """Create the tables, then write and index everything at once: an unfinished run leaves nothing."""
    on_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if on_postgres:
            cursor.execute("CREATE SCHEMA IF NOT EXISTS wagtail")
        # Django needs migrations of models that inherit from Wagtail's; git ignores them.
        call_command("makemigrations", "record", verbosity=0)
        call_command("migrate", verbosity=0)
        if models.HomePage.objects.exists():
            return
        if not arguments:
            sys.exit(3)
        if on_postgres:
            # Wagtail searches this expression but does not index it.
            cursor.execute("CREATE INDEX IF NOT EXISTS words ON wagtailsearch_indexentry USING gin ((title || body))")
        with transaction.atomic():
            write(json.load(sys.stdin))
            call_command("update_index", verbosity=0)
        cursor.execute("VACUUM ANALYZE" if on_postgres else "ANALYZE")


def write(record: dict[str, list[dict]]) -> None:
    """Write the record: rows by kind, with keys to each other."""
    for name, model in (("themes", models.Theme), ("speakers", models.Speaker), ("sources", models.Source)):
        model.objects.bulk_create((model(**row) for row in record[name]), batch_size=CHUNK)
    Page.objects.filter(depth__gt=1).delete()
    home = Page.get_first_root_node().add_child(instance=models.HomePage(title="Home", slug="home"))
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "127.0.0.1", "root_page": home})
    home.add_child(instance=models.TimelinePage(title="Timeline", slug="timeline"))
    quotes = home.add_child(instance=models.QuoteIndexPage(title="Quotes", slug="quotes"))
    initiatives = home.add_child(instance=models.InitiativeIndexPage(title="Initiatives", slug="initiatives"))
    keys = write_pages(initiatives, models.InitiativePage, record["initiatives"])
    models.Milestone.objects.bulk_create(
        models.Milestone(**{**row, "initiative_id": keys.get(row["initiative_id"])}) for row in record["milestones"]
    )
    home.quote_id = min(write_pages(quotes, models.QuotePage, record["quotes"]).values(), default=None)
    home.save()


def write_pages(parent: Page, model: type[Page], rows: list[dict]) -> dict[int, int]:
    """Write pages under a page in bulk (one by one takes minutes); return their keys by those of the record."""
    common = {"content_type": ContentType.objects.get_for_model(model), "locale": parent.locale, "live": True}
    mark, keys = model.themes.through, {}
    for start in range(0, len(rows), CHUNK):
        some = rows[start : start + CHUNK]
        pages = [
            Page(
                path=Page._get_path(parent.path, parent.depth + 1, start + number),
                depth=parent.depth + 1,
                title=row["title"],
                draft_title=row.pop("title"),
                slug=row["slug"],
                url_path=f"{parent.url_path}{row.pop('slug')}/",
                **common,
            )
            for number, row in enumerate(some, 1)
        ]
        Page.objects.bulk_create(pages)
        keys |= {row.pop("pk"): page.pk for row, page in zip(some, pages, strict=True)}
        marks = [
            mark(**{f"{model._meta.model_name}_id": page.pk, "theme_id": theme})
            for page, row in zip(pages, some, strict=True)
            for theme in row.pop("themes")
        ]
        # The model's own table: bulk_create refuses a model whose base has another.
        own = [model(page_ptr_id=page.pk, **row) for page, row in zip(pages, some, strict=True)]
        model._base_manager.all()._insert(own, fields=model._meta.local_concrete_fields, using="default")
        mark.objects.bulk_create(marks)
    Page.objects.filter(pk=parent.pk).update(numchild=len(rows))
    return keys


if __name__ == "__main__":
    main(sys.argv[1:])
