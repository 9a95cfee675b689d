"""Initiatives with their milestones."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from initiatives.admin.base import LINES, PublishableAdmin, RecordInline
from initiatives.admin.mixins.bulk_edit import BulkEditing
from initiatives.admin.mixins.lists import ThemeFilter
from initiatives.admin.mixins.spreadsheets import SpreadsheetMixin
from initiatives.models import Initiative, Milestone
from initiatives.models.choices import NO_STATUS, Status


class MilestoneInline(RecordInline):
    """Milestones of an initiative."""

    model = Milestone
    lines = LINES | {"text": 3}
    fields: ClassVar[tuple[str, ...]] = ("date", "text", "status", "source", "further_sources")
    autocomplete_fields = ("source", "further_sources")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Mark the date as required: every milestone has one."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "date":
            field.required = True
        return field


class PersonMilestoneInline(MilestoneInline):
    """Milestones of a person: they set no status."""

    fields = ("date", "text", "source", "further_sources")


class StatusFilter(admin.SimpleListFilter):
    """Initiatives by the status their evidence supports."""

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

    def get_facet_queryset(self, changelist) -> dict[str, int]:
        """Return how many initiatives each status has: one statement finds the status of each of them once."""
        items = changelist.get_queryset(self.request, exclude_parameters=self.expected_parameters())
        counts = dict(items.order_by().values_list("status").annotate(Count("pk")))
        keys = ("" if key == NO_STATUS else key for key, _name in self.lookup_choices)
        return {f"{place}__c": counts.get(key, 0) for place, key in enumerate(keys)}


@admin.register(Initiative)
class InitiativeAdmin(SpreadsheetMixin, BulkEditing, PublishableAdmin):
    """What was announced."""

    list_display = ("title", "state", "public", "kind", "shown_status", "published_from")
    list_filter = ("state", StatusFilter, "kind", ThemeFilter)
    prepopulated_fields = {"slug": ("title",)}
    bulk_fields = ("themes", "bodies")
    autocomplete_fields = ("source", "themes", "bodies")
    readonly_fields = ("shown_status",)
    inlines = (MilestoneInline,)
    fieldsets = (
        (None, {"fields": ("title", "summary", "body", "kind")}),
        (_("Evidence"), {"fields": ("source", "editors_note", "checked_on", "shown_status")}),
        (_("How readers find it"), {"fields": ("themes", "bodies", "aliases", "slug")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Load each initiative with its status."""
        initiatives: Any = super().get_queryset(request)
        return initiatives.with_status()

    @admin.display(description=_("status"), ordering="status")
    def shown_status(self, initiative: Initiative):
        """The status given by the latest public milestone."""
        return Status(initiative.status).label if initiative.status else _("no evidence found")
