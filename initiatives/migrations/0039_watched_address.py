from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("initiatives", "0037_found_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="watch",
            name="address",
            field=models.URLField(blank=True, max_length=500),
        ),
    ]
