"""On SQLite a document's position is its row number. PostgreSQL's table stays as it is."""

from django.db import migrations

import initiatives.models.fields


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0011_import")]

    operations = [
        migrations.AlterField(
            "searchdocument",
            "position",
            initiatives.models.fields.RowNumberField(primary_key=True, serialize=False),
        ),
    ]
