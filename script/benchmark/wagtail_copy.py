"""The copy of the record that Wagtail serves, made once for each database and then reused."""

import json
import os
import subprocess
from pathlib import Path

from django.db import connection
from django.db.models import F, QuerySet

from initiatives.models import Initiative, Milestone, Person, Quote, Source, Theme

PYTHON = Path("var/bench/wagtail/bin/python")
# Exit status of record/load.py if its database has no record yet.
EMPTY = 3
DATE = ("date", "date_precision")


def prepare() -> dict[str, str]:
    """Copy the record to Wagtail unless done before; return the environment variables for its processes."""
    url = os.environ["DATABASE_URL"]
    environment = {
        "PYTHONPATH": "script/benchmark/wagtail",
        "DJANGO_SETTINGS_MODULE": "record.settings",
        "WAGTAIL_DATABASE_URL": url if connection.vendor == "postgresql" else f"{url}-wagtail",
    }
    load, whole = [PYTHON, "-m", "record.load"], {**os.environ, **environment}
    if subprocess.run(load, env=whole, check=False).returncode == EMPTY:  # noqa: S603
        text = json.dumps(export(), default=str)
        subprocess.run([*load, "-"], env=whole, input=text, text=True, check=True)  # noqa: S603
    return environment


def version() -> str:
    """Return Wagtail's version."""
    command = [PYTHON, "-c", "import wagtail; print(wagtail.__version__)"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603


def export() -> dict[str, list[dict]]:
    """Return the public record as rows of Wagtail's models (record/models.py), with the keys of the record."""
    texts = ("text", "language", "context", "verification", "speaker_id", "source_id", *DATE)
    milestones = Milestone.objects.published().annotate(speaker_id=F("person_id"))
    return {
        "themes": list(Theme.objects.published().values("pk", "slug", "name", "position")),
        "speakers": list(Person.objects.published().values("pk", "name", "role")),
        "sources": list(Source.objects.published().values("pk", "title", "publisher", "url", *DATE)),
        "milestones": list(
            milestones.values("pk", "initiative_id", "speaker_id", "text", "status", "source_id", *DATE)
        ),
        "initiatives": _with_themes(Initiative.objects.published(), "slug", "title", "kind", "summary"),
        "quotes": [
            {**row, "slug": str(row["pk"]), "title": f"Quote {row['pk']}"}
            for row in _with_themes(Quote.objects.published(), *texts)
        ],
    }


def _with_themes(items: QuerySet, *columns: str) -> list[dict]:
    """Return the given columns of items, and the keys of their themes."""
    rows = {row["pk"]: {**row, "themes": []} for row in items.order_by("pk").values("pk", *columns)}
    mark = items.model.themes.through
    for item, theme in mark.objects.order_by("pk").values_list(f"{items.model._meta.model_name}_id", "theme_id"):
        if item in rows:
            rows[item]["themes"].append(theme)
    return list(rows.values())
