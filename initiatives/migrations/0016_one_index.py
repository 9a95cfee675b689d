"""Search keeps its index outside the database: its tables go, and a table of changes tells the index what to take in.

Backwards the tables come back empty; the version before fills them with `rebuild_search`.
"""

from django.db import migrations, models

# What earlier migrations made besides the models' own tables.
CREATE = {
    "postgresql": (
        "CREATE INDEX initiatives_searchdocument_stems ON initiatives_searchdocument USING gin (stems)",
        "ALTER TABLE initiatives_searchdocument"
        " ALTER COLUMN stems SET STATISTICS 1000, ALTER COLUMN position SET STATISTICS 1000",
        'ALTER TABLE initiatives_word ALTER COLUMN plain TYPE varchar(30) COLLATE "C"',
        'ALTER TABLE initiatives_nameword ALTER COLUMN form TYPE varchar(60) COLLATE "C"',
    ),
    "sqlite": (
        "CREATE VIRTUAL TABLE initiatives_searchindex USING fts5"
        " (names, main, other, tokens, tokenize = \"ascii tokenchars '#:=_+-'\", prefix = '2 3', columnsize = 0)",
    ),
}
DROP = {"postgresql": (), "sqlite": ("DROP TABLE initiatives_searchindex",)}


def drop(apps, schema_editor):
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def create(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('initiatives', '0015_plain_words'),
    ]

    operations = [
        migrations.RunPython(drop, create),
        migrations.CreateModel(
            name='SearchChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('quote', 'quotes'), ('initiative', 'initiatives'), ('principle', 'principles'), ('milestone', 'milestones'), ('theme', 'themes'), ('person', 'people'), ('body', 'institutions'), ('source', 'sources')], max_length=20)),
                ('object_id', models.PositiveBigIntegerField()),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('number', models.PositiveBigIntegerField(null=True, unique=True)),
                ('token', models.CharField(blank=True, default='', max_length=16)),
            ],
            options={
                'verbose_name': 'change for search',
                'verbose_name_plural': 'changes for search',
                'default_permissions': (),
                'indexes': [models.Index(condition=models.Q(('number', None)), fields=['id'], name='searchchange_waiting')],
            },
        ),
        migrations.DeleteModel(name='NameWord'),
        migrations.DeleteModel(name='WordKey'),
        migrations.DeleteModel(name='Word'),
        migrations.DeleteModel(name='SearchDocument'),
    ]
