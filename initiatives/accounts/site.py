"""The desk: Django's admin site, with the steps that users must complete before they see its pages."""

from http import HTTPStatus
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.i18n import set_language

from initiatives.accounts import second_factor, sessions, views

# The field that forms have if the browser keeps their text. Forms of accounts do not have it.
TYPED = "_typed"


class DeskSite(AdminSite):
    """An admin site whose pages open only after all steps of log-in.

    Django calls has_permission for every page; admin_view redirects to the next step.
    """

    def has_permission(self, request: HttpRequest) -> bool:
        """Require staff who have completed log-in."""
        return super().has_permission(request) and second_factor.missing_step(request) is None

    def admin_view(self, view, cacheable=False):
        """Redirect to the next step of log-in, and show what was typed if the session has ended."""
        guarded = super().admin_view(view, cacheable)

        def inner(request, *args, **kwargs):
            response = self._next_step(request) or guarded(request, *args, **kwargs)
            return self._with_typed_text(request, response)

        inner.__dict__.update(guarded.__dict__)
        return inner

    def _password_view(self, view):
        """Guard a view for users who have entered only their password."""

        @csrf_protect
        def inner(request, *args, **kwargs):
            if not self._has_password(request):
                return self._to_login(request)
            return view(request, *args, **kwargs)

        return inner

    def _next_step(self, request: HttpRequest) -> HttpResponse | None:
        """Return a redirect to the next step of log-in; None if it is complete or Django redirects to log-in itself."""
        if not super().has_permission(request):
            return None
        if not self._has_password(request):
            return self._to_login(request)
        step = second_factor.missing_step(request)
        if step is None:
            return None
        address = reverse(f"admin:{step.value}")
        return HttpResponseRedirect(f"{address}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}")

    def _with_typed_text(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """If a form was sent after its session had ended, show its values, which the redirect to log-in would lose.

        With JavaScript the browser keeps them as well (see admin/forms.py).
        """
        if (
            TYPED not in request.POST
            or not isinstance(response, HttpResponseRedirect)
            or not response.url.startswith(reverse("admin:login"))
        ):
            return response
        sent = [
            value
            for name, values in request.POST.lists()
            for value in values
            if value.strip() and not value.isdecimal() and not name.startswith(("_", "csrf"))
        ]
        if not sent:
            return response
        context = {**self.each_context(request), "title": _("You have been logged out"), "sent": sent}
        context["login_url"] = response.url
        return TemplateResponse(request, "admin/accounts/not_saved.html", context, status=HTTPStatus.UNAUTHORIZED)

    def _has_password(self, request: HttpRequest) -> bool:
        """Return whether the user is staff and has entered the password. Logs out a session that has expired."""
        if not super().has_permission(request):
            return False
        if sessions.is_over(request):
            logout(request)
            messages.info(request, _("Your session has ended. Log in again."))
            return False
        return True

    def _to_login(self, request: HttpRequest) -> HttpResponse:
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))

    def login(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """Log in, or continue with the next step for users who have already entered the password."""
        step = self._next_step(request) if request.method == "GET" else None
        return step or super().login(request, extra_context)

    def get_urls(self):
        """Add the account pages. Choosing a language, logging out and resetting a password need no log-in."""
        return [
            path("language/", self.choose_language, name="language"),
            path("logout/", self.logout),
            path("forgotten/", views.Forgotten.as_view(), name="forgotten"),
            path("forgotten/<uidb64>/<token>/", views.NewPassword.as_view(), name="new_password"),
            path("mail/", self.admin_view(views.Mail.as_view()), name="mail"),
            path("sessions/", self.admin_view(views.Sessions.as_view()), name="sessions"),
            path("second-factor/", self.admin_view(views.Overview.as_view()), name="second_factor"),
            path("second-factor/set-up/", self._password_view(views.SetUp.as_view()), name="second_factor_set_up"),
            path("second-factor/verify/", self._password_view(views.Verify.as_view()), name="second_factor_verify"),
            path("second-factor/codes/", self.admin_view(views.RecoveryCodes.as_view()), name="recovery_codes"),
            path("second-factor/remove/", self.admin_view(views.Remove.as_view()), name="second_factor_remove"),
            *super().get_urls(),
        ]

    @method_decorator(csrf_protect)
    def choose_language(self, request: HttpRequest) -> HttpResponse:
        """Set the language cookie and return to the page."""
        return set_language(request)
