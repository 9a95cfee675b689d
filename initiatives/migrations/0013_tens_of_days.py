"""PostgreSQL's index says of each document in which ten days of the month it is dated too: see search.spans."""

from django.db import migrations

# A position begins with the day, counted from the first of January of the year 1 on: see search.positions.
DAY = "to_char(date '0001-01-01' + (position >> 40)::int - 1, 'YYYY-MM-DD')"
WORD = f"'@' || left({DAY}, 9)"


def add_words(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"UPDATE initiatives_searchdocument SET stems = stems || quote_literal({WORD})::tsvector"
            " WHERE position >> 40 > 0"
        )


def remove_words(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"UPDATE initiatives_searchdocument SET stems = ts_delete(stems, {WORD}) WHERE position >> 40 > 0"
        )


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0012_search_speed")]

    operations = [migrations.RunPython(add_words, remove_words)]
