"""The second factor: a code from an app on the editor's phone (TOTP, RFC 6238), or a recovery code on paper.

django-otp keeps both as devices of a user, lets each code work once, and makes whoever types wrong ones wait longer
each time. A user has at most one of each here.
"""

import datetime
import enum
import time
from base64 import b32encode
from binascii import unhexlify

import django_otp
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from initiatives.accounts.users import user_of

RECOVERY_CODES = 10
# Steps of 30 seconds that a phone's clock may be off.
_TOLERANCE = 1


class Step(enum.Enum):
    """What stands between a password and the desk."""

    SET_UP = "second_factor_set_up"
    VERIFY = "second_factor_verify"


class WrongCodeError(Exception):
    """A code that does not open the desk; `until` is set if none is taken before that time."""

    def __init__(self, until: datetime.datetime | None = None):
        super().__init__()
        self.until = until


def is_required(user: User) -> bool:
    """Tell whether a user must have a second factor: who publishes, or decides who may, if the setting says so."""
    if not settings.SECOND_FACTOR:
        return False
    return user.is_superuser or any(
        app == "auth" or name.startswith("publish_")
        for app, _, name in (permission.partition(".") for permission in user.get_all_permissions())
    )


def phone(user: User) -> TOTPDevice | None:
    """Return the app that makes a user's codes."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def codes_left(user: User) -> int:
    """Return how many recovery codes a user has not used yet."""
    return StaticToken.objects.filter(device__user=user, device__confirmed=True).count()


def missing_step(request: HttpRequest) -> Step | None:
    """Return what a session that has given its password must do before it sees the desk; None if nothing."""
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
    """Take a code of the app, or a recovery code: from now on this session has its second factor.

    Spaces, hyphens and capitals do not matter. Raises WrongCodeError.
    """
    code = "".join(typed.split()).replace("-", "").lower()
    # Only the one it can be of: a wrong code of the app must not make the recovery codes wait.
    model = TOTPDevice if code.isdecimal() and len(code) <= 6 else StaticDevice
    with transaction.atomic():
        device = model.objects.select_for_update().filter(user=request.user, confirmed=True).first()
        allowed, why = device.verify_is_allowed() if device else (True, {})
        taken = device is not None and allowed and device.verify_token(code)
    if not taken:
        raise WrongCodeError(None if allowed else why.get("locked_until"))
    _note(request, device)
    return device


def _note(request: HttpRequest, device: Device) -> None:
    django_otp.login(request, device)
    # Whoever knew the session before knows less than it is now worth.
    request.session.cycle_key()


def new_key() -> str:
    """Return a fresh random key for an app, in hexadecimal."""
    return default_key()


def shown_key(key: str) -> str:
    """Return a key as apps want it typed: base32 in groups of four."""
    text = b32encode(unhexlify(key)).decode()
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def address_for_app(user: User, key: str) -> str:
    """Return the otpauth:// address that the QR code holds; OTP_TOTP_ISSUER names the site in it."""
    return TOTPDevice(user=user, key=key).config_url


def set_up(request: HttpRequest, key: str, typed: str) -> list[str]:
    """Make the app that has a key the user's only one, and return new recovery codes.

    The code shows that the app has the key. Raises WrongCodeError and changes nothing if it does not.
    """
    code = "".join(typed.split())
    clock = TOTP(unhexlify(key))
    clock.time = time.time()
    if not code.isdecimal() or not clock.verify(int(code), _TOLERANCE):
        raise WrongCodeError
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_of(request).pk)
        TOTPDevice.objects.filter(user=user).delete()
        # The code was used: none up to its step works again.
        device = TOTPDevice.objects.create(user=user, name="app", key=key, last_t=clock.t(), drift=clock.drift)
        codes = new_recovery_codes(user)
    _note(request, device)
    return codes


def new_recovery_codes(user: User) -> list[str]:
    """Replace a user's recovery codes; return the new ones, which are shown once."""
    with transaction.atomic():
        device, _ = StaticDevice.objects.get_or_create(user=user, defaults={"name": "recovery codes"})
        device.token_set.all().delete()
        tokens = [StaticToken(device=device, token=StaticToken.random_token()) for _ in range(RECOVERY_CODES)]
        StaticToken.objects.bulk_create(tokens)
        device.throttle_reset()
    return [f"{token.token[:4]}-{token.token[4:]}" for token in tokens]


def remove(user: User) -> bool:
    """Take a user's app and recovery codes away; tell whether there were any. Sessions opened with them close."""
    with transaction.atomic():
        removed = [model.objects.filter(user=user).delete()[0] for model in (TOTPDevice, StaticDevice)]
    return any(removed)
