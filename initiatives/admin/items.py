"""ModelAdmins of the items of the record and their parts: quotes, initiatives, principles, people, sources."""

import json
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.admin.bulk_edit import bulk_edit
from initiatives.admin.copies import COPY_PAGES, bring_new_link, copies
from initiatives.admin.fields import LINES, RecordInline
from initiatives.admin.forms import PrincipleForm, PrincipleFormSet, QuoteForm, TranslationFormSet
from initiatives.admin.lists import ChoiceFilter, ComparedFilter, DateYearFilter, ThemeFilter
from initiatives.admin.panels import TYPING_PAGES, comparison_panel, watched
from initiatives.admin.publishable import PublishableAdmin
from initiatives.admin.reading import READ, read_link
from initiatives.admin.reviewing import REVIEW_PAGES, review_links
from initiatives.admin.spreadsheets import EXCHANGE_PAGES, exchange_links
from initiatives.editorial.checklist import doubts_of
from initiatives.editorial.spreadsheets.tables import TABLES
from initiatives.models import (
    Body,
    Initiative,
    Milestone,
    Person,
    Principle,
    PrincipleSet,
    Quote,
    QuoteTranslation,
    Source,
)
from initiatives.models.choices import NO_EVIDENCE, NO_STATUS, InitiativeKind, Status
from initiatives.text.names import guess


class ExchangeAdmin(PublishableAdmin):
    """Items that can be imported from and exported to spreadsheets."""

    pages = [*PublishableAdmin.pages, *EXCHANGE_PAGES]
    list_panels = [*PublishableAdmin.list_panels, exchange_links]

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may add and change items of this model and their parts."""
        part = TABLES[str(self.opts.model_name)].part
        return all(
            request.user.has_perm(f"{self.opts.app_label}.{action}_{model._meta.model_name}")
            for model in (self.model, *([part.model] if part else []))
            for action in ("add", "change")
        )


class TranslationInline(RecordInline):
    model = QuoteTranslation
    formset = TranslationFormSet
    lines = LINES | {"text": 5}
    fields = ("text", "language", ("provenance", "translator"))


@admin.register(Quote)
class QuoteAdmin(ExchangeAdmin):
    form = QuoteForm
    asks_why = True
    pages = [*ExchangeAdmin.pages, *TYPING_PAGES]
    panels = [*ExchangeAdmin.panels, comparison_panel]
    actions = [*ExchangeAdmin.actions, bulk_edit]
    list_display = ("words", "state", "public", "spoken_by", "shown_source", "shown_date", "published_from")
    list_filter = (
        *((name, ChoiceFilter) for name in ("state", "verification", "language")),
        ComparedFilter,
        ThemeFilter,
        DateYearFilter,
    )
    # Only orders that have an index.
    sortable_by = ("shown_date", "published_from")
    bulk_fields = ("themes", "speaker", "source", "language", "verification")
    autocomplete_fields = ("speaker", "source", "themes", "initiatives")
    inlines = (TranslationInline,)
    fieldsets = (
        (None, {"fields": ("text", "language", "speaker", "date")}),
        (gettext_lazy("Evidence"), {"fields": ("source", "locator", "verification")}),
        (gettext_lazy("Subject"), {"fields": ("context", "editors_note", "themes", "initiatives")}),
        (gettext_lazy("Home page"), {"fields": ("featured_on",)}),
    )

    class Media:
        js = ["admin_site/typing_help.js", "admin_site/text_length.js"]

    def has_add_or_change_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) or self.has_change_permission(request)

    def get_form(self, request: HttpRequest, obj: Quote | None = None, change: bool = False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        if "text" in form.base_fields:
            widget = form.base_fields["text"].widget
            widget.attrs = watched(widget.attrs, obj.pk if obj else None)
        return form

    def save_related(self, request: HttpRequest, form, formsets, change: bool) -> None:
        """Also warn about words that may be wrong."""
        super().save_related(request, form, formsets, change)
        for wording in (form.instance, *form.instance.translations.all()):
            for _field, text in doubts_of(wording):
                self.message_user(request, text, messages.WARNING)

    @admin.display(description=gettext_lazy("words"))
    def words(self, quote: Quote) -> str:
        return Truncator(quote.text).words(18)

    @admin.display(description=gettext_lazy("speaker"))
    def spoken_by(self, quote: Quote) -> str:
        """The speaker as plain text, which wraps to fit the column."""
        return str(quote.speaker)


class MilestoneInline(RecordInline):
    model = Milestone
    lines = LINES | {"text": 3}
    fields: ClassVar[tuple[Any, ...]] = (
        *("date", "date_is_report", "text", "status", "effect"),
        ("attributed_to", "attributed_kind"),
        *("source", "further_sources"),
    )
    autocomplete_fields = ("source", "further_sources")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Require the date."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "date":
            field.required = True
        return field


class PersonMilestoneInline(MilestoneInline):
    """Milestones of a person, which have neither status nor effect."""

    fields = tuple(name for name in MilestoneInline.fields if name not in ("status", "effect"))


class StatusFilter(admin.SimpleListFilter):
    """Filters initiatives by status."""

    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin):
        return [*Status.choices, (NO_STATUS, NO_EVIDENCE)]

    def queryset(self, request: HttpRequest, queryset: QuerySet):
        if self.value() is None:
            return queryset
        if self.value() == NO_STATUS:
            return queryset.filter(status="").exclude(kind=InitiativeKind.SLOGAN)
        return queryset.filter(status=self.value()) if self.value() in Status.values else queryset.none()

    def get_facet_queryset(self, changelist) -> dict[str, int]:
        """Count the initiatives of each status in one query, which works out each initiative's status once."""
        items = changelist.get_queryset(self.request, exclude_parameters=self.expected_parameters())
        counts = dict(items.exclude(kind=InitiativeKind.SLOGAN).order_by().values_list("status").annotate(Count("pk")))
        keys = ("" if key == NO_STATUS else key for key, _name in self.lookup_choices)
        return {f"{place}__c": counts.get(key, 0) for place, key in enumerate(keys)}


@admin.register(Initiative)
class InitiativeAdmin(ExchangeAdmin):
    actions = [*ExchangeAdmin.actions, bulk_edit]
    list_display = ("title", "state", "public", "kind", "shown_status", "published_from")
    list_filter = ("state", StatusFilter, "kind", ThemeFilter)
    prepopulated_fields = {"slug": ("title",)}
    bulk_fields = ("themes", "bodies")
    autocomplete_fields = ("source", "themes", "bodies")
    readonly_fields = ("shown_status",)
    inlines = (MilestoneInline,)
    fieldsets = (
        (None, {"fields": ("title", "summary", "body", "kind")}),
        (gettext_lazy("Evidence"), {"fields": ("source", "editors_note", "checked_on", "shown_status")}),
        (gettext_lazy("How readers find it"), {"fields": ("themes", "bodies", "aliases", "slug")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        initiatives: Any = super().get_queryset(request)
        return initiatives.with_status()

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, initiative: Initiative) -> str:
        """The status given by the latest public milestone."""
        return initiative.status_label


class PrincipleInline(RecordInline):
    model = Principle
    form = PrincipleForm
    formset = PrincipleFormSet
    lines = LINES | {"text": 4}
    markdown = frozenset({"text"})
    fields = ("number", "title", "text", "themes", "initiatives")
    autocomplete_fields = ("themes", "initiatives")
    ordering = ("number",)


@admin.register(PrincipleSet)
class PrincipleSetAdmin(ExchangeAdmin):
    list_display = ("title", "state", "public", "shown_source", "published_from")
    search_fields = ("title", "introduction", "principles__title", "principles__text")
    search_help_text = gettext_lazy("Search by title, introduction or principle.")
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("source",)
    inlines = (PrincipleInline,)
    fieldsets = (
        (None, {"fields": ("title", "introduction")}),
        (gettext_lazy("Evidence"), {"fields": ("source", "editors_note")}),
        (gettext_lazy("How readers find it"), {"fields": ("slug",)}),
    )


@admin.register(Person)
class PersonAdmin(ExchangeAdmin):
    quoted_by = "speaker"
    list_display = ("name", "state", "public", "role", "quotes_on_record", "published_from")
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("source",)
    inlines = (PersonMilestoneInline,)
    fieldsets = (
        (None, {"fields": ("name", ("given_name", "family_name", "patronymic"), "role", "summary", "body")}),
        (gettext_lazy("Evidence"), {"fields": ("source",)}),
        (gettext_lazy("How readers find it"), {"fields": ("aliases", "slug")}),
    )

    class Media:
        js = ["admin_site/name_parts.js"]

    def get_form(self, request: HttpRequest, obj: Person | None = None, change: bool = False, **kwargs):
        """Offer a guess at the parts of a name that has none, for the editor to check."""
        form = super().get_form(request, obj, change, **kwargs)
        parts = guess(obj.name) if obj and not obj.has_parts else None
        if parts and "name" in form.base_fields:
            field, offered = form.base_fields["name"], {name: part for name, part in parts._asdict().items() if part}
            model: Any = Person._meta
            named = [f"{model.get_field(name).verbose_name} “{part}”" for name, part in offered.items()]
            field.help_text = format_html(
                '{} <br>{} <button type="button" class="button" data-fill="{}" hidden>{}</button>',
                field.help_text,
                _("Perhaps: %(parts)s. Check this, then enter it below.") % {"parts": ", ".join(named)},
                json.dumps(offered),
                _("Enter these"),
            )
        return form


@admin.register(Body)
class BodyAdmin(PublishableAdmin):
    list_display = ("name", "state", "public", "published_from")
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("source",)
    fieldsets = (
        (None, {"fields": ("name", "summary", "body")}),
        (gettext_lazy("Evidence"), {"fields": ("source",)}),
        (gettext_lazy("How readers find it"), {"fields": ("aliases", "slug")}),
    )


@admin.register(Source)
class SourceAdmin(ExchangeAdmin):
    pages = [*ExchangeAdmin.pages, READ, *COPY_PAGES, *REVIEW_PAGES]
    actions = [*ExchangeAdmin.actions, bulk_edit]
    panels = [*ExchangeAdmin.panels, read_link, copies, review_links]
    list_panels = [*ExchangeAdmin.list_panels, bring_new_link]
    quoted_by = "source"
    list_display = ("title", "state", "public", "kind", "publisher", "shown_date", "quotes_on_record", "published_from")
    list_filter = ("state", "kind", "publisher_kind", "language", DateYearFilter)
    bulk_fields = ("publisher_kind",)
    prepopulated_fields = {"slug": ("title",)}
    fieldsets = (
        (None, {"fields": ("title", "title_by", "kind", ("publisher", "publisher_kind"), "date", "language")}),
        (
            gettext_lazy("Where to find it"),
            {"fields": ("url", "accessed_on", "archived_url", ("rights", "rights_note"))},
        ),
        (gettext_lazy("About this document"), {"fields": ("description", "editors_note", "aliases", "slug")}),
    )

    def has_entry_permission(self, request: HttpRequest, obj: Source) -> bool:
        quotes = self.admin_site.get_model_admin(Quote)
        return self.has_view_permission(request, obj) and quotes.has_add_permission(request)

    def has_submit_permission(self, request: HttpRequest, obj: Source) -> bool:
        quotes = self.admin_site.get_model_admin(Quote)
        return self.has_view_permission(request, obj) and quotes.has_change_permission(request)

    def has_review_permission(self, request: HttpRequest, obj: Source) -> bool:
        quotes: Any = self.admin_site.get_model_admin(Quote)
        return self.has_view_permission(request, obj) and quotes.has_publish_permission(request)

    def has_copies_permission(self, request: HttpRequest, obj: Source) -> bool:
        return self.has_view_permission(request, obj) and request.user.has_perm("initiatives.view_capture")

    def has_bring_permission(self, request: HttpRequest, obj: Source | None = None) -> bool:
        """Return whether the user may bring copies, also of a published source: copies change nothing of it."""
        return self.has_change_permission(request) and request.user.has_perm("initiatives.add_capture")

    def has_bring_new_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_bring_permission(request)

    def has_take_down_permission(self, request: HttpRequest, obj: Source) -> bool:
        return bool(request.user.is_superuser)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        """Set today as the date on which a new source was accessed."""
        return {"accessed_on": timezone.localdate(), **super().get_changeform_initial_data(request)}
