"""The form with which readers report an error in a public item.

The form needs no cookie, so public pages remain free of cookies: instead of a token, it checks where the request comes
from.
"""

import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.apps import apps
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import FormView, TemplateView

from initiatives.editorial.notices import tell_of_report
from initiatives.models import ErrorReport
from initiatives.models.choices import PAGED
from initiatives.models.desk import LONGEST_EMAIL, LONGEST_REPORT

# The kinds of items on whose pages errors can be reported.
KINDS = tuple(PAGED)
# The parameter and field for the version of the item that the reader saw.
VERSION = "version"


def report_url(item: Any) -> str:
    """Return the address of the form for an item, with the version shown."""
    path = reverse("report", args=[item._meta.model_name, item.pk])
    return f"{path}?{urlencode({VERSION: item.updated_at.isoformat()})}"


class Lines(forms.CharField):
    """Multi-line text; each line end counts as one character, as in browsers."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class ReportForm(forms.ModelForm):
    """What is wrong, and an address for the answer."""

    text = Lines(
        label=_("What is wrong?"),
        help_text=_("Say what it should be and, if you can, where we can check it: a link helps most."),
        max_length=LONGEST_REPORT,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "required": _("Say what is wrong."),
            "max_length": _("Use %(limit_value)d characters or fewer. You used %(show_value)d."),
        },
    )
    email = forms.EmailField(
        label=_("Your e-mail address (optional)"),
        help_text=_("Only if you would like an answer."),
        required=False,
        max_length=LONGEST_EMAIL,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Enter an e-mail address such as name@example.org, or leave this empty.")},
    )
    # A honeypot: readers do not see it, but programs that fill in every field do.
    website = forms.CharField(label=_("Leave this empty"), required=False)

    class Meta:
        model = ErrorReport
        fields = ("text", "email")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs | {"label_suffix": ""})
        for name in self.fields:
            self.fields[name].widget.attrs["class"] = "field field--wrong" if name in self.errors else "field"


class _OfItem(TemplateView):
    """A page about reporting an error in a public item; 404 for any other item."""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        """Find the item. Raises Http404."""
        self.item = _public_item(kwargs["kind"], kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(item=self.item, **kwargs)


@method_decorator(csrf_exempt, name="dispatch")
class Report(FormView, _OfItem):
    """The page with the form."""

    template_name = "reports/report.html"
    form_class = ReportForm
    http_method_names = ["get", "head", "post", "options"]

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Save the report; one submitted from another site is shown to the reader first."""
        if _is_from_here(request):
            return super().post(request, *args, **kwargs)
        form = self.get_form()
        form.add_error(None, _("This form was sent from another site. Read it, and send it from here."))
        response = self.form_invalid(form)
        response.status_code = 403
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the version that the reader saw, so that the form submits it."""
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        return super().get_context_data(version=_version(sent.get(VERSION, "")), **kwargs)

    def form_valid(self, form: ReportForm) -> HttpResponse:
        """Save the report, unless a program sent it; thank the sender in any case."""
        if not form.cleaned_data["website"]:
            form.instance.concern(self.item)
            form.instance.version = _version(self.request.POST.get(VERSION, ""))
            tell_of_report(form.save())
        return redirect("report_sent", **self.kwargs)


class Sent(_OfItem):
    """The page that thanks the reader for a report and explains what happens next."""

    template_name = "reports/sent.html"


def _public_item(kind: str, pk: int) -> Model:
    """Return a public item. Raises Http404 if it does not exist, is a draft or was withdrawn."""
    items: Any = apps.get_model("initiatives", kind)._default_manager
    item = items.published().filter(pk=pk).first()
    if item is None:
        raise Http404
    return item


def _version(written: str) -> datetime.datetime | None:
    """Return the time that identifies a version; None if it cannot be one."""
    try:
        at = parse_datetime(written[:40])
    except ValueError:
        return None
    return at if at and at.tzinfo and at.year >= 2000 and at <= timezone.now() else None


def _is_from_here(request: HttpRequest) -> bool:
    """Return whether a form was sent from this site. Clients other than browsers, which have no session, pass too."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in {"same-origin", "none"}
    return request.headers.get("Origin") in {None, f"{request.scheme}://{request.get_host()}"}
