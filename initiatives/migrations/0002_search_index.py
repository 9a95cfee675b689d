"""The engines' own structures beside the table of search documents."""

from django.db import migrations

CREATE = {
    "postgresql": (
        "CREATE INDEX initiatives_searchdocument_stems ON initiatives_searchdocument USING gin (stems)",
    ),
    # ascii: all characters beyond ASCII belong to words; the signs are those of filter values and word forms.
    "sqlite": (
        "CREATE VIRTUAL TABLE initiatives_searchindex USING fts5"
        " (names, main, other, tokens, tokenize = \"ascii tokenchars '#:=_+-'\", prefix = '2 3')",
    ),
}
DROP = {
    "postgresql": ("DROP INDEX initiatives_searchdocument_stems",),
    "sqlite": ("DROP TABLE initiatives_searchindex",),
}


def create(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
