"""E-mails that tell users that the credentials of their account were changed, in case they did not do it.

They are sent after the change is committed. If the mail server fails, Django logs it and the change stays.
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
    """What was changed, in the words of the log and of the mail to the owner."""

    PASSWORD = "password changed", gettext_lazy("Your password was changed")
    EMAIL = "e-mail address changed", gettext_lazy("Your e-mail address was changed")
    SET_UP = "second factor set up", gettext_lazy("A second factor was set up for your account")
    REPLACED = "second factor replaced", gettext_lazy("Your second factor was replaced")
    REMOVED = "second factor removed", gettext_lazy("Your second factor was removed")
    CODES = "recovery codes renewed", gettext_lazy("Your recovery codes were replaced by new ones")


def notify(user: User, change: Change, to: str | None = None) -> None:
    """Log a change, and mail the user about it at their address or at `to`."""
    # django-simple-history keeps the current request; on the command line there is none.
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
    """Remember the stored password and address, to compare them after the user is saved."""
    if raw or (update_fields is not None and not update_fields & {"password", "email"}):
        return
    instance.__dict__["_before"] = User.objects.filter(pk=instance.pk).values("password", "email").first()


@receiver(post_save, sender=User)
def _compare_credentials(instance: User, update_fields: frozenset[str] | None, **kwargs) -> None:
    """If the password or address has changed, mail the user at the previous address."""
    before = instance.__dict__.pop("_before", None)
    if before is None:
        return
    # At log-in Django hashes the same password again if hashers have changed, and saves nothing else.
    same = set(update_fields or ()) == {"password"} and instance.__dict__.get("_password") is None
    if instance.password != before["password"] and not same:
        notify(instance, Change.PASSWORD, before["email"])
    if instance.email != before["email"]:
        notify(instance, Change.EMAIL, before["email"])
