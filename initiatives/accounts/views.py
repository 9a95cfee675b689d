"""Pages of accounts: second factor, sessions, e-mail, forgotten password, lockout. `site` adds them to the desk."""

from http import HTTPStatus
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.views import PasswordResetConfirmView, PasswordResetView, RedirectURLMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView, TemplateView
from django.views.generic.base import ContextMixin
from django_otp.plugins.otp_static.models import StaticDevice

from initiatives.accounts import second_factor, sessions
from initiatives.accounts.forms import CodeForm, ForgottenForm, MailForm, PasswordForm, ReplaceForm, SetUpForm
from initiatives.accounts.second_factor import Step, WrongCodeError
from initiatives.accounts.users import user_of
from initiatives.models import MailChoice

# Session entries: the key of an app being set up, and new recovery codes until they are shown.
_KEY, _CODES = "second_factor_key", "recovery_codes"
# Remind users to create new recovery codes when they have this many or fewer left.
_FEW = 3


class DeskPage(ContextMixin):
    """A page with the header and footer of the desk."""

    request: HttpRequest
    title: str | Promise = ""

    def get_context_data(self, **kwargs):
        frame = {**admin.site.each_context(self.request), "title": self.title}
        return super().get_context_data(**{**frame, **kwargs})


class DeskForm(RedirectURLMixin, DeskPage, FormView):
    """A form that then redirects to the page in `next`, if it is on this site."""

    next_page = "admin:index"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"next": self.get_redirect_url(), **kwargs})


class CodePage(DeskForm):
    """Asks for a code."""

    def accept(self, code: str) -> None:
        """Check the code and use it. Raises WrongCodeError."""
        raise NotImplementedError

    def form_valid(self, form):
        try:
            self.accept(form.cleaned_data["code"])
        except WrongCodeError as refusal:
            form.add_refusal(refusal)
            return self.form_invalid(form)
        return super().form_valid(form)


class PasswordPage(DeskForm):
    """Asks for the password, for users who have a second factor."""

    form_class = PasswordForm

    def dispatch(self, request, *args, **kwargs):
        if not second_factor.phone(user_of(request)):
            return redirect("admin:second_factor")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"request": self.request}


class Mail(DeskForm):
    """Lets users choose whether to get e-mail about the desk's work."""

    template_name = "admin/accounts/mail.html"
    title = gettext_lazy("E-mail")
    form_class = MailForm

    def get_form_kwargs(self):
        choice = MailChoice.objects.filter(user=user_of(self.request)).first()
        return {**super().get_form_kwargs(), "instance": choice or MailChoice(user=user_of(self.request))}

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"address": user_of(self.request).email, **kwargs})

    def form_valid(self, form):
        form.save()
        messages.success(self.request, _("Saved."))
        return super().form_valid(form)


class Sessions(DeskPage, TemplateView):
    """Lists the user's sessions, and ends all but this one."""

    template_name = "admin/accounts/sessions.html"
    title = gettext_lazy("Where you are logged in")

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"sessions": sessions.open_sessions(self.request), **kwargs})

    def post(self, request: HttpRequest) -> HttpResponse:
        count = sessions.end_others(request)
        text = ngettext("%(count)d other session was ended.", "%(count)d other sessions were ended.", count)
        messages.success(request, text % {"count": count})
        return redirect("admin:sessions")


class Forgotten(DeskPage, PasswordResetView):
    """Mails a link to set a new password. The answer is the same whether the account exists or not."""

    template_name = "admin/accounts/forgotten.html"
    form_class = ForgottenForm
    email_template_name = "admin/accounts/forgotten.txt"
    subject_template_name = "admin/accounts/forgotten_subject.txt"
    extra_email_context = {"site_url": settings.SITE_URL, "minutes": settings.PASSWORD_RESET_TIMEOUT // 60}
    success_url = reverse_lazy("admin:login")
    title = gettext_lazy("Forgotten your password?")

    def form_valid(self, form):
        text = _("If an account has this address, we have sent it a link. If none arrives, ask an administrator.")
        messages.info(self.request, text)
        return super().form_valid(form)


class NewPassword(DeskPage, PasswordResetConfirmView):
    """Sets a new password for the user who followed the link. They then log in with their second factor as usual."""

    template_name = "admin/accounts/new_password.html"
    success_url = reverse_lazy("admin:login")
    title = gettext_lazy("A new password")

    def form_valid(self, form):
        """Set the password, and record in the account's history how it was changed."""
        text = "Password changed by a link sent to the e-mail address."
        LogEntry.objects.log_actions(form.user.pk, [form.user], CHANGE, text, single_object=True)
        messages.success(self.request, _("Your password was changed. Log in with it."))
        return super().form_valid(form)


class Verify(CodePage):
    """Asks for the code after the password."""

    template_name = "admin/accounts/verify.html"
    form_class = CodeForm
    title = gettext_lazy("Log in: second step")

    def dispatch(self, request, *args, **kwargs):
        step = second_factor.missing_step(request)
        if step is not Step.VERIFY:
            return redirect(f"admin:{step.value}" if step else self.get_success_url())
        return super().dispatch(request, *args, **kwargs)

    def accept(self, code: str) -> None:
        """Complete log-in. After a recovery code, say how many are left."""
        if not isinstance(second_factor.verify(self.request, code), StaticDevice):
            return
        left = second_factor.codes_left(user_of(self.request))
        text = ngettext("You have %(count)d recovery code left.", "You have %(count)d recovery codes left.", left) % {
            "count": left
        }
        if left <= _FEW:
            text += " " + _("Create new ones on the “Second factor” page.")
        messages.warning(self.request, text)


class SetUp(CodePage):
    """Shows the key for a new app as a QR code and as text, and asks for the first code."""

    template_name = "admin/accounts/set_up.html"
    title = gettext_lazy("Set up your second factor")

    def dispatch(self, request, *args, **kwargs):
        """Require a code from the current app before replacing it."""
        if second_factor.missing_step(request) is Step.VERIFY:
            return redirect(f"admin:{Step.VERIFY.value}")
        self.replaces = second_factor.phone(user_of(request)) is not None
        # Keep the key in this session, so that another person with the password does not see it.
        self.key = request.session.setdefault(_KEY, second_factor.new_key())
        return super().dispatch(request, *args, **kwargs)

    def get_form_class(self):
        return ReplaceForm if self.replaces else SetUpForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | ({"request": self.request} if self.replaces else {})

    def get_context_data(self, **kwargs):
        address = second_factor.address_for_app(user_of(self.request), self.key)
        context = {
            "replaces": self.replaces,
            "required": second_factor.is_required(user_of(self.request)),
            "qr_code": _qr_code(address),
            "address": address,
            "key": second_factor.shown_key(self.key),
        }
        return super().get_context_data(**{**context, **kwargs})

    def accept(self, code: str) -> None:
        """Save the new app and create recovery codes."""
        self.request.session[_CODES] = second_factor.set_up(self.request, self.key, code)
        del self.request.session[_KEY]

    def get_success_url(self):
        """Redirect to the recovery codes, which link to the next page."""
        return f"{reverse('admin:recovery_codes')}?{urlencode({self.redirect_field_name: self.get_redirect_url()})}"


class RecoveryCodes(PasswordPage):
    """Shows new recovery codes once, and creates them on request."""

    template_name = "admin/accounts/recovery_codes.html"
    title = gettext_lazy("Your recovery codes")

    def get_context_data(self, **kwargs):
        """Remove the codes from the session, so that they are shown only once."""
        context = {"codes": self.request.session.pop(_CODES, None), "go_on": super().get_success_url()}
        return super().get_context_data(**{**context, **kwargs})

    def form_valid(self, form):
        self.request.session[_CODES] = second_factor.new_recovery_codes(user_of(self.request))
        return super().form_valid(form)

    def get_success_url(self):
        return reverse("admin:recovery_codes")


class Remove(PasswordPage):
    """Removes the second factor of a user who is not required to have one."""

    template_name = "admin/accounts/remove.html"
    title = gettext_lazy("Remove your second factor?")

    def dispatch(self, request, *args, **kwargs):
        if second_factor.is_required(user_of(request)):
            return redirect("admin:second_factor")
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        second_factor.remove(user_of(self.request))
        messages.success(self.request, _("You now log in with your password only."))
        return redirect("admin:second_factor")


class Overview(DeskPage, TemplateView):
    """Shows whether the user has a second factor, and links to what they can do."""

    template_name = "admin/accounts/second_factor.html"
    title = gettext_lazy("Second factor")

    def get_context_data(self, **kwargs):
        user = user_of(self.request)
        context = {
            "phone": second_factor.phone(user),
            "codes_left": second_factor.codes_left(user),
            "required": second_factor.is_required(user),
        }
        return super().get_context_data(**{**context, **kwargs})


def _qr_code(text: str) -> SafeString:
    """Return a text as an SVG image without inline styles; the style sheet makes it dark on light."""
    code = segno.make(text, error="m", micro=False)
    drawing = code.svg_inline(omitsize=True, svgclass="qr-code", lineclass="qr-code__dark", border=4)
    return mark_safe(drawing)  # noqa: S308 — paths and our own class names, no text


def locked_out(request: HttpRequest, original_response=None, credentials=None) -> HttpResponse:
    """Return the page for too many failed log-ins (AXES_LOCKOUT_CALLABLE), the same whether the name exists or not."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds()) // 60
    context = {
        **admin.site.each_context(request),
        "title": _("Too many failed log-ins"),
        "minutes": minutes,
        "has_permission": False,
    }
    response = render(request, "admin/accounts/locked_out.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(minutes * 60)
    return response
