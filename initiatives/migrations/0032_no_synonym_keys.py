from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("initiatives", "0001_squashed_0031"),
    ]

    operations = [
        migrations.DeleteModel(
            name="SynonymKey",
        ),
    ]
