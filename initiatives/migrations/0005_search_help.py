"""Synonyms, and the searches that found nothing."""

import django.db.models.deletion
from django.db import migrations, models


# What takes effect in public at once is a publisher's: editors see the synonyms, publishers write them.
GRANTED = {
    "Editor": {"synonymset": ("view",), "emptysearch": ("view",)},
    "Publisher": {"synonymset": ("view", "add", "change", "delete"), "emptysearch": ("view",)},
}


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    for name, models_ in GRANTED.items():
        group, _ = apps.get_model("auth", "Group").objects.using(alias).get_or_create(name=name)
        for model, actions in models_.items():
            content_type, _ = ContentType.objects.using(alias).get_or_create(app_label="initiatives", model=model)
            for action in actions:
                verbose_name = apps.get_model("initiatives", model)._meta.verbose_name
                permission, _ = Permission.objects.using(alias).get_or_create(
                    content_type=content_type,
                    codename=f"{action}_{model}",
                    defaults={"name": f"Can {action} {verbose_name}"},
                )
                group.permissions.add(permission)


def withdraw(apps, schema_editor):
    apps.get_model("auth", "Permission").objects.using(schema_editor.connection.alias).filter(
        content_type__app_label="initiatives", content_type__model__in=GRANTED["Publisher"]
    ).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('initiatives', '0004_words_of_documents'),
    ]

    operations = [
        migrations.CreateModel(
            name='EmptySearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('words', models.CharField(max_length=100, verbose_name='words')),
                ('searched', models.CharField(choices=[('quote', 'quotes'), ('initiative', 'initiatives'), ('principle', 'principles'), ('milestone', 'milestones'), ('theme', 'themes'), ('person', 'people'), ('body', 'institutions'), ('source', 'sources'), ('timeline', 'timeline'), ('everything', 'the whole record')], max_length=20, verbose_name='searched')),
                ('count', models.PositiveIntegerField(default=1, verbose_name='searches')),
            ],
            options={
                'verbose_name': 'search that found nothing',
                'verbose_name_plural': 'searches that found nothing',
                'default_permissions': ('view',),
                'constraints': [models.UniqueConstraint(fields=('day', 'words', 'searched'), name='emptysearch_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='SynonymSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('en', 'English'), ('ru', 'Russian'), ('kk', 'Kazakh'), ('ar', 'Arabic'), ('zh', 'Chinese'), ('fr', 'French'), ('de', 'German'), ('it', 'Italian'), ('ky', 'Kyrgyz'), ('es', 'Spanish'), ('tr', 'Turkish'), ('uz', 'Uzbek')], default='en', help_text='All of them are in this language; searches find them in any form of it.', max_length=2, verbose_name='language')),
                ('words', models.TextField(help_text='One a line, at least two. Whoever searches for one finds what holds any other, at once and in public.', verbose_name='words and phrases')),
                ('note', models.TextField(blank=True, help_text='Why they belong together; for editors only.', verbose_name='note')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last changed')),
            ],
            options={
                'verbose_name': 'set of synonyms',
                'verbose_name_plural': 'synonyms',
                'constraints': [models.CheckConstraint(condition=models.Q(('language__in', ['en', 'ru', 'kk', 'ar', 'zh', 'fr', 'de', 'it', 'ky', 'es', 'tr', 'uz'])), name='synonymset_language_known', violation_error_message='Choose one of the values offered.')],
            },
        ),
        migrations.CreateModel(
            name='SynonymKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stem', models.CharField(db_index=True, max_length=60)),
                ('set', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='keys', to='initiatives.synonymset')),
            ],
            options={
                'verbose_name': 'key of synonyms',
                'verbose_name_plural': 'keys of synonyms',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('set', 'stem'), name='synonymkey_once_in_a_set')],
            },
        ),
        migrations.RunPython(grant, withdraw),
    ]
