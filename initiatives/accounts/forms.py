"""Forms of accounts: second factor, e-mail, and forgotten password."""

import threading
from collections.abc import Iterator
from functools import partial

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.accounts.second_factor import WrongCodeError
from initiatives.models import MailChoice


class MailForm(forms.ModelForm):
    """Asks whether to send e-mail about the desk's work."""

    class Meta:
        model = MailChoice
        fields = ("wants_mail",)


class CodeForm(forms.Form):
    """Asks for a code from the app, or a recovery code."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=32,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "autocapitalize": "off", "spellcheck": "false"}
        ),
    )

    def add_refusal(self, refusal: WrongCodeError) -> None:
        """Add an error that says why the code was refused."""
        if refusal.until:
            time = date_format(timezone.localtime(refusal.until), "H:i:s")
            text = _("Too many wrong codes. Try again after %(time)s.") % {"time": time}
        else:
            text = _("This code is wrong, has expired or has already been used. Enter the code your app shows now.")
        self.add_error("code", text)


class ForgottenForm(PasswordResetForm):
    """Asks for the address of an account, and mails its owner a link to set a new password."""

    # The least time between two mails to an account, in seconds.
    PAUSE = 300

    def get_users(self, email: str) -> Iterator[User]:
        """Return the accounts with this address that were not sent a mail within PAUSE."""
        return (user for user in super().get_users(email) if cache.add(f"forgotten-{user.pk}", True, self.PAUSE))

    def send_mail(self, *args, **kwargs) -> None:
        """Send it in a thread, because waiting for the mail server would reveal that the account exists."""
        send = translation.override(translation.get_language())(partial(super().send_mail, *args, **kwargs))
        threading.Thread(target=send, name="forgotten password").start()


class PasswordForm(forms.Form):
    """Asks a logged-in user for the password again, so that another person at their screen cannot change it."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args, request: HttpRequest, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        """Refuse a wrong password, which counts as a failed log-in."""
        password, name = self.cleaned_data["password"], self.request.user.get_username()
        if authenticate(self.request, username=name, password=password) != self.request.user:
            raise ValidationError(_("Wrong password. Try again."))
        return password


class SetUpForm(CodeForm):
    """Asks for the first code from a new app."""

    code = forms.CharField(
        label=gettext_lazy("Code shown in the app"),
        max_length=32,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class ReplaceForm(PasswordForm, SetUpForm):
    """Asks for the password and the first code from an app that replaces another."""

    field_order = ("password", "code")
