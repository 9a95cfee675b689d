"""Keys of apps are sealed with the site's key, so that a copy of the database alone gives no codes. Backwards, opened."""

import secrets

from django.db import migrations
from django.utils.crypto import salted_hmac

# As in accounts/second_factor.py when this was written: a plain key has 20 bytes, and a sealed one 16 before it.
PLAIN, NONCE = 20, 16


def xor_pad(nonce, key):
    pad = salted_hmac("initiatives.keys_of_apps", nonce.hex(), algorithm="sha256").digest()
    return bytes(one ^ other for one, other in zip(key, pad))


def change(apps, schema_editor, is_due, changed):
    devices = apps.get_model("otp_totp", "TOTPDevice").objects.using(schema_editor.connection.alias)
    for device in devices.all():
        key = bytes.fromhex(device.key)
        if is_due(key):
            devices.filter(pk=device.pk).update(key=changed(key).hex())


def seal(apps, schema_editor):
    def sealed(key):
        nonce = secrets.token_bytes(NONCE)
        return nonce + xor_pad(nonce, key)

    change(apps, schema_editor, lambda key: len(key) <= PLAIN, sealed)


def unseal(apps, schema_editor):
    change(apps, schema_editor, lambda key: len(key) > PLAIN, lambda key: xor_pad(key[:NONCE], key[NONCE:]))


class Migration(migrations.Migration):
    dependencies = [
        ("initiatives", "0029_refused_proposals"),
        ("otp_totp", "0003_add_timestamps"),
    ]

    operations = [migrations.RunPython(seal, unseal)]
