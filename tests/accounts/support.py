"""Accounts, log-ins and codes for the tests of this folder."""

import re
import time
from binascii import unhexlify

from django.contrib import admin
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import URLResolver
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken

PASSWORD = "correct horse battery"

LOGIN, INDEX = "/admin/login/", "/admin/"

SET_UP, VERIFY = "/admin/second-factor/set-up/", "/admin/second-factor/verify/"

FORGOTTEN, SESSIONS = "/admin/forgotten/", "/admin/sessions/"

CODES, OVERVIEW, REMOVE = "/admin/second-factor/codes/", "/admin/second-factor/", "/admin/second-factor/remove/"


class CountingHasher(MD5PasswordHasher):
    """Counts how many passwords are hashed."""

    hashed = 0

    def encode(self, password, salt):
        """Hash a password and count it."""
        type(self).hashed += 1
        return super().encode(password, salt)


def make_user(name: str, group: str = "", **fields) -> User:
    user = User.objects.create_user(name, password=PASSWORD, **{"is_staff": True, **fields})
    if group:
        user.groups.add(Group.objects.get(name=group))
    return user


def log_in(name: str, password: str = PASSWORD, client: Client | None = None, **more):
    """Send the log-in form; return the response, whose `client` is logged in on success."""
    return (client or Client()).post(LOGIN, {"username": name, "password": password, "next": INDEX}, **more)


def logged_in(name: str, password: str = PASSWORD) -> Client:
    """Return a browser that has sent a name and a password with the form."""
    answer = log_in(name, password)
    assert answer.status_code == 302, "log-in failed"
    return answer.client


def totp(key: str, ahead: int = 0) -> str:
    """Return the code that an app with this key shows a number of 30-second steps from now."""
    clock = TOTP(unhexlify(key))
    clock.time = time.time() + 30 * ahead
    return f"{clock.token():06}"


def session_key(client: Client) -> str:
    return client.session["second_factor_key"]


def set_up(client: Client, **more) -> list[str]:
    """Set up the app of a browser's user; return the recovery codes that are shown."""
    client.get(SET_UP)
    answer = client.post(SET_UP, {"code": totp(session_key(client)), **more}, follow=True)
    assert answer.context["codes"], answer.context["form"].errors
    return answer.context["codes"]


def keep_recovery_codes(count: int) -> None:
    """Keep only the first of the remaining recovery codes."""
    kept = list(StaticToken.objects.order_by("pk").values_list("pk", flat=True)[:count])
    StaticToken.objects.exclude(pk__in=kept).delete()


def opens(client: Client, address: str = "/admin/initiatives/quote/") -> bool:
    return client.get(address).status_code == 200


def _said(answer, name: str) -> str:
    """Return the text of a page without what varies between requests."""
    content = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    return content.replace(name, "NAME")


# Second factor


def admin_addresses(patterns=None, prefix=INDEX) -> list[str]:
    """Return an address for every URL pattern of the desk, with a value for each argument."""
    found = []
    for pattern in admin.site.get_urls() if patterns is None else patterns:
        route = str(pattern.pattern)
        if route.startswith("^(?P<app_label>"):
            route = "initiatives/"
        elif route.startswith("(?P<url>"):
            route = "no-such-page"
        path = prefix + re.sub(r"<[^>]+>", "1", route)
        if isinstance(pattern, URLResolver):
            found += admin_addresses(pattern.url_patterns, path)
        else:
            found.append(path)
    return found


# Pages for everyone, and after the password only: the step itself, the language, and log-out.
OPEN = {LOGIN, SET_UP, VERIFY, FORGOTTEN, "/admin/forgotten/1/1/", "/admin/language/", "/admin/logout/"}


# Sessions


def age(client: Client, **seconds: int) -> None:
    """Make a session older: `began` or `seen` this many seconds ago."""
    session = client.session
    for name, ago in seconds.items():
        session[f"desk_{name}"] = int(time.time()) - ago
    session.save()


def language_of(answer) -> str:
    return re.search(r'<html lang="([^"]+)"', answer.content.decode())[1]
