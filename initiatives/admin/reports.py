"""Errors that readers report: the desk reads and answers them."""

import datetime
from typing import Any
from urllib.parse import quote

from django import forms
from django.apps import apps
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.accounts.users import user_of
from initiatives.admin.base import SearchedAdmin
from initiatives.admin.mixins.lists import WorkFilter
from initiatives.models import ErrorReport
from initiatives.models.choices import PAGED


class AnsweredFilter(WorkFilter):
    """Open reports, the queue of the start page, or answered ones."""

    title = gettext_lazy("state")

    def lookups(self, request: HttpRequest, model_admin):
        """Return both."""
        return [("reports", _("open")), ("answered", _("answered"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet):
        """Keep the reports in the chosen state."""
        if self.value() == "answered":
            return queryset.exclude(answered_at=None)
        return super().queryset(request, queryset)


class AnswerForm(forms.ModelForm):
    """What came of a report."""

    # With what the page showed beside it: who answers meanwhile is not undone by a form that was opened before.
    answered = forms.BooleanField(
        label=gettext_lazy("Answered"),
        help_text=gettext_lazy(
            "Write to the reader first, if they gave an address: once this is saved, the address is deleted."
        ),
        required=False,
        show_hidden_initial=True,
    )

    class Meta:
        model = ErrorReport
        fields = ("note",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["answered"] = self.instance.answered_at is not None


@admin.register(ErrorReport)
class ErrorReportAdmin(SearchedAdmin):
    """Reports from readers. Nobody adds or rewrites one; whoever may answer leaves a note for colleagues."""

    form = AnswerForm
    list_display = ("name", "item_kind", "beginning", "reported_at", "answered_at")
    list_filter = (AnsweredFilter,)
    ordering = ("-reported_at", "-pk")
    sortable_by = ("reported_at",)
    search_fields = ("name", "text")
    search_help_text = gettext_lazy("Search by part of an item’s name or of a report.")
    fields = ("item", "seen", "reported_at", "text", "reply_to", "note", "answered")
    readonly_fields = ("item", "seen", "reported_at", "text", "reply_to", "answerer")
    lines = {"note": 3}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: readers write reports."""
        return False

    def get_fields(self, request: HttpRequest, obj=None):
        """Say of an answered one by whom and when."""
        return (*self.fields, "answerer") if obj and obj.answered_at else self.fields

    def save_model(self, request: HttpRequest, obj: ErrorReport, form: forms.ModelForm, change: bool) -> None:
        """Close the report, or open it again."""
        if "answered" in form.changed_data:
            obj.answer(user_of(request)) if form.cleaned_data["answered"] else obj.reopen()
        super().save_model(request, obj, form, change)

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def item_kind(self, report: ErrorReport) -> str:
        """The kind of the item."""
        return str(PAGED.get(report.kind, report.kind))

    @admin.display(description=gettext_lazy("what is wrong"))
    def beginning(self, report: ErrorReport) -> str:
        """The first words of the report."""
        return Truncator(report.text).chars(120)

    @admin.display(description=gettext_lazy("item"))
    def item(self, report: ErrorReport) -> str:
        """The item, with links to its page and to its form."""
        links = [(report.path, _("View on site"))]
        if report.kind in PAGED:
            form = reverse(f"admin:initiatives_{report.kind}_change", args=[report.object_id])
            links.append((form, _("Open its form: a reason that is given there stands in the public log")))
        return format_html("{}{}", report.name, format_html_join("", '<br><a href="{}">{}</a>', links))

    @admin.display(description=gettext_lazy("version"))
    def seen(self, report: ErrorReport) -> str:
        """Which version the reader saw, and whether it is still the present one."""
        items: Any = apps.get_model("initiatives", report.kind)._default_manager if report.kind in PAGED else None
        changed = items and items.filter(pk=report.object_id).values_list("updated_at", flat=True).first()
        if not changed:
            return _("The item has been deleted since.")
        if report.version is None:
            return _("not known")
        told = _("of %(time)s, as it still is")
        if changed != report.version:
            told = _("of %(time)s; the item has changed since")
        return told % {"time": _time(report.version)}

    @admin.display(description=gettext_lazy("e-mail address"))
    def reply_to(self, report: ErrorReport) -> str:
        """The reader's address, to write to."""
        # Quoted: what stands before the @ may have a question mark, behind which other recipients could follow.
        address = quote(report.email, safe="@")
        return format_html('<a href="mailto:{}">{}</a>', address, report.email) if address else "–"

    @admin.display(description=gettext_lazy("answered by"))
    def answerer(self, report: ErrorReport) -> str:
        """Who answered it, and when."""
        return f"{report.answerer}, {_time(report.answered_at)}" if report.answered_at else "–"


def _time(at: datetime.datetime) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")
