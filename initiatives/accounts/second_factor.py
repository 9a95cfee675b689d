"""The second factor: a code from an app on the editor's phone (TOTP, RFC 6238), or a recovery code on paper.

django-otp stores both as devices of a user, lets each code work once, and makes users wait longer after each wrong
code. Here a user has at most one of each. Recovery codes are stored as keyed hashes, and the keys of apps are encrypted
with the site's key, so a copy of the database alone reveals no codes.
"""

import datetime
import enum
import logging
import secrets
import time
from base64 import b32encode, urlsafe_b64encode
from binascii import unhexlify

import django_otp
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.signals import post_init, post_save, pre_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.crypto import get_random_string, salted_hmac
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from initiatives.accounts.lockout import client_address
from initiatives.accounts.notices import Change, notify
from initiatives.accounts.users import user_of

RECOVERY_CODES = 10
# Twelve characters out of 32 are 60 bits. None is easily mistaken for another (base32 of RFC 4648).
_ALPHABET, _LENGTH = "abcdefghijklmnopqrstuvwxyz234567", 12
# How far a phone's clock may be wrong, in steps of 30 seconds.
_TOLERANCE = 1
# The salt for recovery codes. Changing it would invalidate them all.
_SALT = "initiatives.recovery_codes"
# The salt for keys of apps, and the number of random bytes stored before each key.
_SEAL, _NONCE = "initiatives.keys_of_apps", 16
_log = logging.getLogger(__name__)


class Step(enum.Enum):
    """Steps of log-in after the password."""

    SET_UP = "second_factor_set_up"
    VERIFY = "second_factor_verify"


class WrongCodeError(Exception):
    """A wrong code. `until` is set if no code is accepted before that time."""

    def __init__(self, until: datetime.datetime | None = None):
        super().__init__()
        self.until = until


def is_required(user: User) -> bool:
    """Return whether a user must have a second factor: all editors must if the setting is on."""
    return settings.SECOND_FACTOR and user.is_staff


def phone(user: User) -> TOTPDevice | None:
    """Return the device of a user's app."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def codes_left(user: User) -> int:
    return StaticToken.objects.filter(device__user=user, device__confirmed=True).count()


def missing_step(request: HttpRequest) -> Step | None:
    """Return the next step of log-in after the password; None if it is complete."""
    known = request.__dict__
    if "_missing_step" not in known:
        known["_missing_step"] = _missing_step(request.user)
    return known["_missing_step"]


def _missing_step(user) -> Step | None:
    if getattr(user, "otp_device", None):
        return None
    if phone(user):
        return Step.VERIFY
    return Step.SET_UP if is_required(user) else None


def verify(request: HttpRequest, typed: str) -> Device:
    """Complete log-in with a code from the app or a recovery code, and return its device. Raises WrongCodeError.

    Spaces, hyphens and capitals do not matter.
    """
    code = "".join(typed.split()).replace("-", "").lower()
    # Try only the device that the code can be for: a wrong code from the app must not block recovery codes.
    model = TOTPDevice if code.isdecimal() and len(code) <= 6 else StaticDevice
    with transaction.atomic():
        device = model.objects.select_for_update().filter(user=request.user, confirmed=True).first()
        allowed, why = device.verify_is_allowed() if device else (True, {})
        accepted = device is not None and allowed and device.verify_token(_stored(device, code))
    if not accepted:
        raise _refusal(request, None if allowed else why.get("locked_until"))
    _complete(request, device)
    return device


def _stored(device: Device, code: str) -> str:
    """Return a code as stored: recovery codes as the first 96 bits of a hash, which is all the column has room for.

    The codes are random, so one fast hash with the site's key and the user's key is enough.
    """
    if not isinstance(device, StaticDevice):
        return code
    digest = salted_hmac(_SALT, f"{device.user_id}:{code}", algorithm="sha256").digest()
    return urlsafe_b64encode(digest[:12]).decode()


def _refusal(request: HttpRequest, until: datetime.datetime | None = None) -> WrongCodeError:
    """Log that a code was wrong, without the code, and return the error to raise."""
    _log.warning("Wrong code from %s, account %s", client_address(request), user_of(request).username)
    return WrongCodeError(until)


def _complete(request: HttpRequest, device: Device) -> None:
    django_otp.login(request, device)
    # The session has gained rights, so change its key.
    request.session.cycle_key()
    _log.info("Second factor given from %s, account %s", client_address(request), user_of(request).username)


def new_key() -> str:
    """Return a new random key for an app, in hexadecimal."""
    return default_key()


def shown_key(key: str) -> str:
    """Return a key as users type it into apps: base32 in groups of four."""
    text = b32encode(unhexlify(key)).decode()
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def address_for_app(user: User, key: str) -> str:
    """Return the otpauth:// address for the QR code, which names the site by OTP_TOTP_ISSUER."""
    return TOTPDevice(user=user, key=key).config_url


def set_up(request: HttpRequest, key: str, typed: str) -> list[str]:
    """Make the app with this key the user's only one, and return new recovery codes.

    The code must prove that the app has the key. Otherwise raises WrongCodeError and changes nothing.
    """
    code = "".join(typed.split())
    clock = TOTP(unhexlify(key))
    clock.time = time.time()
    if not code.isdecimal() or not clock.verify(int(code), _TOLERANCE):
        raise _refusal(request)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_of(request).pk)
        replaced = TOTPDevice.objects.filter(user=user).delete()[0]
        # No code up to the one just used works again.
        device = TOTPDevice.objects.create(user=user, name="app", key=key, last_t=clock.t(), drift=clock.drift)
        codes = _new_codes(user)
        notify(user, Change.REPLACED if replaced else Change.SET_UP)
    _complete(request, device)
    return codes


def new_recovery_codes(user: User) -> list[str]:
    """Replace a user's recovery codes and return the new ones."""
    with transaction.atomic():
        codes = _new_codes(user)
        notify(user, Change.CODES)
    return codes


def _new_codes(user: User) -> list[str]:
    with transaction.atomic():
        device, _ = StaticDevice.objects.get_or_create(user=user, defaults={"name": "recovery codes"})
        device.token_set.all().delete()
        codes = [get_random_string(_LENGTH, _ALPHABET) for _ in range(RECOVERY_CODES)]
        StaticToken.objects.bulk_create(StaticToken(device=device, token=_stored(device, code)) for code in codes)
        device.throttle_reset()
    return ["-".join((code[:4], code[4:8], code[8:])) for code in codes]


def remove(user: User) -> bool:
    """Remove a user's app and recovery codes, and return whether there were any. Sessions that used them end."""
    with transaction.atomic():
        removed = [model.objects.filter(user=user).delete()[0] for model in (TOTPDevice, StaticDevice)]
        if any(removed):
            notify(user, Change.REMOVED)
    return any(removed)


def _xor_pad(nonce: bytes, key: bytes) -> bytes:
    """Encrypt or decrypt a key with a pad that is unique to this nonce (HMAC-SHA-256)."""
    pad = salted_hmac(_SEAL, nonce.hex(), algorithm="sha256").digest()
    return bytes(one ^ other for one, other in zip(key, pad, strict=False))


@receiver(pre_save, sender=TOTPDevice)
def _encrypt(instance: TOTPDevice, **kwargs) -> None:
    nonce = secrets.token_bytes(_NONCE)
    instance.key = (nonce + _xor_pad(nonce, unhexlify(instance.key))).hex()


@receiver([post_init, post_save], sender=TOTPDevice)
def _decrypt(instance: TOTPDevice, **kwargs) -> None:
    """Decrypt the key after it is read or written. A new key is not encrypted yet."""
    stored = instance.__dict__.get("key")
    if stored and len(stored) > len(default_key()):
        raw = unhexlify(stored)
        instance.key = _xor_pad(raw[:_NONCE], raw[_NONCE:]).hex()
