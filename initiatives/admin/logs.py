"""Synonyms, reports from readers, and logs: public changes, redirects, and searches without results."""

from typing import Any
from urllib.parse import quote, urlencode

from django import forms
from django.apps import apps
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.accounts.users import user_of
from initiatives.admin.base import DeskAdmin
from initiatives.admin.desk import moment
from initiatives.admin.history import VersionedAdmin
from initiatives.admin.lists import DateYearFilter, WorkFilter
from initiatives.admin.locking import Locked
from initiatives.models import Change, EmptySearch, ErrorReport, OldSlug, SynonymSet
from initiatives.models.choices import PAGED, TIMELINE, Kind


@admin.register(SynonymSet)
class SynonymSetAdmin(Locked, VersionedAdmin):
    """Sets of synonyms. They affect public searches as soon as they are saved."""

    pages = [*Locked.pages, *VersionedAdmin.pages]
    list_display = ("__str__", "language", "note", "updated_at")
    list_filter = ("language",)
    ordering = ("words", "pk")
    search_fields = ("words", "note")
    search_help_text = gettext_lazy("Search by part of a word or note.")
    fields = ("language", "words", "note")
    lines = {"words": 8, "note": 3}


@admin.register(Change)
class ChangeAdmin(DeskAdmin):
    """The public log. Entries cannot be deleted, but a superuser can withhold their words, giving readers a reason."""

    closed_to_all = frozenset({"add", "delete"})
    search_fields = ()
    list_display = ("at", "nature", "item", "kind")
    list_filter = ("nature", "item_kind", ("withheld", admin.EmptyFieldListFilter), DateYearFilter.of("at"))
    ordering = ("-at", "-pk")
    sortable_by = ("at",)
    fields = ("at", "nature", "item", "kind", "old_status", "new_status", "reason", "withheld")
    readonly_fields = fields[:-1]

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return user_of(request).is_superuser

    @admin.display(description=gettext_lazy("item"))
    def item(self, change: Change) -> str:
        key = f"{change.item_kind}-{change.item_id}"
        return format_html('<a href="{}?item={}">{}</a>', reverse("changes"), key, key)


@admin.register(OldSlug)
class OldSlugAdmin(DeskAdmin):
    """Old addresses, recorded when an item's slug changes. Deleting one frees its slug."""

    closed_to_all = frozenset({"add", "change"})
    list_display = ("slug", "kind", "leads_to", "created_at")
    list_filter = ("kind", DateYearFilter.of("created_at"))
    ordering = ("-created_at", "-pk")
    search_fields = ("slug",)
    search_help_text = gettext_lazy("Search by part of the old slug.")
    fields = ("slug", "kind", "leads_to", "created_at")

    @admin.display(description=gettext_lazy("redirects to"))
    def leads_to(self, old: OldSlug) -> str:
        """Link to the item's form, without loading the item."""
        try:
            url = reverse(f"admin:initiatives_{old.kind}_change", args=[old.object_id])
        except NoReverseMatch:
            return str(old.object_id)
        return format_html('<a href="{}">{} {}</a>', url, old.kind, old.object_id)


@admin.register(EmptySearch)
class EmptySearchAdmin(DeskAdmin):
    """Searches by visitors that found nothing, per day. Read-only; old ones are deleted automatically."""

    closed_to_all = frozenset({"add", "change", "delete"})
    list_display = ("words", "searched", "day", "count", "search_again")
    list_display_links = None
    list_filter = (("day", admin.DateFieldListFilter), "searched")
    ordering = ("-count", "-day", "words")
    search_fields = ("words",)
    search_help_text = gettext_lazy("Search by part of a word.")

    @admin.display(description=gettext_lazy("on the site"))
    def search_again(self, empty: EmptySearch) -> str:
        """Link to the same search, to see what it finds now."""
        address = reverse("timeline" if empty.searched == TIMELINE else "search")
        params = {"q": empty.words}
        if empty.searched in Kind.values:
            params["kind"] = empty.searched
        return format_html('<a href="{}?{}">{}</a>', address, urlencode(params), _("search again"))


class AnsweredFilter(WorkFilter):
    """Open reports, which are a queue of the start page, or answered ones."""

    title = gettext_lazy("state")

    def lookups(self, request: HttpRequest, model_admin):
        return [("reports", _("open")), ("answered", _("answered"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet):
        if self.value() == "answered":
            return queryset.exclude(answered_at=None)
        return super().queryset(request, queryset)


class AnswerForm(forms.ModelForm):
    """The note and the answer to a report."""

    # Compared with the value that the page showed, so that a form opened earlier does not undo an answer given since.
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
class ErrorReportAdmin(DeskAdmin):
    """Reports from readers. Users can mark them as answered and leave a note for colleagues, but not edit them."""

    form = AnswerForm
    closed_to_all = frozenset({"add"})
    list_display = ("name", "item_kind", "beginning", "reported_at", "answered_at")
    list_filter = (AnsweredFilter,)
    ordering = ("-reported_at", "-pk")
    sortable_by = ("reported_at",)
    search_fields = ("name", "text")
    search_help_text = gettext_lazy("Search by part of an item’s name or of a report.")
    fields = ("item", "seen", "reported_at", "text", "reply_to", "note", "answered")
    readonly_fields = ("item", "seen", "reported_at", "text", "reply_to", "answerer")
    lines = {"note": 3}

    def get_fields(self, request: HttpRequest, obj=None):
        """Show who answered a report, and when."""
        return (*self.fields, "answerer") if obj and obj.answered_at else self.fields

    def save_model(self, request: HttpRequest, obj: ErrorReport, form: forms.ModelForm, change: bool) -> None:
        if "answered" in form.changed_data:
            obj.answer(user_of(request)) if form.cleaned_data["answered"] else obj.reopen()
        super().save_model(request, obj, form, change)

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def item_kind(self, report: ErrorReport) -> str:
        return str(PAGED.get(report.kind, report.kind))

    @admin.display(description=gettext_lazy("what is wrong"))
    def beginning(self, report: ErrorReport) -> str:
        return Truncator(report.text).chars(120)

    @admin.display(description=gettext_lazy("item"))
    def item(self, report: ErrorReport) -> str:
        links = [(report.path, _("View on site"))]
        if report.kind in PAGED:
            form = reverse(f"admin:initiatives_{report.kind}_change", args=[report.object_id])
            links.append((form, _("Open its form: a reason given there appears in the public log")))
        return format_html("{}{}", report.name, format_html_join("", '<br><a href="{}">{}</a>', links))

    @admin.display(description=gettext_lazy("version"))
    def seen(self, report: ErrorReport) -> str:
        """The version that the reader saw, and whether it is still current."""
        items: Any = apps.get_model("initiatives", report.kind)._default_manager if report.kind in PAGED else None
        changed = items and items.filter(pk=report.object_id).values_list("updated_at", flat=True).first()
        if not changed:
            return _("The item has been deleted since.")
        if report.version is None:
            return _("not known")
        text = _("of %(time)s, as it still is")
        if changed != report.version:
            text = _("of %(time)s; the item has changed since")
        return text % {"time": moment(report.version)}

    @admin.display(description=gettext_lazy("e-mail address"))
    def reply_to(self, report: ErrorReport) -> str:
        # Quoted, because a question mark before the @ could add other recipients.
        address = quote(report.email, safe="@")
        return format_html('<a href="mailto:{}">{}</a>', address, report.email) if address else "–"

    @admin.display(description=gettext_lazy("answered by"))
    def answerer(self, report: ErrorReport) -> str:
        return f"{report.answerer}, {moment(report.answered_at)}" if report.answered_at else "–"
