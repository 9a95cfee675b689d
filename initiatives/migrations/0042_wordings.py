"""Wordings of the record's own texts in other languages."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('initiatives', '0041_bringing_copies'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalWording',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True)),
                ('history_editor', models.CharField(blank=True, default='', editable=False, max_length=310)),
                ('kind', models.CharField(max_length=20)),
                ('object_id', models.PositiveBigIntegerField()),
                ('field', models.CharField(max_length=20)),
                ('language', models.CharField(max_length=2)),
                ('text', models.TextField()),
                ('standing', models.CharField(default='own', max_length=10)),
                ('translator', models.CharField(blank=True, max_length=200)),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('outdated', models.BooleanField(default=False, editable=False)),
                ('checked_on', models.DateField(blank=True, null=True)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(max_length=1)),
                ('checked_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.source')),
            ],
            options={
                'verbose_name': 'historical wording',
                'verbose_name_plural': 'historical wordings',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
                'indexes': [models.Index(condition=models.Q(('history_type', '-')), fields=['-history_date'], name='wording_deleted')],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('object_id', models.PositiveBigIntegerField()),
                ('field', models.CharField(max_length=20)),
                ('language', models.CharField(max_length=2)),
                ('text', models.TextField()),
                ('standing', models.CharField(default='own', max_length=10)),
                ('translator', models.CharField(blank=True, max_length=200)),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('outdated', models.BooleanField(default=False, editable=False)),
                ('checked_on', models.DateField(blank=True, null=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('checked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='wordings_from', to='initiatives.source')),
            ],
            options={
                'verbose_name': 'wording',
                'verbose_name_plural': 'wordings',
                'ordering': ['kind', 'object_id', 'field', 'language'],
                'indexes': [models.Index(condition=models.Q(('outdated', True)), fields=['language', 'kind', 'object_id'], name='wording_outdated')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'object_id', 'language', 'field'), name='wording_one_per_text_and_language'), models.CheckConstraint(condition=models.Q(('standing__in', ['official', 'authentic', 'elsewhere', 'own', 'machine'])), name='wording_standing_known'), models.CheckConstraint(condition=models.Q(('kind__in', ['theme', 'person', 'body', 'source', 'initiative', 'principleset', 'principle', 'milestone', 'quote'])), name='wording_kind_known'), models.CheckConstraint(condition=models.Q(('language__in', ['ru', 'kk'])), name='wording_language_known'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='wording_has_text'), models.CheckConstraint(condition=models.Q(models.Q(('standing__in', ('official', 'authentic', 'elsewhere')), _negated=True), ('source__isnull', False), _connector='OR'), name='wording_published_has_source'), models.CheckConstraint(condition=models.Q(models.Q(('standing', 'own'), _negated=True), models.Q(('translator', ''), _negated=True), _connector='OR'), name='wording_own_has_translator')],
            },
        ),
    ]
