"""The day from which a quote stands on the first page."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("initiatives", "0005_search_help"),
    ]

    operations = [
        migrations.AddField(
            model_name="quote",
            name="featured_on",
            field=models.DateField(
                blank=True,
                db_index=True,
                help_text="From this day on it is the first page’s quote, until another takes its place. "
                "While none is chosen, the first page shows another quote each day.",
                null=True,
                verbose_name="on the first page from",
            ),
        ),
    ]
