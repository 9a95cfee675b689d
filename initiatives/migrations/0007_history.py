"""Versions of every item, and the public log of what changed.

What stands in the record gets a first version, so that the first later correction has an old wording; the statuses
that initiatives stand at are where their changes of status begin.
"""

import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

CHUNK = 1000

# Models, with their relations that versions keep.
KEPT = {
    "Source": (),
    "Theme": (),
    "Person": (),
    "Body": (),
    "Initiative": ("themes", "bodies"),
    "Milestone": ("further_sources",),
    "Quote": ("themes", "initiatives"),
    "QuoteTranslation": (),
    "PrincipleSet": (),
    "Principle": ("themes", "initiatives"),
    "SynonymSet": (),
}


def write_first_versions(apps, schema_editor):
    """Write a version of each item as it stands, CHUNK at a time."""
    alias = schema_editor.connection.alias
    now = timezone.now()
    for name, relations in KEPT.items():
        items = apps.get_model("initiatives", name)._base_manager.using(alias).order_by("pk")
        kept = apps.get_model("initiatives", f"Historical{name}")
        fields = [field.attname for field in kept._meta.fields if not field.name.startswith("history_")]
        last = 0
        while chunk := list(items.filter(pk__gt=last)[:CHUNK]):
            versions = kept._base_manager.using(alias).bulk_create(
                kept(
                    history_date=getattr(item, "updated_at", now),
                    history_type="+",
                    history_change_reason="As it stood when versions began to be kept.",
                    **{field: getattr(item, field) for field in fields},
                )
                for item in chunk
            )
            numbers = {version.id: version.history_id for version in versions}
            for relation in relations:
                write_relation(apps, alias, name, relation, numbers)
            last = chunk[-1].pk


def write_relation(apps, alias, name, relation, numbers):
    """Write what a relation of some items holds; `numbers` are their versions, by their keys."""
    field = apps.get_model("initiatives", name)._meta.get_field(relation)
    kept = apps.get_model("initiatives", f"Historical{name}_{relation}")
    owner = field.m2m_field_name()
    rows = field.remote_field.through._base_manager.using(alias).filter(**{f"{owner}__in": list(numbers)}).values()
    kept._base_manager.using(alias).bulk_create(
        kept(history_id=numbers[row[f"{owner}_id"]], **row) for row in rows
    )


def write_first_statuses(apps, schema_editor):
    """Note the status at which the public sees each initiative now."""
    alias = schema_editor.connection.alias
    now = timezone.now()
    public = {"state": "published", "published_at__lte": now}
    of_source = {f"source__{name}": value for name, value in public.items()}
    turns = {}
    milestones = apps.get_model("initiatives", "Milestone")._base_manager.using(alias)
    for turn in milestones.filter(**of_source).exclude(status="").order_by("date", "pk"):
        turns[turn.initiative_id] = turn
    Change = apps.get_model("initiatives", "Change")
    initiatives = apps.get_model("initiatives", "Initiative")._base_manager.using(alias)
    Change._base_manager.using(alias).bulk_create(
        Change(
            at=now,
            nature="first",
            item_kind="initiative",
            item_id=pk,
            kind="initiative",
            object_id=pk,
            new_status=turns[pk].status if pk in turns else "",
            source_id=turns[pk].source_id if pk in turns else None,
        )
        for pk in initiatives.filter(**public, **of_source).values_list("pk", flat=True)
    )


def let_publishers_clear_the_log(apps, schema_editor):
    """Let publishers see the log on the desk, and take out of it what must not stand there."""
    alias = schema_editor.connection.alias
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    content_type, _ = ContentType.objects.using(alias).get_or_create(app_label="initiatives", model="change")
    granted = [
        Permission.objects.using(alias).get_or_create(
            content_type=content_type, codename=f"{action}_change", defaults={"name": f"Can {action} public change"}
        )[0]
        for action in ("view", "delete")
    ]
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name="Publisher"):
        group.permissions.add(*granted)


class Migration(migrations.Migration):

    dependencies = [
        ('initiatives', '0006_featured'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='time')),
                ('nature', models.CharField(choices=[('correction', 'correction'), ('removal', 'removal'), ('status', 'status'), ('first', 'first status')], max_length=10, verbose_name='nature')),
                ('item_kind', models.CharField(max_length=20, verbose_name='kind')),
                ('item_id', models.PositiveBigIntegerField(verbose_name='item')),
                ('kind', models.CharField(max_length=20, verbose_name='what changed')),
                ('object_id', models.PositiveBigIntegerField(verbose_name='key of what changed')),
                ('old_version', models.BigIntegerField(blank=True, null=True, verbose_name='old version')),
                ('new_version', models.BigIntegerField(blank=True, null=True, verbose_name='new version')),
                ('old_status', models.CharField(blank=True, choices=[('announced', 'announced'), ('in_preparation', 'in preparation'), ('adopted', 'adopted'), ('in_force', 'in force'), ('completed', 'completed'), ('stalled', 'stalled'), ('withdrawn', 'withdrawn')], default='', max_length=14, verbose_name='old status')),
                ('new_status', models.CharField(blank=True, choices=[('announced', 'announced'), ('in_preparation', 'in preparation'), ('adopted', 'adopted'), ('in_force', 'in force'), ('completed', 'completed'), ('stalled', 'stalled'), ('withdrawn', 'withdrawn')], default='', max_length=14, verbose_name='new status')),
                ('source_id', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='source')),
            ],
            options={
                'verbose_name': 'public change',
                'verbose_name_plural': 'public changes',
                'ordering': ['-at', '-pk'],
                'default_permissions': ('view', 'delete'),
                'indexes': [models.Index(fields=['-at', '-id'], name='change_newest'), models.Index(fields=['item_kind', '-at', '-id'], name='change_of_kind'), models.Index(fields=['nature', '-at', '-id'], name='change_of_nature'), models.Index(fields=['item_kind', 'item_id', '-at', '-id'], name='change_of_item'), models.Index(fields=['kind', 'object_id'], name='change_of_part')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalInitiative',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_editor', models.CharField(blank=True, default='', editable=False, max_length=310, verbose_name='editor')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('archived', 'archived')], db_index=True, default='draft', max_length=10, verbose_name='state')),
                ('published_at', models.DateTimeField(blank=True, help_text='The public sees it from this time on. Left empty, it is the time of publishing.', null=True, verbose_name='published from')),
                ('slug', models.SlugField(allow_unicode=True, help_text="Part of the page's address. Changing it leaves a redirect from the old one.", max_length=120, verbose_name='name in addresses')),
                ('aliases', models.TextField(blank=True, help_text='One a line. Searches by these names find it too.', verbose_name='other names')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('kind', models.CharField(choices=[('slogan', 'slogan'), ('law', 'law'), ('institution', 'institution'), ('programme', 'programme'), ('priority', 'priority'), ('commitment', 'international commitment')], max_length=12, verbose_name='kind')),
                ('summary', models.TextField(help_text='One or two plain, neutral sentences.', verbose_name='summary')),
                ('body', models.TextField(blank=True, help_text='Markdown.', verbose_name='text')),
                ('editors_note', models.TextField(blank=True, help_text='Markdown. What a reader should know about the evidence.', verbose_name="editor's note")),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(blank=True, db_constraint=False, help_text='The document that shows it. Nothing is published without one.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'historical initiative',
                'verbose_name_plural': 'historical initiatives',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalInitiative_bodies',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('body', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.body')),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='initiatives.historicalinitiative')),
                ('initiative', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.initiative')),
            ],
            options={
                'verbose_name': 'HistoricalInitiative_bodies',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalInitiative_themes',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='initiatives.historicalinitiative')),
                ('initiative', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.initiative')),
                ('theme', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.theme')),
            ],
            options={
                'verbose_name': 'HistoricalInitiative_themes',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalMilestone',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_editor', models.CharField(blank=True, default='', editable=False, max_length=310, verbose_name='editor')),
                ('date', models.DateField(blank=True, help_text='The first day of what is known; empty if not known.', null=True, verbose_name='date')),
                ('date_precision', models.CharField(blank=True, choices=[('day', 'day'), ('month', 'month'), ('year', 'year')], default='', max_length=5, verbose_name='date known to the')),
                ('text', models.TextField(help_text='What happened, in one or two neutral sentences.', verbose_name='text')),
                ('status', models.CharField(blank=True, choices=[('announced', 'announced'), ('in_preparation', 'in preparation'), ('adopted', 'adopted'), ('in_force', 'in force'), ('completed', 'completed'), ('stalled', 'stalled'), ('withdrawn', 'withdrawn')], help_text='Only if this step changes where the initiative stands.', max_length=14, verbose_name='new status')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('initiative', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.initiative', verbose_name='initiative')),
                ('person', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.person', verbose_name='person')),
                ('source', models.ForeignKey(blank=True, db_constraint=False, help_text='The evidence. A milestone cannot be without one.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'historical milestone',
                'verbose_name_plural': 'historical milestones',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalMilestone_further_sources',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='initiatives.historicalmilestone')),
                ('milestone', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.milestone')),
                ('source', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.source')),
            ],
            options={
                'verbose_name': 'HistoricalMilestone_further_sources',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalPerson',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_editor', models.CharField(blank=True, default='', editable=False, max_length=310, verbose_name='editor')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('archived', 'archived')], db_index=True, default='draft', max_length=10, verbose_name='state')),
                ('published_at', models.DateTimeField(blank=True, help_text='The public sees it from this time on. Left empty, it is the time of publishing.', null=True, verbose_name='published from')),
                ('slug', models.SlugField(allow_unicode=True, help_text="Part of the page's address. Changing it leaves a redirect from the old one.", max_length=120, verbose_name='name in addresses')),
                ('aliases', models.TextField(blank=True, help_text='One a line. Searches by these names find it too.', verbose_name='other names')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('summary', models.TextField(blank=True, help_text='One or two plain sentences.', verbose_name='summary')),
                ('body', models.TextField(blank=True, help_text='Markdown.', verbose_name='text')),
                ('role', models.CharField(blank=True, help_text='As a reader should know them.', max_length=200, verbose_name='role')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(blank=True, db_constraint=False, help_text='The document that shows it. Nothing is published without one.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'historical person',
                'verbose_name_plural': 'historical people',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalPrinciple',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_editor', models.CharField(blank=True, default='', editable=False, max_length=310, verbose_name='editor')),
                ('number', models.PositiveSmallIntegerField(blank=True, help_text='Its place in the set; left empty, the next one.', verbose_name='number')),
                ('title', models.CharField(max_length=250, verbose_name='title')),
                ('text', models.TextField(blank=True, help_text='Markdown.', verbose_name='text')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('set', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.principleset', verbose_name='set')),
            ],
            options={
                'verbose_name': 'historical principle',
                'verbose_name_plural': 'historical principles',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalPrinciple_initiatives',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='initiatives.historicalprinciple')),
                ('initiative', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.initiative')),
                ('principle', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.principle')),
            ],
            options={
                'verbose_name': 'HistoricalPrinciple_initiatives',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalPrinciple_themes',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='initiatives.historicalprinciple')),
                ('principle', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.principle')),
                ('theme', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.theme')),
            ],
            options={
                'verbose_name': 'HistoricalPrinciple_themes',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalPrincipleSet',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_editor', models.CharField(blank=True, default='', editable=False, max_length=310, verbose_name='editor')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('archived', 'archived')], db_index=True, default='draft', max_length=10, verbose_name='state')),
                ('published_at', models.DateTimeField(blank=True, help_text='The public sees it from this time on. Left empty, it is the time of publishing.', null=True, verbose_name='published from')),
                ('slug', models.SlugField(allow_unicode=True, help_text="Part of the page's address. Changing it leaves a redirect from the old one.", max_length=120, verbose_name='name in addresses')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('introduction', models.TextField(blank=True, help_text='Markdown.', verbose_name='introduction')),
                ('editors_note', models.TextField(blank=True, help_text='Markdown. Shown to readers.', verbose_name="editor's note")),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(blank=True, db_constraint=False, help_text='The document that shows it. Nothing is published without one.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'historical set of principles',
                'verbose_name_plural': 'historical sets of principles',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalQuote',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_editor', models.CharField(blank=True, default='', editable=False, max_length=310, verbose_name='editor')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('archived', 'archived')], db_index=True, default='draft', max_length=10, verbose_name='state')),
                ('published_at', models.DateTimeField(blank=True, help_text='The public sees it from this time on. Left empty, it is the time of publishing.', null=True, verbose_name='published from')),
                ('date', models.DateField(blank=True, help_text='The first day of what is known; empty if not known.', null=True, verbose_name='date')),
                ('date_precision', models.CharField(blank=True, choices=[('day', 'day'), ('month', 'month'), ('year', 'year')], default='', max_length=5, verbose_name='date known to the')),
                ('text', models.TextField(help_text='Verbatim, without the outer quotation marks.', verbose_name='words')),
                ('language', models.CharField(choices=[('en', 'English'), ('ru', 'Russian'), ('kk', 'Kazakh'), ('ar', 'Arabic'), ('zh', 'Chinese'), ('fr', 'French'), ('de', 'German'), ('it', 'Italian'), ('ky', 'Kyrgyz'), ('es', 'Spanish'), ('tr', 'Turkish'), ('uz', 'Uzbek')], default='en', max_length=8, verbose_name='language')),
                ('locator', models.CharField(blank=True, help_text='Page, paragraph or time mark.', max_length=100, verbose_name='place in the source')),
                ('context', models.TextField(blank=True, help_text='On what occasion it was said and about what, in your words.', verbose_name='context')),
                ('editors_note', models.TextField(blank=True, help_text='Markdown. Shown to readers.', verbose_name="editor's note")),
                ('verification', models.CharField(choices=[('primary', 'verified against the primary source'), ('secondary', 'as quoted by a secondary source'), ('disputed', 'disputed')], default='secondary', max_length=10, verbose_name='verification')),
                ('featured_on', models.DateField(blank=True, db_index=True, help_text='From this day on it is the first page’s quote, until another takes its place. While none is chosen, the first page shows another quote each day.', null=True, verbose_name='on the first page from')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(blank=True, db_constraint=False, help_text='The document that shows it. Nothing is published without one.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.source', verbose_name='source')),
                ('speaker', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.person', verbose_name='speaker')),
            ],
            options={
                'verbose_name': 'historical quote',
                'verbose_name_plural': 'historical quotes',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalQuote_initiatives',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='initiatives.historicalquote')),
                ('initiative', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.initiative')),
                ('quote', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.quote')),
            ],
            options={
                'verbose_name': 'HistoricalQuote_initiatives',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalQuote_themes',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='initiatives.historicalquote')),
                ('quote', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.quote')),
                ('theme', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.theme')),
            ],
            options={
                'verbose_name': 'HistoricalQuote_themes',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalQuoteTranslation',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_editor', models.CharField(blank=True, default='', editable=False, max_length=310, verbose_name='editor')),
                ('language', models.CharField(choices=[('en', 'English'), ('ru', 'Russian'), ('kk', 'Kazakh'), ('ar', 'Arabic'), ('zh', 'Chinese'), ('fr', 'French'), ('de', 'German'), ('it', 'Italian'), ('ky', 'Kyrgyz'), ('es', 'Spanish'), ('tr', 'Turkish'), ('uz', 'Uzbek')], max_length=8, verbose_name='language')),
                ('text', models.TextField(verbose_name='words')),
                ('provenance', models.CharField(choices=[('official', 'official translation'), ('unofficial', 'unofficial translation')], max_length=10, verbose_name='provenance')),
                ('translator', models.CharField(blank=True, help_text='Who made or published the translation.', max_length=200, verbose_name='translator')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('quote', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.quote', verbose_name='quote')),
            ],
            options={
                'verbose_name': 'historical translation',
                'verbose_name_plural': 'historical translations',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalSource',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_editor', models.CharField(blank=True, default='', editable=False, max_length=310, verbose_name='editor')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('archived', 'archived')], db_index=True, default='draft', max_length=10, verbose_name='state')),
                ('published_at', models.DateTimeField(blank=True, help_text='The public sees it from this time on. Left empty, it is the time of publishing.', null=True, verbose_name='published from')),
                ('date', models.DateField(blank=True, help_text='The first day of what is known; empty if not known.', null=True, verbose_name='date')),
                ('date_precision', models.CharField(blank=True, choices=[('day', 'day'), ('month', 'month'), ('year', 'year')], default='', max_length=5, verbose_name='date known to the')),
                ('slug', models.SlugField(allow_unicode=True, help_text="Part of the page's address. Changing it leaves a redirect from the old one.", max_length=120, verbose_name='name in addresses')),
                ('aliases', models.TextField(blank=True, help_text='One a line. Searches by these names find it too.', verbose_name='other names')),
                ('title', models.CharField(max_length=300, verbose_name='title')),
                ('kind', models.CharField(choices=[('address', 'address'), ('article', 'article'), ('news', 'news report'), ('legal_act', 'legal act'), ('record', 'official record'), ('website', 'website')], max_length=10, verbose_name='kind')),
                ('publisher', models.CharField(blank=True, max_length=200, verbose_name='publisher')),
                ('language', models.CharField(blank=True, choices=[('en', 'English'), ('ru', 'Russian'), ('kk', 'Kazakh'), ('ar', 'Arabic'), ('zh', 'Chinese'), ('fr', 'French'), ('de', 'German'), ('it', 'Italian'), ('ky', 'Kyrgyz'), ('es', 'Spanish'), ('tr', 'Turkish'), ('uz', 'Uzbek')], default='en', help_text='Of the document and its title; empty if it was not recorded.', max_length=8, verbose_name='language')),
                ('url', models.URLField(blank=True, max_length=500, verbose_name='address')),
                ('accessed_on', models.DateField(blank=True, help_text='The day on which the document was last read at this address. Empty if it was not recorded.', null=True, verbose_name='date of access')),
                ('archived_url', models.URLField(blank=True, max_length=500, verbose_name='archived address')),
                ('description', models.TextField(blank=True, help_text='What the document is, in your words.', verbose_name='description')),
                ('editors_note', models.TextField(blank=True, help_text='Markdown. Shown to readers.', verbose_name="editor's note")),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical source',
                'verbose_name_plural': 'historical sources',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalSynonymSet',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_editor', models.CharField(blank=True, default='', editable=False, max_length=310, verbose_name='editor')),
                ('language', models.CharField(choices=[('en', 'English'), ('ru', 'Russian'), ('kk', 'Kazakh'), ('ar', 'Arabic'), ('zh', 'Chinese'), ('fr', 'French'), ('de', 'German'), ('it', 'Italian'), ('ky', 'Kyrgyz'), ('es', 'Spanish'), ('tr', 'Turkish'), ('uz', 'Uzbek')], default='en', help_text='All of them are in this language; searches find them in any form of it.', max_length=2, verbose_name='language')),
                ('words', models.TextField(help_text='One a line, at least two. Whoever searches for one finds what holds any other, at once and in public.', verbose_name='words and phrases')),
                ('note', models.TextField(blank=True, help_text='Why they belong together; for editors only.', verbose_name='note')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical set of synonyms',
                'verbose_name_plural': 'historical synonyms',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalTheme',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_editor', models.CharField(blank=True, default='', editable=False, max_length=310, verbose_name='editor')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('archived', 'archived')], db_index=True, default='draft', max_length=10, verbose_name='state')),
                ('published_at', models.DateTimeField(blank=True, help_text='The public sees it from this time on. Left empty, it is the time of publishing.', null=True, verbose_name='published from')),
                ('slug', models.SlugField(allow_unicode=True, help_text="Part of the page's address. Changing it leaves a redirect from the old one.", max_length=120, verbose_name='name in addresses')),
                ('aliases', models.TextField(blank=True, help_text='One a line. Searches by these names find it too.', verbose_name='other names')),
                ('name', models.CharField(db_index=True, max_length=120, verbose_name='name')),
                ('description', models.TextField(blank=True, help_text='What belongs under this theme.', verbose_name='description')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Themes are listed by this number, then by name.', verbose_name='order')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical theme',
                'verbose_name_plural': 'historical themes',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalBody',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_editor', models.CharField(blank=True, default='', editable=False, max_length=310, verbose_name='editor')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('archived', 'archived')], db_index=True, default='draft', max_length=10, verbose_name='state')),
                ('published_at', models.DateTimeField(blank=True, help_text='The public sees it from this time on. Left empty, it is the time of publishing.', null=True, verbose_name='published from')),
                ('slug', models.SlugField(allow_unicode=True, help_text="Part of the page's address. Changing it leaves a redirect from the old one.", max_length=120, verbose_name='name in addresses')),
                ('aliases', models.TextField(blank=True, help_text='One a line. Searches by these names find it too.', verbose_name='other names')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('summary', models.TextField(blank=True, help_text='One or two plain sentences.', verbose_name='summary')),
                ('body', models.TextField(blank=True, help_text='Markdown.', verbose_name='text')),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(blank=True, db_constraint=False, help_text='The document that shows it. Nothing is published without one.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'historical institution',
                'verbose_name_plural': 'historical institutions',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
                'indexes': [models.Index(condition=models.Q(('history_type', '-')), fields=['-history_date'], name='body_deleted')],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddIndex(
            model_name='historicalinitiative',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['-history_date'], name='initiative_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicalmilestone',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['-history_date'], name='milestone_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicalperson',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['-history_date'], name='person_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicalprinciple',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['-history_date'], name='principle_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicalprincipleset',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['-history_date'], name='principleset_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicalquote',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['-history_date'], name='quote_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicalquotetranslation',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['-history_date'], name='quotetranslation_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicalsource',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['-history_date'], name='source_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicalsynonymset',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['-history_date'], name='synonymset_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicaltheme',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['-history_date'], name='theme_deleted'),
        ),
        migrations.RunPython(write_first_versions, migrations.RunPython.noop),
        migrations.RunPython(write_first_statuses, migrations.RunPython.noop),
        migrations.RunPython(let_publishers_clear_the_log, migrations.RunPython.noop),
    ]
