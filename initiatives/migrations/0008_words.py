"""Words and names that spelling and completion look up; `rebuild_search` fills them from the record."""

import django.db.models.deletion
from django.db import migrations, models

# Beginnings are looked up as ranges, letter by letter as Unicode orders them: so SQLite compares by itself.
COLLATED = {"word": ("plain", 30), "nameword": ("form", 60)}


def collate(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for model, (column, length) in COLLATED.items():
            schema_editor.execute(
                f'ALTER TABLE initiatives_{model} ALTER COLUMN {column} TYPE varchar({length}) COLLATE "C"'
            )


class Migration(migrations.Migration):

    dependencies = [
        ('initiatives', '0007_history'),
    ]

    operations = [
        migrations.CreateModel(
            name='NameWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('quote', 'quotes'), ('initiative', 'initiatives'), ('principle', 'principles'), ('milestone', 'milestones'), ('theme', 'themes'), ('person', 'people'), ('body', 'institutions'), ('source', 'sources')], max_length=20)),
                ('object_id', models.PositiveBigIntegerField()),
                ('form', models.CharField(max_length=60)),
                ('visible_from', models.DateTimeField()),
                ('weight', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'word of a name',
                'verbose_name_plural': 'words of names',
                'default_permissions': (),
                'indexes': [models.Index(fields=['form', 'kind', 'object_id', 'weight', 'visible_from'], name='nameword_by_beginning')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'object_id', 'form'), name='nameword_once_in_an_item')],
            },
        ),
        migrations.CreateModel(
            name='Word',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=8)),
                ('form', models.CharField(max_length=30)),
                ('plain', models.CharField(max_length=30)),
                ('stem', models.CharField(max_length=60)),
                ('count', models.PositiveIntegerField(default=1)),
            ],
            options={
                'verbose_name': 'word',
                'verbose_name_plural': 'words',
                'default_permissions': (),
                'indexes': [models.Index(fields=['plain', 'count', 'form', 'language', 'stem'], name='word_by_beginning')],
                'constraints': [models.UniqueConstraint(fields=('form', 'language'), name='word_once_in_a_language')],
            },
        ),
        migrations.CreateModel(
            name='WordKey',
            fields=[
                ('pk', models.CompositePrimaryKey('key', 'word', blank=True, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=30)),
                ('word', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='keys', to='initiatives.word')),
            ],
            options={
                'verbose_name': 'key of a word',
                'verbose_name_plural': 'keys of words',
                'default_permissions': (),
            },
        ),
        migrations.RunPython(collate, migrations.RunPython.noop),
    ]
