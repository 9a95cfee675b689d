"""The forms of the second factor."""

from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.accounts.second_factor import WrongCodeError


class CodeForm(forms.Form):
    """Asks for a code of the app, or a recovery code."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=32,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "autocapitalize": "off", "spellcheck": "false"}
        ),
    )

    def add_refusal(self, refusal: WrongCodeError) -> None:
        """Say beside the field why a code was not taken."""
        if refusal.until:
            time = date_format(timezone.localtime(refusal.until), "H:i:s")
            text = _("There were too many wrong codes. Wait until %(time)s, then try again.") % {"time": time}
        else:
            text = _("This code is wrong, was used before, or came too late. Type the one that the app shows now.")
        self.add_error("code", text)


class PasswordForm(forms.Form):
    """Asks who is logged in for the password once more: an open screen is not enough to change what opens the desk."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args, request: HttpRequest, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        """Refuse a wrong password; it counts as a failed log-in."""
        password, name = self.cleaned_data["password"], self.request.user.get_username()
        if authenticate(self.request, username=name, password=password) != self.request.user:
            raise ValidationError(_("That is not your password."))
        return password


class SetUpForm(CodeForm):
    """Asks for the first code of a new app."""

    code = forms.CharField(
        label=gettext_lazy("Code that the app shows"),
        max_length=32,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class ReplaceForm(PasswordForm, SetUpForm):
    """Asks for the first code of an app that takes another's place, and for the password."""

    field_order = ("password", "code")
