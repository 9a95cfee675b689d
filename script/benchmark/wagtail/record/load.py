"""`python -m record.load [-]`: fills the database with the record that it reads, as JSON, from its standard input.

Without an argument it exits with 3 if there is none in the database yet. See benchmark/wagtail_copy.py.
"""

import json
import os
import sys

import django

CHUNK = 500
EMPTY = 3


def main(arguments: list[str]) -> None:
    """Create the tables, then write and index everything at once: an unfinished run leaves nothing."""
    from django.core.management import call_command
    from django.db import connection, transaction

    if connection.vendor == "postgresql":
        _run("CREATE SCHEMA IF NOT EXISTS wagtail")
    call_command("migrate", verbosity=0)
    from record.models import HomePage

    if HomePage.objects.exists():
        return
    if not arguments:
        sys.exit(EMPTY)
    if connection.vendor == "postgresql":
        # What its search matches against, of which it has no index.
        _run("CREATE INDEX IF NOT EXISTS both_parts ON wagtailsearch_indexentry USING gin ((title || body))")
    with transaction.atomic():
        write(json.load(sys.stdin))
        call_command("update_index", verbosity=0)
    _run("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _run(statement: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)


def write(record: dict) -> None:
    """Write the record: a list of rows by the name of what they are, with keys to each other."""
    from wagtail.models import Page, Site

    from record import models

    for name, model in (("themes", models.Theme), ("speakers", models.Speaker), ("sources", models.Source)):
        model.objects.bulk_create((model(**row) for row in record[name]), batch_size=CHUNK)
    Page.objects.filter(depth__gt=1).delete()
    home = Page.get_first_root_node().add_child(instance=models.HomePage(title="Home", slug="home"))
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "127.0.0.1", "root_page": home})
    quotes = home.add_child(instance=models.QuoteIndexPage(title="Quotes", slug="quotes"))
    initiatives = home.add_child(instance=models.InitiativeIndexPage(title="Initiatives", slug="initiatives"))
    home.add_child(instance=models.TimelinePage(title="Timeline", slug="timeline"))
    keys = _write_pages(initiatives, models.InitiativePage, record["initiatives"])
    for row in record["milestones"]:
        row["initiative_id"] = keys.get(row["initiative_id"])
    models.Milestone.objects.bulk_create(models.Milestone(**row) for row in record["milestones"])
    home.quote_id = min(_write_pages(quotes, models.QuotePage, record["quotes"]).values(), default=None)
    home.save()


def _write_pages(parent, model, rows: list[dict]) -> dict[int, int]:
    """Write pages of a kind under a page, which takes minutes one by one; return their keys by those of the record."""
    from django.contrib.contenttypes.models import ContentType
    from django.utils import timezone
    from wagtail.models import Page

    common = {
        "content_type": ContentType.objects.get_for_model(model),
        "locale": parent.locale,
        "depth": parent.depth + 1,
        "live": True,
        "first_published_at": timezone.now(),
    }
    keys = {}
    mark = model.themes.through
    for start in range(0, len(rows), CHUNK):
        some = rows[start : start + CHUNK]
        pages = [
            Page(
                path=Page._get_path(parent.path, parent.depth + 1, start + number),
                title=row.pop("title"),
                slug=row["slug"],
                url_path=f"{parent.url_path}{row.pop('slug')}/",
                **common,
            )
            for number, row in enumerate(some, 1)
        ]
        for page in pages:
            page.draft_title = page.title
        Page.objects.bulk_create(pages)
        numbers = [row.pop("pk") for row in some]
        themes = [row.pop("themes") for row in some]
        own = [model(page_ptr_id=page.pk, **row) for page, row in zip(pages, some, strict=True)]
        # The model's own table: bulk_create refuses a model whose base has another.
        model._base_manager.all()._insert(own, fields=model._meta.local_concrete_fields, using="default")
        mark.objects.bulk_create(
            mark(**{f"{model._meta.model_name}_id": page.pk, "theme_id": theme})
            for page, tagged in zip(pages, themes, strict=True)
            for theme in tagged
        )
        keys |= dict(zip(numbers, (page.pk for page in pages), strict=True))
    Page.objects.filter(pk=parent.pk).update(numchild=len(rows))
    return keys


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "record.settings"
    django.setup()
    main(sys.argv[1:])
