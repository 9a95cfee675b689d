"""Rank is counted from a document's words, and dates are read from positions: columns and indexes follow.

Full-text indexes lose what only bm25 needs; PostgreSQL keeps statistics that tell frequent words from rare ones.
"""

from django.db import migrations, models

# ascii: all characters beyond ASCII belong to words; the signs are those of filter values and word forms.
CREATE = (
    "CREATE VIRTUAL TABLE initiatives_searchindex USING fts5"
    " (names, main, other, tokens, tokenize = \"ascii tokenchars '#:=_+-'\", prefix = '2 3'{options})"
)
DROP = "DROP TABLE initiatives_searchindex"
# Ten times as many words as the target are counted; positions are parted into as many shares as the target.
STATISTICS = (
    "ALTER TABLE initiatives_searchdocument"
    " ALTER COLUMN stems SET STATISTICS {target}, ALTER COLUMN position SET STATISTICS {target}"
)


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(DROP)
        schema_editor.execute(CREATE.format(options=", columnsize = 0"))
    else:
        schema_editor.execute(STATISTICS.format(target=1000))


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(DROP)
        schema_editor.execute(CREATE.format(options=""))
    else:
        schema_editor.execute(STATISTICS.format(target=-1))


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0003_groups")]

    operations = [
        migrations.AddField("searchdocument", "words", models.TextField(default="")),
        migrations.RemoveField("searchdocument", "date"),
        migrations.AlterField("searchdocument", "visible_from", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "searchdocument", models.Index(fields=["kind", "visible_from"], name="searchdocument_public")
        ),
        migrations.RunPython(forwards, backwards),
    ]
