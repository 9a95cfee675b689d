"""The editors' desk: a note for it on each item, administrators, checks of addresses, indexes for lists of a million quotes."""

import django.db.models.deletion
from django.db import migrations, models


ADMINISTRATOR = "Administrator"
# Accounts are made and closed, never deleted: what somebody did keeps its name. Groups are changed by superusers.
ACCOUNTS = {"user": ("view", "add", "change"), "group": ("view",)}


def permission(apps, alias, app, model, action):
    """Return a permission, made if it is not there yet (Django makes them only after all migrations)."""
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.using(alias).get_or_create(
        app_label=app, model=model
    )
    name = apps.get_model(app, model)._meta.verbose_name
    return (
        apps.get_model("auth", "Permission")
        .objects.using(alias)
        .get_or_create(
            content_type=content_type, codename=f"{action}_{model}", defaults={"name": f"Can {action} {name}"}
        )[0]
    )


def grant(apps, schema_editor):
    """Make administrators: publishers who look after accounts. Nobody writes a redirect by hand any more."""
    alias = schema_editor.connection.alias
    Group = apps.get_model("auth", "Group")
    publishers, _ = Group.objects.using(alias).get_or_create(name="Publisher")
    publishers.permissions.remove(*(permission(apps, alias, "initiatives", "oldslug", a) for a in ("add", "change")))
    administrators, _ = Group.objects.using(alias).get_or_create(name=ADMINISTRATOR)
    administrators.permissions.set(
        [
            *publishers.permissions.all(),
            *(permission(apps, alias, "auth", model, a) for model, actions in ACCOUNTS.items() for a in actions),
        ]
    )


def withdraw(apps, schema_editor):
    """Go back to the two groups of before."""
    alias = schema_editor.connection.alias
    Group = apps.get_model("auth", "Group")
    Group.objects.using(alias).filter(name=ADMINISTRATOR).delete()
    for publishers in Group.objects.using(alias).filter(name="Publisher"):
        publishers.permissions.add(*(permission(apps, alias, "initiatives", "oldslug", a) for a in ("add", "change")))


class Migration(migrations.Migration):

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ('initiatives', '0008_words'),
    ]

    operations = [
        migrations.CreateModel(
            name='LinkCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.URLField(max_length=500, verbose_name='address')),
                ('checked_at', models.DateTimeField(db_index=True, verbose_name='checked')),
                ('answer', models.CharField(max_length=100, verbose_name='answer')),
                ('failed_days', models.PositiveSmallIntegerField(db_index=True, default=0, verbose_name='days without an answer')),
                ('last_failed_on', models.DateField(null=True, verbose_name='last failed on')),
            ],
            options={
                'verbose_name': 'check of an address',
                'verbose_name_plural': 'checks of addresses',
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='body',
            name='review_note',
            field=models.TextField(blank=True, help_text='What is still to be done, for editors only. Empty it when it is done; readers never see it.', verbose_name='note for the desk'),
        ),
        migrations.AddField(
            model_name='historicalbody',
            name='review_note',
            field=models.TextField(blank=True, help_text='What is still to be done, for editors only. Empty it when it is done; readers never see it.', verbose_name='note for the desk'),
        ),
        migrations.AddField(
            model_name='historicalinitiative',
            name='review_note',
            field=models.TextField(blank=True, help_text='What is still to be done, for editors only. Empty it when it is done; readers never see it.', verbose_name='note for the desk'),
        ),
        migrations.AddField(
            model_name='historicalperson',
            name='review_note',
            field=models.TextField(blank=True, help_text='What is still to be done, for editors only. Empty it when it is done; readers never see it.', verbose_name='note for the desk'),
        ),
        migrations.AddField(
            model_name='historicalprincipleset',
            name='review_note',
            field=models.TextField(blank=True, help_text='What is still to be done, for editors only. Empty it when it is done; readers never see it.', verbose_name='note for the desk'),
        ),
        migrations.AddField(
            model_name='historicalquote',
            name='review_note',
            field=models.TextField(blank=True, help_text='What is still to be done, for editors only. Empty it when it is done; readers never see it.', verbose_name='note for the desk'),
        ),
        migrations.AddField(
            model_name='historicalsource',
            name='review_note',
            field=models.TextField(blank=True, help_text='What is still to be done, for editors only. Empty it when it is done; readers never see it.', verbose_name='note for the desk'),
        ),
        migrations.AddField(
            model_name='historicaltheme',
            name='review_note',
            field=models.TextField(blank=True, help_text='What is still to be done, for editors only. Empty it when it is done; readers never see it.', verbose_name='note for the desk'),
        ),
        migrations.AddField(
            model_name='initiative',
            name='review_note',
            field=models.TextField(blank=True, help_text='What is still to be done, for editors only. Empty it when it is done; readers never see it.', verbose_name='note for the desk'),
        ),
        migrations.AddField(
            model_name='person',
            name='review_note',
            field=models.TextField(blank=True, help_text='What is still to be done, for editors only. Empty it when it is done; readers never see it.', verbose_name='note for the desk'),
        ),
        migrations.AddField(
            model_name='principleset',
            name='review_note',
            field=models.TextField(blank=True, help_text='What is still to be done, for editors only. Empty it when it is done; readers never see it.', verbose_name='note for the desk'),
        ),
        migrations.AddField(
            model_name='quote',
            name='review_note',
            field=models.TextField(blank=True, help_text='What is still to be done, for editors only. Empty it when it is done; readers never see it.', verbose_name='note for the desk'),
        ),
        migrations.AddField(
            model_name='source',
            name='review_note',
            field=models.TextField(blank=True, help_text='What is still to be done, for editors only. Empty it when it is done; readers never see it.', verbose_name='note for the desk'),
        ),
        migrations.AddField(
            model_name='theme',
            name='review_note',
            field=models.TextField(blank=True, help_text='What is still to be done, for editors only. Empty it when it is done; readers never see it.', verbose_name='note for the desk'),
        ),
        migrations.AddIndex(
            model_name='quote',
            index=models.Index(fields=['-date', '-id'], name='quote_by_date'),
        ),
        migrations.AddIndex(
            model_name='quote',
            index=models.Index(fields=['state', '-date', '-id'], name='quote_by_state_and_date'),
        ),
        migrations.AddIndex(
            model_name='quote',
            index=models.Index(fields=['verification', '-date', '-id'], name='quote_by_verification_and_date'),
        ),
        migrations.AddIndex(
            model_name='quote',
            index=models.Index(fields=['language', '-date', '-id'], name='quote_by_language_and_date'),
        ),
        migrations.AddIndex(
            model_name='quote',
            index=models.Index(fields=['state', 'updated_at'], name='quote_by_state_and_change'),
        ),
        migrations.AddIndex(
            model_name='quote',
            index=models.Index(fields=['state', 'published_at'], name='quote_by_state_and_publication'),
        ),
        migrations.AddField(
            model_name='linkcheck',
            name='source',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='link_checks', to='initiatives.source', verbose_name='source'),
        ),
        migrations.AddConstraint(
            model_name='linkcheck',
            constraint=models.UniqueConstraint(fields=('source', 'address'), name='linkcheck_once_per_address'),
        ),
        migrations.RunPython(grant, withdraw),
    ]
