"""Initiatives with their milestones, quotes with their translations, principles in their sets."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from initiatives.admin.base import LINES, PublishableAdmin, RecordInline
from initiatives.admin.mixins.forms import PrincipleForm, PrincipleFormSet, TranslationFormSet
from initiatives.admin.mixins.lists import ChoiceFilter, ThemeFilter, YearFilter
from initiatives.admin.mixins.near_duplicates import NearDuplicates
from initiatives.admin.mixins.spreadsheets import ExchangeMixin
from initiatives.models import Initiative, Milestone, Principle, PrincipleSet, Quote, QuoteTranslation
from initiatives.models.choices import NO_STATUS, Status


class MilestoneInline(RecordInline):
    """Milestones of an initiative."""

    model = Milestone
    lines = LINES | {"text": 3}
    fields = ("date", "date_precision", "text", "status", "source", "further_sources")
    autocomplete_fields = ("source", "further_sources")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Ask for the date beside its field: no milestone is without one."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "date":
            field.required = True
        return field


class PersonMilestoneInline(MilestoneInline):
    """Milestones of a person: they set no status."""

    fields = ("date", "date_precision", "text", "source", "further_sources")


class StatusFilter(admin.SimpleListFilter):
    """Initiatives by the status that their evidence gives them."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin):
        """Return every status, and "no evidence found"."""
        return [*Status.choices, (NO_STATUS, _("no evidence found"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet):
        """Keep the initiatives of the chosen status."""
        if self.value() is None:
            return queryset
        if self.value() == NO_STATUS:
            return queryset.filter(status="")
        return queryset.filter(status=self.value()) if self.value() in Status.values else queryset.none()


@admin.register(Initiative)
class InitiativeAdmin(ExchangeMixin, PublishableAdmin):
    """What was announced."""

    list_display = ("title", "state", "public", "kind", "shown_status", "published_from")
    list_filter = ("state", StatusFilter, "kind", ThemeFilter)
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("source", "themes", "bodies")
    readonly_fields = ("shown_status",)
    inlines = (MilestoneInline,)
    fieldsets = (
        (None, {"fields": ("title", "summary", "body", "kind")}),
        (_("Evidence"), {"fields": ("source", "editors_note", "shown_status")}),
        (_("Where it belongs"), {"fields": ("themes", "bodies", "aliases", "slug")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Load each initiative with its status."""
        return super().get_queryset(request).with_status()

    @admin.display(description=_("status"), ordering="status")
    def shown_status(self, initiative: Initiative):
        """The status that the latest public milestone gives it."""
        return Status(initiative.status).label if initiative.status else _("no evidence found")


class TranslationInline(RecordInline):
    """Translations of a quote."""

    model = QuoteTranslation
    formset = TranslationFormSet
    lines = LINES | {"text": 5}
    fields = ("text", "language", ("provenance", "translator"))


@admin.register(Quote)
class QuoteAdmin(ExchangeMixin, NearDuplicates, PublishableAdmin):
    """What was said, word for word."""

    list_display = ("words", "state", "public", "spoken_by", "shown_source", "shown_date", "published_from")
    list_filter = (
        *((name, ChoiceFilter) for name in ("state", "verification", "language")),
        ThemeFilter,
        YearFilter,
    )
    # In these orders an index holds them; filters choose the rest.
    sortable_by = ("shown_date", "published_from")
    autocomplete_fields = ("speaker", "source", "themes", "initiatives")
    inlines = (TranslationInline,)
    fieldsets = (
        (None, {"fields": ("text", "language", "speaker", "date", "date_precision")}),
        (_("Evidence"), {"fields": ("source", "locator", "verification")}),
        (_("What it is about"), {"fields": ("context", "editors_note", "themes", "initiatives")}),
        (_("Where it stands out"), {"fields": ("featured_on",)}),
    )

    @admin.display(description=_("words"))
    def words(self, quote: Quote) -> str:
        """The first words of the quote."""
        return Truncator(quote.text).words(18)

    @admin.display(description=_("speaker"))
    def spoken_by(self, quote: Quote) -> str:
        """The speaker, in lines as the column asks."""
        return str(quote.speaker)

    @admin.display(description=_("date"), ordering="date")
    def shown_date(self, quote: Quote) -> str:
        """The date, only as exactly as it is known."""
        return quote.shown_date


class PrincipleInline(RecordInline):
    """The principles of a set, in their order."""

    model = Principle
    form = PrincipleForm
    formset = PrincipleFormSet
    lines = LINES | {"text": 4}
    markdown = frozenset({"text"})
    fields = ("number", "title", "text", "themes", "initiatives")
    autocomplete_fields = ("themes", "initiatives")
    ordering = ("number",)


@admin.register(PrincipleSet)
class PrincipleSetAdmin(ExchangeMixin, PublishableAdmin):
    """Principles that were announced together."""

    list_display = ("title", "state", "public", "shown_source", "published_from")
    search_fields = ("title", "introduction", "principles__title", "principles__text")
    search_help_text = _("Words of the title, the introduction or the principles.")
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("source",)
    inlines = (PrincipleInline,)
    fieldsets = (
        (None, {"fields": ("title", "introduction")}),
        (_("Evidence"), {"fields": ("source", "editors_note")}),
        (_("Where it belongs"), {"fields": ("slug",)}),
    )
