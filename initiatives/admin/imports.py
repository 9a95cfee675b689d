"""The log of imports."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.admin.base import SearchedAdmin
from initiatives.editorial.spreadsheets import uploads
from initiatives.editorial.spreadsheets.tables import TABLES
from initiatives.models import Import
from initiatives.models.history import name_of

# The most items that the page of an import links to.
LINKED = 200


@admin.register(Import)
class ImportAdmin(SearchedAdmin):
    """What was imported, by whom and when. Read-only."""

    list_display = ("file_name", "table", "user", "done_at", "added", "changed", "unchanged")
    list_filter = ("table", ("user", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user",)
    date_hierarchy = "done_at"
    ordering = ("-done_at", "-pk")
    search_fields = ("file_name",)
    search_help_text = gettext_lazy("Search by part of the file name.")
    fieldsets = (
        (None, {"fields": ("file_name", "table", "imported_by", "done_at", ("added", "changed", "unchanged"))}),
        (
            gettext_lazy("Result"),
            {
                "fields": ("items_added", "items_changed"),
                "description": gettext_lazy(
                    "To undo this import, restore the earlier version in the history of each changed item. Items "
                    "that were added can be returned to draft, archived or deleted from their list."
                ),
            },
        ),
    )
    readonly_fields = ("imported_by", "items_added", "items_changed")

    class Media:
        css = {"all": ["admin_site/spreadsheets.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Keep completed imports; files that still wait for confirmation are left out."""
        return super().get_queryset(request).filter(done_at__isnull=False).defer("content")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: imports start from the list of the items."""
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        """Refuse: the log only records what happened."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        """Refuse: past imports stay on record."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """Lead to the imports of each table that the user may import."""
        desks: list[tuple[Any, Any]] = [
            (table, self.admin_site.get_model_admin(table.model)) for table in TABLES.values()
        ]
        links = [
            (table.model._meta.verbose_name_plural, reverse(f"admin:initiatives_{table.model._meta.model_name}_import"))
            for table, desk in desks
            if desk.has_import_permission(request)
        ]
        return super().changelist_view(request, {"import_links": links, **(extra_context or {})})

    @admin.display(description=gettext_lazy("who"))
    def imported_by(self, kept: Import) -> str:
        """The user's name. Not a link: few may see accounts."""
        return name_of(kept.user) or "–"

    @admin.display(description=gettext_lazy("items added"))
    def items_added(self, kept: Import) -> str:
        """Links to the items the import added."""
        return _links(kept, "+")

    @admin.display(description=gettext_lazy("items changed"))
    def items_changed(self, kept: Import) -> str:
        """Links to the items the import changed; each one's history has the earlier version."""
        return _links(kept, "~")


def _links(kept: Import, how: str) -> str:
    """Return the items an import added or changed as a list of links."""
    lines = []
    for item in uploads.items_of(kept, how, LINKED + 1):
        page = getattr(item, "initiative", None) or getattr(item, "set", None) or item
        url = reverse(f"admin:{page._meta.app_label}_{page._meta.model_name}_change", args=[page.pk])
        lines.append((url, capfirst(item._meta.verbose_name), Truncator(item).chars(100)))
    if not lines:
        return "–"
    more = format_html("<p>{}</p>", _("Only the first items are listed.")) if len(lines) > LINKED else ""
    listed = format_html_join("", '<li><a href="{}">{}: {}</a></li>', lines[:LINKED])
    return format_html('<ul class="imported">{}</ul>{}', listed, more)
