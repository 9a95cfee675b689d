"""Recovery codes of earlier versions, stored as they are typed, are replaced by their keyed hashes and go on working.

A hash cannot be turned back, so backwards nothing changes: the version before does not accept these codes, and users
create new ones. Forwards again, hashes stay as they are, and those codes work again.
"""

from base64 import urlsafe_b64encode

from django.db import migrations
from django.utils.crypto import salted_hmac

# A code of an earlier version has 8 characters, a hash 16.
HASHED = 16


def hash_codes(apps, schema_editor):
    tokens = apps.get_model("otp_static", "StaticToken").objects.using(schema_editor.connection.alias)
    changed = []
    for token in tokens.select_related("device"):
        if len(token.token) < HASHED:
            # As accounts/second_factor.py did when this was written.
            value = f"{token.device.user_id}:{token.token}"
            digest = salted_hmac("initiatives.recovery_codes", value, algorithm="sha256").digest()
            token.token = urlsafe_b64encode(digest[:12]).decode()
            changed.append(token)
    tokens.bulk_update(changed, ["token"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("initiatives", "0016_one_index"),
        ("otp_static", "0003_add_timestamps"),
    ]

    operations = [migrations.RunPython(hash_codes, migrations.RunPython.noop)]
