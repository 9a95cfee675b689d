"""The second factor: a code from an app on the editor's phone (TOTP, RFC 6238), or a recovery code on paper.

django-otp stores both as devices of a user, lets each code work once, and makes users wait longer after each wrong
code. Here a user has at most one of each. The database holds only keyed hashes of recovery codes, and the keys of
apps sealed with the site's own key: a copy of the database alone gives no codes.
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
# Twelve characters from an alphabet of 32 are 60 bits. No two look alike (base32 of RFC 4648).
_ALPHABET, _LENGTH = "abcdefghijklmnopqrstuvwxyz234567", 12
# A phone's clock may be wrong by this many steps of 30 seconds.
_TOLERANCE = 1
# The salt for recovery codes. Changing it would invalidate all codes.
_SALT = "initiatives.recovery_codes"
# The salt for sealing the keys of apps, and the number of random bytes stored before each.
_SEAL, _NONCE = "initiatives.keys_of_apps", 16
_log = logging.getLogger(__name__)


class Step(enum.Enum):
    """Steps that remain after the password."""

    SET_UP = "second_factor_set_up"
    VERIFY = "second_factor_verify"


class WrongCodeError(Exception):
    """A wrong code. `until` is set if no code is accepted before that time."""

    def __init__(self, until: datetime.datetime | None = None):
        super().__init__()
        self.until = until


def is_required(user: User) -> bool:
    """Return whether a user must have a second factor: if SECOND_FACTOR is set, all editors must."""
    return settings.SECOND_FACTOR and user.is_staff


def phone(user: User) -> TOTPDevice | None:
    """Return the device of the app that generates a user's codes."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def codes_left(user: User) -> int:
    """Return how many recovery codes a user has left."""
    return StaticToken.objects.filter(device__user=user, device__confirmed=True).count()


def missing_step(request: HttpRequest) -> Step | None:
    """Return the next step after the password; None if the session may use the desk."""
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
    """Accept a code from the app, or a recovery code, as the session's second factor.

    Spaces, hyphens and capitals do not matter. Raises WrongCodeError.
    """
    code = "".join(typed.split()).replace("-", "").lower()
    # Try only the device it can belong to: a wrong code from the app must not block the recovery codes.
    model = TOTPDevice if code.isdecimal() and len(code) <= 6 else StaticDevice
    with transaction.atomic():
        device = model.objects.select_for_update().filter(user=request.user, confirmed=True).first()
        allowed, why = device.verify_is_allowed() if device else (True, {})
        taken = device is not None and allowed and device.verify_token(_stored(device, code))
    if not taken:
        raise _refusal(request, None if allowed else why.get("locked_until"))
    _note(request, device)
    return device


def _stored(device: Device, code: str) -> str:
    """Return a code as stored; for a recovery code, as much of its hash as fits: 96 bits.

    The code is random, so one fast hash with the site's key and the user's number is enough.
    """
    if not isinstance(device, StaticDevice):
        return code
    digest = salted_hmac(_SALT, f"{device.user_id}:{code}", algorithm="sha256").digest()
    return urlsafe_b64encode(digest[:12]).decode()


def _refusal(request: HttpRequest, until: datetime.datetime | None = None) -> WrongCodeError:
    """Log that a code was wrong, without the code, and return the error to raise."""
    _log.warning("Wrong code from %s, account %s", client_address(request), user_of(request).username)
    return WrongCodeError(until)


def _note(request: HttpRequest, device: Device) -> None:
    django_otp.login(request, device)
    # The session has gained rights, so its old key must not open it.
    request.session.cycle_key()
    _log.info("Second factor given from %s, account %s", client_address(request), user_of(request).username)


def new_key() -> str:
    """Return a fresh random key for an app, in hexadecimal."""
    return default_key()


def shown_key(key: str) -> str:
    """Return a key as users type it into apps: base32 in groups of four."""
    text = b32encode(unhexlify(key)).decode()
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def address_for_app(user: User, key: str) -> str:
    """Return the otpauth:// address for the QR code; OTP_TOTP_ISSUER names the site in it."""
    return TOTPDevice(user=user, key=key).config_url


def set_up(request: HttpRequest, key: str, typed: str) -> list[str]:
    """Make the app with this key the user's only one, and return new recovery codes.

    Raises WrongCodeError, and changes nothing, if the code does not prove that the app has the key.
    """
    code = "".join(typed.split())
    clock = TOTP(unhexlify(key))
    clock.time = time.time()
    if not code.isdecimal() or not clock.verify(int(code), _TOLERANCE):
        raise _refusal(request)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_of(request).pk)
        replaced = TOTPDevice.objects.filter(user=user).delete()[0]
        # The code has been used, so no code up to its step works again.
        device = TOTPDevice.objects.create(user=user, name="app", key=key, last_t=clock.t(), drift=clock.drift)
        codes = _new_codes(user)
        notify(user, Change.REPLACED if replaced else Change.SET_UP)
    _note(request, device)
    return codes


def new_recovery_codes(user: User) -> list[str]:
    """Replace a user's recovery codes and return the new ones, which are shown once."""
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
    """Remove a user's app and recovery codes, and return whether there were any. Sessions opened with them end."""
    with transaction.atomic():
        removed = [model.objects.filter(user=user).delete()[0] for model in (TOTPDevice, StaticDevice)]
        if any(removed):
            notify(user, Change.REMOVED)
    return any(removed)


def _xor_pad(nonce: bytes, key: bytes) -> bytes:
    """Seal or unseal a key with a pad made from this nonce (HMAC-SHA-256)."""
    pad = salted_hmac(_SEAL, nonce.hex(), algorithm="sha256").digest()
    return bytes(one ^ other for one, other in zip(key, pad, strict=False))


@receiver(pre_save, sender=TOTPDevice)
def _seal(instance: TOTPDevice, **kwargs) -> None:
    """Seal the key before it is stored."""
    nonce = secrets.token_bytes(_NONCE)
    instance.key = (nonce + _xor_pad(nonce, unhexlify(instance.key))).hex()


@receiver([post_init, post_save], sender=TOTPDevice)
def _open(instance: TOTPDevice, **kwargs) -> None:
    """Unseal the key after it is read or written; a new key is not sealed."""
    stored = instance.__dict__.get("key")
    if stored and len(stored) > len(default_key()):
        raw = unhexlify(stored)
        instance.key = _xor_pad(raw[:_NONCE], raw[_NONCE:]).hex()
