"""Indexes of the orders in which the desk lists quotes, in place of those that nothing reads in order."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('initiatives', '0013_tens_of_days'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='quote',
            name='quote_by_state_and_change',
        ),
        migrations.RemoveIndex(
            model_name='quote',
            name='quote_by_state_and_publication',
        ),
        migrations.AlterField(
            model_name='body',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('archived', 'archived')], default='draft', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='historicalbody',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('archived', 'archived')], default='draft', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='historicalinitiative',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('archived', 'archived')], default='draft', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='historicalperson',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('archived', 'archived')], default='draft', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='historicalprincipleset',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('archived', 'archived')], default='draft', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='historicalquote',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('archived', 'archived')], default='draft', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='historicalsource',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('archived', 'archived')], default='draft', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='historicaltheme',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('archived', 'archived')], default='draft', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='initiative',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('archived', 'archived')], default='draft', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='person',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('archived', 'archived')], default='draft', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='principleset',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('archived', 'archived')], default='draft', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='quote',
            name='speaker',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='quotes', to='initiatives.person', verbose_name='speaker'),
        ),
        migrations.AlterField(
            model_name='quote',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('archived', 'archived')], default='draft', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='source',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('archived', 'archived')], default='draft', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='theme',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('archived', 'archived')], default='draft', max_length=10, verbose_name='state'),
        ),
        migrations.AddIndex(
            model_name='body',
            index=models.Index(fields=['state', 'updated_at', 'id'], name='body_by_change'),
        ),
        migrations.AddIndex(
            model_name='initiative',
            index=models.Index(fields=['state', 'updated_at', 'id'], name='initiative_by_change'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['state', 'updated_at', 'id'], name='person_by_change'),
        ),
        migrations.AddIndex(
            model_name='principleset',
            index=models.Index(fields=['state', 'updated_at', 'id'], name='principleset_by_change'),
        ),
        migrations.AddIndex(
            model_name='quote',
            index=models.Index(fields=['state', 'updated_at', 'id'], name='quote_by_change'),
        ),
        migrations.AddIndex(
            model_name='quote',
            index=models.Index(fields=['speaker', '-date', '-id'], name='quote_by_speaker_and_date'),
        ),
        migrations.AddIndex(
            model_name='quote',
            index=models.Index(fields=['published_at', 'id'], name='quote_by_publication'),
        ),
        migrations.AddIndex(
            model_name='quote',
            index=models.Index(fields=['state', 'published_at', 'id'], name='quote_by_state_and_publication'),
        ),
        migrations.AddIndex(
            model_name='source',
            index=models.Index(fields=['state', 'updated_at', 'id'], name='source_by_change'),
        ),
        migrations.AddIndex(
            model_name='theme',
            index=models.Index(fields=['state', 'updated_at', 'id'], name='theme_by_change'),
        ),
    ]
