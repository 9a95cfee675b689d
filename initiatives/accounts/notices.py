"""E-mail notices that an account's credentials have changed, in case its owner did not change them.

They are sent once the change is committed. Django logs a failing mail server; nothing else fails.
"""

import logging

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import TextChoices
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from simple_history.models import HistoricalRecords

from initiatives.accounts.lockout import client_address

_log = logging.getLogger(__name__)


class Change(TextChoices):
    """What was changed, as written in the log and in the mail to the owner."""

    PASSWORD = "password changed", gettext_lazy("Your password was changed")
    EMAIL = "e-mail address changed", gettext_lazy("Your e-mail address was changed")
    SET_UP = "second factor set up", gettext_lazy("A second factor was set up for your account")
    REPLACED = "second factor replaced", gettext_lazy("Your second factor was replaced")
    REMOVED = "second factor removed", gettext_lazy("Your second factor was removed")
    CODES = "recovery codes renewed", gettext_lazy("Your recovery codes were replaced by new ones")


def notify(user: User, change: Change, to: str | None = None) -> None:
    """Mail a user about a change, at their address or at `to`; log it in any case."""
    # The current request, which django-simple-history keeps; there is none on the command line.
    request = getattr(HistoricalRecords.context, "request", None)
    address = client_address(request) if request else None
    _log.info("Account %s: %s, from %s", user.username, change.value, address or "the command line")
    to = user.email if to is None else to
    if not to:
        return
    context = {
        "change": change.label,
        "username": user.username,
        "when": timezone.localtime(),
        "time_zone": settings.TIME_ZONE,
        "address": address or _("not known"),
        "by": _("the server's command line")
        if request is None
        else request.user.get_username() or _("a link sent to the account's e-mail address"),
        "page": settings.SITE_URL + reverse("admin:password_change"),
    }
    message = EmailMessage(change.label, render_to_string("admin/accounts/notice.txt", context), to=[to])
    transaction.on_commit(message.send, robust=True)


@receiver(pre_save, sender=User)
def _note_credentials(instance: User, update_fields: frozenset[str] | None, raw: bool, **kwargs) -> None:
    """Remember the stored password and address, to compare them after the save."""
    if raw or (update_fields is not None and not update_fields & {"password", "email"}):
        return
    instance.__dict__["_before"] = User.objects.filter(pk=instance.pk).values("password", "email").first()


@receiver(post_save, sender=User)
def _compare_credentials(instance: User, update_fields: frozenset[str] | None, **kwargs) -> None:
    """Notify a user, at the previous address, that the password or the address has changed."""
    before = instance.__dict__.pop("_before", None)
    if before is None:
        return
    # At log-in Django stores the same password again if hashers have changed, and saves nothing else.
    same = set(update_fields or ()) == {"password"} and instance.__dict__.get("_password") is None
    if instance.password != before["password"] and not same:
        notify(instance, Change.PASSWORD, before["email"])
    if instance.email != before["email"]:
        notify(instance, Change.EMAIL, before["email"])
